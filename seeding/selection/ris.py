"""Selection by reverse sampling: draw RR sets, choose on one half, certify on the other, double.

The loop is OPIM-C's (Tang, Tang, Xiao and Yuan, SIGMOD 2018) with exact binomial bounds, and with an upper
bound that holds for any constraints fixed before sampling, budgets included.

The choice at a look is a function of the choosing sample alone (`choose_on` is given nothing else): what
the other sample says decides which of two such choices is kept, how long the bound is worked on, and when to
stop. `error_budget` counts on that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from seeding._runtime.clock import OutOfTime
from seeding._runtime.memory import fits
from seeding.plan import estimate
from seeding.plan.estimate import Certificate
from seeding.plan.plan import Stopped
from seeding.sampling.coverage import Coverage
from seeding.selection import local_search
from seeding.selection.bounds.lagrangian import lagrangian_bound
from seeding.selection.error_budget import BEST_PLAN, CHOICE, FIRST_SETS, IMPROVED, MOST_SETS, PLAN, Spent
from seeding.selection.greedy import Cover, select
from seeding.selection.greedy_under_rules import guided, select_allowed
from seeding.selection.keeping import keep
from seeding.selection.local_search import WORK, Polished
from seeding.selection.offers_on_sample import offered
from seeding.selection.problem import Choice, Problem, fill_head_count, start_of
from seeding.selection.ranking import rank_by_gain
from seeding.selection.sample_pair import Jury, Sources

# Of the asked gap, the part that overfitting to the sample may take.
_SHARE_FOR_OPTIMISM = 0.15
# Of what sampling error leaves of the asked gap, the part that the bound may take.
_SHARE_FOR_BOUND = 0.9
# Sampling ends at this many times the size at which it became precise enough for the tight bound.
_MOST_AFTER = 8
# Local search may touch so many entries, and so many times each entry of the sample.
_LEAST_WORK, _WORK_PER_ENTRY = 1 << 20, 8
# Samples below this part of what a perfect choice is foreseen to need are not looked at.
_HOPELESS = 0.8
# Where so many sets hold nobody who can be chosen, the largest sample would hold too few to prove anything.
SETS_OF_NOBODY = 1 << 20
# Reasons to stop that a tighter bound may take away.
_MENDABLE = ("best_effort", "sample_cap", "memory_limit")

# Given the choosing sample and greedy's choice on it, make the choice to be judged.
Chooser = Callable[[Coverage, Cover], Cover]


@dataclass(frozen=True, eq=False)
class Samples:
    """The two independent samples of a run, and what the last look at them said.

    Attributes
    ----------
    choosing, judging
        The samples; the second one is not kept where there are sentinels.
    offered
        The choosing sample as offers see it; the same one where offers are candidates.
    greedy, cover
        What greedy chose, and what is judged; both with the least bound known.
    certificate
        What was proven.
    precise_at
        The size from which on the samples were large enough for the tight bound; 0 before.
    thorough
        Whether the bound was worked on for as long as that gained anything.
    polished
        Whether a solver has worked on this very sample.
    parts
        Where the last search for a bound led; the next one goes on from there.
    guide
        Likewise of the last search that guided the choice, which the judging sample had no part in.
    """

    choosing: Coverage
    judging: Coverage | Jury
    offered: Coverage
    greedy: Cover
    cover: Cover
    certificate: Certificate
    precise_at: int = 0
    thorough: bool = False
    polished: bool = False
    parts: np.ndarray | None = None
    guide: np.ndarray | None = None


Settled = Callable[[Problem, Samples], bool]
# Find a better choice, or a better bound, on the sample at hand.
Polish = Callable[[Problem, Samples], Cover]


class Judging(Protocol):
    """What judges a choice: a number of sets, of which some hold one of the chosen candidates."""

    @property
    def n_sets(self) -> int:
        """Number of sets."""
        ...

    def count(self, chosen: np.ndarray, /) -> int:
        """Count the sets that hold at least one of the chosen candidates (given by index)."""
        ...


@dataclass(frozen=True)
class Counted:
    """What a sample says of the one choice it was asked about."""

    covered: int
    n_sets: int

    def count(self, _chosen: np.ndarray) -> int:
        """Give the number of sets the choice covers."""
        return self.covered


class Made(NamedTuple):
    """What the choosing sample led to: greedy's choice, the one to be judged, and what guided it."""

    greedy: Cover
    cover: Cover
    guide: np.ndarray | None


def spend(problem: Problem, event: str = CHOICE) -> Spent:
    """Return the shares of δ for the two bounds of one look, on the first choice or the improved one."""
    return PLAN.spend(BEST_PLAN, event, problem.delta)


def ris(problem: Problem) -> Choice:
    """Choose by modified greedy on RR sets, doubling them until the asked ratio is certified."""
    # A set that ends at a sentinel does not say what a choice without that one covers.
    sentinels = problem.earlier is None
    samples, stopped = sample_until_certified(problem, chooser(problem), choice_settled, sentinels)
    samples = _finish(problem, samples)
    order = rank_by_gain(problem, samples.offered, samples.cover.order)
    return Choice(fill_head_count(order, problem), stopped, samples.certificate)


@dataclass
class Improver:
    """Chooses what greedy chose, improved by local search; `last` is what that made of the last choice."""

    problem: Problem
    last: Polished | None = None

    def __call__(self, sample: Coverage, greedy: Cover) -> Cover:
        """Improve greedy's choice on the sample that it was made on."""
        self.last = _polish(self.problem, sample, greedy)
        return self.last.cover


@dataclass(frozen=True)
class Keeper:
    """Puts earlier seeds back into what another chooser chose."""

    problem: Problem
    choose: Chooser

    def __call__(self, sample: Coverage, greedy: Cover) -> Cover:
        """Choose on the sample, then put back whom that hardly costs anything."""
        return keep(self.problem, sample, self.choose(sample, greedy))


def chooser(problem: Problem) -> Chooser:
    """Choose as greedy, improved by local search at every look where candidates differ in what they cost.

    Where all count the same, greedy is so close to the best that only the last look is worth the time.
    Earlier seeds are put back into whatever was chosen.
    """
    choose = take_greedy if _all_alike(problem) else Improver(problem)
    return choose if problem.earlier is None else Keeper(problem, choose)


def take_greedy(_sample: Coverage, greedy: Cover) -> Cover:
    """Choose what greedy chose."""
    return greedy


def _all_alike(problem: Problem) -> bool:
    if not problem.program.is_plain:
        return False
    return problem.limits.budget is None or np.unique(problem.costs).size == 1


def _polish(problem: Problem, sample: Coverage, greedy: Cover) -> Polished:
    """Improve by local search, in about the time that greedy and its bound take at this size."""
    work = min(WORK, _LEAST_WORK + _WORK_PER_ENTRY * sample.total_size)
    return local_search.polish(sample, problem.program, greedy, work, problem.clock.time_left)


def _finish(problem: Problem, samples: Samples) -> Samples:
    """Improve the choice of the last look, if it was not improved yet; keep what is certified higher.

    The improved choice, made on the same sample, has a share of δ of its own.
    """
    if not _all_alike(problem) or samples.cover.covered == 0 or problem.clock.expired():
        return samples
    with problem.phase("local search") as words:
        # With earlier seeds in it, a choice is not the one to improve, but what they are put back into.
        begin = samples.cover if problem.earlier is None else samples.greedy
        polished = _polish(problem, samples.offered, begin)
        words.append(str(polished))
        if not polished.gained:
            return samples
        upper = samples.certificate.upper
        try:
            spent, cover = spend(problem, IMPROVED), keep(problem, samples.offered, polished.cover)
            certificate = judge(problem, cover, samples.choosing, samples.judging, upper, spent)
        except OutOfTime:
            return samples
        if certificate.ratio < samples.certificate.ratio:
            words.append("the other sample does not confirm it, so greedy's choice stays")
            return samples
    return replace(samples, cover=cover, certificate=certificate)


def certify(problem: Problem, order: np.ndarray, rank: bool = False) -> Choice:
    """Certify a choice made elsewhere; the samples only judge it, and `rank` it by gain if asked to."""
    order = fill_head_count(order, problem)

    def keep(sample: Coverage, greedy: Cover) -> Cover:
        return Cover(order, sample.count(order), greedy.bound)

    samples, stopped = sample_until_certified(problem, keep, at_once)
    if rank:
        order = rank_by_gain(problem, samples.offered, order)
    return Choice(order, stopped, samples.certificate)


def choice_settled(problem: Problem, samples: Samples) -> bool:
    """Tell whether more samples can hardly lead to a better choice.

    A choice made on a sample looks better there than it is; how much better, the other sample shows. Once
    that optimism and its own standard error are small against the asked gap, the choice owes little to
    chance.
    """
    seen, fresh = samples.cover.covered, samples.judging.count(problem.seeded(samples.cover.order))
    if fresh == 0 or seen == 0:
        return False
    noise = float(np.sqrt(1 / seen + 1 / fresh))
    return max(seen / fresh - 1, 0.0) + noise <= _SHARE_FOR_OPTIMISM * problem.gap


def at_once(_problem: Problem, _samples: Samples) -> bool:
    """Stop as soon as the samples are precise: more of them would not change the choice."""
    return True


def sample_until_certified(
    problem: Problem,
    choose: Chooser,
    settled: Settled,
    sentinels: bool = False,
    polish: Polish | None = None,
) -> tuple[Samples, Stopped]:
    """Double both samples until the choice is certified, or more samples no longer help, or a limit is hit.

    More samples cannot bring the ratio above covered / bound. Where that ceiling, with the tight bound, is
    below the ratio asked for, or so little above that it would take very many, doubling ends when the
    samples have `settled`. The first look always takes place, whatever the limits, so that there is always a
    plan. Before doubling ends for that, `polish` is asked for a better choice and a better bound on the
    sample at hand; it goes on where its size is then what keeps the ratio down. With `sentinels`, greedy may
    be made to begin with a few sure seeds where that saves much sampling.
    """
    with problem.phase("sample, choose, certify") as words:
        sources = Sources.open(problem)
        if sentinels and problem.program.is_plain:
            sources = sources.with_sentinels(FIRST_SETS)
        samples, proven = look(problem, choose, *sources.draw(FIRST_SETS), None), None
        pace = _Pace(problem.clock.elapsed())
        while True:
            stopped = _why_stop(problem, samples, settled)
            if stopped in _MENDABLE and not samples.thorough and samples.greedy.covered:
                samples = _tighten(problem, samples)
                continue
            if stopped in _MENDABLE and polish is not None and not samples.polished:
                samples = polished(problem, samples, polish)
                proven = max(proven or samples, samples, key=lambda one: one.certificate.lower)
                continue
            if stopped is not None:
                break
            grown = _look_again(problem, choose, sources, samples, pace)
            if isinstance(grown, str):
                stopped = grown
                break
            samples = grown
        samples, stopped = _proven_before(problem, samples, stopped, proven)
        words.append(f"2 × {samples.choosing.n_sets:,} RR sets")
        if sources.chooser.sentinels.size:
            words.append("searches stop at the first seed")
        improver = choose.choose if isinstance(choose, Keeper) else choose
        if isinstance(improver, Improver):
            words.append(str(improver.last))
        words.append(f"certified ratio {samples.certificate.ratio:.3f}")
    return samples, stopped


@dataclass
class _Pace:
    """When the last look began, and how many there were."""

    began: float
    looks: int = 1


def _look_again(
    problem: Problem, choose: Chooser, sources: Sources, samples: Samples, pace: _Pace
) -> Samples | Stopped:
    """Grow both samples and look again; the reason where time or memory does not allow it.

    A look at twice the sets takes about twice as long; the first one also compiles. Where one is given up,
    the samples of before, and the plan made on them, are still there.
    """
    clock = problem.clock
    if pace.looks > 1 and not clock.allows(2 * (clock.elapsed() - pace.began)):
        return "time_limit"
    size = _next_size(problem, samples)
    _tell(problem, size, samples.certificate)
    try:
        grown = sources.grow(samples.choosing, samples.judging, size)
        pace.looks, pace.began = pace.looks + 1, clock.elapsed()
        return look(problem, choose, *grown, samples)
    except OutOfTime:
        return "time_limit"
    except MemoryError:
        return "memory_limit"


def _never() -> None:
    """Check nothing: the first look takes place whatever the time."""


def look(
    problem: Problem,
    choose: Chooser,
    choosing: Coverage,
    judging: Coverage | Jury,
    last: Samples | None,
    spent: Spent | None = None,
) -> Samples:
    """Choose on the first sample, then judge by the second, with the tight bound where it may matter.

    Every look but the first ends with `OutOfTime` where time is up; then the look before stands. The bounds
    use the shares of δ that a plan sets aside, unless others are given as `spent`.
    """
    sample, spent = offered(choosing, problem.offers), spent or spend(problem)
    check = problem.clock.check if last else _never
    greedy, cover, guide = choose_on(problem, choose, sample, last.guide if last else None, spent, check)
    best = max(cover, greedy, key=lambda one: one.covered)
    # While sampling error alone keeps even a perfect bound from certifying the asked ratio, a tight one is
    # not worth its time.
    perfect = Cover(best.order, best.covered, best.covered)
    within_reach = judge(problem, perfect, choosing, judging, np.inf, spent).ratio / (1 - problem.gap)
    parts = (last.parts if last else None) if guide is None else guide
    if within_reach >= 1:
        enough = int(best.covered * (1 + _SHARE_FOR_BOUND * (within_reach - 1)))
        if guide is None or best.bound > enough:
            best, parts = bounded(problem, sample, best, enough, patient=False, begin=parts)
    greedy, cover = (Cover(one.order, one.covered, min(one.bound, best.bound)) for one in (greedy, cover))
    known = last.certificate.upper if last else np.inf
    certificate = judge(problem, cover, choosing, judging, known, spent)
    precise_at = last.precise_at if last and last.precise_at else choosing.n_sets * (within_reach >= 1)
    return Samples(
        choosing, judging, sample, greedy, cover, certificate, precise_at, parts=parts, guide=guide
    )


def choose_on(
    problem: Problem,
    choose: Chooser,
    sample: Coverage,
    begin: np.ndarray | None,
    spent: Spent,
    check: Callable[[], None] = _never,
) -> Made:
    """Make the choice that is judged; the judging sample has no part in it.

    Under rules the search for a bound also guides the choice. Whether it is worth its time, and how far it
    goes, is told from the choosing sample: as if the other one covered as much.
    """
    greedy = greedy_on(problem, sample)
    # Whatever follows takes as long again.
    check()
    cover = choose(sample, greedy)
    if problem.program.is_plain:
        return Made(greedy, cover, None)
    best = max(cover, greedy, key=lambda one: one.covered)
    perfect, alike = Cover(best.order, best.covered, best.covered), Counted(best.covered, sample.n_sets)
    within_reach = judge(problem, perfect, sample, alike, np.inf, spent).ratio / (1 - problem.gap)
    if within_reach < 1:
        return Made(greedy, cover, begin)
    enough = int(best.covered * (1 + _SHARE_FOR_BOUND * (within_reach - 1)))
    left = problem.clock.time_left
    proof = lagrangian_bound(sample, problem.program, best, enough, False, begin, left)
    check()
    starts = [problem.cheapest, start_of(problem, proof.credit)]
    found = guided(sample, problem.program, starts, best, proof.tags)
    if found.order is not best.order:
        cover = choose(sample, found)
    greedy, cover = (Cover(one.order, one.covered, min(one.bound, proof.bound)) for one in (greedy, cover))
    return Made(greedy, cover, proof.parts)


def greedy_on(problem: Problem, sample: Coverage) -> Cover:
    """Choose by greedy on a sample of offers, under the rules if there are any."""
    if problem.program.is_plain:
        return select(sample, problem.costs, problem.limits)
    return select_allowed(sample, problem.program, starts(problem, sample))


def starts(problem: Problem, sample: Coverage) -> list[np.ndarray]:
    """Find allowed choices to grow from: the cheapest, and one whose members alone cover much."""
    found = [problem.cheapest]
    if not problem.program.is_closed:
        found.append(start_of(problem, sample.alone))
    return found


def _tighten(problem: Problem, samples: Samples) -> Samples:
    """Work on the bound for as long as that gains anything; the samples stay as they are.

    This adds no way to fail: the bound is on what any choice covers in the choosing sample, which is certain.
    The choice stays, as how long the bound is worked on depends on the judging sample.
    """
    greedy, parts = bounded(problem, samples.offered, samples.greedy, 0, patient=True, begin=samples.parts)
    cover = Cover(samples.cover.order, samples.cover.covered, min(samples.cover.bound, greedy.bound))
    upper = samples.certificate.upper
    certificate = judge(problem, cover, samples.choosing, samples.judging, upper, spend(problem))
    return replace(samples, greedy=greedy, cover=cover, certificate=certificate, thorough=True, parts=parts)


def _proven_before(
    problem: Problem, samples: Samples, stopped: Stopped, before: Samples | None
) -> tuple[Samples, Stopped]:
    """Take a solver's choice of an earlier look where more was proven of it; its event is counted as well."""
    if before is None or before.certificate.lower <= samples.certificate.lower:
        return samples, stopped
    covered, bound = samples.offered.count(before.cover.order), samples.cover.bound
    lower = before.certificate.lower
    upper = max(samples.certificate.upper, lower)
    gap = 1.0 - covered / bound if bound else 0.0
    certificate = replace(
        samples.certificate, lower=lower, upper=upper, ratio=lower / upper, optimisation_gap=gap
    )
    cover = Cover(before.cover.order, covered, bound)
    certified = certificate.ratio >= 1 - problem.gap
    return replace(samples, cover=cover, certificate=certificate), "certified" if certified else stopped


def polished(problem: Problem, samples: Samples, polish: Polish) -> Samples:
    """Judge what a solver makes of the sample; it is one choice for each sample, with its own share of δ.

    It is not judged again on larger samples: whether there is one depends on the judging sample.
    """
    cover, pair = polish(problem, samples), (samples.choosing, samples.judging)
    certificate = judge(problem, cover, *pair, samples.certificate.upper, spend(problem, IMPROVED))
    if certificate.ratio < samples.certificate.ratio:
        cover = Cover(samples.cover.order, samples.cover.covered, cover.bound)
        certificate = judge(problem, cover, *pair, samples.certificate.upper, spend(problem))
    greedy = replace(samples.greedy, bound=min(samples.greedy.bound, cover.bound))
    return replace(samples, cover=cover, greedy=greedy, certificate=certificate, polished=True)


def bounded(
    problem: Problem,
    sample: Coverage,
    cover: Cover,
    enough: int,
    patient: bool,
    begin: np.ndarray | None = None,
) -> tuple[Cover, np.ndarray]:
    """Bound what any choice covers of a sample.

    Returns
    -------
    The choice at hand with its bound, and where the search led, which may `begin` the next.
    """
    left = problem.clock.time_left
    proof = lagrangian_bound(sample, problem.program, cover, enough, patient, begin, left)
    return Cover(cover.order, cover.covered, min(cover.bound, proof.bound)), proof.parts


def judge(
    problem: Problem, cover: Cover, choosing: Coverage, judging: Judging, upper: float, spent: Spent
) -> Certificate:
    """Judge a choice made on one sample by the other; `upper` is the bound of an earlier look.

    σ(S) ≥ W·L(Λ₂, θ₂) and σ(OPT) ≤ W·U(bound, θ₁), with L and U the Clopper–Pearson bounds, each wrong with
    probability at most its share of δ (`error_budget`); by the union bound every look of a run holds with
    probability 1 − δ, so the smallest upper bound of all looks may be used.
    """
    weight = problem.network.total_weight
    seeded = problem.seeded(cover.order)
    lower = weight * estimate.binomial_lower(judging.count(seeded), judging.n_sets, spent.lower)
    lower = max(lower, problem.own_weight(seeded))
    upper = min(upper, weight * estimate.binomial_upper(cover.bound, choosing.n_sets, spent.upper))
    upper = max(upper, lower)
    return Certificate(
        lower=lower,
        upper=upper,
        ratio=lower / upper if upper > 0 else 1.0,
        delta=problem.delta,
        optimisation_gap=1.0 - cover.covered / cover.bound if cover.bound else 0.0,
        samples=choosing.n_sets + judging.n_sets,
    )


def _why_stop(problem: Problem, samples: Samples, settled: Settled) -> Stopped | None:
    certificate = samples.certificate
    if certificate.ratio >= 1 - problem.gap:
        return "certified"
    if samples.precise_at and settled(problem, samples):
        out_of_reach = certificate.optimisation_gap > problem.gap
        if out_of_reach or samples.choosing.n_sets >= _MOST_AFTER * samples.precise_at:
            return "best_effort"
    if samples.choosing.n_sets >= MOST_SETS:
        return "sample_cap"
    if samples.choosing.n_sets >= SETS_OF_NOBODY and samples.greedy.covered == 0:
        return "settled"
    n_bytes = _bytes(samples.choosing, samples.judging)
    if 2 * n_bytes > problem.memory_limit or not fits(n_bytes):
        return "memory_limit"
    return "time_limit" if problem.clock.expired() else None


def _next_size(problem: Problem, samples: Samples) -> int:
    """Double the samples, more than once where they would be too small to certify even a perfect choice.

    That takes about 8·ln(1/α)/gap² covered sets: then either bound is within half the gap of what it bounds.
    How many sets that makes is foreseen from the share covered so far, which the sample flatters: rather too
    few. With a time limit every size is looked at, so that there is a plan from each when time is up. What
    fits into memory is foreseen from the choosing sample, as guidance goes on from one look to the next.
    """
    now = samples.choosing.n_sets
    size = 2 * now
    if problem.clock.limit is not None or samples.greedy.covered == 0:
        return size
    wanted = 8 * np.log(1 / spend(problem).upper) / problem.gap**2 * now / samples.greedy.covered
    kept = samples.judging if isinstance(samples.judging, Jury) else samples.choosing
    most = min(MOST_SETS, problem.memory_limit * now / _bytes(samples.choosing, kept))
    while size < _HOPELESS * wanted and 2 * size <= most:
        size *= 2
    return size


def _bytes(choosing: Coverage, judging: Coverage | Jury) -> int:
    """Count what both samples take at this size, at the moment when most of it is in use.

    Members are 4 bytes each; in the choosing sample they have an index of as much, built beside the one of
    half the size. A set has an offset of 8 bytes, and 17 while the bound is worked on.
    """
    return 10 * choosing.total_size + 4 * judging.total_size + 25 * choosing.n_sets + 8 * judging.n_sets


def _tell(problem: Problem, size: int, certificate: Certificate) -> None:
    note = f"{size:,} sets, certified {certificate.ratio:.1%}"
    problem.progress.update("certifying", int(100 * certificate.ratio), int(100 * (1 - problem.gap)), note)
