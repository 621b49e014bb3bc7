"""Answers of a server for embeddings, as infinity gives them, with the vectors of the fake encoder: for `scripted`."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from fakes import FakeEncoder
from PIL import Image
from scripted import Answer


def embeddings(body: Any, encoder: FakeEncoder | None = None) -> Answer:
    encoder = encoder or FakeEncoder()
    vectors = encoder.encode_images(sent_pictures(body)) if body.get("modality") == "image" else encoder.encode_texts(body["input"])
    return 200, {"data": [{"index": number, "embedding": [float(each) for each in vector]} for number, vector in enumerate(vectors)]}


def sent_pictures(body: Any) -> list[Image.Image]:
    """The pictures in a request; none where it holds texts."""
    urls = body["input"] if body.get("modality") == "image" else []
    return [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) for url in urls]


def encoder_profile(file: Path, url: str, more: str = "") -> Path:
    """A profile with nothing but an encoder at this address, which is asked once."""
    table = f'kind = "openai"\nurl = "{url}"\nmodel = "clip"\ndialect = "infinity"\npicture = "png"\ntries = 1\n{more}'
    file.write_text(f'prompts = "paper"\n[encoder]\n{table}')
    return file
