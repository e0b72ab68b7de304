"""One world of a course, worked out literally: who sees the message when, and who engages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import oracle
import packed_twin

import seeding as sd
from seeding.network.network import Network


@dataclass
class World:
    """The arcs of a network in one world, read off its coins.

    ``engaging`` and ``seeing`` are lists of (u, v, what the arc takes).
    """

    network: Network
    model: Any
    engaging: list[tuple[int, int, float]]
    seeing: list[tuple[int, int, float]]

    @classmethod
    def of(cls, network: Network, model: Any, key: int, number: int) -> World:
        """Toss all coins of a world."""
        coins = oracle.world_key(key, number)
        engaging, seeing = [], []
        out, taken = network.out, dict.fromkeys(range(network.n_nodes), 0.0)
        for u in range(network.n_nodes):
            for at in range(out.indptr[u], out.indptr[u + 1]):
                v, p = int(out.indices[at]), float(out.probability[at])
                if isinstance(model, sd.LinearThreshold):
                    live = seen = 0 <= oracle.threshold(coins, v) - taken[v] < p
                    taken[v] += p
                else:
                    coin = oracle.arc_coin(coins, u, v)
                    live = coin < p
                    seen = live if network.exposure is None else bool(coin < network.exposure[at])
                takes = 1.0
                if network.delays is not None:
                    takes = float(network.delays.values[at])
                    if network.delays.meeting:
                        takes = oracle.meeting_steps(coins, u, v, takes)
                engaging += [(u, v, takes)] * live
                seeing += [(u, v, takes)] * seen
        return cls(network, model, engaging, seeing)

    @classmethod
    def drawn(cls, network: Network, model: Any, key: int, number: int, packed: Any) -> World:
        """Draw the live arcs of every row from its own stream, as packed rows of arc numbers do."""
        coins = oracle.world_key(key, number)
        engaging, seeing = [], []
        out = network.out
        for u in range(network.n_nodes):
            stream = packed_twin.Stream(0, 0)
            stream.state = packed_twin.row_state(coins, u)
            for at in sorted(set(packed_twin.live_nodes(stream, *packed.rows, u))):
                v, p = int(out.indices[at]), float(out.probability[at])
                live = network.exposure is None
                if not live:
                    live = oracle.arc_coin(coins, u, v) * float(network.exposure[at]) < p
                takes = 1.0
                if network.delays is not None:
                    takes = float(network.delays.values[at])
                    if network.delays.meeting:
                        takes = oracle.meeting_steps(coins, u, v, takes)
                engaging += [(u, v, takes)] * live
                seeing += [(u, v, takes)]
        return cls(network, model, engaging, seeing)

    def times(self, seeds: list[int]) -> tuple[dict[int, float], dict[int, float]]:
        """Work out when every node engages and when it sees the message, going round until nothing moves."""
        engages = dict.fromkeys(range(self.network.n_nodes), math.inf) | dict.fromkeys(seeds, 0.0)
        for _ in range(self.network.n_nodes):
            for u, v, takes in self.engaging:
                engages[v] = min(engages[v], engages[u] + takes)
        sees = dict(engages)
        for u, v, takes in self.seeing:
            sees[v] = min(sees[v], engages[u] + takes)
        return engages, sees

    def counts(self, time: float) -> float:
        """Say what somebody reached at a time counts."""
        model = self.model
        if time == math.inf or (model.deadline is not None and time > model.deadline):
            return 0.0
        if self.network.delays is not None:
            return float(model.discount**time)
        return float(model.quality ** (time + 1) * (model.fidelity * model.discount) ** time)

    def by_person(self, times: dict[int, float]) -> float:
        """Sum what everybody counts, a person once, at the earliest of its times."""
        network, first, worth = self.network, {}, {}
        for v, time in times.items():
            person = v if network.person is None else int(network.person[v])
            if network.weights[v] > 0:
                first[person] = min(first.get(person, math.inf), time)
                worth[person] = float(network.weights[v])
        return sum(worth[person] * self.counts(time) for person, time in first.items())

    def reach(self, seeds: list[int]) -> tuple[float, float]:
        """Sum what seeds add to who is active anyway: who sees it, and who engages."""
        active = [int(v) for v in self.network.active]
        with_seeds, without = self.times(active + seeds), self.times(active)
        engages, sees = (
            self.by_person(a) - self.by_person(b) for a, b in zip(with_seeds, without, strict=True)
        )
        return sees, engages
