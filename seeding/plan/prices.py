"""What people cost: money for each person reached, and for each who engages; sales and their return."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from seeding._runtime.wording import fixed, money_words
from seeding.plan.estimate import Estimate
from seeding.plan.sections import Line, Section


@dataclass(frozen=True)
class Price:
    """Money for each of a number of people that is known with an interval.

    The money is exact, so that the interval is that of the people, turned round: cost / high to cost / low.

    Attributes
    ----------
    mean
        The money for one; None where nobody is expected.
    low, high
        Its 95 % interval; `high` is None where it may be that there is nobody.
    """

    mean: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, cost: Decimal | float, people: Estimate) -> Price:
        """Divide an exact amount by a measured number of people."""
        return cls(*(_each(float(cost), count) for count in (people.mean, people.high, people.low)))

    def times(self, factor: float) -> Price:
        """Return the money for so many of them."""
        return Price(*(None if part is None else part * factor for part in (self.mean, self.low, self.high)))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        if self.mean is None:
            return "nobody is reached"
        return f"{money_words(self.mean)} ({self.interval})"

    @property
    def interval(self) -> str:
        """The interval in words."""
        low = money_words(self.low or 0.0)
        if self.high is None:
            return f"95 % interval from {low} up, as it may be nobody"
        return f"95 % interval {low} to {money_words(self.high)}"


def _each(cost: float, people: float) -> float | None:
    return cost / people if people > 0 else None


@dataclass(frozen=True, eq=False)
class CostPerPerson(Section):
    """What one reached person costs, and one who engages.

    Attributes
    ----------
    paid
        What is paid: on average, where creators may decline.
    person
        The money for each person reached.
    engaged
        The money for each who passes the message on; None where all who are reached do.
    expected
        Whether `paid` is an average over who accepts.
    """

    paid: Decimal
    person: Price
    engaged: Price | None = None
    expected: bool = False
    name = "cost_per_person"

    def lines(self) -> list[Line]:
        """Say it for one person and for a thousand."""
        if self.person.mean is None:
            return [("Cost per person", "none, as nobody is reached")]
        thousand = self.person.times(1_000).mean
        words = f"{self.person}; {money_words(thousand or 0.0)} for 1,000 reached"
        words += ", of what is spent on average" if self.expected else ""
        lines = [("Cost per person", words)]
        if self.engaged is not None:
            lines.append(("Cost per engaged", str(self.engaged)))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return the prices, for one and for a thousand."""
        said = {"paid": f"{self.paid:f}", "expected": self.expected, **self.person.to_dict()}
        said["per_1000"] = self.person.times(1_000).to_dict()
        said["per_engaged"] = None if self.engaged is None else self.engaged.to_dict()
        return {self.name: said}

    def values(self) -> dict[str, Any]:
        """Return the section itself."""
        return {self.name: self}


@dataclass(frozen=True, eq=False)
class Sales(Section):
    """What the people reached are expected to buy, and what that returns.

    Attributes
    ----------
    conversion, value
        The share of the reached who buy, and what a sale is worth; or the column of people that says it.
    sold
        The expected number of sales.
    revenue
        What these are worth.
    paid
        What is paid for the plan.
    """

    conversion: float | str
    value: Decimal | str | None
    sold: Estimate
    revenue: Estimate | None
    paid: Decimal
    name = "sales"

    @property
    def profit(self) -> tuple[float, float, float] | None:
        """Revenue less cost, with its 95 % interval; None without the value of a sale."""
        if self.revenue is None:
            return None
        mean, low, high = (
            part - float(self.paid) for part in (self.revenue.mean, self.revenue.low, self.revenue.high)
        )
        return mean, low, high

    def lines(self) -> list[Line]:
        """Say what is sold, and what that returns."""
        sold = f"{self.sold.mean:,.1f} sales (95 % interval {self.sold.low:,.1f} to {self.sold.high:,.1f})"
        lines = [("Sales", sold)]
        if self.revenue is not None and self.profit is not None:
            mean, low, high = (fixed(part, 2) for part in self.profit)
            words = f"{fixed(self.revenue.mean, 2)} of sales less {self.paid:,} is {mean}"
            words += f" (95 % interval {low} to {high})"
            if self.paid > 0:
                words += f", {self.profit[0] / float(self.paid):+.0%} of what is paid"
            lines.append(("Return", words))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return sales, revenue and return as plain values."""
        profit = None if self.profit is None else dict(zip(("mean", "low", "high"), self.profit, strict=True))
        said = {
            "conversion": self.conversion,
            "value": None if self.value is None else str(self.value),
            "sold": self.sold.to_dict(),
            "revenue": None if self.revenue is None else self.revenue.to_dict(),
            "return": profit,
        }
        return {self.name: said}

    def values(self) -> dict[str, Any]:
        """Return the section itself."""
        return {self.name: self}
