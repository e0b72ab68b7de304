"""The roster: who can be bought, and for how much."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_one_of
from seeding._runtime.source import Source
from seeding.errors import InputError, listing, shown
from seeding.network import label_joining
from seeding.network import labels as label_tools
from seeding.network.label_spellings import would_be_found
from seeding.network.labels import Labels
from seeding.network.network import Network
from seeding.network.people import trimmed, where_found
from seeding.roster import acceptance, money
from seeding.roster.acceptance import MILLION, BudgetOn, PayOn
from seeding.roster.reading import (
    ASKING_NAMES,
    CANDIDATE_NAMES,
    COST_NAMES,
    _amounts,
    _asking,
    _column,
    _flat_index,
)

Missing = Literal["error", "add", "drop"]

# Names a plan gives to columns of its own.
RESERVED = (
    "rank",
    "cumulative_cost",
    "marginal_reach",
    "cumulative_reach",
    "reach_low",
    "reach_high",
    "marginal_cost",
    "deal",
)


@dataclass(frozen=True, eq=False, repr=False)
class Roster:
    """The table of candidates.

    Attributes
    ----------
    names
        The label of each candidate, in the roster's order; `candidates` gives them as a pandas Index.
    costs
        Cost of each candidate in integer minor units (int64).
    decimals
        A cost of 1 is ``10**decimals`` minor units.
    further
        The roster's other columns, in the same order; they are passed through to the plan. None: there are
        none. `frame` gives them in any case.
    missing
        What to do about candidates who are not in the network: ``"error"``, ``"add"`` them as people
        without arcs, or ``"drop"`` them.
    accept
        The probability that each candidate says yes, rounded to six decimals; empty where all do.
    offer
        What each row offers the candidate; empty where there is one offer to each. With it a candidate may
        have several rows, of which at most one is chosen.
    pay_on
        Whether each is paid on ``"acceptance"`` or already on ``"invitation"``; empty: on acceptance.
    effect
        Factor on the probabilities of the arcs out of the candidate, if this offer is chosen; empty: 1.
    factor, digits
        What each fee is multiplied by to make what the budget is held on, in a unit of ``10**-(decimals +
        digits)``; see `held_on`. Empty: 1.
    source
        Where it was read from, for plans that are saved; None: it was made in memory.
    """

    names: Labels
    costs: np.ndarray
    decimals: int
    further: pd.DataFrame | None = None
    missing: Missing = "error"
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))
    offer: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=object))
    pay_on: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=object))
    effect: np.ndarray = field(default_factory=lambda: np.empty(0))
    factor: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    digits: int = 0
    source: Source | None = None

    def __len__(self) -> int:
        return len(self.names)

    @property
    def candidates(self) -> pd.Index:
        """The label of each candidate, in the roster's order."""
        return self.names.index

    @property
    def frame(self) -> pd.DataFrame:
        """The roster's other columns, in the same order."""
        return pd.DataFrame(index=range(len(self))) if self.further is None else self.further

    def _repr_html_(self) -> str:
        table: str = self.to_frame().to_html(max_rows=20, escape=True, border=0, index=False)
        return f"<p>{html.escape(repr(self))}</p>{table}"

    def __repr__(self) -> str:
        if len(self) == 0:
            return "Roster(empty)"
        low, high = (money.from_minor(units, self.decimals) for units in (self.costs.min(), self.costs.max()))
        return f"Roster({len(self):,} candidates, cost {low:,} to {high:,})"

    @classmethod
    def from_any(
        cls,
        roster: Roster | pd.DataFrame | Mapping[Any, Any] | pd.Series,
        *,
        candidate: str | None = None,
        cost: str | None = None,
        accept: str | None = None,
        offer: str | None = None,
        pay_on: PayOn | str | None = None,
        effect: str | None = None,
        missing: Missing = "error",
    ) -> Roster:
        """Make a roster from a DataFrame, or from a mapping or Series of costs by label.

        Parameters
        ----------
        roster
            A DataFrame with a column of labels and a column of costs; or a dict or Series from label
            to cost. A `Roster` is returned as it is.
        candidate, cost
            Names of the two columns. By default the first of candidate, node, label, handle, creator,
            id; and the first of cost, price, fee.
        accept, offer, effect
            Names of the columns with the probability of saying yes, the name of the offer, and the factor on
            what the candidate's messages do. By default the columns of these names, if they are there.
        pay_on
            When all are paid, ``"acceptance"`` or ``"invitation"``; or the name of the column that says so
            for each. By default the column ``pay_on``, if it is there; else on acceptance.
        missing
            See the attribute of that name.

        Raises
        ------
        InputError
            If a column is missing, a cost is missing, negative or not an amount of money with at most
            6 decimals, a value of the other columns is missing or out of range, or a candidate occurs twice
            (with a column of offers: twice with the same offer); names the rows.
        """
        if not is_one_of(missing, ("error", "add", "drop")):
            raise InputError(f"missing={shown(missing)} is not understood; choose 'error', 'add' or 'drop'.")
        if isinstance(roster, Roster):
            return roster
        if isinstance(roster, Mapping):
            roster = pd.Series(list(roster.values()), index=_flat_index(roster), dtype=object)
        if isinstance(roster, pd.Series):
            labels, values = np.asarray(roster.index), roster.to_numpy()
            frame = pd.DataFrame(index=range(labels.size))
        elif isinstance(roster, pd.DataFrame):
            who = _column(roster, candidate, CANDIDATE_NAMES, "candidate")
            price = _column(roster, cost, COST_NAMES, "cost")
            labels, values = roster[who].to_numpy(), roster[price].to_numpy()
            frame = trimmed(roster.drop(columns=[who, price]).reset_index(drop=True))
        else:
            raise InputError(
                f"roster is a {type(roster).__name__}; pass a DataFrame, a dict or a Series of costs."
            )
        names = {"accept": accept, "offer": offer, "pay_on": pay_on, "effect": effect}
        asking, frame = _asking(names, frame, labels)
        labels = label_joining.settled(label_tools.as_labels(labels, "roster"), "the roster")
        return cls._checked(labels, values, frame, missing, asking)

    @classmethod
    def _checked(
        cls,
        labels: np.ndarray,
        values: Any,
        frame: pd.DataFrame,
        missing: Missing,
        asking: dict[str, np.ndarray],
    ) -> Roster:
        if labels.size == 0:
            raise InputError("the roster is empty; give at least one candidate with a cost.")
        names = Labels.of(labels)
        acceptance.check_ladder(names.index, asking.get("offer", np.empty(0)))
        reserved = RESERVED if not asking else (*RESERVED, *asking, "expected_cost")
        clash = [name for name in frame.columns if name in reserved]
        if clash:
            raise InputError(
                f"the roster has columns named {listing(clash)}, which a plan uses; rename them."
            )
        amounts = _amounts(values, labels)
        decimals = max(money.decimals_of(amount) for amount in amounts)
        if decimals > money.MOST_DECIMALS:
            row = next(i for i, a in enumerate(amounts) if money.decimals_of(a) > money.MOST_DECIMALS)
            raise InputError(
                f"cost {amounts[row]} of {label_tools.quoted(labels[row])} (row {row}) has more than "
                f"{money.MOST_DECIMALS} decimals; round it to an amount that can be paid."
            )
        decimals = decimals if decimals in (0, 2) else max(2, decimals)
        costs = money.to_minor(amounts, decimals)
        if "accept" in asking:
            acceptance.warn_of_falling(names.index, asking.get("offer", np.empty(0)), costs, asking["accept"])
        return replace(cls(names, costs, decimals, frame, missing), **asking)  # type: ignore[arg-type]

    @classmethod
    def everyone(cls, network: Network) -> Roster:
        """Make every node a candidate at cost 1."""
        return cls(network.names, np.ones(network.n_nodes, dtype=np.int64), 0)

    @classmethod
    def couple(
        cls, rosters: Mapping[str, Any], *, separator: str = "/", missing: Missing = "error"
    ) -> Roster:
        """Join the rosters of several platforms for a network that `Network.couple` made.

        Candidates are called ``"tiktok/anna"``, and the column platform says where each can be bought.

        Parameters
        ----------
        rosters
            The roster of each platform by its name: anything `from_any` takes.
        separator
            As in `Network.couple`.
        missing
            As in `from_any`.

        Raises
        ------
        InputError
            If there is no roster, or one is not understood; says of which platform.
        """
        if not isinstance(rosters, Mapping) or not rosters:
            raise InputError("rosters is not a mapping from the name of each platform to its roster.")
        tables = []
        for name, given in rosters.items():
            try:
                table = cls.from_any(given).to_frame()
            except InputError as error:
                raise InputError(f"the roster of {name!r}: {error}") from None
            table["candidate"] = [f"{name}{separator}{label}" for label in table["candidate"]]
            tables.append(table.assign(platform=name))
        return cls.from_any(pd.concat(tables, ignore_index=True), missing=missing)

    def to_frame(self) -> pd.DataFrame:
        """Return the roster as a table with exact costs, one row per candidate."""
        amounts = [money.from_minor(int(units), self.decimals) for units in self.costs]
        columns = {"candidate": self.candidates, "cost": pd.Series(amounts, dtype=object)}
        asked = {"accept": self.accept, "offer": self.offer, "pay_on": self.pay_on, "effect": self.effect}
        columns |= {name: pd.Series(values) for name, values in asked.items() if values.size}
        return pd.concat([pd.DataFrame(columns), self.frame.reset_index(drop=True)], axis=1)

    def with_decimals(self, decimals: int) -> Roster:
        """Return the same roster with costs in a smaller minor unit, ``10**-decimals``.

        Raises
        ------
        InputError
            If the costs do not fit a 64-bit integer then.
        """
        if decimals == self.decimals:
            return self
        amounts = [money.from_minor(units, self.decimals) for units in self.costs]
        return replace(self, costs=money.to_minor(amounts, decimals), decimals=decimals)

    @property
    def says_who_accepts(self) -> bool:
        """Whether the roster speaks of acceptance or of several offers."""
        return self.accept.size > 0 or self.offer.size > 0

    @cached_property
    def may_decline(self) -> bool:
        """Whether anybody might say no."""
        return bool((self.accept < 1).any())

    @cached_property
    def people(self) -> np.ndarray:
        """The number of each row's candidate, 0, 1, … in the order of their first rows; int64."""
        if self.offer.size == 0:
            return np.arange(len(self))
        return pd.factorize(self.candidates)[0].astype(np.int64)

    @property
    def n_people(self) -> int:
        """How many different candidates there are."""
        return int(self.people.max(initial=-1)) + 1

    @property
    def chances(self) -> np.ndarray:
        """How likely each candidate accepts, for sampling: empty where nobody declines."""
        return self.accept if self.may_decline else np.empty(0)

    @cached_property
    def millionths(self) -> np.ndarray:
        """How often each fee is paid, in millionths: `accept`, or always where invitations are paid."""
        if not self.may_decline:
            return np.full(len(self), MILLION)
        paid: np.ndarray = np.rint(self.accept * MILLION).astype(np.int64)
        if self.pay_on.size:
            paid[self.pay_on == "invitation"] = MILLION
        return paid

    def held_on(self, budget_on: BudgetOn) -> Roster:
        """Return the same roster with the costs that a budget is held on: expected, or in the worst case.

        Expected costs are integers too, in a unit small enough for every fee times its probability, so that
        sums and budgets stay exact.

        Raises
        ------
        InputError
            If the sum of these does not fit a 64-bit integer.
        """
        budget_on = acceptance.check_budget_on(budget_on)
        if not self.may_decline:
            return self
        digits = acceptance.digits_of(self.millionths)
        if sum(self.costs.tolist()) * 10**digits > money.LARGEST_TOTAL:
            raise InputError(
                f"costs with {self.decimals} decimals times probabilities with {digits} are too fine to add "
                "up exactly; round 'accept', or use a larger unit of money."
            )
        whole = np.full(len(self), 10**digits)
        expected = self.millionths // 10 ** (acceptance.DECIMALS - digits)
        return replace(self, factor=expected if budget_on == "expected" else whole, digits=digits)

    @property
    def is_expected(self) -> bool:
        """Whether the budget is held on what is paid on average, and that is less than the fees."""
        return bool((self.factor < 10**self.digits).any())

    @property
    def spend(self) -> np.ndarray:
        """What each candidate counts against the budget; int64, in a unit of ``10**-spend_decimals``."""
        return self.costs * self.factor if self.factor.size else self.costs

    @property
    def spend_decimals(self) -> int:
        """A spend of 1 is ``10**spend_decimals`` units."""
        return self.decimals + self.digits

    @property
    def expected(self) -> np.ndarray:
        """What is paid each candidate on average, in the unit of `spend`; int64."""
        if self.factor.size == 0:
            return self.costs
        expected: np.ndarray = self.costs * (self.millionths // 10 ** (acceptance.DECIMALS - self.digits))
        return expected

    def amount_of_fees(self, units: int) -> Decimal:
        """Give units of `costs` back as an exact amount."""
        return money.from_minor(units, self.decimals)

    def amount(self, units: int) -> Decimal:
        """Give units of `spend` back as an exact amount, without idle decimals."""
        return money.from_minor(int(units), self.spend_decimals, self.decimals)

    def place(self, network: Network) -> tuple[Roster, Network, np.ndarray]:
        """Find the candidates in a network, treating those who are not there as `missing` says.

        Returns
        -------
        The roster and the network to use, and the node index of each candidate.

        Raises
        ------
        InputError
            If some are not in the network and ``missing="error"``, or none is and ``missing="drop"``.
        """
        if self.names is network.names:
            return self, network, np.arange(network.n_nodes)
        found = self._find(network)
        absent = np.flatnonzero(found < 0)
        if absent.size == 0:
            return self, network, found
        names = self.candidates[absent].unique()
        if self.missing == "error":
            also = would_be_found(network.labels, label_tools.plain(names))
            raise InputError(
                f"{names.size:,} of {self.n_people:,} candidates are not in the network: "
                f"{listing(names)} (rows {listing(absent.tolist())}){self._held(network, absent)}"
                f"{f'; {also}' if also else ''}; correct "
                "them, or pass missing='add' to take them in as people without arcs."
            )
        if self.missing == "add":
            network = network.with_nodes(names)
            return self, network, self._find(network)
        kept = self._take(np.flatnonzero(found >= 0))
        if len(kept) == 0:
            also = would_be_found(network.labels, label_tools.plain(names))
            raise InputError(
                f"none of the candidates is in the network{f' ({also})' if also else ''}; check that both "
                f"use the same labels{self._held(network, absent)}."
            )
        return kept, network, found[found >= 0]

    def _held(self, network: Network, absent: np.ndarray) -> str:
        """Say which column of the roster, or of the people, holds labels of both; nothing where none does."""
        known = set(map(str, label_tools.plain(network.names.array())))
        further = {} if self.further is None else dict(self.further.items())
        found = {str(name): len(known.intersection(map(str, column))) for name, column in further.items()}
        most = max(found, key=lambda name: found[name], default=None)
        if most is not None and found[most] > len(self) - absent.size:
            return f"; column {most!r} holds {found[most]:,} who are: pass candidate={most!r}"
        return where_found(network.people, self.candidates[absent].to_numpy(), network.report.origin)

    def _find(self, network: Network) -> np.ndarray:
        """Find each candidate's node, −1 where there is none; two candidates cannot be one node."""
        found = label_tools.find(network.labels, self.names.array())
        whose = np.unique(np.stack([found, self.people])[:, found >= 0], axis=1)[0]
        if (np.diff(whose) == 0).any():
            node = whose[1:][np.diff(whose) == 0][0]
            rows = np.flatnonzero(found == node)
            raise InputError(
                f"candidates {listing(label_tools.plain(self.candidates[rows]))} "
                f"(rows {listing(rows.tolist())}) are the same person in the network; "
                "give each candidate one row."
            )
        return found

    def further_of(self, rows: np.ndarray) -> pd.DataFrame | None:
        """Return some rows of the other columns, numbered anew; None where there are no other columns."""
        return None if self.further is None else self.further.iloc[rows].reset_index(drop=True)

    def without(self, rows: np.ndarray) -> Roster:
        """Return the roster without some rows.

        Raises
        ------
        InputError
            If nobody is left.
        """
        kept = np.setdiff1d(np.arange(len(self)), rows)
        if kept.size == 0:
            raise InputError("nobody is left in the roster; leave somebody in.")
        return replace(self._take(kept), source=None)

    def only(self, rows: np.ndarray) -> Roster:
        """Return some rows of the roster, in their order."""
        return replace(self._take(rows), source=None)

    def _take(self, rows: np.ndarray) -> Roster:
        names = (*ASKING_NAMES, "factor")
        kept: dict[str, Any] = {name: array[rows] for name in names if (array := getattr(self, name)).size}
        return replace(
            self, names=self.names.take(rows), costs=self.costs[rows], further=self.further_of(rows), **kept
        )
