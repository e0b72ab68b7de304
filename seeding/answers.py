"""What a plan says beyond its reach: the profit it makes, the target it was to reach, who accepts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Profit:
    """What a plan earns: value of the people reached, less what it costs.

    With probability at least 1 − `delta` over the sampling, both hold at once: the plan's expected profit is
    at least `lower`, and no allowed plan has an expected profit above `upper`.

    Attributes
    ----------
    value_per_reach
        What reaching one person (one unit of node weight) is worth.
    mean
        Expected profit by the fresh simulations: value · reach − cost.
    low, high
        Its 95 % interval.
    lower, upper
        Proven bounds: of this plan from below, of every allowed plan from above.
    delta
        Probability that the proven bounds are wrong.
    samples
        RR sets behind the two bounds together.
    """

    value_per_reach: Decimal
    mean: float
    low: float
    high: float
    lower: float
    upper: float
    delta: float
    samples: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; the value as text."""
        return {**self.__dict__, "value_per_reach": f"{self.value_per_reach:f}"}

    def __str__(self) -> str:
        return f"{self.mean:,.2f} (95 % interval {self.low:,.2f} to {self.high:,.2f})"

    @property
    def proof(self) -> str:
        """Say in words what was proven."""
        return (
            f"with probability {1 - self.delta:.4g} this plan earns at least {self.lower:,.2f}, and no plan "
            f"earns more than {self.upper:,.2f}"
        )


@dataclass(frozen=True)
class Target:
    """The reach that a plan was to have, and what the cheapest such plan costs at least.

    Attributes
    ----------
    reach
        The expected reach asked for.
    confidence
        How sure it had to be that the plan reaches it.
    lower
        With this confidence the plan's expected reach is at least this; never below `reach`.
    cost_lower
        With probability 1 − `delta` every plan that has the asked reach costs at least this.
    delta
        Probability that `cost_lower` is wrong.
    samples
        RR sets behind both statements together.
    """

    reach: float
    confidence: float
    lower: float
    cost_lower: Decimal
    delta: float
    samples: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; money as text."""
        return {**self.__dict__, "cost_lower": f"{self.cost_lower:f}"}

    def __str__(self) -> str:
        return (
            f"with probability {self.confidence:.4g} this plan reaches at least {self.lower:,.1f}, as the "
            f"target of {self.reach:,.1f} asks; with probability {1 - self.delta:.4g} no plan that reaches "
            f"the target costs less than {self.cost_lower:,}"
        )


@dataclass(frozen=True)
class Invitations:
    """Who is asked, how many of them say yes on average, and what that costs.

    Attributes
    ----------
    sent
        How many creators are asked.
    acceptances
        How many accept on average: the sum of the probabilities.
    expected_spend
        What is paid on average: fees paid on acceptance count times their probability.
    worst_case_spend
        What is paid if everybody accepts: the sum of all fees.
    budget_on
        Which of the two the budget was held on: ``"expected"`` or ``"worst_case"``.
    expected
        What is paid each seed on average, in order; adds up to `expected_spend`.
    """

    sent: int
    acceptances: Decimal
    expected_spend: Decimal
    worst_case_spend: Decimal
    budget_on: str
    expected: tuple[Decimal, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; money as text."""
        return {
            "invitations": self.sent,
            "expected_acceptances": float(self.acceptances),
            "expected_spend": f"{self.expected_spend:f}",
            "worst_case_spend": f"{self.worst_case_spend:f}",
            "budget_on": self.budget_on,
        }

    def __str__(self) -> str:
        said = f"{self.sent:,} sent, {self.acceptances:,} accepted on average"
        return f"{said}; {self.expected_spend:,} spent on average, {self.worst_case_spend:,} at most"
