"""The roster: who can be bought, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd

from seeding import labels as label_tools
from seeding import money
from seeding.errors import InputError, listing
from seeding.network import Network

Missing = Literal["error", "add", "drop"]

CANDIDATE_NAMES = ("candidate", "node", "label", "handle", "creator", "id")
COST_NAMES = ("cost", "price", "fee")
# Names a plan gives to columns of its own.
RESERVED = (
    "rank",
    "cumulative_cost",
    "marginal_reach",
    "cumulative_reach",
    "reach_low",
    "reach_high",
    "deal",
)


@dataclass(frozen=True, eq=False, repr=False)
class Roster:
    """The table of candidates.

    Attributes
    ----------
    candidates
        The label of each candidate, in the roster's order.
    costs
        Cost of each candidate in integer minor units (int64).
    decimals
        A cost of 1 is ``10**decimals`` minor units.
    frame
        The roster's other columns, in the same order; they are passed through to the plan.
    missing
        What to do about candidates who are not in the network: ``"error"``, ``"add"`` them as people
        without arcs, or ``"drop"`` them.
    """

    candidates: pd.Index
    costs: np.ndarray
    decimals: int
    frame: pd.DataFrame
    missing: Missing = "error"

    def __len__(self) -> int:
        return len(self.candidates)

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
        missing
            See the attribute of that name.

        Raises
        ------
        InputError
            If a column is missing, a cost is missing, negative or not an amount of money with at most
            6 decimals, or a candidate occurs twice; names the rows.
        """
        if missing not in ("error", "add", "drop"):
            raise InputError(f"missing={missing!r} is not understood; choose 'error', 'add' or 'drop'.")
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
            frame = roster.drop(columns=[who, price]).reset_index(drop=True)
        else:
            raise InputError(
                f"roster is a {type(roster).__name__}; pass a DataFrame, a dict or a Series of costs."
            )
        return cls._checked(label_tools.as_labels(labels, "roster"), values, frame, missing)

    @classmethod
    def _checked(cls, labels: np.ndarray, values: Any, frame: pd.DataFrame, missing: Missing) -> Roster:
        if labels.size == 0:
            raise InputError("the roster is empty; give at least one candidate with a cost.")
        index = label_tools.make_index(labels)
        if index.has_duplicates:
            rows = np.flatnonzero(index.duplicated(keep=False))
            raise InputError(
                f"the roster lists {listing(index[rows].unique())} more than once "
                f"(rows {listing(rows.tolist())}); give each candidate one row."
            )
        clash = [name for name in frame.columns if name in RESERVED]
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
        return cls(index, money.to_minor(amounts, decimals), decimals, frame, missing)

    @classmethod
    def everyone(cls, network: Network) -> Roster:
        """Make every node a candidate at cost 1."""
        frame = pd.DataFrame(index=range(network.n_nodes))
        return cls(network.labels, np.ones(network.n_nodes, dtype=np.int64), 0, frame)

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
        if self.candidates is network.labels:
            return self, network, np.arange(network.n_nodes)
        found = self._find(network)
        absent = np.flatnonzero(found < 0)
        if absent.size == 0:
            return self, network, found
        names = self.candidates[absent]
        if self.missing == "error":
            raise InputError(
                f"{absent.size:,} of {len(self):,} candidates are not in the network: "
                f"{listing(names)} (rows {listing(absent.tolist())}); correct them, or pass missing='add' "
                "to take them in as people without arcs."
            )
        if self.missing == "add":
            network = network.with_nodes(names)
            return self, network, self._find(network)
        kept = self._take(np.flatnonzero(found >= 0))
        if len(kept) == 0:
            raise InputError("none of the candidates is in the network; check that both use the same labels.")
        return kept, network, found[found >= 0]

    def _find(self, network: Network) -> np.ndarray:
        """Find each candidate's node, −1 where there is none; two candidates cannot be one node."""
        found = label_tools.find(network.labels, np.asarray(self.candidates))
        _, first, count = np.unique(found[found >= 0], return_index=True, return_counts=True)
        if (count > 1).any():
            node = found[found >= 0][first[count > 1][0]]
            rows = np.flatnonzero(found == node)
            raise InputError(
                f"candidates {listing(label_tools.plain(self.candidates[rows]))} "
                f"(rows {listing(rows.tolist())}) are the same person in the network; "
                "give each candidate one row."
            )
        return found

    def _take(self, rows: np.ndarray) -> Roster:
        frame = self.frame.iloc[rows].reset_index(drop=True)
        return Roster(self.candidates[rows], self.costs[rows], self.decimals, frame, self.missing)


def _flat_index(mapping: Mapping[Any, Any]) -> pd.Index:
    return label_tools.make_index(label_tools.object_array(mapping, "roster"))


def _column(frame: pd.DataFrame, name: str | None, usual: tuple[str, ...], what: str) -> str:
    if name is None:
        name = next((known for known in usual if known in frame.columns), None)
        if name is None:
            raise InputError(
                f"the roster has no {what} column; its columns are {listing(frame.columns, 12)}: call one "
                f"of them {usual[0]!r} or pass {what}=."
            )
    elif name not in frame.columns:
        raise InputError(f"the roster has no column {name!r}; its columns are {listing(frame.columns, 12)}.")
    return name


def _amounts(values: Any, labels: np.ndarray) -> list[Decimal]:
    amounts, wrong = [], []
    for row, value in enumerate(values):
        absent = (
            value is None or value == "" or (isinstance(value, float) and np.isnan(value)) or value is pd.NA
        )
        if absent:
            wrong.append((row, "no cost"))
            continue
        try:
            amount = money.to_decimal(value, f"cost of {label_tools.quoted(labels[row])} (row {row})")
        except InputError as error:
            raise error from None
        if amount < 0:
            wrong.append((row, f"a negative cost, {amount}"))
        amounts.append(amount)
    if wrong:
        row, why = wrong[0]
        rows = listing([at for at, _ in wrong])
        raise InputError(
            f"{label_tools.quoted(labels[row])} (row {row}) has {why}; every candidate needs a cost of 0 or "
            f"more (rows {rows})."
        )
    return amounts
