"""What is known of the reach of one world before any is simulated: bounds, and what rare events carry.

Nobody is reached who has no path of arcs that may be live, and everybody to whom a path leads that must be.
In between, the most probable paths to all nodes form a tree, and its cascade is part of every cascade. On
the tree moments are sums: with π_v the probability of the path to v, p_v that of its last arc, and V_v the
expected weight reached below v once v is, the variance is Σ π_v·(1 − p_v)·V_v². A sample of little variance
against that has not seen the rare events that carry it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from seeding.diffusion import IndependentCascade, Model
from seeding.network import csr as csr_build
from seeding.network.csr import Csr
from seeding.network.network import Network
from seeding.plan.interval import NOTHING_KNOWN, Known
from seeding.simulation.measuring import Spread

_NOBODY = np.empty(0, dtype=np.int64)


class Paths(NamedTuple):
    """The cheapest path to each node: its cost (infinite: there is none), the node before, and the order."""

    cost: np.ndarray
    parent: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, rows: Csr, sources: np.ndarray, starts: np.ndarray) -> Paths:
        """Find them; `rows` has the cost of each arc in the place of its probability."""
        from seeding._kernels.rows.paths import cheapest_paths

        n = rows.indptr.size - 1
        cost, parent = np.full(n, np.inf), np.full(n, -1, dtype=np.int32)
        heap, places, order = np.empty(n, np.int32), np.full(n, -1, np.int32), np.empty(n, np.int32)
        room = cost, heap, places
        found = cheapest_paths(*rows, np.asarray(sources, dtype=np.int64), starts, room, parent, order)
        return cls(cost, parent, order[:found])


@dataclass(frozen=True, eq=False)
class Reachability:
    """Who may be reached by given seeds, and how likely at least.

    Attributes
    ----------
    network, model
        Where and how the message spreads.
    seeds, accept
        Their nodes, and how likely each takes part (empty: all do).
    rivals
        Nodes of a rival's seeds.
    literal
        Whether everybody's mood is drawn, rather than counted by its probability.
    """

    network: Network
    model: Model
    seeds: np.ndarray
    accept: np.ndarray
    rivals: np.ndarray = field(default_factory=lambda: _NOBODY)
    literal: bool = False

    def known(self, weights: np.ndarray | None = None) -> Known:
        """Say what is known of the reach of one world, where nodes count `weights` (None: the network's)."""
        if weights is not None:
            return replace(self, network=replace(self.network, weights=weights)).known()
        weights = np.where(self._taken, 0.0, self._by_person)
        worth = weights * self._most
        ceiling = float(worth.sum())
        if self._nothing_is_random:
            return Known(ceiling, ceiling)
        floor = min(float((weights * self._least).sum()), ceiling)
        return Known(floor, ceiling, *self._moments(worth))

    def others(self) -> Known:
        """Say what is known of anything else that is counted in the same worlds: no more than all weights."""
        total = self.network.total_weight
        return Known(total, total) if self._nothing_is_random else Known(0.0, total)

    def told(self, spread: Spread) -> Spread:
        """Return what was measured of these seeds with all that is known of it."""
        same = int((spread.cumulative_stderr <= 0).sum())
        first = replace(self, seeds=self.seeds[:same], accept=self.accept[:same])
        alike = not ((self.accept > 0) & (self.accept < 1)).any() and not self.literal
        still = first.known() if same else NOTHING_KNOWN
        told = {"known": self.known(), "others": self.others(), "still": still, "starts_alike": alike}
        return spread._replace(**told)  # type: ignore[arg-type]

    @cached_property
    def _starts(self) -> np.ndarray:
        """What each seed's acceptance costs: −log a."""
        accept = self.accept if self.accept.size else np.ones(self.seeds.size)
        with np.errstate(divide="ignore"):
            starts: np.ndarray = np.maximum(-np.log(accept), 0.0)
        return starts

    @cached_property
    def _rows(self) -> Csr:
        """The arcs, and an arc from each account to the person it is: behind the nodes."""
        network = self.network
        if network.person is None and network.exposure is None:
            return network.out
        who, out = self._who, network.out
        # A person counts who is reached in an account that does.
        counts = np.flatnonzero(network.weights > 0)
        source = [out.rows().astype(np.int64), counts]
        target = [out.indices.astype(np.int64), who[counts]]
        chance = [out.probability, np.ones(counts.size)]
        if network.exposure is not None:
            seen = np.flatnonzero(network.weights[out.indices] > 0)
            source, chance = [*source, source[0][seen]], [*chance, network.exposure[seen]]
            target = [*target, who[out.indices[seen]]]
        joined = [np.concatenate(parts) for parts in (source, target, chance)]
        ends = joined[0].astype(np.int32), joined[1].astype(np.int32)
        return csr_build.build(*ends, joined[2], int(who.max(initial=0)) + 1)

    @cached_property
    def _who(self) -> np.ndarray:
        """The place at which each node counts; without persons and exposure its own."""
        network, nodes = self.network, np.arange(self.network.n_nodes)
        if network.person is None and network.exposure is None:
            return nodes
        who: np.ndarray = nodes.size + (nodes if network.person is None else network.person.astype(np.int64))
        return who

    @cached_property
    def _by_person(self) -> np.ndarray:
        """What each place counts; a person what its accounts do."""
        counted = np.zeros(self._rows.indptr.size - 1)
        np.maximum.at(counted, self._who, self.network.weights)
        return counted

    def _priced(self, price: np.ndarray) -> Csr:
        return self._rows._replace(probability=price)

    @cached_property
    def _likeliest(self) -> Paths:
        """The most probable path to each node; what it costs is −log π."""
        return Paths.of(self._priced(self._surprise), self.seeds, self._starts)

    @cached_property
    def _surprise(self) -> np.ndarray:
        with np.errstate(divide="ignore"):
            surprise: np.ndarray = np.maximum(-np.log(self._rows.probability), 0.0)
        return surprise

    @cached_property
    def _anyway(self) -> np.ndarray:
        """What the most probable path from who is active anyway costs; infinite where there is none."""
        active = self.network.active
        if not active.size:
            return np.full(self._rows.indptr.size - 1, np.inf)
        return Paths.of(self._priced(self._surprise), active, np.zeros(active.size)).cost

    @cached_property
    def _taken(self) -> np.ndarray:
        """Who never counts, as being reached for certain without the seeds, however soon the seeds come."""
        if self._counts_time:
            taken = np.zeros(self._anyway.size, dtype=bool)
            active = self.network.active
            taken[self._who[active[self.network.weights[active] > 0]]] = True
            return taken
        reached: np.ndarray = self._anyway == 0.0
        return reached

    @cached_property
    def _counts_time(self) -> bool:
        return bool(self.model.counts_distance)

    @cached_property
    def _most(self) -> np.ndarray:
        """What somebody at each place counts at most, for 1 of weight: at the earliest."""
        reached = np.isfinite(self._likeliest.cost)
        if not self._counts_time:
            most: np.ndarray = reached.astype(np.float64)
        else:
            most = self._value_at(self._earliest(self._rows.probability > 0)) * reached
        return most

    @cached_property
    def _least(self) -> np.ndarray:
        """What somebody at each place counts for certain, for 1 of weight."""
        if self.rivals.size or (self.literal and self.model.quality < 1):
            return np.zeros(self._anyway.size)
        sure = (self._likeliest.cost == 0.0) & np.isinf(self._anyway)
        if not self._counts_time:
            certain: np.ndarray = sure.astype(np.float64)
            return certain
        delays = self.network.delays
        open_arcs = self._rows.probability >= 1
        if delays is not None and delays.meeting:
            # Only who is there from the start is reached in a known time.
            own = np.zeros(open_arcs.size, dtype=bool)
            own[self._rows.indices >= self.network.n_nodes] = self._steps_to_persons == 0.0
            open_arcs = open_arcs & own
        least: np.ndarray = self._value_at(self._earliest(open_arcs, surely=True)) * sure
        return least

    def _earliest(self, arcs: np.ndarray, surely: bool = False) -> np.ndarray:
        """Find when each place is reached at the earliest by some of the arcs."""
        delays, rows = self.network.delays, self._rows
        time = np.ones(rows.indices.size)
        if delays is not None and not delays.meeting:
            time = self._arc_times(delays.values)
        time[rows.indices >= self.network.n_nodes] *= self._steps_to_persons
        among = self.seeds[self._starts == 0.0] if surely else self.seeds[np.isfinite(self._starts)]
        return Paths.of(self._priced(np.where(arcs, time, np.inf)), among, np.zeros(among.size)).cost

    def _arc_times(self, delays: np.ndarray) -> np.ndarray:
        """Bring delays into the order of the arcs; the least of all for arcs to persons."""
        if self._rows is self.network.out:
            return delays.astype(np.float64)
        times = np.full(self._rows.indices.size, float(delays.min(initial=np.inf)))
        times[self._rows.indices < self.network.n_nodes] = delays
        return times

    @cached_property
    def _steps_to_persons(self) -> np.ndarray:
        """0 for arcs from an account to its own person, 1 for what people see of others."""
        rows, n = self._rows, self.network.n_nodes
        to_persons = rows.indices >= n
        own = self._who[rows.rows()[to_persons]] == rows.indices[to_persons]
        steps: np.ndarray = np.where(own, 0.0, 1.0)
        return steps

    def _value_at(self, time: np.ndarray) -> np.ndarray:
        """Say what somebody who is reached at each time counts."""
        model, reached = self.model, np.isfinite(time)
        if self.network.delays is not None:
            last = np.inf if model.deadline is None else float(model.deadline)
            in_time = reached & (time <= last)
            return np.where(in_time, float(model.discount) ** np.where(in_time, time, 0.0), 0.0)
        if self.literal and isinstance(model, IndependentCascade):
            model = replace(model, quality=1.0)
        values = np.append(model.values(self.network.n_nodes), 0.0)
        step = np.where(reached, np.minimum(np.where(reached, time, 0.0), values.size - 1), values.size - 1)
        found: np.ndarray = values[step.astype(np.int64)]
        return found

    @cached_property
    def _nothing_is_random(self) -> bool:
        """Whether all coins that may be tossed have one side."""
        delays = self.network.delays
        if ((self.accept > 0) & (self.accept < 1)).any() or (delays is not None and delays.meeting):
            return False
        if self.rivals.size or (self.literal and self.model.quality < 1):
            return False
        tossed = np.isfinite(self._likeliest.cost) | np.isfinite(self._anyway)
        fair = (self._rows.probability > 0) & (self._rows.probability < 1)
        return not bool(tossed[self._rows.rows()[fair]].any())

    def _moments(self, worth: np.ndarray) -> tuple[float, float]:
        """Return the variance of what is reached on the tree, and the third moment of its jumps."""
        from seeding._kernels.rows.paths import add_up_the_tree

        cost, parent, order = self._likeliest
        before = np.where(parent[order] >= 0, cost[parent[order]], 0.0)
        chance = np.zeros(cost.size)
        chance[order] = np.exp(before - cost[order])
        below = worth.copy()
        add_up_the_tree(order, parent, chance, below)
        value = below[order]
        jumps = np.exp(-cost[order]) * (1 - chance[order]) * value * value
        return float(jumps.sum()), float((jumps * value).sum())
