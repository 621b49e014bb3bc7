"""``dir-tir eval``: run the conversations, print the figures, and leave a run folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..errors import InputError
from ..plain import shown
from .conversing import as_file_name
from .manifest import made_by_other_code, manifest, name_of, refuse_another
from .methods import DIR_TIR, methods_to_run
from .report.curves import save_curves
from .report.page import save_page
from .report.summary import Ran, summarise
from .report.tables import format_summary, write_json, write_tables
from .runner import run
from .tuned import tuned_search

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..store.conversations.saver import RoundSaver
    from ..tools.cluster.pool import Pool
    from ..tools.profiles.profile import Profile
    from ..tools.workspace import Workspace
    from .conversing import Task
    from .holding import Holder


def evaluate(
    workspace: Workspace,
    retrievers: Sequence[Config],
    tasks: Sequence[Task],
    at_once: int = 1,
    methods: Sequence[str] = (DIR_TIR,),
    out: Path | None = None,
    ray: str | None = None,
) -> Path:
    """Converse about the targets by each method, with each retriever (a profile and the gallery of its encoder).

    Prints tables and returns the folder of the run. That is named after everything that the results depend on, the program's own code
    included, so that what an earlier run left is continued only where nothing has changed. With ``out`` it is that folder. Raises
    InputError when another run is in there.
    """
    settings = [methods_to_run(retriever, methods) for retriever in retrievers]  # what cannot be run is refused before anything is
    for retriever in retrievers:
        _require_models(workspace.models(retriever.profile).profile, retriever)
    for retriever in retrievers:
        workspace.models(retriever.profile).fetch()
    made, asked = manifest(workspace, retrievers, tasks), frozenset(task.description for task in tasks)
    folder = out or workspace.home.evaluations / f"{retrievers[0].gallery[:40]}-{len(tasks)}-{name_of(made)}"
    if out:
        refuse_another(out, made)
    elif not folder.exists() and (other := made_by_other_code(made, folder)):
        print(f"starting anew: {other.name} has the same settings, but was made by other code of dir-tir ({made['code']} now)")
    folder.mkdir(parents=True, exist_ok=True)
    runs = []
    with _cluster(workspace, retrievers, asked, at_once, ray) as pool:
        if pool:
            made["made_with"]["ray"] = f"workers: {pool.planned}; conversations of each at a time: {at_once}"
        write_json(folder / "manifest.json", made)
        for number, (retriever, of_methods) in enumerate(zip(retrievers, settings, strict=True)):
            for method, config in of_methods.items():
                name = f"{method}-{Path(retriever.profile).stem}" if number else method
                with tqdm(total=len(tasks), desc=name, unit="conversation") as bar:
                    file, tuned = folder / f"{as_file_name(name)}.jsonl", tuned_search(workspace, config, asked)
                    done = run(
                        tasks,
                        config,
                        file,
                        partial(workspace.toolbox, held_out=asked),
                        _advancing(bar),
                        at_once=at_once,
                        method=method,
                        tuned=tuned,
                        processors=workspace.processors,
                        asked=methods,
                        holder=_on_cluster(pool, method, config, file, methods),
                    )
                    runs.append(Ran(method, config, done))
    summary = summarise(runs)
    write_tables(folder, summary)
    save_curves(summary, folder)
    page = save_page(folder, summary, runs[0].conversations, made, workspace.search(retrievers[0].gallery, retrievers[0].profile))
    for line in format_summary(summary):
        print(shown(line))
    print(f"\nTo look at, with curves and conversations:  {shown(page)}")
    return folder


@contextmanager
def _cluster(
    workspace: Workspace, retrievers: Sequence[Config], held_out: frozenset[str], at_once: int, ray: str | None
) -> Iterator[Pool | None]:
    """The workers of a cluster, which have begun; none where the command converses itself."""
    if ray is None:
        yield None
        return
    from ..tools.cluster.pool import Pool
    from .cluster import begin

    with Pool(ray, lambda text: tqdm.write(f"dir-tir: {text}", file=sys.stderr)) as pool:
        begin(pool, workspace, retrievers, held_out, at_once)
        yield pool


def _on_cluster(pool: Pool | None, method: str, config: Config, file: Path, asked: Sequence[str]) -> Callable[[RoundSaver], Holder] | None:
    if pool is None:
        return None
    from .cluster import ClusterHolder

    return partial(ClusterHolder, pool, method, config, file, asked)


def _require_models(profile: Profile, config: Config) -> None:
    """Raise InputError where nobody can be simulated, or nothing would be said."""
    if profile.vision is None:
        raise InputError(f"profile {profile.name!r} has no vision model, which the simulated user is: give --profile of one that has")
    if profile.llm is None and config.clicks != "alone":
        raise InputError(f"profile {profile.name!r} has no language model to ask with: say --clicks, or give --profile of one that has")


def _advancing(bar: Any) -> Callable[[], None]:
    return lambda: bar.update() and None
