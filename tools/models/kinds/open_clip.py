"""Encoder: a CLIP in open_clip's format, in a folder, a repository, or as one of those that open_clip lists."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ....errors import ProfileError
from ..adapters import Given, adapter
from ..batched_encoder import BatchedEncoder
from ..options import EncoderOptions, WeightOptions
from ..sources import Folder, Repository

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from ..sources import Source

_FILES = "open_clip_model"  # what the weights are called; a repository may hold them in transformers' format too


class OpenClipOptions(EncoderOptions, WeightOptions):
    """`model` and `tag` name one of open_clip's pretrained encoders."""

    kind: Literal["open_clip"] = "open_clip"
    model: str = ""
    tag: str = ""

    places: ClassVar = (("path",), ("repo",), ("model", "tag"))

    def source(self) -> Source:
        given = super().source()
        if isinstance(given, Folder):
            return given
        return Repository(self.repo or _repository(self.model, self.tag), self.revision, weights=_FILES)


@adapter("encoder", OpenClipOptions)
class OpenClipEncoder(BatchedEncoder):
    """The folder holds open_clip_config.json and open_clip_model.safetensors, and a tokenizer when it is not CLIP's own."""

    def __init__(self, options: OpenClipOptions, given: Given) -> None:
        import open_clip

        name, self._placement = f"local-dir:{given.weights}", given.placement
        text = _text_settings(given.weights)
        model, self._preprocess = open_clip.create_model_from_pretrained(name, precision="fp32", device="cpu")
        self._model: Any = model.eval().to(self._placement.device, self._placement.torch_dtype)
        # Its own reader of words takes no such argument, and has no code in the folder.
        no_code = {"trust_remote_code": False} if text.get("hf_tokenizer_name") else {}
        self._tokenize: Any = open_clip.get_tokenizer(name, **no_code)
        super().__init__(given.fingerprint, options.batch)

    def cuts(self, text: str) -> bool:
        """Whether one more word would change nothing: what fills the context to its last token counts as cut."""
        text, longer = self._tokenize([text, f"{text} more"])
        return bool((text == longer).all())

    def tokens(self, text: str) -> int:
        """How many pieces a text is taken apart into, start and end aside."""
        read, nothing = self._tokenize([text, ""])
        padding = nothing[-1]
        return int((read != padding).sum() - (nothing != padding).sum())

    def _read_texts(self, texts: list[str]) -> Any:
        return self._tokenize(texts).to(self._placement.device)

    def _read_images(self, images: list[Image.Image]) -> Any:
        import torch

        pixels = torch.stack([self._preprocess(image.convert("RGB")) for image in images])
        return pixels.to(self._placement.device, self._placement.torch_dtype)

    def _embed_texts(self, batch: Any) -> Any:
        return self._model.encode_text(batch)

    def _embed_images(self, batch: Any) -> Any:
        return self._model.encode_image(batch)


def _text_settings(folder: Path) -> dict[str, Any]:
    """What the configuration says of the text tower. Raises ProfileError for a tower that another repository describes, which is not here:
    open_clip would ask the hub."""
    from transformers import AutoConfig

    read = json.loads((folder / "open_clip_config.json").read_text(encoding="utf-8"))
    text: dict[str, Any] = read["model_cfg"]["text_cfg"]
    if other := text.get("hf_model_name"):
        try:
            AutoConfig.from_pretrained(other, trust_remote_code=False, local_files_only=True)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:120]
            raise ProfileError(
                f"the text tower of the encoder in {folder} is that of another repository, {other} (`hf_model_name` in "
                f"open_clip_config.json), whose configuration cannot be had here ({reason}): run `hf download {other} config.json` once, "
                "or name another encoder"
            ) from error
    return text


def _repository(model: str, tag: str) -> str:
    """The repository that open_clip's model and tag are in. Raises ProfileError for one it does not know or keeps outside the hub."""
    import open_clip

    known = open_clip.list_pretrained_tags_by_model(model)
    if tag not in known:
        models = sorted({name for name, _ in open_clip.list_pretrained()})
        near = known or get_close_matches(model, models, n=5, cutoff=0)
        raise ProfileError(f"open_clip has no {f'tag {tag!r} for ' if known else ''}model {model!r}: expected one of {', '.join(near)}")
    owner, _, name = str(open_clip.get_pretrained_cfg(model, tag).get("hf_hub", "")).rstrip("/").partition("/")
    if not name or "/" in name:
        raise ProfileError(f"open_clip keeps {model} / {tag} in a form that would have to be unpickled: choose another tag")
    return f"{owner}/{name}"
