"""What is searched for, as an encoder reads it: texts, and pictures in files."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ModelError
from ...store.conversations.paintings import painting_file
from ...store.pictures import content_id, open_picture
from .listing import Sought

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ...contracts import Encoder

REMEMBERED = 256  # embeddings kept: a conversation asks for the same description and painting several times


class Embeddings:
    """The last ones asked for are remembered."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._remembered: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def of_text(self, text: str) -> Sought:
        """What is near to a text."""
        return self._sought(("text", text), lambda: self._encoder.encode_texts([text]))

    def of_picture(self, path: str) -> Sought:
        """What is near to the picture in a file. Raises PictureError for one that cannot be read."""
        file = painting_file(path)
        key = ("image", content_id(file))  # by content: the same path may hold another painting after a round was run again
        return self._sought(key, lambda: self._encoder.encode_images([open_picture(file)]))

    def _sought(self, key: tuple[str, str], encode: Callable[[], NDArray[np.float32]]) -> Sought:
        with self._lock:
            vector = self._remembered.get(key)
        if vector is None:  # encoded without the lock: an endpoint that is slow, or away, is waited for by who asks alone
            vector = encode()[0]
            if not np.isfinite(vector).all():  # every comparison with it would be false, and the page a random one
                raise ModelError(f"the encoder gave no numbers for a {key[0]}: try another `dtype` in the profile, or where it is served")
        with self._lock:
            self._remembered[key] = vector
            self._remembered.move_to_end(key)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return Sought(key, vector)
