"""Compare the exact method with solvers that are given the textbook model of the same sample.

    python -m benchmarks exact_solvers

writes ``benchmarks/results/exact_solvers.csv``. Every instance is a sample of RR sets with costs and
a budget. The textbook model has a row for every set that is left after reduction; it goes to CP-SAT, SCIP
and HiGHS through OR-Tools, each in a process of its own that is ended if it overruns the limit. Coverage is
always counted by us.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import seeding as sd
from benchmarks.common import registry, results
from benchmarks.common.data import folder
from benchmarks.common.networks import made_up_prices
from benchmarks.common.results import markdown
from benchmarks.selection.rivals import RIVALS, Answer, Task, ask
from seeding._runtime.executors import open_workers
from seeding._runtime.provenance import versions
from seeding.datasets import creator_market
from seeding.rules.limits import Limits
from seeding.selection.coverage_reduction import reduce_sets
from seeding.selection.exact.solve import solve
from seeding.selection.greedy import Cover, select
from seeding.simulation.propagation import rr_sampler

RESULTS = registry.RESULTS / "exact_solvers.csv"
KEY = 20_260_103
SETS = 100_000
CANDIDATES = 500
SHARES = (0.01, 0.1)
FILES = {
    "NetHEPT": Path("nethept", "hep.txt.gz"),
    "Epinions": Path("soc-epinions1-sym", "soc-Epinions1_undirected.txt.gz"),
}


@dataclass(frozen=True, eq=False)
class Instance:
    """A sample seen by some candidates, what they cost and what may be spent; greedy's choice as a start."""

    network: str
    sample: sd.Coverage
    costs: np.ndarray
    share: float

    @property
    def budget(self) -> int:
        """What may be spent, in minor units."""
        return int(self.costs.sum() * self.share)

    def greedy(self) -> Cover:
        """Choose as a plan's greedy would."""
        return select(self.sample, self.costs, Limits(budget=self.budget))


def instances() -> Iterator[Instance]:
    """Draw the samples: two public networks with made-up costs, and the creator market with its fees."""
    for name, path in FILES.items():
        network = sd.read_network(folder() / path, probability="weighted_cascade", directed=False)
        degree = np.diff(network.out.indptr)
        nodes = np.argsort(-degree, kind="stable")[:CANDIDATES]
        yield from _by_budget(name, network, nodes, made_up_prices(degree[nodes], KEY))
    network, roster = creator_market()
    yield from _by_budget("creator market", network, network.index(roster.candidates), roster.costs)


def _by_budget(name: str, network: sd.Network, nodes: np.ndarray, costs: np.ndarray) -> Iterator[Instance]:
    sampler = rr_sampler(network, sd.IndependentCascade(), KEY, nodes)
    with open_workers() as workers:
        sample = sampler.grow(sampler.empty(), SETS, workers)
    for share in SHARES:
        yield Instance(name, sample, costs, share)


def ours(instance: Instance, limit: float | None) -> Answer:
    """Solve as a plan with method="exact" does."""
    found = solve(
        instance.sample.set_indptr,
        instance.sample.members,
        instance.costs,
        budget=instance.budget,
        hint=instance.greedy().order,
        time_limit=limit,
    )
    return Answer(found.chosen, found.upper_bound, found.seconds, found.status)


def run(instance: Instance, limit: float) -> Iterator[dict[str, object]]:
    """Put an instance to everybody and recount every answer; one row each."""
    sample = reduce_sets(instance.sample.set_indptr, instance.sample.members, instance.costs.size)
    greedy = instance.greedy()
    about = {
        "network": instance.network,
        "candidates": instance.costs.size,
        "sets": instance.sample.n_sets,
        "merged": sample.n_merged,
        "members": sample.set_members.size,
        "share": instance.share,
        "budget": instance.budget,
        "greedy_seeds": greedy.order.size,
        "greedy": greedy.covered,
    }
    yield about | recount(instance, "ours", limit, ours(instance, limit))
    yield about | recount(instance, "ours, no time limit", None, ours(instance, None))
    for name, rival in RIVALS.items():
        task = Task(rival, sample, instance.costs, instance.budget, greedy.order)
        yield about | recount(instance, name, limit, ask(task, limit))


def recount(instance: Instance, solver: str, limit: float | None, answer: Answer) -> dict[str, object]:
    """Count what an answer covers, if it keeps the budget."""
    covered, bound = None, None
    if answer.chosen is not None and instance.costs[answer.chosen].sum() <= instance.budget:
        covered = instance.sample.count(answer.chosen)
        bound = int(np.floor(answer.bound + 1e-6))
    return {
        "solver": solver,
        "limit": limit,
        "covered": covered,
        "bound": bound,
        "gap": None if covered is None else round(bound / covered - 1, 6),
        "seconds": round(answer.seconds, 2),
        "status": answer.status,
        "key": KEY,
        "cores": os.cpu_count(),
        **{name: versions()[name] for name in ("python", "seeding", "numpy", "ortools")},
    }


def cell(row: pd.Series) -> str:
    """Write one answer: coverage–bound (gap), seconds; or why there is none."""
    seconds = f"{row['seconds']:.1f} s"
    if pd.isna(row["covered"]):
        return f"{row['status']}, {seconds}"
    return f"{row['covered']:,.0f}–{row['bound']:,.0f} ({row['gap']:.2%}), {seconds}"


def tables(path: Path = RESULTS) -> dict[str, str]:
    """Write the results as the tables of docs/exact.md: the instances, and everybody's answers to them."""
    found = pd.read_csv(path)
    shown = found.assign(budget=found["share"].map("{:.0%}".format), answer=found.apply(cell, axis=1))
    names = {"greedy_seeds": "greedy's seeds", "greedy": "greedy covers"}
    numbers = ["candidates", "sets", "merged", "members", *names]
    size = shown[["network", "budget"]].join(shown[numbers].map("{:,}".format))
    shown["instance"] = shown["network"] + ", " + shown["budget"]
    answers = shown.set_index(["solver", "instance"])["answer"].unstack()  # noqa: PD010
    answers = answers.loc[shown["solver"].unique(), shown["instance"].unique()].reset_index()
    size = size.drop_duplicates().rename(columns=names)
    return {"instances": markdown(size), "answers": markdown(answers)}


def main(given: Namespace) -> None:
    """Run every instance, write the CSV and print its tables."""
    rows = []
    for number, instance in enumerate(instances()):
        if number == 0:
            ours(instance, 1.0)  # compiles what will be timed
        for row in run(instance, given.seconds):
            rows.append(row)
            print(row["network"], row["share"], row["solver"], cell(pd.Series(row)), flush=True)
    results.write(pd.DataFrame(rows).astype({"covered": "Int64", "bound": "Int64"}), given.out)
    print(*tables(given.out).values(), sep="\n\n")
