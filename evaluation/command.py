"""``dir-tir eval``: run the conversations, print the figures, and leave a run folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

if TYPE_CHECKING:
    from ..graph.config import Config
    from ..tools.profiles.profile import Profile
    from ..tools.search import Search
    from ..tools.workspace import Workspace
    from .conversing import Task


def evaluate(
    workspace: Workspace,
    retrievers: Sequence[Config],
    tasks: Sequence[Task],
    at_once: int = 1,
    methods: Sequence[str] = (DIR_TIR,),
    out: Path | None = None,
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
    write_json(folder / "manifest.json", made)
    runs = []
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


def _require_models(profile: Profile, config: Config) -> None:
    """Raise InputError where nobody can be simulated, or nothing would be said."""
    if profile.vision is None:
        raise InputError(f"profile {profile.name!r} has no vision model, which the simulated user is: give --profile of one that has")
    if profile.llm is None and config.clicks != "alone":
        raise InputError(f"profile {profile.name!r} has no language model to ask with: say --clicks, or give --profile of one that has")


def tuned_search(workspace: Workspace, config: Config, asked: frozenset[str]) -> Search | None:
    """The gallery as the profile's encoder that is tuned on dialogues reads it, for a run with raw dialogues."""
    models = workspace.models(config.profile)
    if config.rewriting or not models.dialogue_encoder:
        return None
    return workspace.search(config.gallery, config.profile, asked).read_by(models.dialogue_encoder)


def _advancing(bar: Any) -> Callable[[], None]:
    return lambda: bar.update() and None
