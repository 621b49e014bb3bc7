"""One server on loopback for every model of the miniature, as vLLM or infinity would serve them. It is a real counterpart of the kinds of
models behind endpoints, in tests and wherever something is tried without a GPU.

    PYTHONPATH=tests python -m model_server [--port 8001] [--dialect infinity | vllm] [--key KEY] [--profile FILE.toml]

It loads all models, prints ``http://127.0.0.1:PORT/v1`` in a line of its own, and serves until SIGINT or SIGTERM ends it. Port 0, the
default, is a free one. With ``--profile`` a profile is written there first, whose four models are at this address: with
`dir-tir ... --profile FILE.toml` no model library is loaded then. Galleries that the miniature made are searched by it, and the other way
round (`same_as`). With ``--key``, clients need the same in OPENAI_API_KEY.

Served below /v1: models, chat/completions (models llm and vision), embeddings (model encoder), images/generations (model painter); and
/health, and /tokenize as vLLM has it. A dialect is kept to: what the real server would refuse, or take for something else, is refused, or
taken for something else.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import uvicorn
from dir_tir.chat.web.serving import listening
from dir_tir.contracts import Example
from dir_tir.tools.workspace import Workspace
from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from dir_tir.tools.models.loading import Models
    from starlette.requests import Request

Dialect = Literal["infinity", "vllm"]
NAMES = ("encoder", "llm", "vision", "painter")  # what the models are called
MOST = 32  # pictures in a request that infinity takes
CONTEXT = 64  # tokens that the encoder reads


class Refused(Exception):
    """A request that is answered with this status and these words."""

    def __init__(self, status: int, words: str, code: str = "") -> None:
        super().__init__(words)
        self.status, self.code = status, code


def model_server(models: Models, dialect: Dialect = "infinity", key: str = "") -> Starlette:
    """The application."""

    def post(path: str, answer: Callable[[Any], dict[str, Any]]) -> Route:
        async def answered(request: Request) -> Response:
            try:
                if key and request.headers.get("Authorization") != f"Bearer {key}" and path.startswith("/v1"):
                    raise Refused(401, "Unauthorized")
                return JSONResponse(await run_in_threadpool(answer, json.loads(await request.body())))
            except Refused as refused:
                return JSONResponse({"error": {"message": str(refused), "code": refused.code or refused.status}}, refused.status)

        return Route(path, answered, methods=["POST"])

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def listed(request: Request) -> Response:
        if key and request.headers.get("Authorization") != f"Bearer {key}":
            return JSONResponse({"detail": "Unauthorized"}, 401)
        return JSONResponse({"object": "list", "data": [{"id": name, "object": "model", "owned_by": dialect} for name in NAMES]})

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/v1/models", listed),
            post("/v1/chat/completions", lambda body: _completion(models, body)),
            post("/v1/embeddings", lambda body: _embeddings(models, body, dialect)),
            post("/v1/images/generations", lambda body: _painting(models, body)),
            *([post("/tokenize", lambda body: _tokenized(models, body))] if dialect == "vllm" else []),
        ]
    )


def write_profile(file: Path, url: str, dialect: str = "", encoder: str = "", painter: str = "") -> Path:
    """A profile whose four models are served at this address. ``encoder``, ``painter``: further lines of their tables."""
    at = f'kind = "openai"\nurl = "{url}"\ntimeout = 120.0\n'
    said = "generation = { max_new_tokens = 96, temperature = 0.0 }\n"
    same = Workspace().models("miniature").encoder_fingerprint
    file.write_text(
        'prompts = "miniature"\nlimited_to = "illustrated postcards"\notherwise = "photos"\n'
        f'[encoder]\n{at}model = "encoder"\ndialect = "{dialect}"\nsame_as = "{same}"\nside = 768\npicture = "png"\n{encoder}\n'
        f'[llm]\n{at}model = "llm"\n{said}[vision]\n{at}model = "vision"\n{said}'
        f'[painter]\n{at}model = "painter"\n{painter}\n'
    )
    return file


def _require_model(body: Any, names: tuple[str, ...], dialect: Dialect = "vllm") -> None:
    if body.get("model") not in names:
        if dialect == "infinity":
            raise Refused(400, f"Invalid model: Engine for model name {body.get('model')} not found. Available model names are {names}")
        raise Refused(404, f"The model `{body.get('model')}` does not exist.")


# Chat


def _completion(models: Models, body: Any) -> dict[str, Any]:
    _require_model(body, ("llm", "vision"))
    *earlier, last = body["messages"]
    begin = ""
    if last["role"] == "assistant":  # a reply that is begun
        *earlier, last = earlier
        begin = body["messages"][-1]["content"]
    text, images = _text_and_images(last["content"])
    if body["model"] == "vision":
        said = models.vision.reply(text, images)
    else:
        asked = [_text_and_images(message["content"])[0] for message in earlier]
        examples = [Example(*pair) for pair in zip(asked[::2], asked[1::2], strict=True)]
        said = models.llm.reply(text, again=int(bool(body.get("temperature"))), examples=examples, begin=begin)
    choices = [{"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}]
    return {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"], "choices": choices}


def _text_and_images(content: Any) -> tuple[str, list[Image.Image]]:
    if isinstance(content, str):
        return content, []
    images = [_picture(part["image_url"]["url"]) for part in content if part["type"] == "image_url"]
    return "\n".join(part["text"] for part in content if part["type"] == "text"), images


# Embeddings


def _embeddings(models: Models, body: Any, dialect: Dialect) -> dict[str, Any]:
    _require_model(body, ("encoder",), dialect)
    vectors, tokens = (_as_infinity if dialect == "infinity" else _as_vllm)(models, body)
    form = body.get("encoding_format", "float")
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(vector.tobytes()).decode() if form == "base64" else vector.tolist(),
        }
        for index, vector in enumerate(np.asarray(vectors, dtype="<f4"))
    ]
    return {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def _as_infinity(models: Models, body: Any) -> tuple[Any, int]:
    if "input" not in body:
        raise Refused(422, "input: Field required")
    given = [body["input"]] if isinstance(body["input"], str) else body["input"]
    if body.get("modality", "text") == "text":
        return models.encoder.encode_texts([text.strip() for text in given]), sum(map(len, given))
    if len(given) > MOST:
        raise Refused(422, f"input: List should have at most {MOST} items after validation, not {len(given)}")
    return models.encoder.encode_images([_picture(each) for each in given]), 0


def _as_vllm(models: Models, body: Any) -> tuple[Any, int]:
    """A conversation with one picture, or texts; texts in a conversation go without the marks of their beginning and end."""
    if "messages" in body:
        text, images = _text_and_images(body["messages"][0]["content"])
        if not images or text:
            raise Refused(400, "CLIP accepts text-only or image-only inputs, not both! You must pass an image with an empty token prompt.")
        return models.encoder.encode_images(images), 50
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    if "truncate_prompt_tokens" not in body and any(models.encoder.cuts(text) for text in texts):
        raise Refused(400, f"This model's maximum context length is {CONTEXT} tokens. Please reduce the length of the input.")
    return models.encoder.encode_texts(texts), sum(models.encoder.tokens(text) + 2 for text in texts)


def _tokenized(models: Models, body: Any) -> dict[str, Any]:
    _require_model(body, ("encoder",))
    longer = models.encoder.cuts(body["prompt"])
    count = models.encoder.tokens(body["prompt"]) + longer + (2 if body.get("add_special_tokens", True) else 0)
    return {"count": count, "max_model_len": CONTEXT, "tokens": []}


# Pictures


def _painting(models: Models, body: Any) -> dict[str, Any]:
    _require_model(body, ("painter",))
    if body.get("response_format") != "b64_json" or body.get("n", 1) != 1:
        raise Refused(400, "response_format: expected b64_json; n: expected 1")
    painted = io.BytesIO()
    models.painter.paint(body["prompt"], int(body.get("seed", 0))).save(painted, "PNG")
    return {"created": 1, "data": [{"b64_json": base64.b64encode(painted.getvalue()).decode()}]}


def _picture(url: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(base64.b64decode(url.partition(";base64,")[2], validate=True))).convert("RGB")
    except (OSError, binascii.Error) as error:
        raise Refused(400, f"imageCorruption, could not open ['bytes'] -> {error}") from None


def main() -> None:
    parser = argparse.ArgumentParser(prog="model_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--dialect", choices=("infinity", "vllm"), default="infinity")
    parser.add_argument("--key", default="")
    parser.add_argument("--profile", type=Path)
    options = parser.parse_args()
    models = Workspace().models("miniature")
    _ = models.encoder, models.llm, models.vision, models.painter
    with listening("127.0.0.1", options.port) as port:
        url = f"http://127.0.0.1:{port.getsockname()[1]}/v1"
        if options.profile:
            write_profile(options.profile, url)
        print(url, flush=True)
        config = uvicorn.Config(model_server(models, options.dialect, options.key), log_level="warning")
        uvicorn.Server(config).run(sockets=[port])


if __name__ == "__main__":
    main()
