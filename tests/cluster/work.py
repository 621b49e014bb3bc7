"""What a cluster is given to do, and what is killed meanwhile."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from postcards import hunts_in
from soak.visiting import Visitor

from .conversations import Talk, WrongError, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .parts import Part, Parts
    from .whole import Whole

GALLERY = "postcards"
_LIMIT = 1800.0  # seconds that one piece of work may take


def work(cluster: Whole, parts: Parts, postcards: int, conversations: int) -> Iterator[tuple[str, float]]:
    """Each piece when it is done: in words, and how many seconds it took. Raises PartError and WrongError."""
    run, drawn = partial(parts.run, limit=_LIMIT), cluster.folder / "postcards"
    yield f"{postcards:,} postcards drawn", run(cluster.task("drawing", "miniature", str(drawn), "--postcards", str(postcards)))
    seconds = run(cluster.task("indexing", "index", str(drawn), "--gallery", GALLERY, "--profile", "miniature", "--ray", cluster.ray))
    yield f"indexed, {postcards / seconds:.1f} a second: Ray's workers encode, Chroma's server keeps them", seconds
    yield "Chroma's server killed and started again", _again(parts, cluster.chroma)
    verifying = cluster.task("verifying", "gallery", "verify", GALLERY)
    seconds = run(verifying)
    if f"all {postcards} files are there" not in verifying.log.read_text():
        raise WrongError(f"the gallery does not have its {postcards} pictures: see {verifying.log}")
    yield "the gallery verified: nothing lost, nothing doubled", seconds
    begun = time.monotonic()
    talks = [Talk(hunt, Visitor(0)) for hunt in hunts_in(drawn, GALLERY)[:conversations]]
    killed = _hold(talks, parts, cluster.webs)
    hopped = sum(talk.hops > 0 for talk in talks)
    yield f"{len(talks)} conversations, {hopped} gone on with on another server: {outcome(talks)}", time.monotonic() - begun
    yield f"{cluster.webs[0].name}, killed {'in the middle of' if killed else 'after'} them, started again", _again(parts, cluster.webs[0])
    begun = time.monotonic()
    for talk in talks:
        talk.require_right([port_of(web) for web in cluster.webs])
    yield "both servers asked: every reply is there once, every ending as it should be", time.monotonic() - begun


def port_of(web: Part) -> int:
    """Where it listens."""
    return int(web.address.rstrip("/").rpartition(":")[2])


def _again(parts: Parts, part: Part) -> float:
    begun = time.monotonic()
    parts.kill(part)
    parts.begin(part)
    parts.await_ready(part)
    return time.monotonic() - begun


def _hold(talks: Sequence[Talk], parts: Parts, webs: Sequence[Part]) -> bool:
    """Begun on all servers in turn; each is gone on with on another one after its first round, and when its server is killed: the first, as
    soon as as many rounds are over as there are conversations. Whether it came to that before all had ended."""
    there, killed = [port_of(web) for web in webs], webs[0]
    for number, talk in enumerate(talks):
        talk.visitor.port = there[number % len(there)]
        talk.begin()
    open_ = list(talks)
    while open_:
        open_ = [talk for talk in open_ if not talk.step()]
        if len(there) == len(webs) and (sum(talk.closed for talk in talks) >= len(talks) or len(open_) == 1):
            parts.kill(killed)
            there.remove(port_of(killed))
        for talk in open_:
            elsewhere = [port for port in there if port != talk.visitor.port]
            if talk.visitor.port not in there or (elsewhere and talk.closed and not talk.hops):
                talk.hop(elsewhere[0])
        parts.check()
        time.sleep(0.1)
    return len(there) < len(webs)
