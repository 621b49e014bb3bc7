"""Everything that is open: the models of profiles, the searches in galleries, the sessions of conversations."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..contracts import unwatched
from ..errors import GalleryError, StoreError
from ..prompts.vocabulary import Vocabulary
from ..store.conversations.paintings import Paintings
from ..store.gallery.kept_at import store_of
from ..store.gallery.vectors import Vectors, kept_vectors, load_vectors
from ..store.gallery.written import WrittenCaptions
from ..store.home import Home
from .models.loading import LoadedModels, Models
from .models.options import EndpointOptions
from .profiles.fingerprints import Fingerprints
from .profiles.profile import load_profile
from .search import Search
from .search.same_vectors import require_same_vectors
from .toolbox import ProfileToolbox
from .words.picture_words import kept_words, picture_words

if TYPE_CHECKING:
    from ..contracts import Encoder, PictureRecord, StepProgress, Store
    from ..store.conversations.conversations import Conversations
    from ..store.conversations.register import Register
    from ..store.conversations.saver import RoundSaver
    from .models.processors import Processors
    from .toolbox import Settings


class Workspace:
    """Owns what is open; whoever opens one closes it. Models and searches are shared by all conversations held in it.

    home: the folder of everything written at run time (default: see `store/home.py`). store: where galleries are kept (default: Chroma
    below home, or on the server that home names). pictures_at: the address of a server that shows paintings, if there is one.
    """

    def __init__(self, home: Home | Path | str | None = None, *, store: Store | None = None, pictures_at: str = "") -> None:
        self.home = home if isinstance(home, Home) else Home.of(home)
        self.store: Store = store or store_of(self.home)
        self.paintings = Paintings(self.home.paintings, pictures_at)
        self._loaded = LoadedModels(Fingerprints(self.home.fingerprints))
        self._models: dict[str, Models] = {}
        self._open = ExitStack()
        self._conversations: Conversations | None = None
        self._vectors: dict[str, tuple[str, Vectors]] = {}  # gallery → (its state when they were read, vectors)
        self._searches: dict[tuple[str, str, str, frozenset[str]], Search] = {}  # (gallery, encoder, prompts, held out) → the search
        self._compared: set[tuple[str, str]] = set()  # (gallery, encoder behind an endpoint) that were found to agree
        self._naming, self._opening = Lock(), Lock()

    @property
    def processors(self) -> Processors:
        """What the models of this workspace compute on; an evaluation shares them out."""
        return self._loaded.processors

    def models(self, profile: str) -> Models:
        """The models of a profile (its name, or the path of a TOML file): always the same object for the same profile. Loads nothing."""
        name = str(Path(profile).absolute()) if profile.endswith(".toml") else profile
        with self._naming:
            if name not in self._models:
                self._models[name] = Models(load_profile(name), self._loaded)
            return self._models[name]

    def vectors(self, gallery: str) -> Vectors:
        """All vectors and records of a gallery as it is now: what another process has indexed meanwhile is there. Loads no model.

        Raises GalleryError when there is no such gallery any more.
        """
        with self._opening:
            try:
                info = self.store.describe(gallery)
            except StoreError:  # it is there, and what is read of it holds when the server is back
                raise
            except GalleryError:
                self._forget(gallery)
                raise
            state = info.revision or f"unfinished, {info.count}"
            kept = self._vectors.get(gallery)
            if kept is None or kept[0] != state:
                self._forget(gallery)
                vectors = kept_vectors(self.store.cache(gallery), info.revision)
                if vectors is None:
                    with self.store.open(gallery) as there:
                        vectors = load_vectors(there)
                kept = self._vectors[gallery] = (state, vectors)
            return kept[1]

    def prepare(self, gallery: str, profile: str, progress: StepProgress = unwatched) -> None:
        """Work out and keep, after an indexing, what a search by this profile needs beside the encoder, so that nobody waits for it.
        ``progress`` is told how many pictures there are, then as by `Vectors.prepare` and `Search.prepare`."""
        with suppress(GalleryError):  # empty, or damaged: whoever searches is told so
            progress(0, self.store.describe(gallery).count)
            if (vectors := self.vectors(gallery)).records:
                vectors.prepare(progress)
                self.search(gallery, profile).prepare(progress)

    def picture(self, gallery: str, id_: str) -> PictureRecord | None:
        """What a gallery knows of a picture now; nothing when it, or the gallery, is gone. While the server of the galleries is away it is
        what was known last; raises StoreError where nothing was."""
        try:
            return self.vectors(gallery).find(id_)
        except StoreError:
            if gallery not in self._vectors:
                raise
            return self._vectors[gallery][1].find(id_)
        except GalleryError:
            return None

    def largest_gallery(self, profile: str) -> str:
        """The gallery with the most pictures of those that the encoder of a profile made. Raises GalleryError when there is none."""
        made_by, found = self.models(profile).encoder_fingerprint, []
        for name in self.store.names():
            try:
                info = self.store.describe(name)
            except StoreError:
                raise
            except GalleryError:  # one that cannot be opened is no choice
                continue
            if info.fingerprint == made_by and info.count:
                found.append((-info.count, name))
        if not found:
            raise GalleryError(
                f"there is no gallery for profile {profile!r} yet: `make demo` makes one of postcards, and "
                "`dir-tir index FOLDER --gallery NAME` one of your pictures"
            )
        return min(found)[1]

    def search(self, gallery: str, profile: str, held_out: frozenset[str] = frozenset()) -> Search:
        """The search in a gallery as the gallery is now. Loads the encoder. ``held_out``: see `Search`.

        Whoever wants the same pictures throughout a conversation keeps the object. Raises GalleryError.
        """
        models, made_by = self.models(profile), self.store.describe(gallery).fingerprint
        if made_by != models.encoder_fingerprint:
            self.store.open(gallery, models.encoder_fingerprint).close()  # says what is wrong, before anything is loaded
        encoder, vectors = models.encoder, self.vectors(gallery)
        self._require_same(models, vectors, gallery)
        # With one encoder, profiles may differ in whether it also matches, and in their words.
        key = (gallery, models.profile.encoder.identity, models.profile.prompts, held_out)
        with self._opening:
            search = self._searches.get(key)
            if search is None or search.vectors is not vectors:
                words = partial(picture_words, vectors, self._vocabulary(profile), encoder, self.home.vocabularies)
                search = self._searches[key] = Search(encoder, vectors, gallery, held_out, words)
            return search

    def encoder(self, gallery: str, profile: str) -> Encoder:
        """The encoder of a profile, to write into a gallery with. Raises GalleryError for one behind an endpoint that is not the one by
        which the gallery was made."""
        models, vectors = self.models(profile), None
        try:
            info = self.store.describe(gallery)
            if _is_elsewhere(models) and info.count and info.fingerprint == models.encoder_fingerprint:
                vectors = self.vectors(gallery)
        except StoreError:  # before a model is loaded in vain
            raise
        except GalleryError:  # none yet, or damaged, or another encoder's: whoever writes is told so
            pass
        if vectors:
            self._require_same(models, vectors, gallery)
        return models.encoder

    def _require_same(self, models: Models, vectors: Vectors, gallery: str) -> None:
        """Once for each state of a gallery, where nobody can look at the weights of the encoder."""
        compared = (gallery, models.profile.encoder.identity)
        if _is_elsewhere(models) and compared not in self._compared:
            require_same_vectors(models.encoder, vectors, gallery)
            self._compared.add(compared)

    def words(self, gallery: str, id_: str, profile: str) -> tuple[str, ...]:
        """What the encoder sees in a picture, of the words of a profile's prompt set, where that is kept. Loads no model."""
        vectors = self.vectors(gallery)
        kept = kept_words(vectors, self._vocabulary(profile))
        return kept.words(vectors.rows[id_]) if kept and id_ in vectors.rows else ()

    def _vocabulary(self, profile: str) -> Vocabulary:
        return Vocabulary.load(self.models(profile).profile.prompts)

    def _forget(self, gallery: str) -> None:
        self._vectors.pop(gallery, None)
        self._searches = {key: search for key, search in self._searches.items() if key[0] != gallery}
        self._compared = {key for key in self._compared if key[0] != gallery}

    def toolbox(self, settings: Settings, held_out: frozenset[str] = frozenset()) -> ProfileToolbox:
        """The tools for one conversation with these settings. Loads nothing. ``held_out``: see `Search`."""
        models = self.models(settings.profile)

        def find() -> Search:
            found = self.search(settings.gallery, settings.profile, held_out).only(settings.only)
            return found.like(self.paintings.like(settings.like)) if settings.like else found

        return ProfileToolbox(models, find, self.paintings, settings, lambda gallery: WrittenCaptions(self.store.cache(gallery)))

    @property
    def conversations(self) -> Conversations:
        """All that is kept of conversations in this home, opened when it is first wanted."""
        with self._naming:
            if self._conversations is None:
                from ..store.conversations.conversations import Conversations  # with LangGraph, which a search alone does without

                self._conversations = self._open.enter_context(Conversations(self.home))
            return self._conversations

    @property
    def sessions(self) -> RoundSaver:
        """The checkpointer of every conversation in this home."""
        return self.conversations.saver

    @property
    def register(self) -> Register:
        """Which conversations there are."""
        return self.conversations.register

    def close(self) -> None:
        """Let go of the sessions, and of every search and model."""
        self._open.close()
        self._vectors.clear()
        self._searches.clear()
        self._models.clear()
        self._loaded.clear()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_elsewhere(models: Models) -> bool:
    return isinstance(models.profile.encoder, EndpointOptions)
