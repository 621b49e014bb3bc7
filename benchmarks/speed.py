"""How fast indexing and searching are, as ratios that are measured side by side in one run, so that they mean something on any machine.

    python -m dir_tir.benchmarks.speed indexing --model ViT-B-32 --pictures 400   against the encoder's own rate on the same pictures
    python -m dir_tir.benchmarks.speed memory --sizes 2000,20000                  the most memory an indexing takes, by size
    python -m dir_tir.benchmarks.speed searching --rows 100000 --chroma           against numpy's product and FAISS (needs faiss-cpu)

Every model is untrained and of its real size: how fast one is does not depend on what it has learnt.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..contracts import PictureRecord
from ..store.gallery.chroma import ChromaStore
from ..store.gallery.indexing import index
from ..store.gallery.reading import SIDE
from ..store.gallery.sources import folder_sources
from ..store.gallery.vectors import Vectors
from ..store.pictures import open_picture
from ..tools.models.adapters import Given
from ..tools.models.kinds.open_clip import OpenClipEncoder, OpenClipOptions
from ..tools.models.loading import Models
from ..tools.profiles.profile import load_profile
from ..tools.search import Search

TOP = 500  # N of Algorithm 1: as many as a round looks at
_QUERIES = 20


def draw_photos(folder: Path, count: int, size: tuple[int, int] = (640, 480)) -> None:
    """JPEGs, each different, about as costly to read as photos of that size."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    grain = Image.fromarray(rng.integers(0, 255, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    for number in range(count):
        grain.save(folder / f"{number:05}.jpg", quality=90, comment=str(number))


def untrained(name: str, folder: Path) -> OpenClipEncoder:
    """One of open_clip's models as it is before training, saved and loaded as a trained one is."""
    import open_clip
    from safetensors.torch import save_file

    folder.mkdir()
    model = open_clip.create_model(name, pretrained=None)
    preprocess = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "shortest"}
    config = {"model_cfg": open_clip.get_model_config(name), "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    save_file({key: tensor.contiguous() for key, tensor in model.state_dict().items()}, folder / "open_clip_model.safetensors")
    return OpenClipEncoder(OpenClipOptions(path=str(folder)), Given(folder))


def measure_indexing(model: str, pictures: int, photos: Path | None) -> dict[str, float]:
    """Pictures a second, alternating: the encoder alone on pictures that are decoded, and an indexing from files to a finished gallery."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if photos is None:
            photos = work / "photos"
            draw_photos(photos, pictures)
        encoder = untrained(model, work / "encoder")
        sources = folder_sources(photos)[:pictures]
        decoded = [open_picture(source.path, SIDE) for source in sources]
        encoder.encode_images(decoded[:64])
        bare, whole = [], []
        for turn in range(2):
            bare.append(len(sources) / _seconds(partial(encoder.encode_images, decoded)))
            whole.append(len(sources) / _seconds(partial(index, sources, ChromaStore(work), f"gallery-{turn}", encoder)))
    return {"pictures": len(sources), "bare": max(bare), "indexing": max(whole), "ratio": max(whole) / max(bare)}


def measure_memory(sizes: list[int]) -> list[dict[str, float]]:
    """Peak resident memory (MB) of a process that indexes so many pictures with the miniature's encoder."""
    return [
        json.loads(subprocess.run(_itself("memory-of", str(size)), capture_output=True, text=True, check=True).stdout) for size in sizes
    ]


def memory_of(count: int) -> dict[str, float]:
    """What `measure_memory` runs in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        draw_photos(Path(name) / "photos", count, (160, 120))
        encoder = Models(load_profile("miniature")).encoder
        sources = folder_sources(Path(name) / "photos")
        loaded = _peak()
        seconds = _seconds(lambda: index(sources, ChromaStore(Path(name)), "gallery", encoder))
    return {"pictures": count, "before": loaded, "peak": _peak(), "rate": count / seconds}


def measure_searching(rows: int, dimension: int, *, chroma: bool) -> list[dict[str, Any]]:
    """Milliseconds of one query for the first 500 of so many rows, and how many of the true ones are among them."""
    import chromadb
    import faiss  # of the development extra: nothing but this uses it
    from chromadb.config import Settings

    rng = np.random.default_rng(0)
    centres = rng.normal(size=(200, dimension))
    images = _unit(centres[rng.integers(0, 200, rows)] + rng.normal(size=(rows, dimension)))
    queries = _unit(centres[rng.integers(0, 200, _QUERIES)] + rng.normal(size=(_QUERIES, dimension)))
    records = [PictureRecord(f"{row:08}", "", ("",), 1, 1) for row in range(rows)]
    search = Search(
        Models(load_profile("miniature")).encoder,
        Vectors(records, images, images),
    )
    flat, graph = faiss.IndexFlatIP(dimension), faiss.IndexHNSWFlat(dimension, 16, faiss.METRIC_INNER_PRODUCT)
    flat.add(images)
    graph.add(images)
    graph.hnsw.efSearch = TOP

    def product(number: int) -> list[int]:
        scores = images @ queries[number]
        best = np.argpartition(-scores, TOP)[:TOP]
        return [int(row) for row in best[np.argsort(-scores[best])]]

    ways: dict[str, Callable[[int], list[int]]] = {
        "numpy product": product,
        "ours (exact)": lambda number: [int(hit["id"]) for hit in search.by_vector(queries[number], TOP)],
        "FAISS flat (exact)": lambda number: [int(row) for row in flat.search(queries[number : number + 1], TOP)[1][0]],
        "FAISS HNSW": lambda number: [int(row) for row in graph.search(queries[number : number + 1], TOP)[1][0]],
    }
    with tempfile.TemporaryDirectory() as name, ExitStack() as held:
        if chroma:
            client = held.enter_context(chromadb.PersistentClient(path=name, settings=Settings(anonymized_telemetry=False)))
            ways["Chroma HNSW"] = _chroma(client, images, queries)
        true = [set(product(number)) for number in range(_QUERIES)]
        found = {way: ([], []) for way in ways}  # type: dict[str, tuple[list[float], list[float]]]
        for number in range(_QUERIES):  # side by side, so that what else the machine does falls on all of them
            for way, ask in ways.items():
                before = time.perf_counter()
                hits = ask(number)
                found[way][0].append(time.perf_counter() - before)
                found[way][1].append(len(true[number] & set(hits)) / TOP)
    return [{"way": way, "ms": 1000 * statistics.median(s), "recall": statistics.mean(r)} for way, (s, r) in found.items()]


def _chroma(client: Any, images: NDArray[np.float32], queries: NDArray[np.float32]) -> Callable[[int], list[int]]:
    """Chroma's own index, which no search of ours goes through (docs/decisions/0013)."""
    collection = client.create_collection("images", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    for start in range(0, len(images), 2000):
        some = images[start : start + 2000]
        collection.add(ids=[f"{row:08}" for row in range(start, start + len(some))], embeddings=list(some))

    def ask(number: int) -> list[int]:
        return [int(id_) for id_ in collection.query(query_embeddings=[queries[number]], n_results=TOP, include=[])["ids"][0]]

    return ask


def _unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def _itself(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dir_tir.benchmarks.speed", *arguments]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["indexing", "memory", "memory-of", "searching"])
    parser.add_argument("size", nargs="?", type=int)
    parser.add_argument("--model", default="ViT-B-32")
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--photos", type=Path, help="a folder of one's own instead of drawn ones")
    parser.add_argument("--sizes", default="2000,20000")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--chroma", action="store_true", help="also Chroma's own index, which takes minutes to build")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    match options.what:
        case "indexing":
            print(json.dumps(measure_indexing(options.model, options.pictures, options.photos)))
        case "memory":
            for line in measure_memory([int(size) for size in options.sizes.split(",")]):
                print(json.dumps(line))
        case "memory-of":
            print(json.dumps(memory_of(options.size)))
        case "searching":
            for line in measure_searching(options.rows, options.dimension, chroma=options.chroma):
                print(json.dumps(line))


if __name__ == "__main__":
    main()
