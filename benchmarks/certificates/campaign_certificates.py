"""Count how often a certificate is false where all parts of a campaign come together.

    python -m benchmarks campaign_certificates

makes plans for small networks of two platforms with exposure, a deadline, a quality, node weights, an organic
start and creators who may decline, with a new key each time, and writes
``benchmarks/results/campaign_certificates.csv``. The truth is found by listing every world (each arc shows
nothing, is seen, or convinces) and every answer of the creators, in plain NumPy without code of `seeding`.
"""

from __future__ import annotations

import itertools
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from unittest import mock

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.certificates.certificate_experiment import check
from benchmarks.common import results
from seeding.sampling import cascade_reverse

METHODS = ("ris", "exact", "celf", "top_audience")
PLATFORM_OF = ("x", "x", "x", "x", "t", "t", "t")
# Accounts 1 and 4 are one person, 3 and 6 another.
PERSON_OF = (0, 1, 2, 3, 1, 4, 3)
_FAR = 99


@dataclass(frozen=True)
class Campaign:
    """Seven accounts of five people, and arcs (u, v, chance of seeing, chance of engaging)."""

    arcs: tuple[tuple[int, int, float, float], ...]
    weights: tuple[float, ...]
    organic: tuple[int, ...]
    accept: dict[int, float]
    deadline: int
    quality: float
    _reached: dict[frozenset[int], float] = field(default_factory=dict)

    @cached_property
    def _worlds(self) -> tuple[np.ndarray, np.ndarray]:
        """List all worlds: 0, 1 or 2 for each arc (nothing, seen, convinced), and how likely each is."""
        states = np.array(list(itertools.product(range(3), repeat=len(self.arcs)))).T
        chance = np.ones(states.shape[1])
        for (_, _, e, p), state in zip(self.arcs, states, strict=True):
            chance *= np.choose(state, [1 - e, e - p, p])
        return states, chance

    def _seen(self, seeds: Sequence[int]) -> np.ndarray:
        """Return the step at which each person sees the message, by world, if these accounts engage."""
        states, chance = self._worlds
        engages = np.full((len(PERSON_OF), chance.size), _FAR)
        engages[list(seeds)] = 0
        for step in range(1, self.deadline + 1):
            for (u, v, _, _), state in zip(self.arcs, states, strict=True):
                new = (state == 2) & (engages[u] == step - 1) & (engages[v] > step)
                engages[v][new] = step
        sees = engages.copy()
        for (u, v, _, _), state in zip(self.arcs, states, strict=True):
            sees[v] = np.minimum(sees[v], np.where(state >= 1, engages[u] + 1, _FAR))
        by_person = np.full((len(self.weights), chance.size), _FAR)
        np.minimum.at(by_person, np.array(PERSON_OF), sees)
        return by_person

    def _worth(self, seeds: Sequence[int]) -> float:
        """Weigh everybody by the probability of being positive in time."""
        steps = self._seen(seeds)
        value = np.where(steps <= self.deadline, self.quality ** (steps + 1.0), 0.0)
        return float(np.array(self.weights) @ (value @ self._worlds[1]))

    def reach(self, invited: Sequence[int]) -> float:
        """Give the exact expected reach of inviting some accounts, beyond that of who is active anyway."""
        total = 0.0
        for answers in itertools.product([False, True], repeat=len(invited)):
            said = [v for v, yes in zip(invited, answers, strict=True) if yes]
            chance = np.prod(
                [
                    self.accept[v] if yes else 1 - self.accept[v]
                    for v, yes in zip(invited, answers, strict=True)
                ]
            )
            total += float(chance) * self._beyond(frozenset(said))
        return total

    def _beyond(self, seeds: frozenset[int]) -> float:
        if seeds not in self._reached:
            self._reached[seeds] = self._worth([*seeds, *self.organic]) - self._worth(self.organic)
        return self._reached[seeds]


@dataclass(frozen=True)
class Case:
    """A campaign, what every invited account costs, and the budget for the expected spend; in cents."""

    name: str
    network: Campaign
    costs: dict[int, int]
    budget: int
    packed: bool

    @cached_property
    def best(self) -> float:
        """Exact expected reach of the best choice, by trying them all."""
        accounts = list(self.costs)
        choices = (c for size in range(len(accounts) + 1) for c in itertools.combinations(accounts, size))
        # Probabilities have two decimals, so that a hundred times the expected spend is a whole number.
        spent = ((c, sum(self.costs[v] * round(100 * self.network.accept[v]) for v in c)) for c in choices)
        return max(self.network.reach(c) for c, spend in spent if spend <= 100 * self.budget)

    def to_network(self) -> sd.Network:
        """Make the network: two platforms, coupled by persons, with exposure and an organic start."""
        campaign = self.network
        weights = [campaign.weights[person] for person in PERSON_OF]
        u, v, e, p = (list(column) for column in zip(*campaign.arcs, strict=True))
        share = dict(zip(zip(u, v, strict=True), np.array(p) / np.array(e), strict=True))
        plain = sd.Network.from_edges(u, v, e, nodes=range(7), weights=np.array(weights))
        shares = [share[int(a), int(b)] for a, b in zip(plain.out.rows(), plain.out.indices, strict=True)]
        persons = replace(plain, person=np.array(PERSON_OF, dtype=np.int32))
        return persons.with_exposure(share=shares).with_organic(list(campaign.organic))

    def roster(self) -> pd.DataFrame:
        """List who may be invited."""
        accounts = list(self.costs)
        return pd.DataFrame(
            {
                "candidate": accounts,
                "cost": [f"{self.costs[v] / 100:.2f}" for v in accounts],
                "accept": [self.network.accept[v] for v in accounts],
                "platform": [PLATFORM_OF[v] for v in accounts],
            }
        )


def cases() -> Iterator[Case]:
    """Draw three campaigns, sampled arc by arc and over packed rows."""
    for number in range(3):
        generator = np.random.default_rng([99, number])
        pairs = [(u, v) for u in range(7) for v in range(7) if u != v]
        chosen = generator.choice(len(pairs), size=9, replace=False)
        e = generator.choice([0.3, 0.6, 0.9], size=9)
        p = e * generator.choice([0.25, 0.5, 1.0], size=9)
        arcs = tuple((*pairs[i], float(a), float(b)) for i, a, b in zip(chosen, e, p, strict=True))
        weights = tuple(generator.choice([0.5, 1.0, 2.0, 5.0], size=5).tolist())
        accept = {v: float(generator.choice([0.4, 0.75, 1.0])) for v in (0, 1, 2, 3, 5)}
        campaign = Campaign(arcs, weights, (6,) if number else (4,), accept, 2 + number, 0.8)
        costs = {v: int(generator.integers(100, 500)) for v in accept}
        for packed in (False, True):
            yield Case(f"two platforms {number}", campaign, costs, 500, packed)


def run(case: Case, method: str, delta: float, first_key: int, runs: int) -> dict[str, object]:
    """Plan `runs` times with new keys and count what was false; one row of the result."""
    network, roster = case.to_network(), case.roster()
    model = sd.IndependentCascade(deadline=case.network.deadline, quality=case.network.quality)
    asked = {"budget": case.budget / 100, "method": method, "gap": 0.1, "delta": delta, "model": model}
    made = []
    with mock.patch.object(
        cascade_reverse, "PACKED_FROM_ARCS", 0 if case.packed else cascade_reverse.PACKED_FROM_ARCS
    ):
        for key in range(first_key, first_key + runs):
            made.append(check(case, sd.optimize(network, roster, **asked, rng=key, threads=1)))
    table = pd.DataFrame(made)
    false = table[["false_lower", "false_upper", "false_ratio"]]
    return {
        "campaign": case.name,
        "packed": case.packed,
        "method": method,
        "delta": delta,
        "runs": runs,
        "false_certificates": int(false.any(axis=1).sum()),
        "interval_coverage": round(float(table["covered"].mean()), 4),
        "certified_ratio": round(float(table["certified_ratio"].mean()), 4),
        "true_ratio": round(float(table["true_ratio"].mean()), 4),
    }


def main(given: Namespace) -> None:
    """Run the experiment and write the table."""
    rows = []
    for case, method in itertools.product(cases(), METHODS):
        rows.append(run(case, method, given.delta, 1, given.runs))
        print(rows[-1], flush=True)
    results.write(rows, given.out)
