"""Measure what each step of budgeted selection leaves open, on many instances.

    python -m benchmarks budgeted

writes ``benchmarks/results/budgeted.csv``: for each network, rule of probabilities, budget and number of RR
sets, what greedy, local search and the exact phase cover, how far each of the bounds is from the best choice
found, what is certified on an independent sample of the same size, and what solvers make of the textbook
model. Every step runs on the same sample; seconds are those of one run, compiled code warm.
"""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

import seeding as sd
from benchmarks.common import results
from benchmarks.common.data import folder
from benchmarks.common.networks import made_up_prices
from benchmarks.common.processes import machine
from benchmarks.selection.rivals import RIVALS, Task, ask
from seeding._runtime.executors import open_workers
from seeding.bench.networks import read_bimp, twitch_tables
from seeding.plan import estimate
from seeding.rules.limits import Limits
from seeding.rules.program import Program
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.coverage_reduction import reduce_sets
from seeding.selection.error_budget import CHOICE, PLAN
from seeding.selection.exact.solve import solve
from seeding.selection.greedy import Cover, select
from seeding.selection.local_search import polish
from seeding.simulation.propagation import rr_sampler

KEY = 20_261_125
DELTA = 0.01
CANDIDATES = 2_000
SHARES = (0.005, 0.03, 0.1)
SOLVERS = ("CP-SAT, 1 worker", "SCIP", "HiGHS")
# Rivals are asked up to so many entries in the reduced sample; beyond, building the model alone takes longer.
_MOST_ENTRIES = 1_000_000


class Network(NamedTuple):
    """A network with candidates (nodes) and what they cost in minor units, and numbers of sets to draw."""

    name: str
    rule: str
    network: sd.Network
    nodes: np.ndarray
    costs: np.ndarray
    sets: tuple[int, ...]


def networks() -> Iterator[Network]:
    """Read the networks, each with every rule of probabilities."""
    data = folder()
    market, roster = sd.datasets.creator_market()
    yield Network(
        "creator_market",
        "its own",
        market,
        market.index(roster.candidates),
        roster.costs,
        (10_000, 100_000, 1_000_000),
    )
    rules: tuple[tuple[str, Any, tuple[int, ...]], ...] = (
        ("wc", "weighted_cascade", (100_000, 1_000_000)),
        ("p=0.01", 0.01, (100_000, 1_000_000)),
        ("p=0.1", 0.1, (10_000,)),
    )
    files = {
        "NetHEPT": ("nethept/hep.txt.gz", False),
        "slashdot": ("soc-slashdot0902/soc-Slashdot0902.txt.gz", True),
    }
    for name, (path, directed) in files.items():
        for rule, probability, sets in rules[: 3 if name == "NetHEPT" else 2]:
            network = sd.read_network(data / path, probability=probability, directed=directed)
            degree = np.diff(network.out.indptr)
            nodes = np.argsort(-degree, kind="stable")[:CANDIDATES]
            yield Network(name, rule, network, nodes, made_up_prices(degree[nodes], KEY), sets)
    people, table = twitch_tables(data / "twitch", "ENGB")
    for rule, probability, sets in rules:
        network = sd.read_network(
            data / "twitch" / "ENGB_edges.csv",
            probability=probability,
            directed=False,
            nodes=people,
            weights="views",
        )
        placed, network, nodes = sd.Roster.from_any(table).place(network)
        yield Network("twitch ENGB", rule, network, nodes, placed.costs, sets)
    for rule, probability, sets in (rules[0], rules[2]):
        network, fees = read_bimp(data / "bimp-twitter" / "twitter_2000_cost.txt.gz", probability)
        nodes = network.index(list(fees))
        costs = np.array(list(fees.values()), dtype=np.int64)
        yield Network("bimp-twitter", rule, network, nodes, costs, sets)


def draw(of: Network, key: int, sets: int) -> sd.Coverage:
    """Draw a sample."""
    sampler = rr_sampler(of.network, sd.IndependentCascade(), key, of.nodes)
    with open_workers() as workers:
        return sampler.grow(sampler.empty(), sets, workers)


def measure(of: Network, sets: int, seconds: float) -> Iterator[dict[str, object]]:
    """Take every step on one sample, for every budget; one row each."""
    choosing, judging = draw(of, KEY, sets), draw(of, KEY + 1, sets)
    _ = choosing.incidence
    for share in SHARES:
        budget = int(of.costs.sum() * share)
        program = Program.plain(of.costs, Limits(budget))
        about = {"network": of.name, "probability": of.rule, "candidates": of.nodes.size, "sets": sets}
        about |= {"budget_share": share}
        yield about | _steps(choosing, judging, program, seconds)


def _steps(
    choosing: sd.Coverage, judging: sd.Coverage, program: Program, seconds: float
) -> dict[str, object]:
    row: dict[str, object] = {}
    greedy = _timed(row, "greedy", lambda: select(choosing, program.costs, program.limits))
    local = _timed(row, "local", lambda: polish(choosing, program, greedy))
    cover = local.cover
    proof = _timed(row, "lagrangian", lambda: lagrangian_bound(choosing, program, cover, 0))
    found = solve(
        choosing.set_indptr,
        choosing.members,
        program.costs,
        program=program,
        hint=cover.order,
        time_limit=seconds,
    )
    bound = min(greedy.bound, proof.bound)
    best, best_bound = found.covered, min(bound, found.upper_bound)
    row |= {
        "seeds": cover.order.size,
        "covered_share": round(cover.covered / choosing.n_sets, 5),
        "greedy": greedy.covered,
        "local": cover.covered,
        "local_finished": local.finished,
        "exact": found.covered,
        "exact_optimal": found.optimal,
        "exact_seconds": round(found.seconds, 3),
        "prefix_bound": greedy.bound,
        "lagrangian_bound": proof.bound,
        "exact_bound": found.upper_bound,
        "greedy_gap": _gap(greedy.covered, best_bound),
        "local_gap": _gap(cover.covered, bound),
        "gap": _gap(best, best_bound),
        "prefix_above": round(greedy.bound / best - 1, 5),
        "lagrangian_above": round(proof.bound / best - 1, 5),
        "exact_above": round(best_bound / best - 1, 5),
        "certified_greedy": _certified(greedy.order, greedy.bound, choosing, judging),
        "certified": _certified(cover.order, bound, choosing, judging),
        "certified_exact": _certified(found.chosen, best_bound, choosing, judging),
    }
    return row | _rivals(choosing, program, cover, seconds)


def _timed(row: dict[str, object], name: str, work: Any) -> Any:
    start = time.perf_counter()
    made = work()
    row[f"{name}_seconds"] = round(time.perf_counter() - start, 3)
    return made


def _gap(covered: int, bound: int) -> float:
    return round(1 - covered / bound, 5)


def _certified(order: np.ndarray, bound: int, choosing: sd.Coverage, judging: sd.Coverage) -> float:
    """Certify a ratio as `optimize` would at this size, δ shared over its looks."""
    alpha = PLAN.alpha(CHOICE, DELTA)
    lower = estimate.binomial_lower(judging.count(order), judging.n_sets, alpha)
    return round(lower / estimate.binomial_upper(bound, choosing.n_sets, alpha), 4)


def _rivals(sample: sd.Coverage, program: Program, start: Cover, seconds: float) -> dict[str, object]:
    """Ask solvers for the textbook model, started from the same choice; recount what they say."""
    reduced = reduce_sets(sample.set_indptr, sample.members, program.n_offers)
    row: dict[str, object] = {"merged": reduced.n_merged, "entries": reduced.set_members.size}
    budget = program.limits.money
    for name in SOLVERS:
        if reduced.set_members.size > _MOST_ENTRIES:
            row |= {name: None, f"{name} gap": None, f"{name} status": "not asked: too many entries"}
            continue
        answer = ask(Task(RIVALS[name], reduced, program.costs, budget, start.order), seconds)
        fits = answer.chosen is not None and int(program.costs[answer.chosen].sum()) <= budget
        covered = sample.count(answer.chosen) if fits else None
        gap = None if covered is None else _gap(covered, max(int(np.floor(answer.bound + 1e-6)), covered))
        row |= {name: covered, f"{name} gap": gap, f"{name} status": answer.status}
        row |= {f"{name} seconds": round(answer.seconds, 2)}
    return row


def main(given: Namespace) -> None:
    """Measure all instances and write the table, after each one."""
    rows: list[dict[str, object]] = []
    for of in networks():
        if given.only not in of.name:
            continue
        for sets in of.sets:
            for row in measure(of, sets, given.seconds):
                rows.append(row)
                print({name: row[name] for name in list(row)[:5]} | {"gap": row["gap"]}, flush=True)
        results.write(rows, given.out, machine() | {"limit": given.seconds, "key": KEY})
