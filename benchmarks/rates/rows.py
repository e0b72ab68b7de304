"""Rows of the table of rates, and the targets that stand in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Target:
    """A figure asked for: ``of`` ("ours" or "ratio") at least, or at most, ``value``."""

    of: str
    sign: str
    value: float

    def met(self, figure: float) -> bool:
        """Tell whether a figure is as asked."""
        return figure >= self.value if self.sign == ">=" else figure <= self.value

    def __str__(self) -> str:
        return f"{self.of} {self.sign} {self.value:g}"


@dataclass(frozen=True)
class Row:
    """One figure of ours, and beside it the yardstick's, if there is one.

    ``ratio`` says how many times better ours is: by rate where more is better, by time where less is. What
    runs on one thread is timed by its processor, which other programs disturb least; all else by the clock.
    """

    what: str
    network: str
    threads: int
    unit: str
    ours: float
    against: str = ""
    yardstick: float | None = None
    ratio: float | None = None
    target: Target | None = None
    note: str = ""

    def written(self) -> dict[str, object]:
        """Put the row as the columns of the table."""
        columns = asdict(self) | {"target": "", "met": ""}
        if self.target is not None:
            figure = self.ours if self.target.of == "ours" else self.ratio
            unknown = figure is None
            columns |= {"target": str(self.target), "met": "" if unknown else self.target.met(float(figure))}
        return columns


def skipped(what: str, network: str, unit: str, why: str) -> Row:
    """Make a row that says why there is no figure."""
    return Row(what, network, 1, unit, float("nan"), note=f"skipped: {why}")


def at_least(value: float, of: str = "ours") -> Target:
    """Ask for a figure of `value` or more."""
    return Target(of, ">=", value)


def at_most(value: float, of: str = "ours") -> Target:
    """Ask for a figure of `value` or less."""
    return Target(of, "<=", value)
