"""Local search on a coverage sample: remove one or two of the chosen, refill, keep what covers more.

Swaps are removals of one and a refill by gain that adds one. Counts of who covers each set are kept, so that
a removal costs what the removed offer covers, and bounds on what a refill can add decide most moves before
they are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage
from seeding.selection.coverage_reduction import Reduced, project
from seeding.selection.greedy import Cover, order_by_gain
from seeding.selection.local_arrays import Rules, Sets, State, rules_of, sets_of, start

# Entries that may be touched, and how many between two looks at the clock.
WORK = 1 << 27
_SLICE = 1 << 24
# Levels of the search: 0 only adds, 1 replaces one, 2 replaces two.
_PAIRS = 2
# Beyond so many useful offers only the best by weight, and by weight per cost, are looked at.
_MOST_OFFERS = 4096
# Where all cost the same, so many for each one chosen: who covers far less alone hardly ever replaces anybody
# (docs/engine-notes.md, fifth round).
_MOST_ALIKE, _LEAST_ALIKE = 8, 256


@dataclass(frozen=True, eq=False)
class Polished:
    """What local search made of a choice.

    Attributes
    ----------
    cover
        The choice, in greedy order, its coverage and the bound it came with.
    gained
        Sets covered more than before.
    moves
        Moves taken.
    work
        Entries touched.
    finished
        Whether no move is left that would help.
    offers, sets
        Size of the reduced sample: offers looked at, and merged sets.
    """

    cover: Cover
    gained: int
    moves: int
    work: int
    finished: bool
    offers: int
    sets: int

    def __str__(self) -> str:
        """Say it in a few words."""
        end = "no move left that helps" if self.finished else "stopped at its limit of work"
        return (
            f"local search over {self.sets:,} merged sets and {self.offers:,} offers: "
            f"{self.gained:,} more sets covered by {self.moves:,} moves, {end}"
        )


def improve(sample: Coverage, program: Program, cover: Cover, work: int = WORK) -> Cover:
    """Improve a choice by local search; see `polish`."""
    return polish(sample, program, cover, work).cover


def polish(
    sample: Coverage,
    program: Program,
    cover: Cover,
    work: int = WORK,
    time_left: Callable[[], bool] = lambda: True,
) -> Polished:
    """Improve a choice by adding, swapping, and removing one or two and refilling greedily.

    Every choice on the way keeps all rows and limits and covers more than the one before; sentinels stay. The
    same input gives the same answer, unless `time_left` ends the search.

    Parameters
    ----------
    sample
        The sample; its candidates are the programme's offers.
    program
        What a choice must keep.
    cover
        The choice to start from, sentinels first.
    work
        Entries of the sample that may be touched; a little more may be.
    time_left
        Asked now and then.

    Returns
    -------
    A choice that covers at least as much, in greedy order (sentinels first), with the bound of `cover`.

    Raises
    ------
    ValueError
        If the choice to start from is not allowed.
    """
    if not program.allows(cover.order):
        raise ValueError("local search has to start from an allowed choice.")
    if not time_left():
        return Polished(cover, 0, 0, 0, False, 0, 0)
    return Ground.of(sample, program, cover.order).improve(program, cover, work, time_left)


@dataclass(frozen=True, eq=False)
class Ground:
    """A sample reduced to the offers worth a look, on which local search runs, once or many times.

    Attributes
    ----------
    sample
        The whole sample.
    kept
        The offers that are looked at.
    reduced, sets
        What they see of the sample.
    """

    sample: Coverage
    kept: np.ndarray
    reduced: Reduced
    sets: Sets

    @classmethod
    def of(cls, sample: Coverage, program: Program, chosen: np.ndarray) -> Ground:
        """Reduce a sample to the offers that may matter for a programme, and those that are chosen."""
        kept = _useful(sample.alone, program, chosen)
        reduced = project(sample.set_indptr, sample.members, len(sample.names), kept, threads=sample.threads)
        return cls(sample, kept, reduced, sets_of(reduced))

    def improve(
        self,
        program: Program,
        cover: Cover,
        work: int = WORK,
        time_left: Callable[[], bool] = lambda: True,
    ) -> Polished:
        """Improve an allowed choice of offers that are looked at; see `polish`."""
        kept, sample = self.kept, self.sample
        rules = rules_of(program, kept)
        state = start(self.reduced, self.sets, rules, np.flatnonzero(np.isin(kept, cover.order)))
        fixed = np.isin(kept, sample.sentinels)
        before = int(state.totals[0])
        moves, finished = _search(self.sets, rules, state, fixed, work, time_left)
        gained = int(state.totals[0]) - before
        found = _in_order(sample, program, kept[state.chosen]) if gained else cover.order
        better = Cover(found, cover.covered + gained, cover.bound)
        size = kept.size, self.reduced.n_merged
        return Polished(better, gained, moves, int(state.totals[4]), finished, *size)


def _useful(alone: np.ndarray, program: Program, chosen: np.ndarray) -> np.ndarray:
    """Return the offers worth a look: not forbidden; with rules, also those that cover nothing."""
    useful = ~program.forbidden
    if program.is_closed:
        useful &= alone > 0
    worth = np.where(useful, alone, -1.0)
    ranks, most = [worth, worth / np.maximum(program.costs, 1)], _MOST_OFFERS // 2
    if program.is_plain and np.unique(program.costs).size == 1:
        ranks, most = ranks[:1], max(_LEAST_ALIKE, _MOST_ALIKE * chosen.size)
    if np.count_nonzero(useful) > most * len(ranks):
        useful[:] = False
        for rank in ranks:
            useful[np.argsort(-rank, kind="stable")[:most]] = True
        useful &= worth >= 0
    useful[chosen] = True
    return np.flatnonzero(useful)


def _search(
    sets: Sets,
    rules: Rules,
    state: State,
    fixed: np.ndarray,
    work: int,
    time_left: Callable[[], bool],
) -> tuple[int, bool]:
    """Move until nothing helps, or the work or the time is spent; changes `state`.

    Returns
    -------
    How many moves were taken, and whether nothing more would help.
    """
    from seeding._kernels.choice import local_search as kernels

    n = rules.costs.size
    scratch = np.zeros(n, dtype=np.bool_), np.empty(n + 1, dtype=np.int64)
    at, level = np.zeros(4, dtype=np.int64), 0
    while level <= _PAIRS:
        moves = int(at[2])
        order = _weakest_first(rules, state, fixed) if level else np.zeros(1, dtype=np.int64)
        at[0], at[1], at[3] = 0, 0, level
        while at[0] < order.size and (level < _PAIRS or at[2] == moves):
            if state.totals[4] >= work or not time_left():
                return int(at[2]), False
            most = min(int(state.totals[4]) + _SLICE, work)
            kernels.search(sets, rules, state, scratch, order, at, most)
        # After a move that helped, begin again with what is cheapest to try.
        level = min(level, 1) if at[2] > moves and level else level + 1
    return int(at[2]), True


def _weakest_first(rules: Rules, state: State, fixed: np.ndarray) -> np.ndarray:
    """Order the chosen that may be removed by what is lost with them, per cost where money is limited."""
    order = np.flatnonzero(state.chosen & ~fixed)
    lost = state.worth[order].astype(np.float64)
    if rules.limits[0] < UNLIMITED:
        lost /= np.maximum(rules.costs[order], 1)
    return order[np.argsort(lost, kind="stable")]


def _in_order(sample: Coverage, program: Program, chosen: np.ndarray) -> np.ndarray:
    """Put the sentinels first, and the others in greedy order."""
    others = np.setdiff1d(chosen, sample.sentinels)
    return np.concatenate([sample.sentinels, order_by_gain(sample, program.costs, others)])
