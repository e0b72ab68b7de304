"""Seed lists to be compared: from plans, labels, tables and files, with costs where these are known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, localcontext
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime import checks
from seeding.errors import InputError, shown
from seeding.network import labels as label_tools
from seeding.network.network import Network
from seeding.plan.plan import Plan
from seeding.questions.reach import seeds_accept
from seeding.roster import money
from seeding.roster.acceptance import DECIMALS
from seeding.roster.reading import COST_NAMES
from seeding.roster.roster import Roster
from seeding.simulation.propagation import Seeds

# More lists are a table of figures rather than a comparison.
MOST_LISTS = 100
# Enough for any amount that is understood, times a probability.
_EXACT_DIGITS = 256


class Listed(NamedTuple):
    """One list of seeds as it was given.

    Attributes
    ----------
    labels
        Who; anything that `Network.index` takes.
    fees, expected, chances
        What each costs, is paid on average, and how likely each takes part; None where the list says nothing.
    accounts
        Whether its seeds are those of offers with an effect, or of several accounts of a person.
    anyway
        Who is paid also without accepting; empty: nobody.
    """

    labels: Any
    fees: Sequence[Decimal] | None = None
    expected: Sequence[Decimal] | None = None
    chances: Sequence[float] | None = None
    accounts: bool = False
    anyway: Sequence[bool] = ()

    def among(self, labels: Collection[Any]) -> Listed:
        """Return the list with only those seeds who are among some labels."""
        rows = [row for row, label in enumerate(self.labels) if label in labels]

        def kept(values: Sequence[Any] | None) -> list[Any] | None:
            return None if values is None else [values[row] for row in rows]

        fees, expected, chances = kept(self.fees), kept(self.expected), kept(self.chances)
        return self._replace(labels=kept(self.labels), fees=fees, expected=expected, chances=chances)


@dataclass(frozen=True, eq=False)
class Placed:
    """One list of seeds in the network, each seed once.

    Attributes
    ----------
    name
        What the list is called.
    nodes
        Node of each seed, in order; int64.
    chances
        How likely each takes part; empty where all do.
    cost
        What is paid on average; None where that is not known.
    """

    name: str
    nodes: np.ndarray
    chances: np.ndarray
    cost: Decimal | None

    @property
    def same(self) -> bytes:
        """What lists have in common that reach the same in every world: who is seeded, and how likely."""
        order = np.argsort(self.nodes, kind="stable")
        return self.nodes[order].tobytes() + b"/" + self._likely[order].tobytes()

    @property
    def _likely(self) -> np.ndarray:
        return self.chances if self.chances.size else np.ones(self.nodes.size)

    def seeds(self, network: Network, among: np.ndarray | None = None) -> Seeds:
        """Return the seeds, or some of them, for a simulation."""
        nodes = self.nodes if among is None else self.nodes[among]
        chances = self.chances if among is None or not self.chances.size else self.chances[among]
        return Seeds(nodes, chances, network.one_of(nodes))

    def beyond(self, other: Placed) -> np.ndarray:
        """Tell which seeds the other list has not, or not with the same chance."""
        theirs = dict(zip(other.nodes.tolist(), other._likely.tolist(), strict=True))
        mine = zip(self.nodes.tolist(), self._likely.tolist(), strict=True)
        return np.array([theirs.get(node) != chance for node, chance in mine], dtype=np.bool_)

    def in_common(self, other: Placed) -> int:
        """Count the seeds of both lists."""
        return int(np.isin(self.nodes, other.nodes).sum())

    def dearer_by(self, other: Placed) -> Decimal | None:
        """Return what this list costs more than another, exactly; None where one cost is not known."""
        if self.cost is None or other.cost is None:
            return None
        with localcontext(prec=_EXACT_DIGITS):
            return self.cost - other.cost

    def with_all_of(self, other: Placed) -> Placed:
        """Return the seeds of both lists; who is in both takes part where either list has them do so."""
        nodes = np.unique(np.concatenate([self.nodes, other.nodes]))
        chances = np.zeros(nodes.size)
        for one in (self, other):
            np.maximum.at(chances, np.searchsorted(nodes, one.nodes), one._likely)
        return Placed("", nodes, np.empty(0) if (chances == 1).all() else chances, None)


def read_lists(plans: object) -> dict[str, Listed]:
    """Read the lists to compare, and the files among them.

    Raises
    ------
    InputError
        If there are fewer than two or more than `MOST_LISTS`, or one is not understood; names it.
    """
    if not isinstance(plans, Mapping):
        raise InputError(
            f"plans={shown(plans)} is not a dict from a name to a plan or to seeds; write "
            "{'A': plan, 'B': ['anna', 'bo']}."
        )
    if not 2 <= len(plans) <= MOST_LISTS:
        raise InputError(f"plans has {len(plans):,} lists of seeds; give from 2 to {MOST_LISTS} to compare.")
    wrong = next((name for name in plans if not isinstance(name, str) or not name.strip()), None)
    if wrong is not None or None in plans:
        raise InputError(f"plans has the name {shown(wrong)}; name each list by a text that is not empty.")
    found = {}
    for name, given in plans.items():
        with _named(name):
            found[name] = _read(given)
    return found


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of which list a refusal is."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{shown(name)}: {error}") from None


def _read(given: Any) -> Listed:
    if isinstance(given, Listed):
        return given
    if isinstance(given, Plan):
        return _of_plan(given)
    if isinstance(given, str | PathLike):
        return read_file(given)
    if isinstance(given, pd.DataFrame):
        return _of_table(given)
    if isinstance(given, Mapping) or not checks.is_listed(given):
        raise InputError(
            f"{shown(given)} names no seeds; give a plan, a list of labels, a table with a column "
            "'candidate', or the path of a file of seeds."
        )
    return Listed(given)


def read_file(path: str | PathLike[str]) -> Listed:
    """Read a file of seeds with whatever it says of them, or a saved plan.

    Raises
    ------
    InputError
        As `seeding.io.seeds.read_seed_list`.
    """
    from seeding.io.seeds import read_seed_list
    from seeding.plan.plan_file import is_plan_file
    from seeding.questions.follow_up import read_plan

    if is_plan_file(path):
        return _of_plan(read_plan(path))
    read = read_seed_list(path, priced=True)
    return Listed(read.labels, _prices(read.fees), read.expected, read.chances)


def _of_plan(plan: Plan) -> Listed:
    paid, columns = plan.invitations, plan.table.columns
    return Listed(
        plan.table.candidates.array(),
        None if plan.is_free else plan.exact_costs,
        None if paid is None else paid.expected,
        columns["accept"].tolist() if "accept" in columns else None,
        "persons" in plan.provenance.get("parameters", {}).get("parts", ()),
    )


def _of_table(table: pd.DataFrame) -> Listed:
    """Read a table such as `Plan.seeds`, or one that pandas read from its file."""
    from seeding.io.seeds import SEED_NAMES

    who = next((name for name in SEED_NAMES if name in table.columns), None)
    if who is None:
        raise InputError("the table has no column 'candidate'; call the column of labels so.")
    price = next((name for name in COST_NAMES if name in table.columns), None)
    fees, expected = (
        None if name not in table.columns else [_amount(value, str(name)) for value in table[name].tolist()]
        for name in (price, "expected_cost")
    )
    chances = table["accept"].tolist() if "accept" in table.columns else None
    return Listed(table[who].to_numpy(), _prices(fees), expected, chances)


def _amount(value: object, column: str) -> Decimal:
    # What pandas keeps as a float was often reckoned with; it holds 15 digits.
    amount = money.to_decimal(f"{value:.15g}" if isinstance(value, float) else value, column)
    if amount < 0:
        raise InputError(f"{column} {amount} is negative; a cost is 0 or more.")
    return amount


def _prices(fees: Sequence[Decimal] | None) -> Sequence[Decimal] | None:
    """Return the costs of a table, unless all are 1: where nobody is paid, a plan counts its seeds so."""
    return None if fees is None or all(fee == 1 for fee in fees) else fees


class Prices(NamedTuple):
    """What a roster says of whom, by node: for each the rows of the roster."""

    roster: Roster
    rows: dict[int, list[int]]

    @classmethod
    def of(cls, roster: Roster | None, network: Network) -> Prices | None:
        """Find the candidates of a roster in the network; None where there is no roster."""
        if roster is None:
            return None
        rows: dict[int, list[int]] = {}
        for row, node in enumerate(label_tools.find(network.labels, roster.names.array()).tolist()):
            rows.setdefault(node, []).append(row)
        return cls(roster, rows)

    def complete(self, listed: Listed, nodes: np.ndarray, network: Network, accept: Any) -> Listed:
        """Add what a list leaves open: what its seeds cost, and how likely they accept."""
        asks = listed.chances is None and accept is None and self.roster.accept.size > 0
        if listed.fees is not None and not asks:
            return listed
        labels = network.labels[nodes].tolist()
        rows = [self._row_of(node, label) for node, label in zip(nodes.tolist(), labels, strict=True)]
        roster = self.roster
        if listed.fees is None:
            fees = [money.from_minor(roster.costs[row], roster.decimals) for row in rows]
            listed = listed._replace(fees=fees, expected=None)
        if asks:
            listed = listed._replace(chances=roster.accept[rows].tolist())
        paid = [bool(roster.pay_on[row] == "invitation") for row in rows] if roster.pay_on.size else []
        return listed._replace(anyway=paid)

    def _row_of(self, node: int, label: object) -> int:
        """Return the one row of a candidate.

        Raises
        ------
        InputError
            If there is none, or several, or its offer has an effect on how well posts work.
        """
        found = self.rows.get(node, [])
        if len(found) != 1:
            many = "makes several offers to" if found else "does not name"
            raise InputError(
                f"the roster {many} {label_tools.quoted(label)}, so that it does not say what this seed "
                "costs; give the list a column 'cost', or the roster one row for the seed."
            )
        effect = self.roster.effect
        if effect.size and effect[found[0]] != 1:
            raise InputError(
                f"the roster's offer to {label_tools.quoted(label)} has effect {effect[found[0]]:g}, which "
                "is not simulated here; leave the column 'effect' out."
            )
        return found[0]


def place(
    name: str, listed: Listed, network: Network, prices: Prices | None = None, accept: Any = None
) -> Placed:
    """Find the seeds of a list in the network, each once, with what they cost.

    How likely each takes part says the list itself, or `accept`, or the roster behind `prices`; what each
    costs the list, or the roster.

    Raises
    ------
    InputError
        If a seed is unknown, or is given twice and differently; names the list.
    """
    with _named(name):
        if listed.accounts and network.person is None:
            raise InputError(
                "the plan was made for offers with an effect, or for several platforms, which this network "
                "does not have; compare plans on the network they were made for, without the column 'effect'."
            )
        nodes = network.index(listed.labels)
        if prices is not None:
            listed = prices.complete(listed, nodes, network, accept)
        chances = seeds_accept(accept if listed.chances is None else listed.chances, network, nodes)
        once = np.sort(np.unique(nodes, return_index=True)[1])
        cost = Decimal(0) if nodes.size == 0 else _spend(listed, chances, nodes, once)
    chances = chances[once] if chances.size and (chances != 1).any() else np.empty(0)
    return Placed(name, nodes[once], chances, cost)


def _spend(listed: Listed, chances: np.ndarray, nodes: np.ndarray, once: np.ndarray) -> Decimal | None:
    """Add up what is paid on average, each seed once; None where that is not known."""
    if listed.fees is None:
        return None
    fees, paid = list(listed.fees), listed.expected
    first = dict(zip(nodes[::-1].tolist(), fees[::-1], strict=True))
    wrong = next((fee for node, fee in zip(nodes.tolist(), fees, strict=True) if first[node] != fee), None)
    if wrong is not None:
        raise InputError(f"a seed is listed twice with different costs, once {wrong}; give it one row.")
    with localcontext(prec=_EXACT_DIGITS):
        if paid is None and chances.size:
            likely = np.where(listed.anyway, 1.0, chances) if listed.anyway else chances
            paid = [fee * Decimal(f"{c:.{DECIMALS}f}") for fee, c in zip(fees, likely.tolist(), strict=True)]
        counted = list(fees if paid is None else paid)
        total = sum((counted[place] for place in once.tolist()), Decimal(0))
        least = max(-min(int(fee.as_tuple().exponent), 0) for fee in fees)
        return total.quantize(Decimal(1).scaleb(-max(money.decimals_of(total), least)))
