"""Making a saved plan again: the same bits, or exactly what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from seeding.plan.plan import Plan
from seeding.questions.follow_up import KEPT
from seeding.questions.preparing import Case
from seeding.questions.question import Question

# Differences are named up to so many; then they are counted.
_NAMED = 20
# Where the work runs and who watches it is no part of the question, and a network has its probabilities.
_NOT_AGAIN = {"network", "roster", "executor", "progress", "probability", "keep_sample"}
# What is different in every run, and no result.
_OF_THE_RUN = ("seconds", "versions")


@dataclass(frozen=True)
class Replay:
    """What came of making a plan again.

    Attributes
    ----------
    plan
        The plan that was made again.
    differences
        Each value that differs, with what it was and what it is; none where all bits are the same.
    versions
        Packages whose version differs, with both.
    """

    plan: Plan
    differences: tuple[str, ...]
    versions: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether all results are the same, bit for bit."""
        return not self.differences

    def summary(self) -> str:
        """Say whether it is the same, and what differs."""
        if self.same:
            return "The same plan, bit for bit."
        named = list(self.differences[:_NAMED])
        if len(self.differences) > _NAMED:
            named.append(f"… and {len(self.differences) - _NAMED:,} more")
        cause = [f"Other versions than then: {', '.join(self.versions)}."] if self.versions else []
        return "\n".join(["The plan is not the same:", *named, *cause])


def make_again(plan: Plan, case: Case[Any]) -> Plan:
    """Answer the question of a plan again; of a frontier, the plan of the same budget."""
    question, given = case.question, case.given
    public = _functions()[case.objective.question_name]
    names = _arguments(public)
    said = {one.name: getattr(question, one.name) for one in fields(Question) if one.name in names}
    made: Any = public(given.network, given.roster, **said)
    if isinstance(made, Plan):
        return made
    same: list[Plan] = [point.plan for point in made.points if point.budget == plan.budget]
    return same[0]


def _functions() -> dict[str, Callable[..., Any]]:
    from seeding.questions.frontier import frontier
    from seeding.questions.minimize import minimize_cost
    from seeding.questions.optimize import optimize

    return {"optimize": optimize, "minimize_cost": minimize_cost, "frontier": frontier}


def _arguments(public: Callable[..., Any]) -> set[str]:
    import inspect

    return set(inspect.signature(public).parameters) - _NOT_AGAIN


def compare_with(plan: Plan, again: Plan) -> Replay:
    """Compare a plan with the one that was made again, value by value."""
    before, after = plan.to_dict(), again.to_dict()
    # Whether the samples were kept is no result.
    before["phases"] = [phase for phase in before["phases"] if phase["name"] != KEPT]
    then, now = (one["provenance"].get("versions", {}) for one in (before, after))
    versions = [
        f"{name} {then.get(name)} then, {now[name]} now" for name in now if now[name] != then.get(name)
    ]
    return Replay(again, tuple(_differences("", before, after)), tuple(versions))


def _differences(place: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in dict.fromkeys([*before, *after]) if name not in _OF_THE_RUN]
        pairs = [(f"{place}.{name}".lstrip("."), before.get(name), after.get(name)) for name in names]
        return [said for one in pairs for said in _differences(*one)]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(f"{place}[{row}]", *both) for row, both in enumerate(zip(before, after, strict=True))]
        return [said for one in pairs for said in _differences(*one)]
    return [] if before == after else [f"{place}: {before!r} then, {after!r} now"]
