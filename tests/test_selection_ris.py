"""RIS: two samples that never mix, honest stopping, and certificates that hold against enumeration."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import oracle
import pytest
from problems import make_problem, sample_of
from scipy import stats
from small_graphs import random_graph, star

from seeding.clock import Clock
from seeding.coverage import Coverage
from seeding.executors import Workers
from seeding.plan import STOPPED_IN_WORDS
from seeding.program import Program
from seeding.rrsets import RRSampler
from seeding.selection import ris as module
from seeding.selection.greedy import Cover, select
from seeding.selection.lagrangian import Proof
from seeding.selection.local import Polished, improve
from seeding.selection.ranking import rank_by_gain
from seeding.selection.ris import (
    Samples,
    at_once,
    certify,
    choice_settled,
    chooser,
    judge,
    ris,
    sample_until_certified,
    spend,
    take_greedy,
)

COSTS = [3, 1, 2, 5, 0, 2, 4]


class Ticking:
    """A time that moves on by one second whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Give the time."""
        self.now += 1.0
        return self.now


def sample_again(problem, stage: str, n_sets: int) -> Coverage:
    """Draw the sample of a stage afresh."""
    sampler = RRSampler.make(problem.network, problem.model, problem.stage_key(stage), problem.nodes)
    return sampler.grow(sampler.empty(), n_sets, Workers(1))


@pytest.mark.parametrize("number", range(25))
@pytest.mark.parametrize("limits", [{"budget": 6}, {"k": 2}, {"budget": 7, "k": 2}])
def test_certificate_contains_the_truth(number, limits):
    """Exact reach of the choice and of the best choice lie where the certificate says."""
    graph = random_graph(number)
    problem = make_problem(graph, costs=COSTS, key=number, **limits)
    choice = ris(problem)
    best, _ = oracle.best_seeds(graph, range(graph.n), COSTS, **limits)
    truth = oracle.exact_reach(graph, choice.order.tolist())
    certificate = choice.certificate

    assert problem.limits.allow(choice.order, problem.costs)
    assert certificate.lower <= truth + 1e-9
    assert certificate.upper >= best - 1e-9
    assert truth >= certificate.ratio * best - 1e-9
    assert certificate.ratio == pytest.approx(certificate.lower / certificate.upper)
    assert choice.stopped in STOPPED_IN_WORDS


@pytest.mark.parametrize("number", range(12))
def test_choice_is_made_on_the_first_sample_only(number):
    """The seeds are greedy's, improved, on the selection sample, drawn again from its own key."""
    problem = make_problem(random_graph(number), costs=COSTS, budget=6, key=number)
    samples, _ = sample_until_certified(problem, chooser(problem), choice_settled)
    n_sets = samples.choosing.n_sets
    again = sample_again(problem, "select", n_sets)
    other = sample_again(problem, "certify", n_sets)

    assert samples.choosing.members.tolist() == again.members.tolist()
    assert samples.judging.members.tolist() == other.members.tolist()
    assert again.members.tolist() != other.members.tolist()
    greedy = select(again, problem.costs, problem.limits)
    program = Program.plain(problem.costs, problem.limits)
    improved = improve(again, program, greedy)
    assert improved.covered >= greedy.covered
    assert ris(problem).order.tolist() == rank_by_gain(problem, again, improved.order).tolist()


@pytest.mark.parametrize("number", range(12))
def test_a_choice_among_equals_is_improved_at_the_end(number):
    """Under a head count alone local search comes after the last look, and keeps what is certified."""
    problem = make_problem(random_graph(number), k=3, key=number)
    samples, stopped = sample_until_certified(problem, take_greedy, choice_settled, sentinels=True)
    choice = ris(problem)

    assert choice.stopped == stopped
    assert choice.order.size == 3
    assert samples.choosing.count(choice.order) >= samples.cover.covered
    assert choice.certificate.ratio >= samples.certificate.ratio
    assert choice.certificate.upper == samples.certificate.upper
    assert [phase.name for phase in problem.phases].count("local search") == 1


def test_an_improvement_that_is_not_confirmed_is_left_out(monkeypatch):
    """Where the judging sample speaks against the improved choice, greedy's stays, and the plan says so."""
    problem = make_problem(random_graph(1), k=2)
    samples, _ = sample_until_certified(problem, take_greedy, choice_settled)
    worst = np.argsort(np.diff(samples.choosing.incidence.indptr))[:2]
    better = Polished(Cover(worst, samples.cover.covered + 1, samples.cover.bound), 1, 1, 0, True, 2, 2)
    monkeypatch.setattr(module.local, "polish", lambda *_: better)
    choice = ris(problem)

    assert choice.order.tolist() == samples.cover.order.tolist()
    assert choice.certificate == samples.certificate
    assert "the other sample does not confirm it" in problem.phases[-1].detail


def test_the_chooser_never_sees_the_judging_sample():
    """Whatever is handed to the chooser is a beginning of the selection sample."""
    problem = make_problem(random_graph(3), costs=COSTS, budget=6, gap=0.01)
    seen: list[Coverage] = []

    def choose(sample: Coverage, greedy: Cover) -> Cover:
        seen.append(sample)
        return greedy

    samples, _ = sample_until_certified(problem, choose, at_once)
    assert len(seen) > 1
    assert seen[-1] is samples.choosing
    for earlier in seen:
        assert earlier.members.tolist() == samples.choosing.members[: earlier.total_size].tolist()


def test_judge_is_clopper_pearson():
    """Both bounds are the exact binomial ones at δ / (3 · looks)."""
    problem = make_problem(random_graph(5, weighted=False), k=2, delta=0.02)
    choosing, judging = sample_again(problem, "select", 1_000), sample_again(problem, "certify", 1_500)
    cover = select(choosing, problem.costs, problem.limits)
    certificate = judge(problem, cover, choosing, judging, problem.network.total_weight, spend(problem))
    alpha = 0.02 / (3 * 17)
    covered, weight = judging.count(cover.order), problem.network.total_weight

    assert certificate.lower == pytest.approx(weight * stats.beta.ppf(alpha, covered, 1_500 - covered + 1))
    assert certificate.upper == pytest.approx(
        weight * stats.beta.isf(alpha, cover.bound + 1, 1_000 - cover.bound)
    )
    assert certificate.optimisation_gap == pytest.approx(1 - cover.covered / cover.bound)
    assert (certificate.samples, certificate.delta) == (2_500, 0.02)


def test_judge_remembers_the_smallest_upper_bound():
    """An upper bound of an earlier look is kept if it is lower; nobody reaches more than W."""
    problem = make_problem(random_graph(5, weighted=False), k=2)
    choosing, judging = sample_again(problem, "select", 1_000), sample_again(problem, "certify", 1_000)
    cover = select(choosing, problem.costs, problem.limits)
    free = judge(problem, cover, choosing, judging, problem.network.total_weight, spend(problem))
    tight = judge(problem, cover, choosing, judging, free.lower + 0.5, spend(problem))
    assert free.lower < free.upper <= problem.network.total_weight
    assert tight.upper == free.lower + 0.5


def test_lower_bound_is_at_least_the_seeds_themselves():
    """Seeds reach themselves, whatever a small sample saw of them."""
    problem = make_problem(star(3, 0.0), k=2)
    choice = ris(problem)
    assert choice.certificate.lower >= 2.0
    assert choice.certificate.upper >= 2.0


def test_stops_when_certified():
    """With a modest gap the loop ends as soon as the ratio is there, with fewer samples than a fine one."""
    graph = star(20, 0.5)
    rough = ris(make_problem(graph, k=1, gap=0.3))
    fine = ris(make_problem(graph, k=1, gap=0.03))
    assert (rough.stopped, fine.stopped) == ("certified", "certified")
    assert rough.certificate.ratio >= 0.7
    assert fine.certificate.ratio >= 0.97
    assert rough.certificate.samples < fine.certificate.samples
    assert rough.order.tolist() == fine.order.tolist() == [0]


def loose_problem(**changes):
    """Make three pairs, each as good as the others, of which the money buys one and two thirds."""
    graph = oracle.Graph.of(6, [(0, 1), (2, 3), (4, 5)], 1.0)
    return make_problem(graph, nodes=[0, 2, 4], costs=[3, 3, 3], budget=5, **changes)


@pytest.mark.parametrize("method", [ris, lambda problem: certify(problem, np.array([1]))])
def test_stops_when_samples_no_longer_help(method):
    """Where the bound is too loose, doubling ends near covered / bound, and the ratio stays honest."""
    choice = method(loose_problem(gap=0.1))
    ceiling = 1 - choice.certificate.optimisation_gap
    assert choice.stopped == "best_effort"
    assert 0.55 < ceiling < 0.65
    assert (1 - 0.1) * ceiling < choice.certificate.ratio < ceiling + 0.01
    assert choice.certificate.samples < 200_000


def samples_with(seen: int, fresh: int, n_sets: int, bound: int) -> Samples:
    """Make samples of which one candidate covers `seen` and `fresh`."""
    choosing, judging = (sample_of([(0,)] * c + [()] * (n_sets - c), 1) for c in (seen, fresh))
    cover = Cover(np.array([0]), seen, bound)
    problem = make_problem(star(1, 0.5))
    certificate = judge(problem, cover, choosing, judging, 2.0, spend(problem))
    return Samples(choosing, judging, choosing, cover, cover, certificate)


@pytest.mark.parametrize(
    ("seen", "fresh", "settled"),
    [
        (50_000, 50_000, True),
        (50_400, 50_000, False),
        (50_000, 50_400, True),
        (9_000, 9_000, False),
        (0, 0, False),
        (10, 0, False),
    ],
)
def test_choice_settled(seen, fresh, settled):
    """A choice is settled once it looks as good on the fresh sample, and both counts are large."""
    samples = samples_with(seen, fresh, 100_000, 60_000)
    assert choice_settled(make_problem(star(1, 0.5), gap=0.05), samples) is settled


def test_a_bad_choice_is_judged_at_the_first_precise_look():
    """Certifying a poor choice ends once the best plan is known well; more samples would not change it."""
    problem = make_problem(star(20, 0.5), k=1, gap=0.1)
    leaf = int(np.argmin(np.diff(problem.network.out.indptr)))
    poor = certify(problem, np.array([leaf]))
    good = ris(make_problem(star(20, 0.5), k=1, gap=0.1))
    assert poor.stopped == "best_effort"
    assert poor.certificate.samples <= 4 * good.certificate.samples


def test_stops_at_the_sample_cap(monkeypatch):
    """The largest sample ends the loop, and the plan says so."""
    monkeypatch.setattr(module, "MOST_SETS", 4 * module.FIRST_SETS)
    choice = ris(make_problem(star(20, 0.5), k=1, gap=0.001))
    assert choice.stopped == "sample_cap"
    assert choice.certificate.samples == 8 * module.FIRST_SETS


def test_stops_at_the_memory_limit():
    """A sample that might not fit is not begun; the first look always takes place."""
    choice = ris(make_problem(star(20, 0.5), k=1, gap=0.001, memory_limit=1))
    assert choice.stopped == "memory_limit"
    assert choice.certificate.samples == 2 * module.FIRST_SETS

    choice = ris(make_problem(star(20, 0.5), k=1, gap=0.001, memory_limit=1_000_000))
    assert choice.stopped == "memory_limit"
    assert choice.certificate.samples > 2 * module.FIRST_SETS


def test_stops_when_time_is_up(monkeypatch):
    """Time that is over before the first look still gives a first look; later it ends between blocks."""
    monkeypatch.setattr("seeding.clock.time", Ticking())
    choice = ris(make_problem(star(20, 0.5), k=1, gap=0.001, clock=Clock(0.5)))
    assert choice.stopped == "time_limit"
    assert choice.certificate.samples == 2 * module.FIRST_SETS
    assert choice.order.tolist() == [0]


def test_time_up_while_sampling_keeps_the_last_look(monkeypatch):
    """Sampling broken off in the middle leaves the plan of the last full look, its samples of equal size."""
    time = SimpleNamespace(monotonic=lambda: 0.0)
    monkeypatch.setattr("seeding.clock.time", time)
    problem = make_problem(star(20, 0.5), k=1, gap=0.001, clock=Clock(10.0))

    def choose(sample: Coverage, greedy: Cover) -> Cover:
        if sample.n_sets == 4 * module.FIRST_SETS:
            time.monotonic = Ticking().monotonic
        return greedy

    samples, stopped = sample_until_certified(problem, choose, at_once)
    assert stopped == "time_limit"
    assert samples.choosing.n_sets == samples.judging.n_sets >= 4 * module.FIRST_SETS
    assert samples.certificate.samples == 2 * samples.choosing.n_sets


def test_certify_keeps_a_choice_made_elsewhere():
    """A choice of another method keeps its order; its certificate holds, even for a bad choice."""
    graph = random_graph(8)
    problem = make_problem(graph, costs=COSTS, budget=6)
    best, _ = oracle.best_seeds(graph, range(graph.n), COSTS, budget=6)
    for order in ([4, 1], [4], [5, 0]):
        choice = certify(problem, np.array(order))
        truth = oracle.exact_reach(graph, order)
        assert choice.order.tolist() == order
        assert choice.certificate.lower <= truth + 1e-9
        assert choice.certificate.upper >= best - 1e-9


def test_head_count_is_filled_where_no_budget_is():
    """Asked for k seeds, k come back: those who add nothing by weight, then index; a budget fills nothing."""
    graph = oracle.Graph.of(5, [(0, v) for v in range(1, 5)], 1.0, [1.0, 2.0, 2.0, 3.0, 1.0])
    assert ris(make_problem(graph, k=4)).order.tolist() == [0, 3, 1, 2]
    assert ris(make_problem(graph, k=4, budget=9)).order.tolist() == [0]


def test_nobody_to_reach():
    """Candidates who count for nothing give a plan without error, and a ratio of what there is."""
    graph = oracle.Graph.of(3, [(0, 1)], 0.5, [0.0, 0.0, 1.0])
    choice = ris(make_problem(graph, nodes=[0, 1], budget=1, memory_limit=1 << 20))
    assert choice.certificate.lower == 0.0
    assert choice.certificate.upper < 0.05
    assert choice.stopped == "memory_limit"


def test_the_tight_bound_is_asked_for_once_it_can_help(monkeypatch):
    """Small samples, which no bound could certify, are not given its time; it never raises the bound."""
    asked: list[tuple[int, int]] = []
    real = module.lagrangian_bound

    def watch(sample, program, greedy, enough, patient, begin, time_left):
        asked.append((sample.n_sets, enough))
        assert enough >= greedy.covered
        assert not patient
        return real(sample, program, greedy, enough, patient, begin, time_left)

    monkeypatch.setattr(module, "lagrangian_bound", watch)
    problem = make_problem(random_graph(8, n=40, m=120), k=6, gap=0.1)
    samples, stopped = sample_until_certified(problem, take_greedy, choice_settled)
    loose = select(samples.choosing, problem.costs, problem.limits)
    assert stopped == "certified"
    assert asked[0][0] > module.FIRST_SETS
    assert asked[-1][0] == samples.choosing.n_sets
    assert samples.precise_at > module.FIRST_SETS
    assert samples.cover.bound <= loose.bound
    assert samples.cover.order.tolist() == loose.order.tolist()


def test_the_bound_is_worked_on_before_giving_up(monkeypatch):
    """A search that ends without the asked ratio has spent all it can on the bound first."""
    asked, led = [], [None]
    real = module.lagrangian_bound

    def watch(sample, program, greedy, enough, patient, begin, time_left):
        asked.append((sample.n_sets, patient))
        assert begin is led[-1], "each search goes on from the one before"
        proof = real(sample, program, greedy, enough, patient, begin, time_left)
        led.append(proof.parts)
        return proof

    monkeypatch.setattr(module, "lagrangian_bound", watch)
    monkeypatch.setattr(module, "MOST_SETS", 1 << 15)
    problem = make_problem(random_graph(8, n=40, m=120), k=6, gap=0.02)
    samples, stopped = sample_until_certified(problem, take_greedy, choice_settled)
    assert stopped == "sample_cap"
    assert samples.thorough
    assert asked[-1] == (1 << 15, True)
    assert samples.certificate.optimisation_gap < 0.05


@pytest.mark.parametrize("time_limit", [None, 3600.0])
def test_sizes_too_small_to_certify_anything_are_skipped(monkeypatch, time_limit):
    """Samples double; with no time limit, sizes that could not certify even a perfect choice are left out."""
    sizes, shares = [], []
    real = module.select

    def watch(sample, costs, limits):
        cover = real(sample, costs, limits)
        sizes.append(sample.n_sets)
        shares.append(cover.covered / sample.n_sets)
        return cover

    monkeypatch.setattr(module, "select", watch)
    problem = make_problem(random_graph(8, n=40, m=120), k=2, gap=0.02, clock=Clock(time_limit))
    _, stopped = sample_until_certified(problem, take_greedy, choice_settled)
    doubling = [module.FIRST_SETS * 2**i for i in range(30) if module.FIRST_SETS * 2**i <= sizes[-1]]
    assert stopped == "certified"
    assert sizes == (doubling if time_limit else [doubling[0], *doubling[-len(sizes) + 1 :]])
    assert time_limit or len(sizes) < len(doubling) - 2
    if time_limit is None:
        covered = 8 * np.log(3 * 17 / problem.delta) / problem.gap**2
        for size, share in zip(sizes[1:], shares, strict=False):
            assert size >= 0.8 * covered / share > size / 2, "one was hopeless, or one too many left out"


def test_a_useless_bound_is_ignored(monkeypatch):
    """Where the tight bound is worse than greedy's own, greedy's own stays."""
    nothing = np.zeros(7)
    monkeypatch.setattr(
        module, "lagrangian_bound", lambda sample, *_: Proof(sample.n_sets, nothing, nothing, nothing)
    )
    problem = make_problem(random_graph(8), k=2, gap=0.3)
    samples, _ = sample_until_certified(problem, take_greedy, choice_settled)
    assert samples.cover.bound == select(samples.choosing, problem.costs, problem.limits).bound


def test_the_plan_says_what_local_search_did():
    """With a budget the phase tells how small the sample became, and what was gained."""
    problem = make_problem(random_graph(2), costs=COSTS, budget=6)
    ris(problem)
    assert "local search over" in problem.phases[0].detail
    assert "merged sets" in problem.phases[0].detail
