"""What a plan says beyond its reach: the profit it makes, the target it was to reach, who accepts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from seeding._runtime.wording import at_least, fixed, money_words, tenths
from seeding.plan.estimate import Certificate
from seeding.plan.interval import Z95


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
        mean, low, high = (fixed(value, 2) for value in (self.mean, self.low, self.high))
        return f"{mean} (95 % interval {low} to {high})"

    @property
    def proof(self) -> str:
        """Say in words what was proven."""
        return (
            f"with probability {1 - self.delta:.4g} this plan earns at least {fixed(self.lower, 2)}, and no "
            f"plan earns more than {fixed(self.upper, 2)}"
        )


# A gain of this part of what a simple choice reaches, or less, is hardly any; up to the other it may be one.
_HARDLY, _SOME = 0.02, 0.05
_SIMPLE = {
    "random": "a choice at random",
    "top_audience": "choosing the most direct followers",
    "cheapest": "choosing the cheapest",
    "audience_per_cost": "choosing the most direct followers per cost",
}


@dataclass(frozen=True)
class Comparison:
    """What a simple choice within the same limits and rules reaches in the same worlds as the plan.

    Attributes
    ----------
    choice
        ``"random"``: several choices at random, each in worlds of its own; ``"top_audience"``: whoever has
        the most direct followers who count; ``"audience_per_cost"``: whoever has the most of them for the
        money; ``"cheapest"``: whoever costs least.
    reach
        What it reaches on average.
    gain, low, high
        What the plan reaches more, with the 95 % interval of that, paired world by world.
    worlds
        How many worlds.
    cost
        What it costs, on average; what the limits are held on, where creators may decline.
    """

    choice: str
    reach: float
    gain: float
    low: float
    high: float
    worlds: int
    cost: Decimal | None = None

    @classmethod
    def of(
        cls, choice: str, ours: np.ndarray, theirs: np.ndarray, run: int, cost: Decimal | None = None
    ) -> Comparison:
        """Compare what both reach in each world; `run` worlds in a row had one choice, and count as one draw.

        The interval is Student's, over the means of runs.
        """
        gains = ours - theirs
        means = np.add.reduceat(gains, np.arange(0, gains.size, run)) / run
        error = float(means.std(ddof=1) / np.sqrt(means.size)) if means.size > 1 else np.inf
        half = student95(max(means.size - 1, 1)) * error
        gain = float(gains.mean())
        return cls(choice, float(theirs.mean()), gain, gain - half, gain + half, int(gains.size), cost)

    @property
    def cost_per_person(self) -> float | None:
        """What one person costs whom it reaches; None where nobody is reached or paid."""
        return float(self.cost) / self.reach if self.cost and self.reach > 0 else None

    @property
    def hardly_helps(self) -> bool:
        """Whether the interval of the gain holds 2 % of what the simple choice reaches, or less."""
        return self.low <= _HARDLY * self.reach

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        cost = None if self.cost is None else f"{self.cost:f}"
        more = {"cost": cost, "cost_per_person": self.cost_per_person, "hardly_helps": self.hardly_helps}
        return {**self.__dict__, **more}

    @property
    def words(self) -> str:
        """The choice in words."""
        return _SIMPLE[self.choice]

    def difference(self) -> str:
        """Say in one sentence what the plan gains on it."""
        part = self.gain / self.reach if self.reach > 0 else 0.0
        each = self.cost_per_person
        price = "" if each is None else f" at {money_words(each)} per person"
        more = f", {part:+,.{1 if abs(part) < 1 else 0}%}" if part else ""
        interval = f"95 % interval {tenths(self.low)} to {tenths(self.high)}{more}"
        return (
            f"{self.words[0].upper()}{self.words[1:]} for the same money reaches "
            f"{tenths(self.reach)}{price}; the plan gains {tenths(self.gain)} ({interval})."
        )

    def __str__(self) -> str:
        sure = self.high <= _SOME * self.reach
        verdict = "it hardly matters whom one chooses" if self.choice == "random" else "that does as well"
        return (
            f"{_SIMPLE[self.choice]} within the same limits reaches {tenths(self.reach)} in the same worlds; "
            f"the plan gains {tenths(self.gain)} (95 % interval {tenths(self.low)} to {tenths(self.high)}): "
            + (verdict if sure else f"it may be that {verdict}")
        )


def in_words(comparisons: Iterable[Comparison]) -> list[str]:
    """Say what each simple choice reaches, and whether the plan gains anything on it."""
    found = list(comparisons)
    lines = [one.difference() for one in found]
    alike = next((one for one in found if one.hardly_helps), None)
    if alike is not None:
        lines.append(f"So the optimiser hardly helps here: {alike.words} may do as well, to within 2 %.")
    return lines


def student95(freedom: int) -> float:
    """Return the two-sided 95 % point of Student's distribution, from 3 degrees of freedom on within 1 %.

    The expansion in 1 / ν around the normal one (Abramowitz and Stegun, 26.7.5).
    """
    z, v = Z95, float(freedom)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / v + second / v**2 + third / v**3


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
            f"with probability {self.confidence:.4g} this plan reaches at least {at_least(self.lower)}, as "
            f"the target of {self.reach:,.1f} asks; with probability {1 - self.delta:.4g} no plan that "
            f"reaches the target costs less than {self.cost_lower:,}"
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


@dataclass(frozen=True)
class FairCertificate(Certificate):
    """Proof of how good a plan is against the best plan that is fair too.

    With probability at least 1 − `delta` all of this holds at once. Of each group the plan reaches at least
    the share in `least_shares`. Where the total reach is maximised, `lower`, `upper` and `ratio` speak of it,
    and no plan whose true group reaches satisfy the rule reaches more than `upper`; where the smallest share
    is maximised, they speak of that share.

    Attributes
    ----------
    rule
        What was asked, in words.
    maximin
        Whether `lower` and `upper` are shares.
    least_shares
        By group (in words): the share of its weight that the plan reaches at least.
    proven
        Whether these prove that the plan satisfies the rule.
    """

    rule: str
    maximin: bool
    least_shares: dict[str, float]
    proven: bool

    def __str__(self) -> str:
        sure = f"with probability {1 - self.delta:.4g}"
        if not self.maximin:
            kept = "keeps" if self.proven else "comes close to, but is not proven to keep,"
            return (
                f"{sure} this plan {kept} {self.rule}, reaches at least {self.lower:,.1f}, and at least "
                f"{self.ratio:.1%} of the best plan that keeps it (none of these reaches more than "
                f"{self.upper:,.1f})"
            )
        also = "" if self.proven else "; it is not proven to keep every other demand"
        return (
            f"{sure} this plan reaches at least {self.lower:.1%} of every group, and no plan reaches more "
            f"than {self.upper:.1%} of every group (ratio {self.ratio:.1%}){also}"
        )


@dataclass(frozen=True)
class PriceOfFairness:
    """What fairness costs in total reach, both plans measured on the same fresh worlds.

    Attributes
    ----------
    reach_without, reach_with
        Expected reach of the plan made without the rule, and of this one.
    absolute, relative
        What is given up: the difference, and its part of `reach_without`. A little below 0 where the rule
        costs nothing and the plan without it is, by chance, the weaker one.
    low, high
        95 % confidence interval of `absolute`, from the differences world by world.
    """

    reach_without: float
    reach_with: float
    absolute: float
    relative: float
    low: float
    high: float

    @classmethod
    def of(cls, without: np.ndarray, with_rule: np.ndarray) -> PriceOfFairness:
        """Compare the reaches of two plans in the same worlds."""
        from seeding.plan.interval import Z95

        lost = without - with_rule
        absolute, reach = float(lost.mean()), float(without.mean())
        half = Z95 * float(lost.std(ddof=1)) / float(np.sqrt(lost.size))
        relative = absolute / reach if reach > 0 else 0.0
        return cls(reach, float(with_rule.mean()), absolute, relative, absolute - half, absolute + half)

    def to_dict(self) -> dict[str, float]:
        """Return the fields as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.absolute:,.1f} of {self.reach_without:,.1f} ({self.relative:.1%}; 95 % interval "
            f"{self.low:,.1f} to {self.high:,.1f})"
        )
