"""``report.html``: a run to look at, in one file that needs nothing else."""

from __future__ import annotations

import base64
import io
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ...contracts import PAGE
from ...errors import PictureError
from ...store.conversations.paintings import painting_file
from ...store.pictures import open_picture
from ...store.writing import write_whole
from ..methods import known_methods
from ..metrics import METRICS, definitions
from .tables import named, reaching

if TYPE_CHECKING:
    from ...tools.search import Search

_THUMBNAIL = 72  # pixels
_SHOWN = 8  # conversations of each sort


def save_page(folder: Path, summary: dict[str, Any], conversations: list[dict[str, Any]], made: dict[str, Any], search: Search) -> Path:
    """Write the page of a run into its folder."""
    whole = [c for c in conversations if "error" not in c]
    sorts = _sorts(whole)
    pictures = _Pictures(search)
    shares = {name for name, method in known_methods().items() if method.share not in (None, 0, PAGE)}
    environment = Environment(
        loader=PackageLoader("dir_tir.evaluation.report", "."), autoescape=select_autoescape(default=True), undefined=StrictUndefined
    )
    figures = [(folder / f"{name}.svg").read_text(encoding="utf-8") for name in ("curves", "shares") if (folder / f"{name}.svg").exists()]
    text = environment.get_template("page.html").render(
        made=made,
        named=named,
        with_user=f", {user} user" if (user := summary["methods"][0].get("user")) else "",
        summary=summary,
        metrics=METRICS,
        definitions=definitions(),
        reaching=reaching({"methods": [method for method in summary["methods"] if method["method"] not in shares]}),
        several=len({method["retriever"] for method in summary["methods"]}) > 1,
        shares=shares,
        figures=[figure[figure.index("<svg") :] for figure in figures],
        sorts={name: [_shown(conversation, pictures) for conversation in some] for name, some in sorts.items()},
        pictures=pictures.seen,
        count=len(whole),
    )
    return write_whole(folder / "report.html", text, durable=False)


def _sorts(conversations: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The best, the worst and some at random, by the sum of ranks over the rounds."""
    by_rank = sorted(conversations, key=lambda c: (sum(record["ranks"][c["method"]] for record in c["rounds"]), c["target"]))
    at_random = random.Random(0).sample(by_rank, min(_SHOWN, len(by_rank)))
    return {"random": at_random, "worst": by_rank[::-1][:_SHOWN], "best": by_rank[:_SHOWN]}


def _shown(conversation: dict[str, Any], pictures: _Pictures) -> dict[str, Any]:
    target = conversation["target"]
    return {
        "target": pictures.of_gallery(target),
        "description": conversation["description"],
        "rounds": [
            {
                "number": record["round"],
                "question": record["question"],
                "answer": record["answer"]["text"],
                "description": record["description"],
                "difference": record["critique"]["reply"]["text"] if record["critique"] else "",
                "painting": pictures.of_file(str(painting_file(record["painting"]["path"]))) if record["painting"] else "",
                "rank": record["ranks"][conversation["method"]],
                "results": [
                    {"picture": pictures.of_gallery(result["id"]), "source": result["source"], "wanted": result["id"] == target}
                    for result in record["results"]
                ],
            }
            for record in conversation["rounds"]
        ],
    }


class _Pictures:
    """Each picture stands in the page once, as a style that its places name."""

    def __init__(self, search: Search) -> None:
        self.seen: dict[str, str] = {}
        self._search = search

    def of_gallery(self, id_: str) -> str:
        return self._named(f"g{id_[:16]}", self._search.record(id_).path)

    def of_file(self, path: str) -> str:
        return self._named(f"p{base64.b32encode(path.encode()).decode().rstrip('=').lower()[-40:]}", path)

    def _named(self, name: str, path: str) -> str:
        """The name of a picture, turned upright; nothing when its file is gone."""
        if name not in self.seen:
            try:
                small = open_picture(Path(path), _THUMBNAIL)
            except PictureError:
                return ""
            file = io.BytesIO()
            small.save(file, "JPEG", quality=82)
            self.seen[name] = base64.b64encode(file.getvalue()).decode()
        return name
