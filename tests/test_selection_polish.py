"""`exact`: the best choice there is on its own sample, in greedy order, with a certificate that holds."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import oracle
import pytest
from problems import make_problem
from small_graphs import random_graph, star

from seeding.executors import Workers
from seeding.rrsets import RRSampler
from seeding.selection import polish as polish_module
from seeding.selection import ris as ris_module
from seeding.selection.exact import ExactResult
from seeding.selection.greedy import Cover
from seeding.selection.polish import exact
from seeding.selection.ris import at_once, ris, sample_until_certified, take_greedy

COSTS = [3, 1, 2, 5, 0, 2, 4, 3, 6, 1]


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("limits", [{"budget": 9}, {"k": 3}, {"budget": 9, "k": 3}])
def test_best_on_its_own_sample(number, limits):
    """No feasible choice covers more of the selection sample, drawn again; the truth is bounded."""
    graph = random_graph(number, n=10, m=14)
    problem = make_problem(graph, costs=COSTS, key=number, gap=0.1, **limits)
    choice = exact(problem)
    sampler = RRSampler.make(problem.network, problem.model, problem.stage_key("select"), problem.nodes)
    sample = sampler.grow(sampler.empty(), choice.certificate.samples // 2, Workers(1))
    feasible = list(oracle.feasible_sets(COSTS, problem.limits.budget, problem.limits.k))
    best = max(sample.count(np.array(chosen, dtype=int)) for chosen in feasible)

    assert problem.limits.allow(choice.order, problem.costs)
    assert sample.count(choice.order) == best
    truth = oracle.exact_reach(graph, choice.order.tolist())
    optimum, _ = oracle.best_seeds(graph, range(graph.n), COSTS, **limits)
    assert choice.certificate.lower <= truth + 1e-9
    assert choice.certificate.upper >= optimum - 1e-9


def test_greedy_order():
    """The seeds come in the order in which each next one adds most on the sample."""
    graph = oracle.Graph.of(9, [(0, 3), (1, 4), (1, 5), (2, 6), (2, 7), (2, 8)], 0.9)
    assert exact(make_problem(graph, k=3, gap=0.2)).order.tolist() == [2, 1, 0]


def test_where_greedy_fails():
    """Money that greedy spends badly is spent well: two who fill the budget beat the one greedy takes."""
    arcs = [(0, v) for v in range(3, 10)] + [(1, v) for v in range(10, 15)] + [(2, v) for v in range(15, 20)]
    graph = oracle.Graph.of(20, arcs, 1.0)
    limits = {"nodes": [0, 1, 2], "costs": [6, 5, 5], "budget": 10, "gap": 0.1}
    greedy, _ = sample_until_certified(make_problem(graph, **limits), take_greedy, at_once)
    assert greedy.cover.order.tolist() == [0]
    for method in (ris, exact):
        choice = method(make_problem(graph, **limits))
        assert sorted(choice.order.tolist()) == [1, 2]
        assert choice.stopped == "certified"


def test_only_if_needed():
    """Asked to solve only where needed, a certified greedy choice is left as it is."""
    problem = make_problem(star(20, 0.5), k=1, gap=0.3)
    choice = exact(problem, only_if_needed=True)
    assert choice.stopped == "certified"
    assert [phase.name for phase in problem.phases] == ["sample, choose, certify"]
    exact(problem)
    assert problem.phases[-1].name == "integer programme (OR-Tools)"


def test_head_count_is_filled():
    """Asked for k seeds, k come back, also where fewer cover everything."""
    graph = oracle.Graph.of(5, [(0, v) for v in range(1, 5)], 1.0)
    order = exact(make_problem(graph, k=4)).order.tolist()
    assert order[0] == 0
    assert len(set(order)) == 4


def loosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the bound of every look so loose that more samples cannot certify the ratio."""
    real = ris_module.lagrangian_bound

    def loose(sample, program, cover, *others):
        found = real(sample, program, cover, *others)
        return found._replace(bound=max(found.bound, int(1.5 * cover.covered)))

    monkeypatch.setattr(ris_module, "lagrangian_bound", loose)
    real_select = ris_module.select

    def loose_select(sample, costs, limits):
        found = real_select(sample, costs, limits)
        return Cover(found.order, found.covered, max(found.bound, int(1.5 * found.covered)))

    monkeypatch.setattr(ris_module, "select", loose_select)


def test_more_is_sampled_once_the_bound_is_no_longer_in_the_way(monkeypatch):
    """A solver that closes the gap on the sample sends the search back to sampling, until certified."""
    loosen(monkeypatch)
    sizes = []

    def close(problem, samples):
        sizes.append(samples.choosing.n_sets)
        covered = samples.cover.covered
        return Cover(samples.cover.order, covered, int(covered * 1.024))

    problem = make_problem(random_graph(8, n=40, m=120), k=6, gap=0.03)
    samples, stopped = sample_until_certified(problem, take_greedy, at_once, polish=close)
    assert stopped == "certified"
    assert len(sizes) == len(set(sizes)) > 1
    assert samples.choosing.n_sets > sizes[0]


def test_without_a_solver_the_search_ends_at_the_loose_bound(monkeypatch):
    """The same problem without one is not certified: the bound, not the sample, is in the way."""
    loosen(monkeypatch)
    problem = make_problem(random_graph(8, n=40, m=120), k=6, gap=0.03)
    samples, stopped = sample_until_certified(problem, take_greedy, at_once)
    assert stopped == "best_effort"
    assert samples.certificate.ratio < 0.8


def test_a_solvers_choice_stays_where_more_is_proven_of_it(monkeypatch):
    """What a solver found on a smaller sample is the plan where greedy's on the next is proven less."""

    def once(problem, samples):
        found.append(samples.choosing.n_sets)
        order = np.array([1, 2]) if len(found) == 1 else samples.cover.order
        return Cover(order, samples.offered.count(order), samples.cover.bound)

    found: list[int] = []
    arcs = [(0, v) for v in range(3, 10)] + [(1, v) for v in range(10, 15)] + [(2, v) for v in range(15, 20)]
    graph = oracle.Graph.of(20, arcs, 1.0)
    problem = make_problem(graph, nodes=[0, 1, 2], costs=[6, 5, 5], budget=10, gap=0.2)
    loosen(monkeypatch)
    real = ris_module.select

    def worse_greedy(sample, costs, limits):
        return replace(real(sample, costs, limits), order=np.array([0]), covered=sample.count(np.array([0])))

    monkeypatch.setattr(ris_module, "select", worse_greedy)
    samples, _ = sample_until_certified(problem, take_greedy, at_once, polish=once)
    assert samples.choosing.n_sets > found[0]
    assert sorted(samples.cover.order.tolist()) == [1, 2]
    assert samples.cover.covered == samples.choosing.count(np.array([1, 2]))
    assert 8 < samples.certificate.lower < 12 <= samples.certificate.upper
    assert samples.certificate.ratio == samples.certificate.lower / samples.certificate.upper


def test_a_solver_that_gives_up_proves_no_more_than_its_bound(monkeypatch):
    """What the solver's choice covers is no bound: its own bound counts, or the one known before if less."""
    problem = make_problem(random_graph(8, n=40, m=120), k=6, gap=0.03)
    samples, _ = sample_until_certified(problem, take_greedy, at_once)
    order, covered = samples.cover.order, samples.cover.covered

    def unsure(upper):
        found = ExactResult(order, covered, upper, False, 0.0, 1.0, "solver", "stopped at the work limit")
        monkeypatch.setattr(polish_module, "solve", lambda *_, **__: found)
        return polish_module._Solver(only_if_needed=False)(problem, samples)

    known = samples.cover.bound
    assert covered < known - 2
    assert unsure(known - 1).bound == known - 1
    assert unsure(known + 1).bound == known


def test_every_solver_has_the_whole_allowance_until_it_is_used_up(monkeypatch):
    """A choice does not depend on how often the solver ran before; once the work is spent, none is made."""
    problem = make_problem(random_graph(8, n=40, m=120), k=6, gap=0.03)
    samples, _ = sample_until_certified(problem, take_greedy, at_once)
    other = np.arange(6)
    limits = []

    def solve(*_, work_limit, **__):
        limits.append(work_limit)
        return ExactResult(other, samples.cover.covered, samples.cover.bound, False, 0.0, 5.0, "solver", "")

    monkeypatch.setattr(polish_module, "solve", solve)
    solver = polish_module._Solver(only_if_needed=False)
    covers = [solver(problem, samples) for _ in range(3)]
    assert limits == [polish_module.WORK_LIMIT, polish_module.WORK_LIMIT, 0.0]
    chosen = [sorted(cover.order.tolist()) for cover in covers]
    assert chosen == [other.tolist(), other.tolist(), sorted(samples.cover.order.tolist())]


def test_times_of_nested_phases_add_up():
    """The solver works within the search; its time is counted once, and its record comes after."""
    problem = make_problem(random_graph(3, n=10, m=14), costs=COSTS, budget=9, gap=0.02)
    start = time.monotonic()
    exact(problem)
    whole = time.monotonic() - start
    names = [phase.name for phase in problem.phases]
    assert names[0] == "sample, choose, certify"
    assert "integer programme (OR-Tools)" in names[1:]
    assert all(phase.seconds >= 0 for phase in problem.phases)
    assert sum(phase.seconds for phase in problem.phases) <= whole
