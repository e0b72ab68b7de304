"""CELF: gains of the very worlds the oracle builds, laziness that changes nothing, and exact limits."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import oracle
import pytest
from problems import make_problem
from small_graphs import path, random_graph, star, tree

from seeding._kernels.gains import all_nodes, components
from seeding._runtime.clock import Clock
from seeding._runtime.executors import Workers, open_workers
from seeding.rules.limits import Limits
from seeding.selection.celf import celf as module
from seeding.selection.celf.celf import celf
from seeding.selection.problem import Problem
from seeding.simulation import common_worlds as kept_module
from seeding.simulation.common_worlds import Arcs, Kept, here, unreached

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


def keep(graph: oracle.Graph, key: int, worlds: int = WORLDS, **changes) -> Kept:
    """Keep worlds of a graph in which nobody is reached yet."""
    network = graph.network()
    arcs = Arcs.of(network)
    fields = {
        "arcs": arcs,
        "weights": network.weights,
        "key": key,
        "run": 64,
        "live": arcs.draw(key, 0, worlds),
        "reached": unreached(graph.n, worlds),
        "workers": Workers(1),
    }
    return Kept(**fields | changes)


def circles() -> oracle.Graph:
    """Circles of one, two and three nodes that each activate one other, chains into them and out of one."""
    arcs = [(0, 1), (1, 0), (2, 0), (3, 2), (4, 5), (5, 6), (6, 4), (7, 5), (8, 9), (9, 8), (9, 10), (11, 8)]
    return oracle.Graph.of(13, arcs, 1.0, [2.0**v for v in range(13)])


def one_out_arc_each(number: int) -> oracle.Graph:
    """Draw for most nodes the one other that it activates: chains that end, meet or run in circles."""
    generator = np.random.default_rng(number)
    target = (np.arange(20) + generator.integers(1, 20, 20)) % 20
    arcs = [(u, int(target[u])) for u in range(20) if generator.random() < 0.9]
    return oracle.Graph.of(20, arcs, 1.0, [2.0**v for v in range(20)])


def one_in_arc_each(number: int, other: int = 0) -> oracle.Graph:
    """Draw for most nodes the one that activates it, and further arcs; every third node weighs nothing."""
    generator = np.random.default_rng(100 + number)
    source = (np.arange(20) + generator.integers(1, 20, 20)) % 20
    arcs = {(int(source[v]), v) for v in range(20) if generator.random() < 0.9}
    arcs |= {(u, v) for u, v in generator.integers(0, 20, (other, 2)).tolist() if u != v}
    return oracle.Graph.of(20, sorted(arcs), 1.0, [2.0**v if v % 3 else 0.0 for v in range(20)])


GRAPHS = {
    **{f"random {number}": random_graph(number) for number in range(8)},
    **{f"sparse {number}": random_graph(number, n=40, m=45) for number in range(3)},
    **{f"dense {number}": random_graph(number, n=40, m=200) for number in range(3)},
    **{f"one out-arc each {number}": one_out_arc_each(number) for number in range(6)},
    **{f"one in-arc each {number}": one_in_arc_each(number) for number in range(6)},
    **{f"mostly one in-arc {number}": one_in_arc_each(number, 2 + number) for number in range(12)},
    "64 arcs": random_graph(1, n=30, m=64),
    "129 arcs": random_graph(2, n=30, m=129),
    "circles": circles(),
    "tree": tree(2, 4, 0.7),
    "path": path(30, 0.9),
    "no arcs": oracle.Graph.of(3, [], 1.0),
}


@pytest.fixture(params=GRAPHS, ids=list(GRAPHS))
def graph(request) -> oracle.Graph:
    """Provide graphs in which all that evaluation does differently occurs."""
    return GRAPHS[request.param]


def test_worlds_are_those_of_the_oracle(graph):
    """A bit is set exactly where the oracle tosses the arc live, whatever the first world is."""
    network = graph.network()
    arcs = Arcs.of(network)
    rows = list(zip(arcs.sources.tolist(), arcs.indices.tolist(), strict=True))
    bits = np.unpackbits(arcs.draw(12, 5, 20).view(np.uint8), axis=1, bitorder="little")
    for r in range(20):
        live = [rows[e] for e in np.flatnonzero(bits[r])]
        assert sorted(live) == sorted(oracle.live_arcs(graph, 12, 5 + r))


def test_numbering_anew_keeps_arcs_and_coins(graph):
    """Every node has one new number, and every arc keeps its ends, its threshold and its coin."""
    arcs = Arcs.of(graph.network())
    placed = arcs.placed()
    assert sorted(placed.place.tolist()) == list(range(graph.n))
    assert placed.sources.tolist() == np.repeat(np.arange(graph.n), np.diff(placed.indptr)).tolist()
    assert placed.hubs.tolist() == placed.place[arcs.hubs].tolist()

    before = placed.place[arcs.sources], placed.place[arcs.indices], arcs.codes, arcs.below
    after = placed.sources, placed.indices, placed.codes, placed.below
    assert sorted(zip(*map(list, before), strict=True)) == sorted(zip(*map(list, after), strict=True))
    weights = np.array(graph.w)
    assert placed.sorted(weights)[placed.place].tolist() == weights.tolist()


@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("all_at_once", [False, True])
def test_gains_are_those_of_the_oracle(graph, all_at_once, placed):
    """What everybody adds to chosen seeds over all worlds is the oracle's difference, never below 0."""
    worlds, kept = Worlds(graph, 2_000), keep(graph, 2_000)
    if placed:
        arcs = Arcs.of(graph.network()).placed()
        kept = keep(
            graph, 2_000, arcs=arcs, weights=arcs.sorted(kept.weights), live=arcs.draw(2_000, 0, WORLDS)
        )
    chosen: list[int] = []
    for seed in (None, 1, 0, graph.n - 1):
        if seed is not None:
            kept.mark(seed)
            chosen.append(seed)
        before = worlds.total(chosen)
        expected = [worlds.total([*chosen, c]) - before for c in range(graph.n)]
        assert kept.gains(np.arange(graph.n), all_at_once).tolist() == expected
        some = np.array([graph.n - 1, 0, 2])
        assert kept.gains(some, all_at_once).tolist() == [expected[c] for c in some]


def test_what_the_hub_reaches_is_shared():
    """In the dense graphs above a hub is used, in the sparse ones none is."""
    found = {}
    for name, graph in GRAPHS.items():
        arcs = Arcs.of(graph.network())
        rows = arcs.indptr, arcs.indices, arcs.sources
        sizes = []
        for live in arcs.draw(2_000, 0, WORLDS):
            n_arcs = int(np.bitwise_count(live).sum())
            flags, queue = np.zeros(graph.n, dtype=np.uint8), np.empty(graph.n, dtype=np.int32)
            sizes.append(all_nodes._find_hub(rows, arcs.hubs, live, graph.n + n_arcs, flags, queue)[1])
            assert np.count_nonzero(flags) == sizes[-1]
        found[name] = np.count_nonzero(sizes)
    assert all(found[f"dense {number}"] > WORLDS / 4 for number in range(3))
    assert not any(found[f"sparse {number}"] for number in range(3))


def test_stamps_start_again():
    """Stamps that would overflow start from zero, with clean marks."""
    graph = circles()
    arcs = Arcs.of(graph.network())
    lists = arcs.sources, arcs.indices
    flags, work = np.zeros(graph.n, dtype=np.uint8), components.make_work(graph.n, len(graph.arcs))
    totals, again = np.empty(graph.n), np.empty(graph.n)
    fixed = lists, flags, np.uint8(1), np.array(graph.w), work
    stamp, _ = components.condense(*fixed, 0, totals)
    assert 0 < stamp <= graph.n
    assert components.condense(*fixed, (1 << 31) - 3, again)[0] == stamp
    assert again.tolist() == totals.tolist() == [Worlds(graph, 1, 1).total([v]) for v in range(graph.n)]


def test_marks_are_what_is_reached():
    """Bits are set exactly for the nodes that the seeds reach in each world, across words."""
    graph = star(130, 0.4)
    kept = keep(graph, 77)
    kept.mark(3)
    kept.mark(0)
    bits = np.unpackbits(kept.reached.view(np.uint8), axis=1, bitorder="little")
    for r in range(WORLDS):
        expected = oracle.reachable(oracle.live_arcs(graph, 77, r), [3, 0])
        assert set(np.flatnonzero(bits[r]).tolist()) == expected


@pytest.mark.parametrize("all_at_once", [False, True])
@pytest.mark.parametrize("bytes_drawn", [1, 1 << 25])
def test_worlds_that_do_not_fit_are_drawn_again(monkeypatch, bytes_drawn, all_at_once):
    """Kept or drawn again, in pieces of any size: the same gains and marks."""
    monkeypatch.setattr(kept_module, "_BYTES_DRAWN", bytes_drawn)
    graph = random_graph(3, n=40, m=200)
    kept, drawn = keep(graph, 5, run=7), keep(graph, 5, run=7, live=None)
    for seed in (3, 9):
        kept.mark(seed)
        drawn.mark(seed)
        assert (kept.reached == drawn.reached).all()
        nodes = np.arange(graph.n)
        assert (kept.gains(nodes, all_at_once) == drawn.gains(nodes, all_at_once)).all()


@pytest.mark.parametrize("all_at_once", [False, True])
def test_threads_do_not_matter(all_at_once):
    """Sums over worlds are made run by run: any number of threads gives the same bits."""
    graph = random_graph(3, n=40, m=200)
    weights = 1 / np.arange(3.0, 43.0)
    expected = None
    for threads in (1, 2, 8):
        with open_workers(threads) as workers:
            kept = keep(graph, 5, run=7, weights=weights, workers=here(workers))
            kept.mark(2)
            gains = kept.gains(np.arange(graph.n), all_at_once)
            expected = gains if expected is None else expected
            assert (gains == expected).all()


def test_evaluation_stops_when_told():
    """An evaluation that is told to stop in the middle gives nothing rather than part of a sum."""
    kept = keep(random_graph(3), 5, run=7)
    looks = iter([False, False, True])
    assert kept.gains(np.arange(3), False, lambda: next(looks)) is None


def test_kept_worlds_stay_in_this_process(processes):
    """Threads of any pool see kept worlds; for other executors this thread evaluates."""
    with ThreadPoolExecutor(3) as pool:
        assert here(Workers(3, pool)) == Workers(3, pool)
    assert here(Workers(2, processes)) == Workers(1)
    problem = make_problem(random_graph(6, n=12, m=30), k=3)
    other = make_problem(random_graph(6, n=12, m=30), k=3, workers=Workers(2, processes))
    assert celf(other).order.tolist() == celf(problem).order.tolist()


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


@pytest.mark.parametrize(("together", "all_from", "threads"), [(1, 0, 1), (5, 2, 3), (64, 8, 2), (1, 100, 1)])
def test_batches_and_threads_change_nothing(few_worlds, monkeypatch, together, all_from, threads):
    """How many stale candidates are evaluated together, how and where, does not move the choice."""
    graph = random_graph(4, n=12, m=30)
    expected = celf(make_problem(graph, k=5)).order.tolist()
    monkeypatch.setattr(module, "_TOGETHER", together)
    monkeypatch.setattr(module, "_ALL_FROM", all_from)
    with open_workers(threads=threads) as workers:
        assert celf(make_problem(graph, k=5, workers=workers)).order.tolist() == expected


def test_gains_never_rise(few_worlds, monkeypatch):
    """On common worlds a candidate's gain only falls as seeds are added, and is never negative."""
    last: dict[int, float] = {}
    real = Kept.gains

    def watch(self, nodes, *how):
        gains = real(self, nodes, *how)
        for v, gain in zip(nodes.tolist(), gains.tolist(), strict=True):
            assert 0.0 <= gain <= last.get(v, math.inf)
            last[v] = gain
        return gains

    monkeypatch.setattr(Kept, "gains", watch)
    celf(make_problem(random_graph(6, n=12, m=30), k=8))
    assert last


def plan(problem: Problem) -> module.WorldPlan:
    """Plan the worlds of a problem."""
    return module.plan_worlds(problem, Arcs.of(problem.network))


def test_worlds_are_cut_to_work(monkeypatch):
    """The number of worlds follows from the problem alone, between the least and the most."""
    problem = make_problem(star(20, 0.5), k=1)
    assert plan(problem).worlds == module.MOST_WORLDS
    monkeypatch.setattr(module, "_STEPS_FIRST_PASS", 60_000)
    assert module.LEAST_WORLDS < plan(problem).worlds < 60_000 / 20
    monkeypatch.setattr(module, "_STEPS_FIRST_PASS", 1)
    assert plan(problem).worlds == module.LEAST_WORLDS


def test_worlds_are_cut_to_memory():
    """Half the memory limit is for kept worlds: 8 bytes for up to 64 arcs, 8 for up to 63 nodes."""
    problem = make_problem(star(60, 0.5), k=1, memory_limit=2 * 16 * 3_000)
    assert plan(problem).worlds == 3_000
    assert plan(problem).kept
    assert "10,000 were wanted" in plan(problem).words


def test_too_little_memory_for_worlds_draws_them_again():
    """Where not even the least number of worlds fits, they are drawn again, with the same choice."""
    graph = random_graph(6, n=12, m=60)
    tight = make_problem(graph, k=3, memory_limit=2 * 8 * module.LEAST_WORLDS)
    plenty = make_problem(graph, k=3, memory_limit=2 * 16 * module.LEAST_WORLDS)
    assert not plan(tight).kept
    assert plan(plenty).kept
    assert plan(tight).worlds == plan(plenty).worlds == module.LEAST_WORLDS
    assert celf(tight).order.tolist() == celf(plenty).order.tolist()
    assert "drawn again for every evaluation" in tight.phases[-1].detail
    tiny = make_problem(graph, k=3, memory_limit=2 * 8 * 10)
    assert plan(tiny).worlds == 10


def test_runs_are_short_where_worlds_are_large(monkeypatch):
    """Time limits are looked at after every run, so that runs are shorter where a world takes longer."""
    problem = make_problem(star(20, 0.5), k=1)
    assert plan(problem).run == kept_module.LONGEST_RUN
    monkeypatch.setattr(kept_module, "_STEPS_PER_RUN", 300)
    assert 1 <= plan(problem).run < 300 / 20
    monkeypatch.setattr(kept_module, "_STEPS_PER_RUN", 1)
    assert plan(problem).run == 1


@pytest.mark.parametrize("nodes", [[5, 0, 3], None])
def test_the_first_pass_is_the_oracles(few_worlds, nodes):
    """Every candidate's reach, summed over worlds, comes from the oracle's own coins."""
    graph = random_graph(4, n=12, m=30)
    problem = make_problem(graph, nodes=nodes, k=1)
    worlds = Worlds(graph, problem.stage_key("simulate"))
    arcs = Arcs.of(problem.network)
    singles, live, done = module.first_pass(problem, arcs, plan(problem))
    assert (done, live.shape[0]) == (WORLDS, WORLDS)
    assert (live == arcs.draw(problem.stage_key("simulate"), 0, WORLDS)).all()
    assert singles.tolist() == [worlds.total([v]) for v in problem.nodes.tolist()]


def test_time_limit_gives_the_seeds_so_far(few_worlds, monkeypatch):
    """When time runs out in the middle, the plan holds whom CELF chose by then, within the limits."""
    graph = random_graph(6, n=12, m=30, weighted=False)
    full = celf(make_problem(graph, k=6)).order.tolist()
    monkeypatch.setattr(module, "_TOGETHER", 1)
    agreed = []
    for most in range(2, 12):
        looks = iter(range(10**6))

        class Late(Clock):
            def expired(self, looks=looks, most=most) -> bool:
                return next(looks) >= most

        problem = make_problem(graph, budget=6, clock=Late(5.0))
        choice = celf(problem)
        assert choice.stopped == "time_limit"
        assert Limits(budget=6).allow(choice.order, problem.costs)
        chosen = choice.order.tolist()
        assert 1 <= len(chosen) <= 6
        agreed.append(next((i for i, c in enumerate(chosen) if c != full[i]), len(chosen)))
    assert agreed == sorted(agreed)
    assert agreed[0] >= 1


def test_time_limit_cuts_the_first_pass():
    """When time is up while every candidate is simulated, the worlds done by then decide."""

    class Late(Clock):
        def expired(self) -> bool:
            return True

    problem = make_problem(star(20, 0.5), budget=3, clock=Late(5.0))
    arcs = Arcs.of(problem.network)
    singles, live, worlds = module.first_pass(problem, arcs, plan(problem))
    assert worlds == live.shape[0] == kept_module.LONGEST_RUN
    assert singles[1:].tolist() == [float(worlds)] * 20
    choice = celf(problem)
    assert choice.stopped == "time_limit"
    assert choice.order.tolist()[0] == 0
    assert "64 worlds" in problem.phases[-1].detail


@pytest.mark.parametrize("kept", [True, False])
def test_every_planned_world_is_simulated(kept):
    """Without a limit every planned world is simulated, also where they make no whole number of runs."""
    problem = make_problem(star(20, 0.5), k=1)
    asked = module.WorldPlan(WORLDS + 5, 64, kept, True, "")
    singles, live, worlds = module.first_pass(problem, Arcs.of(problem.network), asked)
    assert worlds == WORLDS + 5
    assert singles[1] == WORLDS + 5
    assert (live is not None) == kept
