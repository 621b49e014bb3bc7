"""Which tool took how long in one node, so that the program can show seconds per model and its own overhead."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = "own"


@dataclass
class Stopwatch:
    """Adds up the seconds that calls of watched tools take."""

    tools: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=perf_counter)

    def start(self) -> None:
        """Begin anew; otherwise it runs from its making."""
        self.started = perf_counter()

    def watch(self, name: str, tool: object) -> Any:
        """The tool itself, as far as anybody can tell, with its calls timed under `name`."""
        return _Watched(self, name, tool)

    def seconds(self) -> dict[str, float]:
        """Tool → seconds up to now; "own" is the time since the start that no tool took."""
        return {**self.tools, OWN: perf_counter() - self.started - sum(self.tools.values())}


class _Watched:
    """Every attribute is the tool's: its own are behind two underscores."""

    def __init__(self, stopwatch: Stopwatch, name: str, tool: object) -> None:
        self.__stopwatch, self.__name, self.__tool = stopwatch, name, tool

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self.__tool, attribute)
        return self.__timed(value) if callable(value) else value

    def __timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **keywords: Any) -> Any:
            before = perf_counter()
            try:
                return call(*arguments, **keywords)
            finally:
                tools, name = self.__stopwatch.tools, self.__name
                tools[name] = tools.get(name, 0.0) + perf_counter() - before

        return timed


def added(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Seconds of two stopwatches, tool by tool."""
    return {tool: one.get(tool, 0.0) + other.get(tool, 0.0) for tool in {**one, **other}}
