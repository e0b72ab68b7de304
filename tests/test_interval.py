"""Intervals hold the mean where few worlds carry the sum, and are points only where that is certain."""

from __future__ import annotations

import numpy as np
import pytest
from laws import assert_proportion
from scipy import special, stats

import seeding as sd
from benchmarks.certificates.interval_coverage import cases
from seeding.plan import gamma
from seeding.plan.interval import (
    LEVEL95,
    NOTHING_KNOWN,
    Known,
    Level,
    Moments,
    intervals_of_sums,
    mean_interval,
    worlds_for,
    worlds_wanted,
)
from seeding.questions.reach import seeds_accept
from seeding.simulation.reachability import Reachability

CASES = cases()
RARE = [name for name in CASES if not CASES[name]().ordinary]
WORLDS = 50_000


def known_of(network, seeds, model=None, accept=None):
    """Say what is known of one world's reach."""
    nodes, model = network.index(seeds), model or sd.IndependentCascade()
    chances = seeds_accept(accept, network, nodes)
    return Reachability(network, model, nodes, chances, literal=model.forward_only).known()


def jackpots(seen: int, worlds: int = 2_000, size: float = 50.0) -> np.ndarray:
    """One person is reached in every world, and a jackpot in some."""
    return 1.0 + size * (np.arange(worlds) < seen)


@pytest.mark.parametrize("level", [0.025, 0.975])
def test_quantiles_of_the_gamma_distribution(level):
    """They are SciPy's, from shapes of which nearly nothing is seen to those of many events."""
    for shape in [0.01, *np.geomspace(0.05, 1e12, 200), 1.0, 2.0, 625.0, 999_999.0, 1_000_001.0]:
        found = gamma.quantile(float(shape), level, float(stats.norm.ppf(level)))
        expected = special.gammaincinv(shape, level)
        assert found == pytest.approx(expected, rel=1e-11, abs=0), shape
    for shape in np.geomspace(1, 1e8, 30):
        apart = [
            gamma.quantile(float(shape), level, float(stats.norm.ppf(level))),
            special.gammaincinv(shape, level),
        ]
        assert (apart[0] - apart[1]) / np.sqrt(shape) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("seen", [0, 1, 5, 30])
def test_few_jackpots_give_the_exact_poisson_limits(seen):
    """With jackpots of one size the interval is that of their Poisson count (Garwood, 1936)."""
    worlds, size = 1_000_000, 50.0
    low, high = mean_interval(Moments.of(jackpots(seen, worlds, size)), Known(1.0, 1.0 + size))
    exact = stats.chi2.ppf(0.025, 2 * seen) / 2 if seen else 0.0, stats.chi2.ppf(0.975, 2 * seen + 2) / 2
    assert ((low - 1) * worlds / size, (high - 1) * worlds / size) == pytest.approx(exact, rel=2e-3, abs=1e-6)


def test_rare_failures_are_the_mirror_image():
    """Where the rare worlds are the small ones, the interval is that of their shortfall."""
    sample, known = jackpots(3), Known(1.0, 51.0)
    low, high = mean_interval(Moments.of(sample), known)
    mirrored = mean_interval(Moments.of(-sample), Known(-51.0, -1.0))
    assert mirrored == pytest.approx((-high, -low))


def test_of_what_was_never_seen_so_many_are_possible():
    """No jackpot, or no failure, in 1,000 worlds: up to −log(0.025) of them had been likely enough."""
    possible = 10 * -np.log(0.025) / 1_000
    known = Known(0.0, 10.0)
    never, always = (mean_interval(Moments.of(np.full(1_000, reach)), known) for reach in (0.0, 10.0))
    assert never == pytest.approx((0.0, possible))
    assert always == pytest.approx((10.0 - possible, 10.0))


def test_a_sample_that_shows_less_than_there_is_takes_the_skewness_of_the_network():
    """The skewness of a mean of n is μ₃ / (σ³·√n); the network's variance counts where it is the larger."""
    known = Known(0.0, 100.0, 4.0, 24.0)
    for sample in (np.full(400, 10.0), np.tile([9.0, 11.0], 200)):
        assert Moments.of(sample).skewness(known) == pytest.approx(24.0 / 8.0 / 20.0)
    assert Moments.of(np.tile([0.0, 20.0], 200)).skewness(known) == pytest.approx(24.0 / 1_000.0 / 20.0)
    assert Moments.of(np.full(400, 10.0)).skewness(NOTHING_KNOWN) == np.inf


def test_no_interval_ends_beyond_what_a_world_can_reach():
    """Five worlds say little, but not that more than everybody, or less than nobody, is reached."""
    sample = np.array([10.0, 0.0, 0.0, 0.0, 0.0])
    assert mean_interval(Moments.of(sample), Known(0.0, 10.0)) == (0.0, 10.0)
    assert mean_interval(Moments.of(10.0 - sample), Known(0.0, 10.0)) == (0.0, 10.0)


def test_many_worlds_give_the_normal_interval_to_the_digit():
    """Where no few worlds carry the sum, what is known of the reach changes nothing."""
    sample = np.random.default_rng(3).normal(100, 10, 1_024)
    mean, half = sample.mean(), 1.959963984540054 * sample.std(ddof=1) / np.sqrt(1_024)
    for known in (NOTHING_KNOWN, Known(0.0, 1e6, 50.0, 200.0)):
        assert mean_interval(Moments.of(sample), known) == (mean - half, mean + half)


def test_a_jackpot_the_sample_has_not_seen_is_known_of():
    """A sample that looks normal gets a wider interval, and more worlds, where the network has a whale."""
    sample = np.random.default_rng(3).normal(100, 10, 1_024)
    whale = Known(0.0, 1e5 + 200, 1e-4 * 1e10, 1e-4 * 1e15)
    low, high = mean_interval(Moments.of(sample), whale)
    assert low < 100 < 100 + 1e-4 * 1e5 < high
    assert worlds_wanted(Moments.of(sample), whale, 0.01) > 100 * 1_024
    assert worlds_wanted(Moments.of(sample), NOTHING_KNOWN, 0.01) <= 1_024


@pytest.mark.parametrize("chance", [0.002, 0.01, 0.05, 0.3])
def test_intervals_of_rare_events_cover_as_often_as_they_say(chance):
    """Over 4,000 samples of 1,000 worlds each, for any chance of the jackpot (the normal one: 63 to 95 %)."""
    counts = np.random.default_rng(11).binomial(1_000, chance, 4_000)
    known, truth, holds = Known(1.0, 51.0), 1 + 50 * chance, {}
    for seen in np.unique(counts):
        low, high = mean_interval(Moments.of(jackpots(int(seen), 1_000)), known)
        holds[seen] = low <= truth <= high
    held = sum(holds[seen] for seen in counts)
    assert held >= 0.94 * counts.size


def test_a_row_that_never_varied_has_a_width_unless_it_is_certain():
    """Leading seeds and steps of which all worlds reached the same may reach more in others."""
    total, known = Moments.of(jackpots(4)), Known(1.0, 51.0)
    mean, stderr = np.array([1.0, total.mean]), np.array([0.0, total.stderr])
    low, high = intervals_of_sums(mean, stderr, total, known, known)
    assert low[0] == 1.0
    assert high[0] == pytest.approx(1 + 50 * 3.6889 / 2_000, rel=1e-4)
    assert (low[1], high[1]) == pytest.approx(mean_interval(total, known), rel=0.02)
    low, high = intervals_of_sums(mean, stderr, total, known, Known(1.0, 1.0))
    assert (low[0], high[0]) == (1.0, 1.0)


@pytest.mark.parametrize("name", CASES)
def test_what_is_known_holds_in_every_world(name):
    """No world reaches less than the floor or more than the ceiling, which are those of a long run."""
    case = CASES[name]()
    known = known_of(case.network, case.seeds, **case.asked)
    reach = sd.simulate(case.network, case.seeds, worlds=5_000, rng=4, **case.asked)
    slack = 1e-9 * known.ceiling
    assert known.floor - slack <= reach.min()
    assert reach.max() <= known.ceiling + slack
    assert known.floor <= case.truth <= known.ceiling
    assert not known.certain


@pytest.mark.parametrize("name", [name for name in CASES if "organic" not in name and "bad news" not in name])
def test_the_known_variance_is_no_more_than_there_is(name):
    """All cases are trees, on which the variance is exact but for what counts by distance."""
    case = CASES[name]()
    known = known_of(case.network, case.seeds, **case.asked)
    reach = sd.simulate(case.network, case.seeds, worlds=WORLDS, rng=5, **case.asked)
    events = 1 / max((known.third / known.variance**1.5) ** 2, 1e-9) * WORLDS
    slack = 0.05 + 5 / np.sqrt(events)
    assert known.variance <= reach.var() * (1 + slack)
    assert known.variance >= reach.var() * (1 - slack) * 0.5


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0), {}),
        (sd.Network.from_edges(["a", "c"], ["b", "d"], [1.0, 0.5]), {}),
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0), {"model": sd.IndependentCascade(deadline=1)}),
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0), {"model": sd.IndependentCascade(quality=0.5)}),
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0).with_delays(2.0), {}),
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0).with_organic(["c"]), {}),
        (sd.Network.from_edges(["a", "b"], ["b", "c"], 0.0), {}),
    ],
    ids=["sure arcs", "coins elsewhere", "deadline", "quality", "delays", "organic", "no arcs"],
)
def test_what_is_certain_is_a_point(network, asked):
    """Where no coin can fall either way, the interval has no width and no further worlds are spent."""
    reach = sd.estimate_reach(network, ["a"], rng=1, **asked)
    assert reach.low == reach.mean == reach.high
    assert reach.worlds == 1_024


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        (sd.Network.from_edges(["a"], ["b"], 1e-7), {}),
        (sd.Network.from_edges(["a"], ["b"], 1.0), {"accept": 1e-5}),
        (sd.Network.from_edges(["a"], ["b"], 1.0), {"accept": 1 - 1e-5}),
        (sd.Network.from_edges(["a"], ["b"], 1e-7).with_delays(1.0), {}),
        (sd.Network.from_edges(["a"], ["b"], 1e-7), {"model": sd.LinearThreshold()}),
    ],
    ids=["arc", "accepts", "declines", "delays", "threshold"],
)
def test_what_is_nearly_certain_is_not(network, asked):
    """All worlds were alike, and still the interval has a width and holds the truth."""
    reach = sd.estimate_reach(network, ["a"], rng=1, worlds=2_000, **asked)
    assert reach.stderr == 0.0
    assert 0.0 <= reach.low < reach.high
    truth = asked.get("accept", 1.0) * (1.0 + network.out.probability[0])
    assert reach.low <= truth <= reach.high


@pytest.mark.parametrize("name", RARE)
def test_rare_events_are_held(name):
    """By its own stopping rule the interval holds the truth with fixed keys; see the slow experiment."""
    case = CASES[name]()
    found = [
        sd.estimate_reach(case.network, case.seeds, precision=0.2, rng=key, threads=1, **case.asked)
        for key in range(12)
    ]
    assert all(0.0 <= reach.low < reach.high for reach in found)
    assert sum(reach.low <= case.truth <= reach.high for reach in found) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("precision", [0.01, 0.05])
@pytest.mark.parametrize("name", CASES)
def test_intervals_hold_the_truth_as_often_as_they_say(name, precision):
    """Over 600 keys, in 95 % of the runs or a little more."""
    case = CASES[name]()
    found = [
        sd.estimate_reach(case.network, case.seeds, precision=precision, rng=key, threads=1, **case.asked)
        for key in range(600)
    ]
    held = sum(reach.low - 1e-9 <= case.truth <= reach.high + 1e-9 for reach in found)
    if case.ordinary:
        assert_proportion(held, 600, 0.95, name)
    else:
        assert held >= 0.92 * 600


def whale() -> sd.Network:
    """Make a hub with a rare heavy follower, and somebody with nothing to lose."""
    return sd.Network.from_edges(
        ["hub", "other"], ["whale", "minnow"], np.array([0.001, 0.5]),
        nodes=["hub", "other", "whale", "minnow"], weights=np.array([1.0, 0.01, 1_000.0, 0.01]),
    )  # fmt: skip


@pytest.mark.parametrize("key", range(8))
def test_a_plan_never_contradicts_its_certificate(key):
    """The interval ends within the proven bounds, and the summary says where it was cut."""
    plan = sd.optimize(whale(), {"hub": 1, "other": 1}, k=1, gap=0.3, rng=key, method="ris")
    assert plan.seeds["candidate"].tolist() == ["hub"]
    reach, proven = plan.reach, plan.certificate
    assert proven.lower <= reach.low < reach.high <= proven.upper
    assert reach.low <= reach.mean <= reach.high
    assert reach.cut == ("cut at the proven bounds" in plan.summary())
    row = plan.seeds.iloc[0]
    assert row["reach_low"] < 2.0 < row["reach_high"]


def test_cutting_keeps_what_is_inside():
    """Nothing changes within the bounds; ends are cut; where all is outside, the bounds are the interval."""
    reach = sd.estimate_reach(whale(), ["other"], worlds=2_000, rng=1)
    assert reach.within(0.0, np.inf) is reach
    cut = reach.within(reach.mean, np.inf)
    assert (cut.low, cut.high, cut.cut) == (reach.mean, reach.high, True)
    outside = reach.within(reach.high + 1, reach.high + 2)
    assert (outside.low, outside.mean, outside.high) == (reach.high + 1, reach.high + 1, reach.high + 2)
    assert "cut at the proven bounds" in str(outside)


def test_the_same_key_gives_the_same_interval_on_any_threads():
    """How many worlds are simulated does not depend on where they run."""
    case = CASES["a weight of 1,000 with 0.001"]()
    found = [
        sd.estimate_reach(case.network, case.seeds, precision=0.05, rng=3, threads=threads)
        for threads in (1, 2, 5)
    ]
    assert found[0] == found[1] == found[2]


def test_groups_and_platforms_have_honest_intervals():
    """A platform that is hardly ever reached has an interval of some width, above 0."""
    parts = {
        name: sd.Network.from_edges(["hub"], ["fan"], p, nodes=["hub", "fan"])
        for name, p in (("x", 0.5), ("tiktok", 1e-6))
    }
    both = sd.Network.couple(parts, person="label", crossing=1e-6)
    plan = sd.optimize(both, {"x/hub": 1}, k=1, rng=1, precision=0.05)
    rows = plan.platforms.set_index("platform")
    assert rows.loc["tiktok", "reach"] == 0.0
    assert rows.loc["tiktok", "low"] == 0.0 < 1e-6 < rows.loc["tiktok", "high"] < 0.02


@pytest.mark.parametrize("count", [2, 3, 45])
def test_the_level_of_several_intervals_is_divided(count):
    """Each of several has its part of the 5 %, in both kinds of tails; of one it is the usual level."""
    level = Level.of_each(count)
    assert Level.of_each(1) is LEVEL95
    for tail, usual in ((level.tail, 0.025), (level.seen, 0.0235)):
        assert tail.share == pytest.approx(usual / count)
        assert tail.z == pytest.approx(stats.norm.isf(usual / count), rel=1e-12)
    assert level.unseen == pytest.approx(-np.log(0.025 / count))
    sample = np.random.default_rng(3).normal(100, 10, 1_024)
    half = stats.norm.isf(0.025 / count) * sample.std(ddof=1) / 32
    assert mean_interval(Moments.of(sample), level=level) == pytest.approx(
        (sample.mean() - half, sample.mean() + half)
    )
    assert worlds_for(Moments.of(sample), NOTHING_KNOWN, half / 2, level) == pytest.approx(4 * 1_024)


@pytest.mark.parametrize("seen", [0, 1, 5, 30])
def test_few_jackpots_at_another_level_give_its_poisson_limits(seen):
    """The exact limits of Garwood, at the level of ten intervals together."""
    worlds, size, level = 1_000_000, 50.0, Level.of_each(10)
    low, high = mean_interval(Moments.of(jackpots(seen, worlds, size)), Known(1.0, 1.0 + size), level)
    low_count = stats.chi2.ppf(0.0025, 2 * seen) / 2 if seen else 0.0
    exact = low_count, stats.chi2.isf(0.0025, 2 * seen + 2) / 2
    assert ((low - 1) * worlds / size, (high - 1) * worlds / size) == pytest.approx(exact, rel=2e-3, abs=1e-6)
