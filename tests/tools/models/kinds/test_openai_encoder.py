"""The encoder behind an endpoint: against servers that serve the miniature as infinity and as vLLM do, and against some that fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from dir_tir.contracts import Matcher
from dir_tir.errors import EndpointError, PictureError, ProfileError
from dir_tir.miniature.world.drawing import draw
from dir_tir.miniature.world.scene import scenes
from dir_tir.store.gallery.embedding import embed_each
from dir_tir.tools.models.adapters import Given
from dir_tir.tools.models.kinds.openai_encoder import OpenAIEncoder, OpenAIEncoderOptions
from fake_embeddings import embeddings, sent_pictures
from fakes import FakeEncoder
from PIL import Image
from proxies import before
from pydantic import ValidationError
from scripted import Answer, scripted

if TYPE_CHECKING:
    from dir_tir.tools.models.loading import Models
    from numpy.typing import NDArray

DIALECTS = ["infinity", "vllm"]
TEXTS = ["a red boat on the left", "fish, on meadow", "snow " * 100]
GREYS = [Image.new("RGB", (8, 8), (grey, grey, grey)) for grey in range(5)]


def _encoder(url: str, **changed: Any) -> OpenAIEncoder:
    said = {"url": url, "model": "encoder", "tries": 2, "timeout": 20.0, "picture": "png", "dialect": "infinity", **changed}
    return OpenAIEncoder(OpenAIEncoderOptions(**said), Given(fingerprint_of=lambda: "fingerprint"))


def _at(port: int, **changed: Any) -> OpenAIEncoder:
    return _encoder(f"http://127.0.0.1:{port}/v1", **changed)


@pytest.fixture(scope="module")
def postcards() -> list[Image.Image]:
    return [draw(scene, 192) for scene in itertools.islice(scenes("test", 11, 0), 11)]


# What comes out


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("form", ["base64", "float"])
def test_vectors_are_those_of_the_same_weights_here(
    endpoints: dict[str, int], miniature: Models, postcards: list[Image.Image], dialect: str, form: str
) -> None:
    there, here = _at(endpoints[dialect], dialect="", encoding_format=form, batch=2), miniature.encoder
    assert there.dimension == here.dimension
    assert np.allclose(there.encode_texts(TEXTS), here.encode_texts(TEXTS), atol=1e-6)
    assert np.allclose(there.encode_images(postcards), here.encode_images(postcards), atol=1e-6)
    assert there.encode_texts([]).shape == there.encode_images([]).shape == (0, here.dimension)
    assert not isinstance(there, Matcher)


def test_a_jpeg_changes_little(endpoints: dict[str, int], miniature: Models, postcards: list[Image.Image]) -> None:
    sent = _at(endpoints["infinity"], picture="jpeg").encode_images(postcards)
    assert (sent * miniature.encoder.encode_images(postcards)).sum(axis=1).min() > 0.99


def test_how_long_a_text_is_is_known_of_vllm_or_of_a_tokenizer(endpoints: dict[str, int], miniature: Models) -> None:
    folder = str(miniature.profile.encoder.path)  # type: ignore[attr-defined]
    asked, read = _at(endpoints["vllm"], dialect="vllm"), _at(endpoints["infinity"], tokenizer=folder, context=64)
    for text in (*TEXTS, "Ein Hund läuft über die Straße"):
        assert asked.cuts(text) == read.cuts(text) == miniature.encoder.cuts(text)
        assert asked.tokens(text) == read.tokens(text) == miniature.encoder.tokens(text)
    unknown = _at(endpoints["infinity"])
    assert [unknown.cuts(text) for text in TEXTS] == [False] * 3
    assert unknown.tokens("Ein Hund") == 2


def test_a_folder_without_a_tokenizer_is_named(tmp_path: Any) -> None:
    with pytest.raises(ProfileError, match=f"no tokenizer.json in {tmp_path} .*check `tokenizer`"):
        _encoder("http://127.0.0.1:9/v1", tokenizer=str(tmp_path))


def test_the_fingerprint_is_the_same_at_every_address_and_another_for_another_model() -> None:
    def of(url: str, model: str = "clip", **more: Any) -> str:
        return OpenAIEncoderOptions(url=url, model=model, **more).fingerprint_without_files

    assert of("http://a/v1") == of("https://b:99/v1", key="OTHER", dialect="vllm")
    assert len({of("http://a/v1"), of("http://a/v1", "siglip"), of("http://a/v1", extra_body={"dimensions": 64})}) == 3
    assert of("http://a/v1", same_as="0123456789abcdef") == "0123456789abcdef"


# Servers that fail


@pytest.mark.parametrize("fault", ["hang up", "429", "500", "stall", "cut", "junk", "shapeless"])
def test_what_goes_wrong_once_is_tried_again_and_every_time_is_one_line(endpoints: dict[str, int], miniature: Models, fault: str) -> None:
    with before(endpoints["infinity"]) as proxy:
        encoder = _encoder(proxy.url, timeout=2.0 if fault == "stall" else 20.0)
        proxy.faults.append(fault)
        assert np.allclose(encoder.encode_texts(TEXTS), miniature.encoder.encode_texts(TEXTS), atol=1e-6)
        assert len(proxy.seen) == 2
        proxy.always = fault
        reason = {"429": "429: slow down", "500": "500: out of order", "stall": "timed out", "junk": "no JSON", "shapeless": "lacks|data"}
        with pytest.raises(
            EndpointError, match=rf"gave no answer in 1 tries \(.*{reason.get(fault, 'Connection error')}.*\): see that"
        ) as caught:
            _encoder(proxy.url, tries=1, timeout=0.3 if fault == "stall" else 20.0).encode_texts(TEXTS)
        assert "\n" not in str(caught.value)
        assert len(proxy.seen) == 3


def _vector(text: str) -> list[float]:
    return [float(number) for number in FakeEncoder().encode_texts([text])[0]]


def _changed(change: Callable[[list[Any]], Any]) -> Callable[[Any], Answer]:
    def answer(body: Any) -> Answer:
        status, said = embeddings(body)
        return status, {"data": change(said["data"])}

    return answer


def _each(embedding: Any) -> Callable[[Any], Answer]:
    return _changed(lambda data: [{**one, "embedding": embedding} for one in data])


def _encoded(answer: Callable[[Any], Answer], **changed: Any) -> NDArray[np.float32]:
    with scripted(answer) as server:
        return _encoder(server.url, tries=1, **changed).encode_texts(["one", "two", "three"])


def test_vectors_go_by_their_numbers_whatever_order_they_come_in() -> None:
    assert np.allclose(_encoded(_changed(lambda data: data[::-1])), [_vector(text) for text in ("one", "two", "three")], atol=1e-6)


def test_vectors_of_any_length_are_made_of_unit_length() -> None:
    longer = _changed(lambda data: [{**one, "embedding": [7 * number for number in one["embedding"]]} for one in data])
    assert np.allclose(np.linalg.norm(_encoded(longer), axis=1), 1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_changed(lambda data: data[1:]), "3 vectors for 4 inputs"),
        (_changed(lambda data: [*data, data[0]]), "5 vectors for 4 inputs"),
        (_changed(lambda data: []), "0 vectors for 4 inputs"),
        (_changed(lambda data: [{**one, "index": 1} for one in data]), "vectors numbered"),
        (_changed(lambda data: [{**data[0], "embedding": [1.0]}, *data[1:]]), "vectors of 1, 16 numbers"),
        (_each([]), "vectors of 0 numbers"),
        (_each([[1.0], [2.0]]), "an embedding of 2 dimensions"),
        (_each("no base64!"), "not what the protocol says"),
        (_each(None), "not what the protocol says"),
        (_each([float("nan"), 1.0]), r"gives no numbers \(NaN\)"),
        (_each([0.0, 0.0]), r"gives no numbers \(NaN\)"),
        (lambda _: (200, "<html>\n<h1>Welcome to nginx!</h1>"), "no JSON but text/html: <html> <h1>Welcome to nginx"),
        (lambda _: (502, "<html>Bad Gateway</html>"), "502: <html>Bad Gateway"),
        (lambda _: (200, []), "not what the protocol says"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_said_in_one_line(answer: Callable[[Any], Answer], reason: str) -> None:
    with pytest.raises(EndpointError, match=reason) as caught:
        _encoded(answer)
    assert "\n" not in str(caught.value)
    assert "the endpoint http://127.0.0.1:" in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        ((404, {"message": "The model `encoder` does not exist."}), ProfileError, "knows no such model .*check `url` and `model`"),
        ((400, {"error": {"message": "Invalid model: Engine for model name encoder not found."}}), ProfileError, "knows no such model"),
        ((401, {"detail": "Unauthorized"}), ProfileError, r"refuses the key in OPENAI_API_KEY \(401: Unauthorized\): set that variable"),
        ((403, {"detail": "no"}), ProfileError, "refuses the key in OPENAI_API_KEY"),
        ((400, {"message": "unknown encoding_format"}), EndpointError, "refuses what it is asked .*check `encoding_format`"),
        ((400, {"message": "dimensions is not supported"}), EndpointError, "check `dimensions` in the profile"),
    ],
)  # fmt: skip
def test_a_refusal_is_asked_once_and_says_what_to_do(answer: Answer, kind: type[Exception], said: str) -> None:
    with scripted(lambda _: answer) as server, pytest.raises(kind, match=said):
        _encoder(server.url, extra_body={"dimensions": 3}).encode_texts(["one"])
    assert len(server.bodies) == 1
    assert server.bodies[0]["dimensions"] == 3


def test_the_key_is_sent_and_an_endpoint_that_wants_one_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", "sk-9")
    with scripted(embeddings) as server:
        _encoder(server.url, key="MINE").encode_texts(["one"])
    assert server.keys == ["sk-9"]


def test_a_server_that_is_neither_is_to_be_named_in_the_profile() -> None:
    with (
        scripted(lambda body: embeddings(body) if body else (200, {"data": [{"id": "encoder", "owned_by": "somebody"}]})) as server,
        pytest.raises(
            ProfileError, match=r"does not say how it wants pictures \(owned by somebody\): write dialect = .infinity. or .vllm."
        ),
    ):
        _encoder(server.url, dialect="").encode_texts(["one"])


def test_another_model_in_the_place_of_the_first_is_noticed() -> None:
    others = iter(["", "", "other "])  # what the texts are read as

    def answer(body: Any) -> Answer:
        return embeddings({"input": [f"{next(others)}{text}" for text in body["input"]]} if len(body["input"]) == 1 else body)

    with scripted(answer) as server:
        encoder = _encoder(server.url)
        assert encoder.dimension == 16
        encoder.encode_texts(["one"])
        with pytest.raises(EndpointError, match="answers with another model than before"):
            [encoder.encode_texts([]) for _ in range(2)]


# Pictures


def test_pictures_are_shared_out_over_requests_and_as_large_as_the_profile_says() -> None:
    with scripted(embeddings) as server:
        _encoder(server.url, side=64, picture="jpeg", at_once=2).encode_images([Image.new("RGBA", (400, 100), "red")] * 5)
    pictures = sorted(len(body["input"]) for body in server.bodies if body.get("modality") == "image")
    assert pictures == [2, 3]
    assert {(picture.format, picture.size) for body in server.bodies for picture in sent_pictures(body)} == {("JPEG", (64, 16))}


def test_a_picture_that_is_refused_leaves_out_itself_alone() -> None:
    def answer(body: Any) -> Answer:
        if any(picture.getpixel((0, 0)) == (3, 3, 3) for picture in sent_pictures(body)):
            return 400, {"error": {"message": "imageCorruption, could not open"}}
        return embeddings(body)

    with scripted(answer) as server:
        encoder = _encoder(server.url)
        with pytest.raises(PictureError, match=r"does not take it \(400: imageCorruption"):
            encoder.encode_images(GREYS)
        rows, faults = embed_each(encoder.encode_images, GREYS)
    assert list(faults) == [3]
    assert np.isfinite(rows[[0, 1, 2, 4]]).all()


def test_a_picture_without_numbers_leaves_out_itself_alone() -> None:
    def answer(body: Any) -> Answer:
        status, said = embeddings(body)
        for one, picture in zip(said["data"], sent_pictures(body), strict=False):
            if picture.getpixel((0, 0)) == (3, 3, 3):
                one["embedding"] = [float("nan")] * 16
        return status, said

    with scripted(answer) as server:
        rows, faults = embed_each(_encoder(server.url).encode_images, GREYS)
    assert list(faults) == [3]
    assert np.isfinite(rows[[0, 1, 2, 4]]).all()


def test_texts_and_pictures_of_two_spaces_are_refused() -> None:
    short = _changed(lambda data: [{**one, "embedding": one["embedding"][:8]} for one in data])
    with (
        scripted(lambda body: (short if body.get("modality") else embeddings)(body)) as server,
        pytest.raises(EndpointError, match="gives 8 numbers for a picture and 16 for a text"),
    ):
        _encoder(server.url).encode_images(GREYS)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"same_as": "ViT-B-32"}, "same_as is 'ViT-B-32'; expected the 16 digits"),
        ({"url": "localhost:8000"}, "expected an address such as"),
        ({"url": "https://me:secret@example.org/v1"}, "url has a name or a password in it"),
        ({"dialect": "openai"}, "dialect"),
        ({"side": 8}, "side"),
    ],
)
def test_a_profile_that_cannot_be_meant_so_is_refused(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        OpenAIEncoderOptions(**{"url": "http://x", "model": "m", **changed})
