"""Fields of a network, and what follows from them.

What derives one network from another (weights, rates, a message) builds on this; `Network` adds the doors.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

import numpy as np
import pandas as pd

from seeding._runtime.source import Source
from seeding.errors import InputError, listing
from seeding.network import arcs as arc_tools
from seeding.network import csr as csr_build
from seeding.network import label_joining, probabilities
from seeding.network import labels as label_tools
from seeding.network import people as people_tools
from seeding.network.building import Direction, Parallel
from seeding.network.csr import Csr
from seeding.network.labels import Labels
from seeding.network.message import Message

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class ReadReport:
    """What was read to make a network, and what was changed on the way.

    Of what a message made of the probabilities (`Network.carrying`), `clipped_arcs` counts the arcs whose
    product was above 1 and is 1 now, `clipped_excess` adds up by how much, and `clipped_largest` is the
    largest of these products. `audience` is the query of who counts. `new_weight` is what somebody weighs who
    is added later; None: nobody can say, so nobody may be added.
    """

    rows: int
    directed: bool = True
    direction: Direction = "source_to_target"
    self_loops_dropped: int = 0
    parallel_merged: int = 0
    parallel_rule: Parallel = "noisy_or"
    probability_source: str = ""
    probability_by_row: bool = False
    weight_source: str = "1 for everyone"
    origin: str = "arrays"
    audience: str = ""
    new_weight: float | None = 1.0
    clipped_arcs: int = 0
    clipped_excess: float = 0.0
    clipped_largest: float = 0.0
    two_way_rows: int = 0


class Delays(NamedTuple):
    """What each out-arc takes: a time (``meeting`` false), or the chance of passing it in one step."""

    values: np.ndarray
    meeting: bool


@dataclass(frozen=True, eq=False, repr=False)
class NetworkCore:
    """Arcs, labels and weights of a network; see `Network` for the attributes."""

    names: Labels
    weights: np.ndarray
    out: Csr
    into: Csr
    report: ReadReport = field(default_factory=lambda: ReadReport(rows=0))
    people: pd.DataFrame | None = None
    arcs: pd.DataFrame | None = None
    message: Message | None = None
    exposure: np.ndarray | None = None
    delays: Delays | None = None
    person: np.ndarray | None = None
    active: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    source: Source | None = None

    @property
    def extras(self) -> bool:
        """Whether there is more to it than arcs with probabilities, of one step each."""
        return any(
            (
                self.exposure is not None,
                self.delays is not None,
                self.person is not None,
                self.active.size > 0,
            )
        )

    @property
    def labels(self) -> pd.Index:
        """The user's label of each node, in the order of our indices."""
        return self.names.index

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.names)

    @property
    def n_arcs(self) -> int:
        """Number of distinct arcs."""
        return int(self.out.indices.size)

    @property
    def total_weight(self) -> float:
        """What everybody together counts: no reach can be larger."""
        return self.total_of(self.weights)

    def one_of(self, nodes: np.ndarray) -> np.ndarray:
        """Return the first node of the person that each of some nodes is."""
        if self.person is None:
            return nodes
        first = np.full(int(self.person.max()) + 1, self.n_nodes, dtype=np.int64)
        np.minimum.at(first, self.person, np.arange(self.n_nodes))
        found: np.ndarray = first[self.person[nodes]]
        return found

    def total_of(self, weights: np.ndarray) -> float:
        """Sum weights of nodes; who has several nodes counts once."""
        if self.person is None:
            return float(weights.sum())
        most = np.zeros(int(self.person.max()) + 1)
        np.maximum.at(most, self.person, weights)
        return float(most.sum())

    def __repr__(self) -> str:
        return f"Network({self.n_nodes:,} nodes, {self.n_arcs:,} arcs)"

    def index(self, labels: object) -> np.ndarray:
        """Translate labels into indices.

        Parameters
        ----------
        labels
            Any iterable of labels.

        Returns
        -------
        int64 indices, one per label.

        Raises
        ------
        InputError
            If a label is not in the network.
        """
        array = label_tools.as_labels(labels, "labels")
        try:
            return label_tools.locate(self.labels, array, "label", "the network")
        except InputError as error:
            missing = array[label_tools.find(self.labels, array) < 0]
            held = people_tools.where_found(self.people, missing, self.report.origin)
            raise InputError(f"{str(error).removesuffix('.')}{held}.") from None

    def with_nodes(self, labels: object) -> Self:
        """Return the same network with further people who have no arcs.

        Labels that are already in the network are left as they are; of the new ones, `people` knows nothing.
        Each weighs 1; or 0 where only an audience counts, which nobody of whom nothing is known belongs to.

        Raises
        ------
        InputError
            If the weights are made of followers (`with_audience_size`), and nothing says what others weigh.
        """
        array = label_tools.as_held(self.labels, label_tools.as_labels(labels, "labels"))
        new = array[label_tools.find(self.labels, array) < 0]
        if new.size == 0:
            return self
        new = label_joining.to_add(self.labels, new)
        weight = self.report.new_weight
        if weight is None:
            raise InputError(
                f"nothing says what reaching {listing(label_tools.plain(new))} is worth, as their followers "
                "are unknown; add them before, or pass others= with the weight of those without."
            )
        joined = np.concatenate([self.names.array().astype(object), new])
        extra = joined.size - self.n_nodes
        names = Labels.of(label_tools.as_labels(joined, "labels"))
        rows = np.concatenate([np.arange(self.n_nodes), np.full(extra, -1)])
        return replace(
            self,
            names=names,
            people=None if self.people is None else people_tools.align(self.people, rows, names.index),
            weights=np.concatenate([self.weights, np.full(extra, float(weight))]),
            out=_pad(self.out, extra),
            into=_pad(self.into, extra),
            person=None if self.person is None else _new_persons(self.person, extra),
        )

    def with_probability(self, probability: np.ndarray | str, said: str | None = None) -> Self:
        """Return the same network with other probabilities.

        Parameters
        ----------
        probability
            One number from 0 to 1 per arc in the order of ``out``, or the name of a column of `arcs`.
        said
            Words for the report: where the probabilities come from.

        Raises
        ------
        InputError
            If there is no such column, or a value is no probability; says of which arc.
        """
        if self.exposure is not None:
            raise InputError("the network has exposure already; give it other probabilities before that.")
        if isinstance(probability, str):
            said = said or f"arc column {probability!r}"
            values = self.arc_numbers(probability, most=1.0)
        else:
            values = probabilities.check_array(probability)
        if values.shape != (self.n_arcs,):
            raise InputError(
                f"probability has {values.size:,} values for {self.n_arcs:,} arcs; give one each."
            )
        out = self.out._replace(probability=values)
        report = replace(
            self.report,
            probability_source=said or "given per arc",
            clipped_arcs=0,
            clipped_excess=0.0,
            clipped_largest=0.0,
        )
        return replace(self, out=out, into=csr_build.flip(out, self.n_nodes), report=report, message=None)

    def arc_numbers(self, name: str, most: float = np.inf) -> np.ndarray:
        """Return a column of `arcs` as numbers from 0 to `most`, in the order of ``out``.

        Raises
        ------
        InputError
            If there is no such column, or an arc has no such number in it; says which arc.
        """
        return arc_tools.numbers(self.arcs, name, self.names, self.out, most)

    def arc_name(self, place: int) -> str:
        """Name the arc at a place in the order of `out`, for a message."""
        return arc_tools.arc_name(self.names, self.out, place)

    def with_people(self, table: pd.DataFrame) -> Self:
        """Return the same network with further columns of `people`.

        Parameters
        ----------
        table
            One row per person, indexed by label; who is left out gets missing values. A column whose name is
            there already is replaced.

        Raises
        ------
        InputError
            If a label is not in the network or occurs twice.
        """
        return replace(self, people=people_tools.add_columns(self.people, table, self.labels))


AnyNetwork = TypeVar("AnyNetwork", bound=NetworkCore)


def _pad(rows: Csr, extra: int) -> Csr:
    tail = np.full(extra, rows.indptr[-1], dtype=np.int64)
    return rows._replace(indptr=np.concatenate([rows.indptr, tail]))


def _new_persons(person: np.ndarray, extra: int) -> np.ndarray:
    return np.concatenate([person, person.max() + 1 + np.arange(extra)]).astype(np.int32)
