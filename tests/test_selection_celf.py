"""CELF: gains of the very worlds the oracle builds, laziness that changes nothing, and exact limits."""

from __future__ import annotations

import math

import numpy as np
import oracle
import pytest
from problems import make_problem
from small_graphs import random_graph, star

from seeding._kernels.celf import ic_gains, ic_mark, ic_singles
from seeding.clock import Clock
from seeding.constraints import Limits
from seeding.executors import open_workers
from seeding.selection import celf as module
from seeding.selection.celf import celf
from seeding.selection.problem import Problem

WORLDS = 96
COSTS = [3, 1, 2, 5, 0, 2, 4]
LIMITS = [{"budget": 6}, {"k": 3}, {"budget": 7, "k": 2}, {"budget": 0}]


@pytest.fixture
def few_worlds(monkeypatch) -> None:
    """Keep the worlds few enough for plain Python."""
    monkeypatch.setattr(module, "MOST_WORLDS", WORLDS)
    monkeypatch.setattr(module, "LEAST_WORLDS", WORLDS)


class Worlds:
    """What every node reaches in each world of a key, as the oracle has it."""

    def __init__(self, graph: oracle.Graph, key: int, worlds: int = WORLDS) -> None:
        self.w = graph.w
        live = [oracle.live_arcs(graph, key, r) for r in range(worlds)]
        self.reached = [[oracle.reachable(arcs, [v]) for v in range(graph.n)] for arcs in live]

    def total(self, seeds: list[int]) -> float:
        """Sum over worlds of the weight that the seeds reach."""
        return sum(
            sum(self.w[v] for v in set().union(*(alone[s] for s in seeds)))
            for alone in self.reached
            if len(seeds)
        )


def plain_greedy(worlds: Worlds, problem: Problem, by_ratio: bool) -> list[int]:
    """Evaluate every candidate anew in every round; take the best that fits, lowest index first."""
    order: list[int] = []
    left, most = problem.limits.money, problem.limits.count(problem.costs.size)
    while len(order) < most:
        before = worlds.total(order)
        best = None
        for c, cost in enumerate(problem.costs.tolist()):
            gain = worlds.total([*order, c]) - before
            if c in order or gain <= 0 or cost > left:
                continue
            worth = gain if not by_ratio else gain / cost if cost else math.inf
            if best is None or worth > best[0]:
                best = (worth, c)
        if best is None:
            break
        order.append(best[1])
        left -= int(problem.costs[best[1]])
    return order


@pytest.mark.parametrize("number", range(12))
def test_singles_are_those_of_the_oracle(number):
    """Every candidate's reach, summed over worlds, comes from the oracle's own coins; ranges add up."""
    graph = random_graph(number)
    network, key = graph.network(), 1_000 + number
    candidates = np.array([5, 0, 3])
    worlds = Worlds(graph, key)
    sums = np.zeros(3)
    ic_singles(network.out, network.weights, candidates, np.uint64(key), 0, 40, sums)
    ic_singles(network.out, network.weights, candidates, np.uint64(key), 40, WORLDS - 40, sums)
    assert sums.tolist() == [worlds.total([c]) for c in candidates.tolist()]


@pytest.mark.parametrize("number", range(12))
def test_gains_are_those_of_the_oracle(number):
    """What a candidate adds to chosen seeds over all worlds is the oracle's difference, never below 0."""
    graph = random_graph(number)
    network, key = graph.network(), 2_000 + number
    worlds = Worlds(graph, key)
    reached = np.zeros((WORLDS, graph.n // 8 + 1), dtype=np.uint8)
    candidates = np.arange(graph.n)
    chosen: list[int] = []
    for seed in (number % 7, (3 * number + 1) % 7, (number + 5) % 7):
        ic_mark(network.out, seed, np.uint64(key), 0, reached)
        chosen.append(seed)
        gains = np.empty(graph.n)
        ic_gains(network.out, network.weights, candidates, np.uint64(key), reached, gains)
        before = worlds.total(chosen)
        assert gains.tolist() == [worlds.total([*chosen, c]) - before for c in range(graph.n)]
        assert (gains >= 0).all()


def test_marks_are_what_is_reached():
    """Bits are set exactly for the nodes that the seeds reach in each world, across bytes."""
    graph = star(20, 0.4)
    network, key = graph.network(), 77
    reached = np.zeros((WORLDS, graph.n // 8 + 1), dtype=np.uint8)
    ic_mark(network.out, 3, np.uint64(key), 0, reached)
    ic_mark(network.out, 0, np.uint64(key), 0, reached)
    for r in range(WORLDS):
        bits = np.unpackbits(reached[r], bitorder="little")
        expected = oracle.reachable(oracle.live_arcs(graph, key, r), [3, 0])
        assert set(np.flatnonzero(bits).tolist()) == expected


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("number", range(12))
def test_lazy_is_plain_greedy(few_worlds, number, limits):
    """CELF keeps the best of plain greedy by gain, by gain per cost, and the best affordable single."""
    graph = random_graph(number)
    problem = make_problem(graph, costs=COSTS, key=number, **limits)
    worlds = Worlds(graph, problem.stage_key("simulate"))
    affordable = [c for c in range(graph.n) if COSTS[c] <= problem.limits.money]
    single = max(affordable, key=lambda c: (worlds.total([c]), -c))
    tried = [[single], plain_greedy(worlds, problem, False)]
    if problem.limits.budget is not None:
        tried.append(plain_greedy(worlds, problem, True))
    choice = celf(problem)
    chosen = choice.order.tolist()
    winner = max(tried, key=worlds.total)

    assert problem.limits.allow(choice.order, problem.costs)
    assert chosen[: len(winner)] == winner
    assert len(chosen) == len(winner) or problem.limits.budget is None
    assert choice.stopped == "complete"


@pytest.mark.parametrize("number", range(15))
def test_within_the_guarantee(number):
    """On 10,000 kept worlds the choice is within greedy's share of the enumerated best choice."""
    graph = random_graph(number)
    for limits, share in (({"k": 2}, 1 - 1 / math.e), ({"budget": 6}, (1 - 1 / math.e) / 2)):
        choice = celf(make_problem(graph, costs=COSTS, key=number, **limits))
        best, _ = oracle.best_seeds(graph, range(graph.n), COSTS, **limits)
        assert oracle.exact_reach(graph, choice.order.tolist()) >= (share - 0.02) * best


def test_gain_per_cost_saves_the_choice(few_worlds):
    """Ten cheap people reach more than the one star whom the budget pays as well."""
    arcs = [(0, v) for v in range(11, 14)] + [(c, 13 + c) for c in range(1, 11)]
    graph = oracle.Graph.of(24, arcs, 1.0)
    problem = make_problem(graph, nodes=range(11), costs=[100, *[10] * 10], budget=100)
    assert sorted(celf(problem).order.tolist()) == list(range(1, 11))


def test_best_single_saves_the_choice(few_worlds):
    """One person who takes the whole budget is chosen where gain per cost would buy the cheap one first."""
    arcs = [(0, v) for v in range(2, 12)]
    graph = oracle.Graph.of(12, arcs, 1.0)
    problem = make_problem(graph, nodes=[0, 1], costs=[100, 1], budget=100)
    assert celf(problem).order.tolist() == [0]


@pytest.mark.parametrize(("together", "batch", "threads"), [(1, 1, 1), (5, 2, 3), (64, 64, 2)])
def test_batches_and_threads_change_nothing(few_worlds, monkeypatch, together, batch, threads):
    """How many stale candidates are evaluated together, and where, does not move the choice."""
    graph = random_graph(4, n=12, m=30)
    expected = celf(make_problem(graph, k=5)).order.tolist()
    monkeypatch.setattr(module, "_TOGETHER", together)
    monkeypatch.setattr(module, "_BATCH", batch)
    with open_workers(threads=threads) as workers:
        assert celf(make_problem(graph, k=5, workers=workers)).order.tolist() == expected


def test_gains_never_rise(few_worlds, monkeypatch):
    """On common worlds a candidate's gain only falls as seeds are added, and is never negative."""
    last: dict[int, float] = {}
    real = module._gains

    def watch(problem, candidates, reached):
        gains = real(problem, candidates, reached)
        for c, gain in zip(candidates.tolist(), gains.tolist(), strict=True):
            assert 0.0 <= gain <= last.get(c, math.inf)
            last[c] = gain
        return gains

    monkeypatch.setattr(module, "_gains", watch)
    celf(make_problem(random_graph(6, n=12, m=30), k=8))
    assert last


def test_worlds_are_cut_to_work_and_memory(monkeypatch):
    """The number of worlds follows from the problem alone, between the least and the most."""
    problem = make_problem(star(20, 0.5), k=1)
    assert module._worlds(problem) == module.MOST_WORLDS
    monkeypatch.setattr(module, "_STEPS_FIRST_PASS", 60_000)
    visits = 20 + 21 + 20 * 0.5
    assert module._worlds(problem) == pytest.approx(60_000 / visits, rel=0.1)
    monkeypatch.setattr(module, "_STEPS_FIRST_PASS", 1)
    assert module._worlds(problem) == module.LEAST_WORLDS


def test_memory_limit_cuts_worlds():
    """Half the memory limit is for the marks of what is reached."""
    problem = make_problem(star(79, 0.5), k=1, memory_limit=2 * 11 * 3_000)
    assert module._worlds(problem) == 3_000


def test_time_limit_gives_the_seeds_so_far(few_worlds, monkeypatch):
    """When time runs out in the middle, the plan holds whom CELF chose by then, within the limits."""
    looks = iter(range(10**6))
    runs = -(-WORLDS // module._RUN)

    class Late(Clock):
        def expired(self) -> bool:
            return next(looks) >= runs + 2

    graph = random_graph(6, n=12, m=30, weighted=False)
    full = celf(make_problem(graph, k=6)).order.tolist()
    monkeypatch.setattr(module, "_TOGETHER", 1)
    problem = make_problem(graph, budget=6, clock=Late(5.0))
    choice = celf(problem)
    assert choice.stopped == "time_limit"
    assert 1 <= choice.order.size < 6
    assert choice.order.tolist() == full[: choice.order.size]
    assert Limits(budget=6).allow(choice.order, problem.costs)


def test_time_limit_cuts_the_first_pass():
    """When time is up while every candidate is simulated, the worlds done by then decide."""

    class Late(Clock):
        def expired(self) -> bool:
            return True

    problem = make_problem(star(20, 0.5), budget=3, clock=Late(5.0))
    singles, worlds = module._singles(problem, 10_000)
    assert worlds == module._RUN
    assert singles[1:].tolist() == [float(worlds)] * 20
    choice = celf(problem)
    assert choice.stopped == "time_limit"
    assert choice.order.tolist() == [0]
    assert "64 worlds" in problem.phases[-1].detail


def test_every_planned_world_is_simulated(few_worlds):
    """Without a limit every planned world is simulated, also where they make no whole number of runs."""
    problem = make_problem(star(20, 0.5), k=1)
    singles, worlds = module._singles(problem, WORLDS + 5)
    assert worlds == WORLDS + 5
    assert singles[1] == WORLDS + 5
