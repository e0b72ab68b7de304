"""The rules and limits of a programme as members that can be taken out one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np

from seeding.roster import money
from seeding.rules.feasible import ALWAYS, BUDGET, COUNT, Share
from seeding.rules.limits import Limits
from seeding.rules.program import Program
from seeding.rules.rules import Bundle, MaxShare, Rule, VolumeDiscount


@dataclass(frozen=True, eq=False)
class Demands:
    """A programme with the rules behind it.

    Attributes
    ----------
    program
        The rows and limits.
    rules
        The rules by number, as `program.rule` counts them.
    decimals
        A cost of 1 is ``10**decimals`` minor units.
    """

    program: Program
    rules: Sequence[Rule]
    decimals: int

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """Every rule about the part of one candidate; the programme itself keeps only the tightest."""
        parts = [
            (number, (rule.fraction.numerator, rule.fraction.denominator))
            for number, rule in enumerate(self.rules)
            if isinstance(rule, MaxShare)
        ]
        if not parts and self.program.share is not None:
            parts = [(self.program.share_rule, self.program.share)]
        return tuple(parts)

    @cached_property
    def members(self) -> tuple[int, ...]:
        """Whatever may stand in the way: the limits, and the rules that forbid something.

        A package or a discount is an offer: without it less would be possible, not more.
        """
        limits = self.program.limits
        members = [BUDGET] if limits.budget is not None else []
        members += [COUNT] if limits.k is not None else []
        forbidding = {int(rule) for rule in self.program.rule} | {rule for rule, _ in self.shares}
        return (*members, *sorted(rule for rule in forbidding if not self._is_offer(rule)))

    def _is_offer(self, member: int) -> bool:
        rule = self.rules[member] if 0 <= member < len(self.rules) else None
        return member == ALWAYS or isinstance(rule, (Bundle, VolumeDiscount))

    def without(self, left_out: Collection[int]) -> Program:
        """Return the programme with some of the members taken out."""
        program, limits = self.program, self.program.limits
        kept = ~np.isin(program.rule, list(left_out))
        sizes = np.diff(program.indptr)
        entries = np.repeat(kept, sizes)
        shares = [Fraction(*part) for rule, part in self.shares if rule not in left_out]
        share = min(shares) if shares else None
        return replace(
            program,
            limits=Limits(
                None if BUDGET in left_out else limits.budget, None if COUNT in left_out else limits.k
            ),
            indptr=np.concatenate([[0], np.cumsum(sizes[kept])]).astype(np.int64),
            columns=program.columns[entries],
            factors=program.factors[entries],
            low=program.low[kept],
            high=program.high[kept],
            rule=program.rule[kept],
            share=None if share is None else (share.numerator, share.denominator),
        )

    def only(self, kept: Collection[int]) -> Program:
        """Return the programme with these members and nothing but what always holds."""
        return self.without([member for member in self.members if member not in kept])

    def row(self, j: int) -> tuple[np.ndarray, int]:
        """Return a row's factors of the offers, one each, and its factor of the money spent."""
        program = self.program
        held = slice(program.indptr[j], program.indptr[j + 1])
        full = np.zeros(program.n_offers + 1, dtype=np.int64)
        np.add.at(full, program.columns[held], program.factors[held])
        return full[:-1], int(full[-1])

    def name(self, member: int) -> str:
        """Name a member in the user's words."""
        if member == BUDGET:
            return f"the budget of {self.amount(self.program.limits.money)}"
        if member == COUNT:
            return f"k={self.program.limits.k}"
        words = self.program.words
        return f"`{words[member] if member < len(words) else self.rules[member]}`"

    def amount(self, units: int) -> str:
        """Write an amount of money."""
        amount = money.from_minor(units, self.decimals, min(self.decimals, 2))
        whole = amount.to_integral_value()
        return f"{whole if whole == amount else amount:,}"

    def exact(self, units: int) -> Decimal:
        """Give an amount of money in the user's unit."""
        return money.from_minor(units, self.decimals)
