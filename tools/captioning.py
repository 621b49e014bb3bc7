"""Captions for the few pictures that a question is made from: written by the profile's vision model when they are needed, and kept."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import DirTirError, ModelError, PictureError
from ..prompts.library import PromptLibrary
from ..store.pictures import open_picture
from .models.failures import failure_text, lacks_memory
from .models.retrying import reply_or_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from ..contracts import VisionModel
    from ..store.gallery.encoding import Captioner
    from ..store.gallery.written import WrittenCaptions
    from .models.loading import Models
    from .search import Search

log = logging.getLogger(__name__)


def caption_of(vision: VisionModel, prompt: str, picture: Image.Image) -> str:
    """What a vision model says a picture shows, in one clean line; nothing when it says nothing that can be used. Raises PictureError for a
    picture that it cannot take, and ModelError when there is no memory for it."""
    try:
        return reply_or_nothing(vision.reply, prompt, [picture])
    except DirTirError:
        raise
    except Exception as error:
        if lacks_memory(error):
            raise ModelError(f"the vision model failed: {failure_text(error)}") from error
        raise PictureError(f"the vision model cannot take this picture ({failure_text(error)})") from error


def captioner_of(models: Models) -> Captioner:
    """What captions pictures by a profile's vision model."""
    prompt, vision = PromptLibrary.load(models.profile.prompts).render("caption"), models.vision

    return partial(caption_of, vision, prompt)


class Captioning:
    """Writes captions of pictures of one search.

    vision: loads the model when something is first captioned. batch: how many it answers together. prompt: what it is asked.
    """

    def __init__(self, vision: Callable[[], VisionModel], batch: int, prompt: str, search: Search, kept: WrittenCaptions) -> None:
        self._vision, self._batch, self._prompt, self._search, self._kept = vision, batch, prompt, search, kept
        self._lock = Lock()
        self._tried: dict[str, Future[None]] = {}  # by id; one that failed is not tried again in this conversation
        self.failure = ""  # why none are written any more

    def write(self, ids: Sequence[str], seconds: float) -> None:
        """See to it that these pictures have captions, in this order, as far as the time goes. None is begun after it; what is under way
        then comes to its end in the background, and is there the next time. Whatever fails is noted in `failure`, and raises nothing."""
        for id_, caption in self._kept.all().items():  # another process may have written some
            self._search.vectors.caption(id_, caption)
        left = [id_ for id_ in ids if not self._search.record(id_).caption]
        if not left or self.failure:
            return
        threads = ThreadPoolExecutor(self._batch, "captioning")
        with self._lock:
            for id_ in left:
                if id_ not in self._tried:
                    self._tried[id_] = threads.submit(copy_context().run, self._write, id_)
            under_way = [self._tried[id_] for id_ in left]
        wait(under_way, timeout=seconds)
        threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._tried = {id_: future for id_, future in self._tried.items() if not future.cancelled()}

    def _write(self, id_: str) -> None:
        if self.failure:
            return
        try:
            picture = open_picture(Path(self._search.record(id_).path))
            if caption := caption_of(self._vision(), self._prompt, picture):
                self._search.vectors.caption(id_, self._kept.keep(id_, caption))
        except PictureError as error:  # one picture that cannot be read keeps no other from its caption
            log.info("%s", error)
        except BaseException as error:  # libraries raise things that are no Exception
            self.failure = failure_text(error)
            log.warning("no captions are written: %s", self.failure)
