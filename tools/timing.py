"""Which tool took how long in one node, so that the program can show seconds per model and its own overhead."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = "own"
# Special methods that make an object, or look up what it has: the proxy's are its own.
_OF_THE_PROXY = {"__new__", "__init__", "__del__", "__class__", "__getattr__", "__getattribute__", "__init_subclass__", "__subclasshook__"}


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
        return watched(tool, perf_counter, partial(self._add, name))

    def seconds(self) -> dict[str, float]:
        """Tool → seconds up to now; "own" is the time since the start that no tool took."""
        return {**self.tools, OWN: perf_counter() - self.started - sum(self.tools.values())}

    def _add(self, name: str, seconds: float) -> None:
        self.tools[name] = self.tools.get(name, 0.0) + seconds


def watched(tool: object, clock: Callable[[], float], spent: Callable[[float], None]) -> Any:
    """The tool itself, as far as anybody can tell, with the time that each call takes handed to ``spent``.

    Python looks up special methods on the class of an object, not on the object. So a class is made for the tool that has those of the
    tool's: `len`, `in`, loops, indexing, calls, `with` and `isinstance` work as they do on the tool.
    """
    kind = type(tool)

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **keywords: Any) -> Any:
            before = clock()
            try:
                value = call(*arguments, **keywords)
            finally:
                spent(clock() - before)
            return proxy if value is tool else value  # `with tool as same:` is watched, too

        return run

    def attribute(_: object, name: str) -> Any:
        value = getattr(tool, name)
        return timed(value) if callable(value) else value

    def special(name: str) -> Callable[..., Any]:
        return lambda _, *arguments, **keywords: timed(getattr(tool, name))(*arguments, **keywords)

    own = {name for name in dir(kind) if getattr(kind, name) is not getattr(object, name, None)}
    methods = {name: special(name) for name in own - _OF_THE_PROXY if name.startswith("__") and callable(getattr(kind, name))}
    proxy = type(kind.__name__, (), {**methods, "__getattr__": attribute, "__class__": property(lambda _: kind)})()
    return proxy


def added(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Seconds of two stopwatches, tool by tool."""
    return {tool: one.get(tool, 0.0) + other.get(tool, 0.0) for tool in {**one, **other}}
