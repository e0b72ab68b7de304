"""Where δ goes: the events that may make a statement false, and the share of δ that each may use.

A bound that is wrong with probability at most α is one *event*. Everything that a plan says holds together
if no event of its run happens, which by the union bound (Boole's inequality) has probability at least 1 − δ
where the α of all events add up to δ at most. Two things make that sound:

- An event belongs to a choice, or a best plan, that the sample of the bound had no part in making. So what is
  judged at a look is fixed by the choosing sample alone, and the best plan is fixed before any sampling.
- Every event that may happen in some run is counted, whether or not a run comes to it. Which looks there are,
  which of the counted choices is kept, and when the run stops may then depend on both samples.

No other module divides δ: each use of it asks for the share of a named event here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from seeding.errors import SeedingError


@dataclass(frozen=True)
class Event:
    """One kind of event: a bound that may be wrong.

    Attributes
    ----------
    name
        What the bound says.
    sample
        The sample that the bound is read from: ``choosing`` or ``judging``.
    times
        How many such events there are at one look.
    """

    name: str
    sample: str
    times: int = 1


class Spent(NamedTuple):
    """The shares of δ for the two bounds of a look: on the best plan from above, on a choice from below."""

    upper: float
    lower: float


@dataclass(frozen=True)
class ErrorBudget:
    """All events of one kind of question.

    Attributes
    ----------
    question
        What is asked.
    looks
        Sizes at which the samples may be looked at.
    events
        What may go wrong at each.
    per
        What all of it is repeated for besides: each budget of a frontier, everybody and each group.
    """

    question: str
    looks: int
    events: tuple[Event, ...]
    per: str = ""

    @property
    def ways_to_fail(self) -> int:
        """Number of events in a run, for each of what it is repeated for."""
        return self.looks * sum(event.times for event in self.events)

    def alpha(self, name: str, delta: float, repeated: int = 1) -> float:
        """Return the probability with which one event of a kind may happen: an equal share of δ.

        Parameters
        ----------
        name
            The kind of event.
        delta
            The probability with which anything at all may be wrong.
        repeated
            How many budgets, or groups and everybody, there are.

        Raises
        ------
        SeedingError
            If the question counts no event of that name: a bound that nobody counts may not be used.
        """
        if all(event.name != name for event in self.events):
            raise SeedingError(
                f"{self.question}: no share of δ is set aside for {name!r}; please report this."
            )
        return delta / (self.ways_to_fail * repeated)

    def spend(self, upper: str, lower: str, delta: float, repeated: int = 1) -> Spent:
        """Return the shares of the two events that a certificate of one look rests on."""
        return Spent(self.alpha(upper, delta, repeated), self.alpha(lower, delta, repeated))


def looks_from(first: int, most: int) -> int:
    """Count the sizes of a sample that doubles from `first` sets to `most`."""
    return (most // first).bit_length()


# The samples of plans, frontiers, targets and profits double between these sizes, and those of fair plans.
FIRST_SETS, MOST_SETS = 1 << 10, 1 << 26
FAIR_FIRST_SETS, FAIR_MOST_SETS = 1 << 10, 1 << 24
# A plan of least cost is looked for at most so often at each look, each time for another number of sets.
TRIES = 4

_LOOKS = looks_from(FIRST_SETS, MOST_SETS)

BEST_PLAN = "the best plan covers too little"
CHOICE = "the choice covers too much"
IMPROVED = "the improved choice covers too much"
CHEAPEST_PLAN = "the cheapest plan covers too little"
TRY = "a choice that is tried covers too much"
GROUP = "the best plan for one group covers too little"

PLAN = ErrorBudget(
    "a plan", _LOOKS, (Event(BEST_PLAN, "choosing"), Event(CHOICE, "judging"), Event(IMPROVED, "judging"))
)
FRONTIER = ErrorBudget(
    "a frontier", _LOOKS, (Event(BEST_PLAN, "choosing"), Event(CHOICE, "judging")), "each budget"
)
PROFIT = ErrorBudget("a profit", _LOOKS, (Event(BEST_PLAN, "choosing"), Event(CHOICE, "judging")))
# The target is reached with `confidence`, and the least cost is wrong with probability δ: two budgets.
TARGET = ErrorBudget("a target", _LOOKS, (Event(TRY, "judging", TRIES),))
LEAST_COST = ErrorBudget(
    "the least cost of a target", _LOOKS, (Event(CHEAPEST_PLAN, "choosing"), Event(BEST_PLAN, "choosing"))
)
FAIR = ErrorBudget(
    "a fair plan",
    looks_from(FAIR_FIRST_SETS, FAIR_MOST_SETS),
    (
        Event(BEST_PLAN, "choosing"),
        Event(GROUP, "choosing"),
        Event(CHOICE, "judging"),
        Event(IMPROVED, "judging"),
    ),
    "everybody and each group",
)
# What is asked of a finished plan: each single drop, addition or exclusion, and no change. The plan that is
# changed is one of two that the choosing sample made, so that what is made of it is one of two as well.
WHAT_IF = ErrorBudget(
    "a what-if",
    _LOOKS,
    (Event(BEST_PLAN, "choosing"), Event(CHOICE, "judging"), Event(IMPROVED, "judging")),
    "each single change and no change",
)
BUDGETS = (PLAN, FRONTIER, TARGET, LEAST_COST, PROFIT, FAIR, WHAT_IF)
