"""Which choices are allowed: offers, what they cost, and every rule as rows of integers.

Selection chooses among **offers**. Most often an offer is one candidate at the candidate's own price; a
package deal or a discount is a further offer for the same people. Rules are linear in what is chosen, so that
one check, one relaxation and one integer programme serve them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from seeding.rules.limits import UNLIMITED, Limits


@dataclass(frozen=True, eq=False)
class Offers:
    """What can be bought: offer i seeds the candidates ``members[indptr[i]:indptr[i + 1]]``.

    Attributes
    ----------
    indptr, members
        The candidates of each offer, as compressed rows; the first offers are the candidates alone, in order.
    prices
        What each member's part of the offer costs, in minor units; they add up to the offer's cost.
    words
        The deal behind each offer, in words; empty where it is the candidate's own price.
    paid
        What each member is paid who accepts, in the roster's minor units, where prices are what is expected
        to be spent; empty: the prices.
    """

    indptr: np.ndarray
    members: np.ndarray
    prices: np.ndarray
    words: tuple[str, ...] = ()
    paid: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @classmethod
    def alone(cls, costs: np.ndarray) -> Offers:
        """Offer every candidate alone, at its own cost."""
        n = costs.size
        return cls(np.arange(n + 1, dtype=np.int64), np.arange(n, dtype=np.int64), costs)

    @property
    def n_offers(self) -> int:
        """Number of offers."""
        return self.indptr.size - 1

    @property
    def n_candidates(self) -> int:
        """Number of candidates."""
        return int(self.members.max()) + 1 if self.members.size else 0

    @property
    def plain(self) -> bool:
        """Whether offers are candidates, and nothing else."""
        return self.n_offers == self.members.size == self.n_candidates

    @property
    def fees(self) -> np.ndarray:
        """What each member is paid who accepts."""
        return self.paid if self.paid.size else self.prices

    @property
    def costs(self) -> np.ndarray:
        """Cost of each offer in minor units."""
        sums: np.ndarray = np.add.reduceat(self.prices, self.indptr[:-1])
        return sums

    @property
    def heads(self) -> np.ndarray:
        """How many candidates each offer seeds."""
        heads: np.ndarray = np.diff(self.indptr)
        return heads

    def entries(self, chosen: np.ndarray) -> np.ndarray:
        """Return the places of the chosen offers' members, offer by offer."""
        return np.concatenate(
            [np.arange(self.indptr[i], self.indptr[i + 1]) for i in chosen] or [np.empty(0, np.int64)]
        )

    def seeded(self, chosen: np.ndarray) -> np.ndarray:
        """Return the candidates that the chosen offers seed, in their order."""
        candidates: np.ndarray = self.members[self.entries(chosen)]
        return candidates


@dataclass(frozen=True, eq=False)
class Program:
    """The rows that a choice of offers must satisfy, besides the limits on money and heads.

    With x the marks of the chosen offers and T = Σ cost·x the money spent, row j demands
    ``low[j] ≤ Σ_i factors_ji·x_i + (factor of column n)·T ≤ high[j]``: column n stands for T.

    Attributes
    ----------
    costs, heads
        Cost in minor units, and number of candidates, of each offer; int64.
    limits
        Most money and most heads.
    indptr, columns, factors
        The rows, compressed; int64.
    low, high
        What each row's sum may be; ∓UNLIMITED where it has no such end.
    rule
        Which of the user's rules each row comes from; −1 for what holds by itself, such as that nobody is
        bought twice.
    share
        No candidate may take more than this part (numerator, denominator) of the money spent; None without
        such a rule.
    share_of
        The largest price of a single candidate within each offer; what `share` looks at.
    words
        Each of the user's rules, in the user's words.
    share_rule
        Which rule `share` comes from.
    """

    costs: np.ndarray
    heads: np.ndarray
    limits: Limits
    indptr: np.ndarray
    columns: np.ndarray
    factors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rule: np.ndarray
    share: tuple[int, int] | None
    share_of: np.ndarray
    words: tuple[str, ...] = ()
    share_rule: int = -1

    @classmethod
    def plain(cls, costs: np.ndarray, limits: Limits) -> Program:
        """Make the programme without any rule."""
        none = np.empty(0, dtype=np.int64)
        heads = np.ones(costs.size, dtype=np.int64)
        return cls(costs, heads, limits, np.zeros(1, np.int64), none, none, none, none, none, None, costs)

    @property
    def n_offers(self) -> int:
        """Number of offers."""
        return self.costs.size

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.low.size

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but the limits on money and heads."""
        return self.n_rows == 0 and self.share is None and bool((self.heads == 1).all())

    @cached_property
    def is_closed(self) -> bool:
        """Whether every part of an allowed choice is allowed too, so that choices can grow one by one."""
        upper_only = bool((self.low <= -UNLIMITED).all() and (self.factors >= 0).all())
        return upper_only and self.share is None and not (self.columns == self.n_offers).any()

    @cached_property
    def by_offer(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rows of each column (the last one is the money spent): offsets, rows and factors."""
        sizes = np.diff(self.indptr)
        rows = np.repeat(np.arange(self.n_rows), sizes)
        order = np.argsort(self.columns, kind="stable")
        counts = np.bincount(self.columns, minlength=self.n_offers + 1)
        return np.concatenate([[0], np.cumsum(counts)]), rows[order], self.factors[order]

    @cached_property
    def forbidden(self) -> np.ndarray:
        """Mark the offers that no allowed choice holds: too dear, or alone too much for a closed row."""
        marked = (self.costs > self.limits.money) | (self.heads > self.limits.count(1 << 40))
        offsets, rows, factors = self.by_offer
        positive = np.ones(self.n_rows, dtype=np.bool_)
        row_of = np.repeat(np.arange(self.n_rows), np.diff(self.indptr))
        positive[row_of[self.factors < 0]] = False
        owner = np.repeat(np.arange(self.n_offers + 1), np.diff(offsets))
        over = positive[rows] & (factors > self.high[rows]) & (owner < self.n_offers)
        marked = marked.copy()
        marked[owner[over]] = True
        return marked

    def activity(self, chosen: np.ndarray) -> np.ndarray:
        """Return each row's sum for the chosen offers (indices)."""
        x = np.zeros(self.n_offers + 1, dtype=np.int64)
        x[chosen] = 1
        x[-1] = int(self.costs[chosen].sum())
        sums = np.zeros(self.n_rows, dtype=np.int64)
        np.add.at(
            sums, np.repeat(np.arange(self.n_rows), np.diff(self.indptr)), self.factors * x[self.columns]
        )
        return sums

    def allows(self, chosen: np.ndarray) -> bool:
        """Tell whether a choice (indices) keeps the limits and all rules, and names no offer twice; exact."""
        chosen = np.asarray(chosen, dtype=np.int64)
        limits = self.limits
        if np.unique(chosen).size != chosen.size:
            return False
        spent, heads = int(self.costs[chosen].sum()), int(self.heads[chosen].sum())
        if spent > limits.money or (limits.k is not None and heads > limits.k):
            return False
        sums = self.activity(chosen)
        if (sums < self.low).any() or (sums > self.high).any():
            return False
        if self.share is None or chosen.size == 0:
            return True
        part, whole = self.share
        return int(self.share_of[chosen].max()) * whole <= part * spent
