"""Count how often a certificate is false under budgets and rules.

    python -m benchmarks ruled_certificates

makes plans for small networks under rules, with a new key each time, and writes
``benchmarks/results/ruled_certificates.csv``. The best choice is found by trying every one; which are allowed
is written down here a second time, case by case, in plain Python.
"""

from __future__ import annotations

import itertools
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.certificates.certificate_experiment import check
from benchmarks.certificates.enumeration import SmallNetwork
from benchmarks.common import results

RUNS, DELTA = 300, 0.1
ONE_BY_ONE = ("ris", "exact", "auto", "celf", "top_audience")
WITH_DEALS = ("ris", "exact", "auto")

# What a choice of people costs if it is allowed; None if it is not.
Price = Callable[[frozenset[int]], int | None]


@dataclass(frozen=True)
class Case:
    """A network, a roster with a platform for everybody, rules, and the same rules written as a function."""

    name: str
    network: SmallNetwork
    costs: tuple[int, ...]
    budget: int
    rules: tuple[sd.rules.Rule, ...]
    price: Price
    methods: tuple[str, ...]
    gap: float = 0.1

    @cached_property
    def best(self) -> float:
        """Exact expected reach of the best allowed choice."""
        people = range(len(self.costs))
        choices = itertools.chain.from_iterable(
            itertools.combinations(people, size) for size in range(len(self.costs) + 1)
        )
        paid = ((who, self.price(frozenset(who))) for who in choices)
        return max(
            self.network.reach(list(who)) for who, price in paid if price is not None and price <= self.budget
        )

    def to_network(self) -> sd.Network:
        """Make the network; labels are 0, 1, …."""
        source, target, probability = zip(*self.network.arcs, strict=True)
        people = np.arange(len(self.network.weights))
        return sd.Network.from_edges(
            source, target, list(probability), nodes=people, weights=np.array(self.network.weights)
        )

    def roster(self) -> pd.DataFrame:
        """Make the roster; people of odd number are on y, the others on x."""
        people = np.arange(len(self.costs))
        platform = np.where(people % 2 == 1, "y", "x")
        return pd.DataFrame({"candidate": people, "cost": self.costs, "platform": platform})


def cases() -> Iterator[Case]:
    """List the cases: counts, shares of the money, and package prices."""
    costs = (4, 1, 3, 2, 5, 1, 2, 3)

    def own(who: frozenset[int]) -> int:
        return sum(costs[v] for v in who)

    def counted(who: frozenset[int]) -> int | None:
        on_x = sum(v % 2 == 0 for v in who)
        return own(who) if 5 in who and on_x <= 1 and not {0, 1} <= who else None

    yield Case(
        "counts",
        _network(1),
        costs,
        8,
        (sd.Require(5), sd.AtMost(1, platform="x"), sd.Conflict(0, 1)),
        counted,
        ONE_BY_ONE,
    )

    def shared(who: frozenset[int]) -> int | None:
        spent = own(who)
        on_y = sum(costs[v] for v in who if v % 2 == 1)
        allowed = 0.3 * spent <= on_y <= 0.6 * spent and all(2 * costs[v] <= spent for v in who)
        return spent if allowed else None

    yield Case(
        "shares of the money",
        _network(2),
        costs,
        10,
        (sd.SpendShare(0.3, 0.6, platform="y"), sd.MaxShare(0.5)),
        shared,
        ONE_BY_ONE,
    )

    def packaged(who: frozenset[int]) -> int | None:
        if {2, 3} & who and not {2, 3} <= who:
            return None
        saved = 3 if {0, 4} <= who else 0
        return own(who) - saved

    yield Case(
        "package prices",
        _network(3),
        costs,
        9,
        (sd.Bundle([0, 4], 6, name="duo"), sd.Together(2, 3)),
        packaged,
        WITH_DEALS,
    )


def _network(number: int) -> SmallNetwork:
    generator = np.random.default_rng([4_242, number])
    pairs = [(u, v) for u in range(8) for v in range(8) if u != v]
    chosen = generator.choice(len(pairs), size=13, replace=False)
    p = generator.choice([0.05, 0.1, 0.3, 0.6], size=13)
    drawn = tuple((*pairs[i], float(x)) for i, x in zip(chosen, p, strict=True))
    return SmallNetwork(tuple(generator.choice([0.5, 1.0, 2.0, 8.0], size=8).tolist()), drawn)


def run(case: Case, method: str, delta: float, first_key: int, runs: int) -> dict[str, object]:
    """Plan `runs` times with new keys and count what was false; one row of the result."""
    network, roster = case.to_network(), case.roster()
    asked = {"budget": case.budget, "constraints": case.rules, "method": method, "gap": case.gap}
    made = []
    for key in range(first_key, first_key + runs):
        plan = sd.optimize(network, roster, **asked, delta=delta, rng=key, threads=1)
        who = frozenset(plan.seeds["candidate"].tolist())
        price = case.price(who)
        broken = price is None or not price <= plan.cost <= case.budget
        made.append(check(case, plan) | {"broken_rules": broken})  # type: ignore[arg-type]
    table = pd.DataFrame(made)
    false = table[["false_lower", "false_upper", "false_ratio"]]
    counts = {"runs": runs, "false_certificates": int(false.any(axis=1).sum())} | false.sum().to_dict()
    means = {
        name: round(float(table[name].mean()), 4) for name in ("covered", "certified_ratio", "true_ratio")
    }
    broken = {"broken_rules": int(table["broken_rules"].sum())}
    return {
        "rules": case.name,
        "method": method,
        "gap": case.gap,
        "delta": delta,
        **counts,
        **broken,
        **means,
    }


def experiment(runs: int = RUNS, delta: float = DELTA) -> pd.DataFrame:
    """Run every case with every method it allows; one row per combination."""
    pairs = [(case, method) for case in cases() for method in case.methods]
    rows = []
    for number, (case, method) in enumerate(pairs):
        rows.append(run(case, method, delta, 1_000_000 * (number + 1), runs))
        print(pd.DataFrame(rows[-1:]).to_string(index=False, header=number == 0), flush=True)
    return pd.DataFrame(rows).rename(columns={"covered": "interval_coverage"})


def main(given: Namespace) -> None:
    """Run the experiment and write its table."""
    results.write(experiment(given.runs, given.delta), given.out)
