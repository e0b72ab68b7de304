"""What a page shows: a plan, and what was worked out about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from seeding.plan.explanation import Explanation
    from seeding.plan.plan import Plan
    from seeding.plan.sensitivity import Sensitivity

# What cannot be asked of a plan alone.
ALONE = "this plan was changed by hand, or copied from another process without its network"


# Plans by rising budget.
Steps = tuple[tuple[Decimal, "Plan"], ...]


def own_budget(plan: Plan) -> Decimal:
    """Return the budget of a plan, or what it costs where it has none."""
    return plan.cost if plan.budget is None else plan.budget


@dataclass(frozen=True)
class Picture:
    """The seeded part of a network: seeds, whom they pass the message to most surely, and the arcs between.

    Attributes
    ----------
    labels
        Of the nodes; the first `seeds` are seeds of the plan.
    seeds
        How many of the nodes are seeds.
    arcs
        Pairs of places in `labels`: who may pass it on to whom.
    x, y
        Where each node stands, from 0 to 1.
    left_out
        Seeds that are not drawn.
    """

    labels: tuple[Any, ...]
    seeds: int
    arcs: tuple[tuple[int, int], ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    left_out: int = 0


@dataclass(frozen=True)
class RulePrice:
    """What a rule costs: the reach of a plan chosen without it, less that of a plan chosen with it.

    Attributes
    ----------
    rule
        The rule in words.
    people
        The difference on the certifying sample; below 0 where the choice without the rule happens to do worse
        there.
    low, high
        Its 95 % interval, paired set by set.
    """

    rule: str
    people: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Contents:
    """What a page shows; a part that is None is left out, and `absent` says why.

    Attributes
    ----------
    plan
        The plan.
    title, unit
        What stands at the top, and what is reached: people, pages, accounts.
    steps
        Plans at other budgets, by rising budget, the plan itself among them.
    explanation, sensitivity
        Why these seeds, and what the plan hangs on.
    worlds
        The reach in each of several simulated campaigns.
    picture
        The seeded part of the network.
    rule_prices
        What each rule costs.
    record
        The campaign, the key and the input files with their hashes; see `FollowUp.record`.
    absent
        A part by its name, and why it is not there.
    """

    plan: Plan
    title: str = "Seeding plan"
    unit: str = "people"
    steps: Steps = ()
    explanation: Explanation | None = None
    sensitivity: Sensitivity | None = None
    worlds: np.ndarray | None = None
    picture: Picture | None = None
    rule_prices: tuple[RulePrice, ...] = ()
    record: dict[str, Any] | None = None
    absent: tuple[tuple[str, str], ...] = ()
