"""Greedy choices for several samples at once: each is worth covering only up to a cap.

Maximising the least covered sample is not submodular, but Σ_g min(covered_g, c) is for every c; SATURATE
(Krause, McMahan, Guestrin and Gupta, JMLR 2008) searches for the largest c that greedy attains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seeding.rules.program import Program
from seeding.selection.coverage_reduction import Reduced
from seeding.selection.fair.master import Targets


@dataclass(frozen=True, eq=False)
class Inverted:
    """A reduced sample with its sets by candidate: those of v are ``sets[indptr[v]:indptr[v + 1]]``."""

    sample: Reduced
    indptr: np.ndarray
    sets: np.ndarray
    alone: np.ndarray

    @classmethod
    def of(cls, sample: Reduced) -> Inverted:
        """Sort the entries of a sample by candidate."""
        order = np.argsort(sample.set_members, kind="stable")
        owner = np.repeat(np.arange(sample.n_merged), np.diff(sample.set_indptr))
        counts = np.bincount(sample.set_members, minlength=sample.n_candidates)
        indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return cls(sample, indptr, owner[order], sample.candidate_weight)


class _Cover:
    """What one sample still offers while a choice grows."""

    def __init__(self, inverted: Inverted) -> None:
        self.inverted = inverted
        self.gains = inverted.alone.copy()
        self.open = np.ones(inverted.sample.n_merged, dtype=np.bool_)
        self.covered = 0

    def add(self, v: int) -> None:
        """Cover what v covers, and take it off everybody's gain."""
        self.covered += int(self.gains[v])
        sample, inverted = self.inverted.sample, self.inverted
        sets = inverted.sets[inverted.indptr[v] : inverted.indptr[v + 1]]
        sets = sets[self.open[sets]]
        self.open[sets] = False
        starts, sizes = sample.set_indptr[sets], np.diff(sample.set_indptr)[sets]
        places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
        np.subtract.at(self.gains, sample.set_members[places], np.repeat(sample.weight[sets], sizes))
        self.gains[v] = 0


class Growing:
    """A choice that grows offer by offer, as long as limits and rules let it."""

    def __init__(self, samples: Sequence[Inverted], program: Program) -> None:
        self.covers = [_Cover(sample) for sample in samples]
        self.program = program
        self.chosen: list[int] = []
        self._money, self._heads = program.limits.money, program.limits.count(1 << 40)
        self._barred = program.forbidden.copy()

    @property
    def counts(self) -> np.ndarray:
        """What is covered of each sample."""
        return np.array([cover.covered for cover in self.covers], dtype=np.int64)

    def add(self, v: int) -> None:
        """Choose one more."""
        self.chosen.append(v)
        self._barred[v] = True
        self._money -= int(self.program.costs[v])
        self._heads -= int(self.program.heads[v])
        for cover in self.covers:
            cover.add(v)

    def grow(self, caps: np.ndarray, by_ratio: bool) -> None:
        """Add whoever gains most, or most for the money, until nobody gains below the caps."""
        program = self.program
        while True:
            gains = np.zeros(program.n_offers, dtype=np.int64)
            for cover, cap in zip(self.covers, caps.tolist(), strict=True):
                if cap > cover.covered:
                    gains += np.minimum(cover.gains, cap - cover.covered)
            gains[self._barred | (program.costs > self._money) | (program.heads > self._heads)] = 0
            best = (
                int(np.argmax(gains / np.maximum(program.costs, 0.5))) if by_ratio else int(np.argmax(gains))
            )
            if gains[best] == 0:
                return
            # Where rules are such that choices can grow one by one, whoever does not fit now never will.
            if program.n_rows and program.is_closed and not program.allows(np.array([*self.chosen, best])):
                self._barred[best] = True
                continue
            self.add(best)


def fair_greedy(samples: Sequence[Inverted], program: Program, targets: Targets) -> list[np.ndarray]:
    """Make greedy choices towards the targets; none needs to attain the floors.

    Returns
    -------
    Choices that limits and rules allow (indices, in order of choice), the best first.
    """
    n_sets = max(inverted.sample.total_weight for inverted in samples)
    found: list[tuple[bool, int, int, np.ndarray]] = []

    def attempt(level: int, by_ratio: bool) -> bool:
        growing = Growing(samples, program)
        caps = np.maximum(targets.floors, np.where(targets.counted, level, 0))
        growing.grow(targets.floors, by_ratio)
        growing.grow(caps, by_ratio)
        attained = bool((growing.counts >= caps).all())
        growing.grow(np.where(targets.counted, n_sets, 0), by_ratio)
        chosen, counts = np.array(growing.chosen, dtype=np.int64), growing.counts
        if program.allows(chosen):
            short = -int(np.maximum(targets.floors - counts, 0).sum())
            found.append((targets.met(counts), short, targets.value(counts), chosen))
        return attained

    for by_ratio in (False, True) if np.unique(program.costs).size > 1 else (False,):
        if int(targets.counted.sum()) == 1:
            attempt(0, by_ratio)
            continue
        low, high = 0, n_sets + 1
        while high - low > max(1, low // 256):
            middle = (low + high) // 2
            low, high = (middle, high) if attempt(middle, by_ratio) else (low, middle)
    return [choice for *_, choice in sorted(found, key=lambda one: one[:3], reverse=True)]


def fill_up(sample: Inverted, program: Program, chosen: np.ndarray) -> np.ndarray:
    """Spend what a choice leaves over on further coverage of one sample; nothing chosen is taken out."""
    if program.n_rows and not program.is_closed:
        return chosen
    growing = Growing([sample], program)
    for v in chosen.tolist():
        growing.add(v)
    growing.grow(np.array([sample.sample.total_weight]), by_ratio=False)
    filled = np.array(growing.chosen, dtype=np.int64)
    return filled if program.allows(filled) else chosen
