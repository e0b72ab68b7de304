"""From the user's rules to a programme: which offers there are, and what a choice of them must satisfy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from seeding._runtime.blanks import families, variants
from seeding._runtime.checks import is_listed
from seeding.errors import InputError, assume, listing, shown
from seeding.network import labels as label_tools
from seeding.roster import money
from seeding.roster.roster import Roster
from seeding.rules.limits import UNLIMITED, Limits
from seeding.rules.program import Offers, Program
from seeding.rules.rules import (
    AtLeast,
    AtMost,
    Bundle,
    Conflict,
    Exclude,
    MaxShare,
    Require,
    Rule,
    SpendAtLeast,
    SpendAtMost,
    SpendShare,
    Together,
    VolumeDiscount,
)

# Sums over a row must stay inside int64 with room to spare.
_LARGEST_SUM = 1 << 61
# Discounted prices are kept to this many decimals at least, so that a tenth off 5 is 4.50.
_DISCOUNT_DECIMALS = 2
# People who go together and have several offers each are offered in at most so many combinations.
_MOST_COMBINATIONS = 256


class Terms(NamedTuple):
    """What can be bought, and which choices of it are allowed."""

    offers: Offers
    program: Program


def as_rules(rules: object) -> tuple[object, ...]:
    """Return what should be a list of rules as a tuple.

    Raises
    ------
    InputError
        If it is a single rule, or no list at all.
    """
    if isinstance(rules, Rule):
        raise InputError(f"constraints={rules} is a single rule; put it into a list: [{rules}].")
    if not is_listed(rules) or isinstance(rules, Mapping):
        raise InputError(
            f"constraints={shown(rules)} is not a list of rules such as AtMost(3, platform='x')."
        )
    return tuple(rules)


def check_rules(rules: Iterable[object]) -> tuple[Rule, ...]:
    """Return rules that are known to be some.

    Raises
    ------
    InputError
        If one is none of ours.
    """
    found: list[Rule] = []
    for rule in rules:
        if not isinstance(rule, Rule):
            raise InputError(f"{rule!r} in constraints is not a rule; use those of seeding, such as AtMost.")
        found.append(rule)
    return tuple(found)


def finest(rules: Sequence[Rule], roster: Roster) -> Roster:
    """Return the roster with costs in units small enough for the prices that the rules add."""
    needed = [roster.decimals]
    needed += [money.decimals_of(rule.price) for rule in rules if isinstance(rule, Bundle)]
    needed += [_DISCOUNT_DECIMALS for rule in rules if isinstance(rule, VolumeDiscount)]
    most = max(needed)
    if most > money.MOST_DECIMALS:
        raise InputError(f"a bundle's price has more than {money.MOST_DECIMALS} decimals; round it.")
    return roster.with_decimals(most if most in (0, 2) else max(2, most))


def compile_rules(rules: Sequence[Rule], roster: Roster, limits: Limits) -> Terms:
    """Express rules as rows over offers.

    Offers are the candidates alone, each bundle as a whole (its price shared out in proportion to the
    members' own costs), candidates at a volume discount, and people who must go together as one. Of several
    offers to one person, or with one person in them, at most one is chosen. All money is what the budget is
    held on (`Roster.held_on`).

    Raises
    ------
    InputError
        If a rule names a candidate, a column or a value that the roster does not have, a bundle is dearer
        than its members, or a bundle does not say which of a member's offers it means.
    """
    ladder = roster.n_people < len(roster)
    offers = _make_offers(rules, roster) if rules or ladder else Offers.alone(roster.costs)
    if roster.factor.size:
        prices = offers.prices * roster.factor[offers.members]
        offers = replace(offers, prices=prices, paid=offers.prices)
    if not rules and not ladder:
        return Terms(offers, Program.plain(offers.prices, limits))
    rows = _Rows(offers, roster)
    rows.buy_nobody_twice()
    for number, rule in enumerate(rules):
        rows.rule = number
        rows.add(rule)
    return Terms(offers, rows.program(limits, tuple(str(rule) for rule in rules)))


class _Deals:
    """Offers under construction."""

    def __init__(self, costs: np.ndarray) -> None:
        self.members = [[v] for v in range(costs.size)]
        self.prices = [[int(cost)] for cost in costs]
        self.words = [""] * costs.size

    def add(self, members: Sequence[int], prices: Sequence[int], words: str) -> int:
        """Add an offer; returns its number."""
        self.members.append(list(members))
        self.prices.append(list(prices))
        self.words.append(words)
        return len(self.members) - 1

    def offers(self) -> Offers:
        """Return what was added."""
        sizes = np.array([len(members) for members in self.members])
        return Offers(
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            np.concatenate([np.array(members, np.int64) for members in self.members]),
            np.concatenate([np.array(prices, np.int64) for prices in self.prices]),
            tuple(self.words),
        )


def _make_offers(rules: Sequence[Rule], roster: Roster) -> Offers:
    deals = _Deals(roster.costs)
    for rule in rules:
        if isinstance(rule, Bundle):
            members = np.concatenate(_locate(rule, rule.members, roster))
            if members.size > len(rule.members):
                rungs = [label for label in rule.members if _locate(rule, [label], roster)[0].size > 1]
                raise InputError(
                    f"{rule}: {rungs[0]!r} has several offers in the roster, and a bundle does not say "
                    "which; give each member of a bundle one row."
                )
            deals.add(members.tolist(), _share_out(rule, members, roster), str(rule))
        elif isinstance(rule, VolumeDiscount):
            for v in np.flatnonzero(_matching(rule, roster)).tolist():
                saved = int(Fraction(int(roster.costs[v])) * rule.rate)
                if saved:
                    deals.add([v], [int(roster.costs[v]) - saved], str(rule))
    for group in _always_together(rules, roster):
        rungs = [np.flatnonzero(roster.people == person).tolist() for person in group]
        if math.prod(map(len, rungs)) > _MOST_COMBINATIONS:
            names = listing(roster.candidates[[rows[0] for rows in rungs]])
            raise InputError(
                f"Together: {names} have more than {_MOST_COMBINATIONS} combinations of offers; leave some "
                "offers out."
            )
        for combination in itertools.product(*rungs):
            deals.add(combination, roster.costs[list(combination)].tolist(), "")
    return deals.offers()


def _always_together(rules: Sequence[Rule], roster: Roster) -> list[list[int]]:
    """Join the people (by number) whom `Together` rules tie to each other, however indirectly.

    They come in the order in which the rules name them, whatever the order of the roster.
    """
    groups: list[dict[int, None]] = []
    for rule in rules:
        if isinstance(rule, Together):
            located = _locate(rule, rule.candidates, roster)
            joined = dict.fromkeys(int(roster.people[rows[0]]) for rows in located)
            for group in [group for group in groups if group.keys() & joined.keys()]:
                groups.remove(group)
                joined = group | joined
            groups.append(joined)
    return [list(group) for group in groups]


def _share_out(rule: Bundle, members: np.ndarray, roster: Roster) -> list[int]:
    """Split a bundle's price among its members in proportion to their own costs; whole minor units."""
    price = money.floor_to_minor(rule.price, roster.decimals)
    own = [int(cost) for cost in roster.costs[members]]
    total = sum(own)
    if price > total:
        alone = money.from_minor(total, roster.decimals)
        raise InputError(f"{rule} costs more than its members bought alone ({alone:,}); lower its price.")
    if total == 0:
        return [0] * len(own)
    parts = [price * cost // total for cost in own]
    rest = sorted(range(len(own)), key=lambda i: (-(price * own[i] % total), i))
    for i in rest[: price - sum(parts)]:
        parts[i] += 1
    return parts


class _Rows:
    """Rows under construction; `rule` is the number of the rule that the next ones come from."""

    def __init__(self, offers: Offers, roster: Roster) -> None:
        self.offers, self.roster, self.rule = offers, roster, -1
        self.owner = np.repeat(np.arange(offers.n_offers), offers.heads)
        self.rows: list[tuple[np.ndarray, np.ndarray, int, int, int]] = []
        self.share: Fraction | None = None
        self.share_rule = -1

    def row(self, sums: np.ndarray, low: int = -UNLIMITED, high: int = UNLIMITED, spent: int = 0) -> None:
        """Demand low ≤ sums·x + spent·T ≤ high."""
        full = np.append(sums, spent)
        columns = np.flatnonzero(full)
        reach = _sum_of_sizes(sums)
        if reach + abs(spent) * int(min(self.offers.prices.sum(), _LARGEST_SUM)) > _LARGEST_SUM:
            raise InputError(
                "the amounts in a rule are too large to add up exactly; use a larger unit of money."
            )
        self.rows.append((columns, full[columns], low, high, self.rule))

    def heads_of(self, marked: np.ndarray) -> np.ndarray:
        """Count the marked candidates in each offer."""
        return np.bincount(
            self.owner, weights=marked[self.offers.members], minlength=self.offers.n_offers
        ).astype(np.int64)

    def money_of(self, marked: np.ndarray) -> np.ndarray:
        """Sum what each offer pays to marked candidates."""
        sums = np.zeros(self.offers.n_offers, dtype=np.int64)
        np.add.at(sums, self.owner, np.where(marked[self.offers.members], self.offers.prices, 0))
        return sums

    def of_people(self, people: Sequence[int] | np.ndarray) -> np.ndarray:
        """Count some candidates in each offer."""
        marked = np.zeros(len(self.roster), dtype=np.bool_)
        marked[np.asarray(people, dtype=np.int64)] = True
        return self.heads_of(marked)

    def buy_nobody_twice(self) -> None:
        """Let at most one offer for each person be chosen, where there are several."""
        people = self.roster.people[self.offers.members]
        order = np.argsort(people, kind="stable")
        counts = np.bincount(people, minlength=self.roster.n_people)
        ends = np.cumsum(counts)
        for person in np.flatnonzero(counts > 1).tolist():
            columns = self.owner[order[ends[person] - counts[person] : ends[person]]]
            self.rows.append((columns, np.ones(columns.size, np.int64), -UNLIMITED, 1, self.rule))

    def add(self, rule: Rule) -> None:
        """Add the rows of a rule."""
        _ADD[type(rule)](self, rule)

    def program(self, limits: Limits, words: tuple[str, ...]) -> Program:
        """Return what was added."""
        sizes = [columns.size for columns, *_ in self.rows]
        share = None if self.share is None else (self.share.numerator, self.share.denominator)
        offers = self.offers

        def joined(arrays: list[np.ndarray]) -> np.ndarray:
            return np.concatenate([*arrays, np.empty(0, np.int64)]).astype(np.int64)

        return Program(
            costs=offers.costs,
            heads=offers.heads,
            limits=limits,
            indptr=np.cumsum([0, *sizes], dtype=np.int64),
            columns=joined([columns for columns, *_ in self.rows]),
            factors=joined([factors for _, factors, *_ in self.rows]),
            low=np.array([row[2] for row in self.rows], dtype=np.int64),
            high=np.array([row[3] for row in self.rows], dtype=np.int64),
            rule=np.array([row[4] for row in self.rows], dtype=np.int64),
            share=share,
            share_of=np.maximum.reduceat(offers.prices, offers.indptr[:-1]),
            words=words,
            share_rule=self.share_rule,
        )


def _add_require(rows: _Rows, rule: Require) -> None:
    for offers in _locate(rule, rule.candidates, rows.roster):
        rows.row(rows.of_people(offers), low=1)


def _add_exclude(rows: _Rows, rule: Exclude) -> None:
    rows.row(rows.of_people(np.concatenate(_locate(rule, rule.candidates, rows.roster))), high=0)


def _add_conflict(rows: _Rows, rule: Conflict) -> None:
    rows.row(rows.of_people(np.concatenate(_locate(rule, rule.candidates, rows.roster))), high=1)


def _add_together(rows: _Rows, rule: Together) -> None:
    first, *others = _locate(rule, rule.candidates, rows.roster)
    for other in others:
        rows.row(rows.of_people(first) - rows.of_people(other), low=0, high=0)


def _add_at_most(rows: _Rows, rule: AtMost) -> None:
    rows.row(rows.heads_of(_matching(rule, rows.roster)), high=rule.n)


def _add_at_least(rows: _Rows, rule: AtLeast) -> None:
    rows.row(rows.heads_of(_matching(rule, rows.roster)), low=rule.n)


def _add_spend_at_most(rows: _Rows, rule: SpendAtMost) -> None:
    most = money.floor_to_minor(rule.amount, rows.roster.spend_decimals)
    rows.row(rows.money_of(_matching(rule, rows.roster)), high=most)


def _add_spend_at_least(rows: _Rows, rule: SpendAtLeast) -> None:
    least = _ceil_to_minor(rule.amount, rows.roster.spend_decimals)
    rows.row(rows.money_of(_matching(rule, rows.roster)), low=least)


def _add_spend_share(rows: _Rows, rule: SpendShare) -> None:
    sums = rows.money_of(_matching(rule, rows.roster))
    if rule.low > 0:
        rows.row(rule.low.denominator * sums, low=0, spent=-rule.low.numerator)
    if rule.high < 1:
        rows.row(rule.high.denominator * sums, high=0, spent=-rule.high.numerator)


def _add_max_share(rows: _Rows, rule: MaxShare) -> None:
    part, whole = rule.fraction.numerator, rule.fraction.denominator
    if max(part, whole) * sum(rows.offers.prices.tolist()) > _LARGEST_SUM:
        raise InputError(f"{rule} is too fine to be held exactly with such amounts; round it.")
    if rows.share is None or rule.fraction < rows.share:
        rows.share, rows.share_rule = rule.fraction, rows.rule


def _add_bundle(rows: _Rows, rule: Bundle) -> None:
    """Add nothing: a bundle is an offer, and offers that share a member exclude each other already."""


def _add_discount(rows: _Rows, rule: VolumeDiscount) -> None:
    """Demand `n` of the group for each offer at the discount: n·x − Σ (members of the group) ≤ 0."""
    heads = rows.heads_of(_matching(rule, rows.roster))
    for offer in (i for i, words in enumerate(rows.offers.words) if words == str(rule)):
        sums = -heads
        sums[offer] += rule.n
        rows.row(sums, high=0)


_ADD: dict[type, Callable[[_Rows, Any], None]] = {
    Require: _add_require,
    Exclude: _add_exclude,
    Conflict: _add_conflict,
    Together: _add_together,
    AtMost: _add_at_most,
    AtLeast: _add_at_least,
    SpendAtMost: _add_spend_at_most,
    SpendAtLeast: _add_spend_at_least,
    SpendShare: _add_spend_share,
    MaxShare: _add_max_share,
    Bundle: _add_bundle,
    VolumeDiscount: _add_discount,
}


def _sum_of_sizes(numbers: np.ndarray) -> int:
    """Sum absolute values, exactly; floats tell where no integer can overflow, which is nearly always."""
    if float(np.abs(numbers.astype(np.float64)).sum()) < _LARGEST_SUM:
        return int(np.abs(numbers).sum())
    return sum(abs(number) for number in numbers.tolist())


def _ceil_to_minor(amount: Decimal, decimals: int) -> int:
    return -money.floor_to_minor(-amount, decimals)


def _locate(rule: Rule, candidates: Sequence[Any], roster: Roster) -> list[np.ndarray]:
    """Find the candidates that a rule names: each one's rows, several where they have several offers."""
    labels = label_tools.as_labels(list(candidates), str(rule))
    try:
        known = roster.candidates.unique() if roster.offer.size else roster.candidates
        found = label_tools.locate(known, labels, "candidate", "the roster")
    except InputError as error:
        raise InputError(f"{rule}: {error}") from None
    twice = labels[np.bincount(found)[found] > 1]
    if twice.size:
        raise InputError(f"{rule} names one candidate twice, as {listing(twice)}; name each once.")
    if roster.n_people == len(roster):
        return [found[i : i + 1] for i in range(found.size)]
    return [np.flatnonzero(roster.people == person) for person in found]


def _matching(rule: Any, roster: Roster) -> np.ndarray:
    """Mark the candidates of a rule's group; all of them where it names none."""
    marked = np.ones(len(roster), dtype=np.bool_)
    frame = roster.frame.assign(offer=roster.offer) if roster.offer.size else roster.frame
    for column, values in rule.group:
        if column not in frame.columns:
            raise InputError(
                f"{rule}: the roster has no column {column!r}; it has {listing(frame.columns, 12)}."
            )
        held = frame[column]
        known = set(held.dropna().tolist())
        missing = [value for value in values if value not in known]
        if missing:
            near = variants(known, missing[0])
            hint = f", but {listing(near)} differs only in case or blanks" if near else ""
            raise InputError(
                f"{rule}: nobody in the roster has {column}={missing[0]!r}{hint}; "
                f"there is {listing(sorted(known, key=str), 12)}."
            )
        _warn_of_variants(rule, column, values, held)
        marked &= held.isin(values).to_numpy()
    return marked


def _warn_of_variants(rule: Any, column: str, values: tuple[Any, ...], held: Any) -> None:
    """Say which values of a rule's column look alike, unless the rule names all of those."""
    counts = held.value_counts()
    for family in families(counts.index):
        named = [value for value in family if value in values]
        others = [value for value in family if value not in values]
        if not others:
            continue
        others_said = " and ".join(f"{value!r} ({counts[value]:,})" for value in others)
        said = (
            f"counts those with {column}={named[0]!r} ({counts[named[0]]:,}) and not those with {others_said}"
            if named
            else f"is about the column {column!r}, which has {others_said}"
        )
        assume(
            f"{rule} {said}: they differ only in case or blanks; write them alike in the roster"
            f"{', or give the rule a list of them all' if named else ''}."
        )
