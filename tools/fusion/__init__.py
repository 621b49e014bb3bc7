"""Section 2.4 of the paper: one order of the gallery, and its first page, from the scores of the two refiners.

A fusion is a pure function of the scores of every picture. Conversations (``Config.fusion``), ``--fusion``, evaluation, report and curves
know those that are registered here by name. Another package adds one by an entry point of the group ``dir_tir.fusions``:

    FUSIONS.add("halves", Fusion("half and half", lambda scores: ordered(scores, (scores.dialog + scores.image) / 2)))

The names are read for every ``--help``, so numpy is imported where something is computed.
"""

from ...contracts import PAGE
from .additions import dar, mean, newest, sums_of_dar, sums_of_mean, sums_of_newest
from .filtering import fused_among
from .order import first, place
from .reciprocal import rrf
from .reranking import reranked, with_fits, with_page
from .scores import FUSIONS, HUB_WEIGHT, Fused, Fusion, Lists, Result, Scale, Scales, Scores, Shares, Sum, ordered
from .slots import slots, sums_of_slots

__all__ = [
    "FUSIONS",
    "HUB_WEIGHT",
    "PAGE",
    "Fused",
    "Fusion",
    "Lists",
    "Result",
    "Scale",
    "Scales",
    "Scores",
    "Shares",
    "Sum",
    "dar",
    "first",
    "fused_among",
    "mean",
    "newest",
    "ordered",
    "place",
    "reranked",
    "rrf",
    "slots",
    "with_fits",
    "with_page",
]

FUSIONS.add("slots", Fusion("places shared out", slots, sums=sums_of_slots))
FUSIONS.add("sum", Fusion("scores added", mean, sums=sums_of_mean))
FUSIONS.add("rrf", Fusion("places added (RRF)", rrf))
FUSIONS.add("dar", Fusion("scores added (DAR)", dar, sums=sums_of_dar))
FUSIONS.add("newest", Fusion("scores added, the newest above all", newest, looks_back=True, sums=sums_of_newest))
