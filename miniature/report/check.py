"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A measured share (0-1) beside its bar; ``ceiling`` where less is better."""

    check: str
    value: float
    bar: float
    cases: int
    ceiling: bool = False

    @property
    def passed(self) -> bool:
        """Whether the bar is met."""
        return self.value <= self.bar if self.ceiling else self.value >= self.bar

    def as_json(self) -> dict[str, object]:
        """For other programs."""
        return {"check": self.check, "value": round(self.value, 4), "bar": self.bar, "cases": self.cases, "pass": self.passed}
