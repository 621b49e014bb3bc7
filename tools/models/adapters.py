"""The table of model adapters: which class runs a model of which kind.

An adapter is one file in `kinds/`, found because it is there. A package of somebody else's adds one by an entry point:

    [project.entry-points."dir_tir.adapters"]
    histogram = "my_package.histogram"

and in that module

    class HistogramOptions(EncoderOptions):          # what a profile's table may say: `options.py`
        kind: Literal["histogram"] = "histogram"

    @adapter("encoder", HistogramOptions)
    class Histogram: ...                             # called with the options and with Given; fulfils the contract of `contracts.py`

Adapters import what is heavy when they are called, so that reading the table costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import ProfileError
from ...registry import Registry
from .processors import Processors

if TYPE_CHECKING:
    from .options import ModelOptions

_Load = TypeVar("_Load", bound=Callable[..., Any])


@dataclass(frozen=True)
class Placement:
    """Where a model runs. device, dtype: as torch names them. offload: with a GPU only: main memory has nowhere to put things off to."""

    device: str = "cpu"
    dtype: str = "float32"
    quantise: str = ""
    offload: bool = False

    @property
    def torch_dtype(self) -> Any:
        import torch

        return getattr(torch, self.dtype)


@dataclass(frozen=True)
class Given:
    """What an adapter is handed besides its options. A model without weights, or behind an endpoint, has no folder."""

    folder: Path | None = None
    placement: Placement = Placement()
    processors: Processors = field(default_factory=Processors)
    fingerprint_of: Callable[[], str] = lambda: ""

    @property
    def fingerprint(self) -> str:
        """Identifies the model's weights and configuration; what an encoder calls itself by. Its files are read for it."""
        return self.fingerprint_of()

    @property
    def weights(self) -> Path:
        """The folder of a model that has one."""
        assert self.folder is not None
        return self.folder


@dataclass(frozen=True)
class Adapter:
    """contract: encoder, llm, vision or painter. needs: packages beyond those that are always installed."""

    contract: str
    kind: str
    options: type[ModelOptions]
    load: Callable[[Any, Given], Any]
    needs: tuple[str, ...] = ()

    def require_packages(self) -> None:
        """Raise ProfileError that names the packages which are not installed."""
        lacking = [package for package in self.needs if not find_spec(package)]
        if lacking:
            raise ProfileError(f"a model of kind {self.kind!r} needs {', '.join(lacking)}: pip install {' '.join(lacking)}")


ADAPTERS: Registry[Adapter] = Registry("adapter", "dir_tir.adapters", package=f"{__package__}.kinds")


def adapter(contract: str, options: type[ModelOptions], *, needs: Sequence[str] = ()) -> Callable[[_Load], _Load]:
    """Register what is called with ``(options, Given)`` and gives a model of this contract; its kind is that of the options."""

    def registered(load: _Load) -> _Load:
        kind = str(options.model_fields["kind"].default)
        ADAPTERS.add(f"{contract}/{kind}", Adapter(contract, kind, options, load, tuple(needs)))
        return load

    return registered


def adapters_for(contract: str) -> dict[str, Adapter]:
    """Kind → adapter, of those that fulfil a contract, sorted by kind."""
    return {entry.kind: entry for entry in sorted(ADAPTERS.values(), key=lambda entry: entry.kind) if entry.contract == contract}
