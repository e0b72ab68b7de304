"""`compare`: what plans reach against each other, paired world by world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from seeding._runtime import checks
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource, to_key
from seeding._runtime.work import Work, open_work
from seeding.diffusion import IndependentCascade, Model, check_model
from seeding.network.labels import plain
from seeding.network.network import Network
from seeding.plan.contrast import ComparedPlan, Contrast, Overlap, Paired, PlanComparison, Range
from seeding.plan.estimate import Estimate
from seeding.plan.interval import Known, Level, Moments, worlds_for
from seeding.questions import preparing
from seeding.questions.inputs import read_inputs
from seeding.questions.reach import check_worlds
from seeding.questions.seed_lists import Placed, Prices, place, read_lists
from seeding.simulation.competition import Duel, Tie
from seeding.simulation.measuring import run_worlds, whole_runs
from seeding.simulation.propagation import Propagation, propagation_of
from seeding.simulation.simulation import FIRST_WORLDS, Task

# Of more plans only the pairs with the first are looked at, and it is not simulated what both reach.
MOST_IN_PAIRS = 10


def compare(
    network: Any,
    plans: Mapping[str, Any],
    *,
    model: Model = IndependentCascade(),
    audience: str | None = None,
    accept: Any = None,
    roster: Any = None,
    rivals: object = None,
    tie: Tie = "random",
    worlds: int | None = None,
    precision: float = 0.01,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> PlanComparison:
    """Compare plans or lists of seeds on the same simulated worlds.

    In world r every plan meets the same people in the same mood, so that what is luck of the world drops out
    of the differences. Each difference has an interval, and those of all m pairs hold together with 95 %
    confidence: each is made at level 1 − 0.05 / m (Bonferroni's inequality; Dunn, Journal of the American
    Statistical Association, 1961). Pairs that name the same seeds differ by exactly 0 and need no part of it.

    Parameters
    ----------
    network
        A `Network`, the path of a file that `read_network` reads, or anything `Network.from_any` takes.
    plans
        From a name to a `Plan`, the labels of seeds, a table with a column candidate (and cost, expected_cost
        and accept, where it has them), or the path of a file that `read_seeds` reads. The first is the
        reference. All are measured anew: what a plan says of its own reach has no part in it.
    model
        How the message spreads, for all plans.
    audience
        Who counts: a query or a column, as `Network.with_audience` takes it.
    accept
        How likely seeds take part, where their list or plan does not say: one number, or a dict by label.
    roster
        What seeds cost, and how likely they take part, where neither their list nor `accept` says so:
        anything that `optimize` takes as a roster.
    rivals, tie
        As for `estimate_reach`.
    worlds
        How many worlds to simulate. None: until `precision` is met, at most 200,000.
    precision
        Half-width to aim at for the interval of every difference from the first plan, as a part of that
        plan's reach (where it reaches nobody: of the largest reach).
    probability
        For a graph or a file that is not a `Network` yet.
    rng, threads, executor, progress
        Randomness, parallelism and display.

    Returns
    -------
    Reach, cost and cost per 1,000 of each plan; difference, chance to win and overlap of every pair.

    Raises
    ------
    InputError
        If there are fewer than two plans, one is not understood, a seed is unknown, or an argument is out of
        range; names the plan.

    Examples
    --------
    >>> import seeding as sd
    >>> star = sd.Network.from_edges(["hub"] * 3 + ["end"], ["a", "b", "c", "d"], 0.5)
    >>> found = sd.compare(star, {"A": ["end"], "B": ["hub"]}, rng=1)
    >>> found.pairs[0].verdict
    'better'
    """
    precision = checks.share("precision", precision)
    check_model(model)
    count = None if worlds is None else check_worlds(worlds, 2)
    key, lists = to_key(rng), read_lists(plans)
    network, bought = read_inputs(network, roster, probability)
    network = preparing.settle(network, audience, model)
    propagation = propagation_of(network, model, Duel.of(network, model, rivals, tie))
    prices = Prices.of(bought, network)
    placed = [place(name, listed, network, prices, accept) for name, listed in lists.items()]
    with open_work(threads, executor, progress, "simulating") as work:
        same = SameWorlds(network, propagation, key, work)
        contest = Contest(same, placed)
        done = contest.play(precision) if count is None else count
        return contest.result(done)


@dataclass(eq=False)
class SameWorlds:
    """What lists of seeds reach in worlds 0, 1, … of one key; each list is simulated once.

    Attributes
    ----------
    network, propagation
        Where and how the message spreads.
    key
        Of the worlds.
    work
        Where they run, and who is told of it.
    """

    network: Network
    propagation: Propagation
    key: int
    work: Work
    _tasks: dict[bytes, Task] = field(default_factory=dict)
    _reach: dict[bytes, np.ndarray] = field(default_factory=dict)
    _known: dict[bytes, Known] = field(default_factory=dict)
    _differ: dict[tuple[bytes, bytes], Known] = field(default_factory=dict)

    def reach(self, one: Placed, worlds: int) -> np.ndarray:
        """Return what a list reaches in each of the first worlds, simulating those not simulated yet."""
        same = one.same
        if same not in self._tasks:
            seeds = one.seeds(self.network)
            self._tasks[same] = self.propagation.forward(seeds, self.key, self.work.workers.threads)
            self._reach[same] = np.empty(0)
        done = self._reach[same].size
        if done < worlds:
            blocks = run_worlds(self._tasks[same], done, worlds - done, *self.work)
            self._reach[same] = np.concatenate([self._reach[same], *(block.reach for block in blocks)])
        return self._reach[same][:worlds]

    def known(self, one: Placed) -> Known:
        """Say what is known of what a list reaches before any world is simulated."""
        if one.same not in self._known:
            self._known[one.same] = self.propagation.reachability(one.seeds(self.network)).known()
        return self._known[one.same]

    def known_of_difference(self, first: Placed, second: Placed) -> Known:
        """Say what is known of what the second reaches more than the first in one world.

        Reach that is coverage grows by no more than what the further seeds reach alone. What these carry in
        rare events, the difference may; so both parts are taken as if they spread side by side.
        """
        pair = first.same, second.same
        if pair not in self._differ:
            self._differ[pair] = self._look_at(first, second)
        return self._differ[pair]

    def _look_at(self, first: Placed, second: Placed) -> Known:
        ours, theirs = (self.known(one) for one in (second, first))
        more, less = (
            self.propagation.reachability(one.seeds(self.network, one.beyond(other))).known()
            for one, other in ((second, first), (first, second))
        )
        floor, ceiling = ours.floor - theirs.ceiling, ours.ceiling - theirs.floor
        if self.is_coverage:
            floor, ceiling = max(floor, -less.ceiling), min(ceiling, more.ceiling)
        return Known(floor, ceiling, more.variance + less.variance, more.third + less.third)

    @property
    def is_coverage(self) -> bool:
        """Whether two lists together reach whom either does."""
        return not self.propagation.cause

    def overlap(self, first: Placed, second: Placed, worlds: int) -> tuple[Estimate, float | None]:
        """Estimate how many both reach, |A| + |B| − |A ∪ B|, and their part of those whom either does."""
        union = first.with_all_of(second)
        a, b, both = (self.reach(one, worlds) for one in (first, second, union))
        known = [self.known(one) for one in (first, second, union)]
        floor = max(known[0].floor + known[1].floor - known[2].ceiling, 0.0)
        ceiling = min(known[0].ceiling, known[1].ceiling)
        if all(one.certain for one in known):
            ceiling = floor
        shared = Estimate.from_sample(np.maximum(a + b - both, 0.0), Known(floor, ceiling))
        either = float(both.mean())
        return shared, shared.mean / either if either > 0 else None


@dataclass(frozen=True, eq=False)
class Contest:
    """Lists of seeds that play in the same worlds.

    Attributes
    ----------
    same
        The worlds.
    lists
        The lists, each with its seeds and cost; the first is the reference.
    """

    same: SameWorlds
    lists: Sequence[Placed]

    @property
    def _pairs(self) -> list[tuple[Placed, Placed]]:
        if len(self.lists) <= MOST_IN_PAIRS:
            return list(combinations(self.lists, 2))
        return [(self.lists[0], other) for other in self.lists[1:]]

    @property
    def _level(self) -> Level:
        """The level of each interval; pairs that cannot differ need none."""
        return Level.of_each(sum(first.same != second.same for first, second in self._pairs))

    def play(self, precision: float) -> int:
        """Simulate until every difference from the first list is known well enough; returns the worlds."""
        reference, *others = self.lists
        different = [other for other in others if other.same != reference.same]
        known = [self.same.known_of_difference(reference, other) for other in different]
        done, wanted, level = 0, FIRST_WORLDS, self._level
        while done < wanted:
            done = wanted
            reaches = [self.same.reach(one, done) for one in self.lists]
            scale = float(reaches[0].mean()) or max(float(reach.mean()) for reach in reaches)
            for other, about in zip(different, known, strict=True):
                gains = Paired(reaches[0], self.same.reach(other, done)).gains
                more = worlds_for(Moments.of(gains), about, precision * scale, level) if scale > 0 else done
                wanted = max(wanted, whole_runs(more, done))
        return done

    def result(self, worlds: int) -> PlanComparison:
        """Measure plans and pairs in the first worlds."""
        shared = len(self.lists) <= MOST_IN_PAIRS and self.same.is_coverage
        plans = tuple(self._measured(one, worlds) for one in self.lists)
        pairs = tuple(self._contrast(first, second, worlds, shared) for first, second in self._pairs)
        return PlanComparison(plans, pairs, worlds, None if shared else self._why_not_shared())

    def _why_not_shared(self) -> str:
        if self.same.is_coverage:
            return f"there are more than {MOST_IN_PAIRS} plans"
        return f"with {self.same.propagation.cause} two plans together need not reach whom either does"

    def _measured(self, one: Placed, worlds: int) -> ComparedPlan:
        labels = plain(self.same.network.labels[one.nodes])
        reach = Estimate.from_sample(self.same.reach(one, worlds), self.same.known(one))
        return ComparedPlan(one.name, tuple(labels), reach, one.cost)

    def _contrast(self, first: Placed, second: Placed, worlds: int, shared: bool) -> Contrast:
        names, extra = (first.name, second.name), second.dearer_by(first)
        overlap = self._overlap(first, second, worlds, shared)
        if first.same == second.same:
            return Contrast(*names, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, Range(0.5, 0.5, 0.5), True, overlap, extra)
        paired = Paired(*(self.same.reach(one, worlds) for one in (first, second)))
        difference = paired.difference(self.same.known_of_difference(first, second), self._level)
        wins, ties, chance = paired.chance(self._level)
        return Contrast(*names, *difference, wins, ties, chance, False, overlap, extra)

    def _overlap(self, first: Placed, second: Placed, worlds: int, shared: bool) -> Overlap:
        count, smaller = first.in_common(second), min(first.nodes.size, second.nodes.size)
        share = count / smaller if smaller else None
        return Overlap(count, share, *(self.same.overlap(first, second, worlds) if shared else ()))
