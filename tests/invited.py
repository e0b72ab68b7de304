"""The truth about invitations: every world and every answer tried, and coins in Python integers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import oracle
from oracle import Graph, mix64, unit

from seeding.diffusion import IndependentCascade

_MASK = (1 << 64) - 1
_INVITE = 0xC2B2AE3D27D4EB4F

# An offer: the creator's node, and how likely it is accepted.
Offer = tuple[int, float]


def accept_coin(world: int, node: int) -> float:
    """Toss the coin of a creator in the world with this key."""
    return unit(mix64(((world ^ _INVITE) + 0x9E3779B97F4A7C15 * (int(node) + 1)) & _MASK))


def accepts(key: int, world: int, offer: Offer) -> bool:
    """Tell whether an offer is accepted in a world."""
    node, chance = offer
    return accept_coin(oracle.world_key(key, world), node) < chance


def counts(model: IndependentCascade, distance: int) -> float:
    """Write out what somebody at this distance counts."""
    if model.deadline is not None and distance > model.deadline:
        return 0.0
    return float(model.quality ** (distance + 1) * (model.fidelity * model.discount) ** distance)


class Truth:
    """The exact expected value of inviting creators of a small graph, under a model."""

    def __init__(self, graph: Graph, model: IndependentCascade = IndependentCascade()) -> None:
        self.graph, self.model = graph, model
        self.worlds = []
        for live in itertools.product((False, True), repeat=len(graph.arcs)):
            chance = math.prod(p if on else 1 - p for p, on in zip(graph.p, live, strict=True))
            if chance:
                self.worlds.append((chance, [arc for arc, on in zip(graph.arcs, live, strict=True) if on]))
        self._known: dict[frozenset[int], float] = {}

    def of_seeds(self, seeds: Iterable[int]) -> float:
        """Return what seeds reach who all take part."""
        name = frozenset(seeds)
        if name not in self._known:
            self._known[name] = sum(chance * self._in_world(name, live) for chance, live in self.worlds)
        return self._known[name]

    def of_offers(self, offers: Sequence[Offer]) -> float:
        """Return what offers reach on average; all offers to one creator are answered by one coin."""
        chance: dict[int, float] = {}
        for node, accept in offers:
            chance[node] = max(chance.get(node, 0.0), accept)
        total = 0.0
        for said in itertools.product((False, True), repeat=len(chance)):
            weight = math.prod(a if yes else 1 - a for a, yes in zip(chance.values(), said, strict=True))
            if weight:
                total += weight * self.of_seeds(v for v, yes in zip(chance, said, strict=True) if yes)
        return total

    def _in_world(self, seeds: Iterable[int], live: list[tuple[int, int]]) -> float:
        distance = dict.fromkeys(seeds, 0)
        level, depth = set(distance), 0
        while level:
            depth += 1
            level = {v for u, v in live if u in level} - distance.keys()
            distance |= dict.fromkeys(level, depth)
        return sum(self.graph.w[v] * counts(self.model, d) for v, d in distance.items())


def best_invitation(
    truth: Truth,
    offers: Sequence[Offer],
    spend: Sequence[Fraction],
    budget: Fraction | None = None,
    k: int | None = None,
) -> float:
    """Find the largest value of any choice of offers: one to each creator, within budget and head count."""
    best = 0.0
    for size in range(len(offers) + 1 if k is None else k + 1):
        for chosen in itertools.combinations(range(len(offers)), size):
            if len({offers[c][0] for c in chosen}) < size:
                continue
            if budget is None or sum((spend[c] for c in chosen), Fraction(0)) <= budget:
                best = max(best, truth.of_offers([offers[c] for c in chosen]))
    return best


def chances(number: int, n: int) -> np.ndarray:
    """Draw probabilities of accepting, 0 and 1 among them."""
    generator = np.random.default_rng([20261126, number])
    return generator.choice([0.0, 0.15, 0.4, 0.123457, 0.75, 1.0], size=n)
