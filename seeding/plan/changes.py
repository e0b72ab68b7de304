"""What a plan says of another one that came before: who comes, goes or stays, and what that does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seeding._runtime.wording import tenths
from seeding.errors import listing
from seeding.plan.sections import Line, Section


@dataclass(frozen=True, eq=False)
class Changes(Section):
    """The difference between a plan and the one that it was changed from.

    Attributes
    ----------
    asked
        What was changed, in words.
    gone, new
        Labels of seeds that are no longer in the plan, and of those that come in.
    cost
        What the changed plan costs more, exactly; negative where it costs less.
    reach, low, high
        What it reaches more, with the 95 % interval of that, both plans in the same worlds.
    basis
        What the reach of the changed plan, and this difference, were measured on.
    certified
        Whether the changed plan has a certificate: one single drop, addition or exclusion has.
    notes
        What else the reader must know.
    """

    asked: tuple[str, ...]
    gone: tuple[Any, ...]
    new: tuple[Any, ...]
    cost: Decimal
    reach: float
    low: float
    high: float
    basis: str
    certified: bool
    notes: tuple[str, ...] = ()
    name = "changes"
    after = "cost"

    def lines(self) -> list[Line]:
        """Say what was changed, who comes and goes, and what that does."""
        more = f"{tenths(self.reach)} (95 % interval {tenths(self.low)} to {tenths(self.high)})"
        lines = [
            ("Changed", "; ".join(self.asked)),
            ("Seeds", f"{_named(self.gone)} out, {_named(self.new)} in"),
            ("Difference", f"reach {more}, cost {self.cost:+,}; measured on {self.basis}"),
        ]
        if not self.certified:
            lines.append(("Not certified", "a certificate covers one single drop, addition or exclusion"))
        return [*lines, *(("Note", note) for note in self.notes)]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; money as text."""
        said = {**self.__dict__, "cost": f"{self.cost:f}"}
        for name in ("asked", "gone", "new", "notes"):
            said[name] = list(said[name])
        return {self.name: said}

    def values(self) -> dict[str, Any]:
        """Return the changes."""
        return {self.name: self}


@dataclass(frozen=True, eq=False)
class Kept(Section):
    """What a plan took over from an earlier one.

    Attributes
    ----------
    kept, new, gone
        Labels of earlier seeds who are in the plan, of seeds who are no earlier ones, and of earlier ones who
        are not in it.
    absent
        Labels of earlier seeds who are no longer in the roster.
    precision
        The part of the coverage that could be given up for keeping them.
    """

    kept: tuple[Any, ...]
    new: tuple[Any, ...]
    gone: tuple[Any, ...]
    absent: tuple[Any, ...]
    precision: float
    name = "kept"
    after = "cost"

    def lines(self) -> list[Line]:
        """Say how many were kept, who is new, who is gone, and who is not there any more."""
        before = len(self.kept) + len(self.gone) + len(self.absent)
        if len(self.kept) == before:
            said = f"all {before:,} earlier seeds" if before else "there were no earlier seeds"
        else:
            said = f"{len(self.kept):,} of {before:,} earlier seeds"
        parts = {"new": self.new, "gone": self.gone, "no longer in the roster": self.absent}
        said += "".join(f"; {name}: {listing(labels)}" for name, labels in parts.items() if labels)
        return [("Kept", f"{said} (for at most {self.precision:.3g} of the coverage)")]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        names = ("kept", "new", "gone", "absent")
        said = {name: list(getattr(self, name)) for name in names}
        return {self.name: said | {"precision": self.precision}}

    def values(self) -> dict[str, Any]:
        """Return what was kept."""
        return {self.name: self}


def _named(labels: tuple[Any, ...]) -> str:
    return listing(labels) if labels else "nobody"
