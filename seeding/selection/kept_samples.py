"""The two samples that a plan was chosen and certified on, kept or drawn again from its key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from zipfile import BadZipFile

import numpy as np

from seeding._runtime.files import PathLike, atomic_write
from seeding.errors import InputError
from seeding.network.network import Network
from seeding.plan.estimate import Certificate
from seeding.plan.plan import Plan
from seeding.rules.limits import UNLIMITED
from seeding.rules.program import Program
from seeding.sampling.coverage import Coverage, Room
from seeding.selection.error_budget import BEST_PLAN, CHOICE, WHAT_IF, Spent
from seeding.selection.greedy import Cover
from seeding.selection.local_search import improve
from seeding.selection.offers_on_sample import offered
from seeding.selection.problem import Problem
from seeding.selection.reachable import within_reach
from seeding.selection.ris import Improver, choose_on, judge, look
from seeding.selection.sample_pair import Sources

# What is drawn for a plan that no RR sets were drawn for, such as one of a rule of thumb that was cut short.
USUAL_SETS = 1 << 17


@dataclass(frozen=True, eq=False)
class KeptSamples:
    """Both samples of a plan, whole: every set with all candidates in it.

    Attributes
    ----------
    choosing, judging
        The sample that the seeds were chosen on, and the one that certifies them.
    network, chance
        Whom the sets are drawn for, and how likely somebody accepts, as `within_reach` left them.
    """

    choosing: Coverage
    judging: Coverage
    network: Network
    chance: float

    @classmethod
    def draw(cls, problem: Problem, n_sets: int) -> KeptSamples:
        """Draw both samples from the key of the problem: the same sets as for the plan."""
        reached = within_reach(problem)
        with problem.phase("draw the samples again") as words:
            choosing, judging = Sources.open(reached).draw(n_sets)
            words.append(f"2 × {n_sets:,} RR sets")
        assert isinstance(judging, Coverage)  # it is kept whole where there are no sentinels
        return cls(choosing, judging, reached.network, reached.chance)

    def write(self, path: PathLike, key: int) -> None:
        """Write both samples to a ``.npz`` file, in one atomic step."""
        arrays = {
            f"{name}_{part}": getattr(sample, part)
            for name, sample in (("choosing", self.choosing), ("judging", self.judging))
            for part in ("set_indptr", "members")
        }
        with atomic_write(path, "wb") as file:
            np.savez(file, key=np.array([key], dtype=np.uint64), **arrays)

    @classmethod
    def read(cls, path: PathLike, problem: Problem) -> KeptSamples:
        """Read samples that `write` wrote for the same problem.

        Raises
        ------
        InputError
            If the file holds no samples, or those of another plan.
        """
        reached = within_reach(problem)
        empty = Sources.open(reached).chooser.empty()
        try:
            with np.load(path, allow_pickle=False) as held:
                if int(held["key"][0]) != problem.key:
                    raise InputError(
                        f"{str(path)!r} holds the samples of another plan; give those of this one."
                    )
                choosing, judging = (_sample_of(held, name, empty) for name in ("choosing", "judging"))
        except (OSError, ValueError, KeyError, IndexError, BadZipFile) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{str(path)!r} holds no samples of a plan ({error}); keep them again."
            ) from None
        return cls(choosing, judging, reached.network, reached.chance)

    def problem(self, changed: Problem) -> Problem:
        """Return a changed problem on the same samples, with the weights that the sets were drawn for.

        Raises
        ------
        ValueError
            If it has other candidates than the samples, whose members would then be read as others.
        """
        if changed.nodes.size != len(self.choosing.names):
            raise ValueError("these samples are of other candidates.")
        return replace(changed, network=self.network, chance=self.chance)

    @property
    def n_bytes(self) -> int:
        """Bytes that both samples take, with the index of the choosing one."""
        members = 8 * self.choosing.total_size + 4 * self.judging.total_size
        return members + 8 * (self.choosing.n_sets + self.judging.n_sets)


def _sample_of(held: Any, name: str, empty: Coverage) -> Coverage:
    """Make a sample of its arrays, which are checked: kernels do not."""
    indptr, members = held[f"{name}_set_indptr"], held[f"{name}_members"]
    fits = indptr.dtype == np.int64 and members.dtype == np.int32 and indptr.ndim == members.ndim == 1
    if (
        not fits
        or indptr.size < 2
        or indptr[0] != 0
        or indptr[-1] != members.size
        or (np.diff(indptr) < 0).any()
    ):
        raise ValueError("its arrays do not fit together")
    if members.size and not 0 <= int(members.min()) <= int(members.max()) < len(empty.names):
        raise ValueError("it is of other candidates")
    return empty.grown(indptr, Room(members, members.size), empty.threads, 0)


def sets_of(plan: Plan) -> int:
    """Return how many RR sets each sample of a plan has."""
    for proof in (plan.certificate, plan.profit, plan.target):
        if proof is not None and proof.samples >= 2:
            return proof.samples // 2
    return USUAL_SETS


def refuse_without_sets(problem: Problem, asked: str) -> None:
    """Refuse questions that RR sets answer where they cannot.

    Raises
    ------
    InputError
        If bad news travels further, or there is a rival.
    """
    cause = problem.propagation.cause
    if cause:
        raise InputError(
            f"{asked} rests on RR sets, which cannot weigh {cause}; ask what_if or compare plans, which "
            "simulate."
        )


def marks_of(sample: Coverage, chosen: np.ndarray) -> np.ndarray:
    """Mark the sets that hold one of some candidates."""
    from seeding._kernels.coverage import greedy

    covered = np.zeros(sample.n_sets, dtype=np.bool_)
    index = sample.incidence
    greedy.mark_covered(index.indptr, index.sets, np.asarray(chosen, dtype=np.int64), covered)
    return covered


def has_rules(problem: Problem) -> bool:
    """Tell whether anything but money and heads limits a choice; acceptance alone is no rule."""
    return not (problem.offers.plain and problem.program.is_plain)


def barred(problem: Problem, rows: np.ndarray) -> Problem:
    """Return a problem without rules in which some candidates cost more than there is."""
    return repriced(problem, rows, problem.limits.money + 1)


def repriced(problem: Problem, rows: np.ndarray, price: int) -> Problem:
    """Return a problem without rules in which some candidates have another cost, in minor units."""
    if has_rules(problem):
        raise TypeError("a problem with rules is changed by its rules and its roster")
    costs = problem.costs.copy()
    costs[rows] = min(price, UNLIMITED + 1)
    terms = problem.terms
    if terms is not None:
        offers = replace(terms.offers, prices=costs)
        terms = terms._replace(offers=offers, program=Program.plain(costs, terms.program.limits))
    return replace(problem, costs=costs, terms=terms)


def spent_on(problem: Problem) -> Spent:
    """Return the shares of δ for one single change: every drop or addition, every exclusion, and none."""
    return WHAT_IF.spend(BEST_PLAN, CHOICE, problem.delta, 2 * problem.nodes.size + 1)


def best_on(problem: Problem, samples: KeptSamples, before: np.ndarray) -> Cover:
    """Choose on the choosing sample as the plan was chosen, or improve what is left of the plan.

    The one that covers more is taken, the new choice where they cover the same.
    """
    sample = offered(samples.choosing, problem.offers)
    found = choose_on(problem, Improver(problem), sample, None, spent_on(problem)).cover
    return max([found, *_improved(problem, samples, before)], key=lambda one: one.covered)


def _improved(problem: Problem, samples: KeptSamples, before: np.ndarray) -> list[Cover]:
    """Improve what is left of a plan by local search; nothing where that is not allowed any more."""
    if not problem.offers.plain or not problem.program.allows(before):
        return []
    sample = samples.choosing
    cover = Cover(before, sample.count(before), sample.n_sets)
    return [improve(sample, problem.program, cover)]


def choose_again(problem: Problem, samples: KeptSamples, before: np.ndarray) -> tuple[Cover, Certificate]:
    """Choose as `best_on` does, with a certificate of one single change."""
    spent = spent_on(problem)
    seen = look(problem, Improver(problem), samples.choosing, samples.judging, None, spent)
    best = max([seen.cover, *_improved(problem, samples, before)], key=lambda one: one.covered)
    if best is seen.cover:
        return best, seen.certificate
    best = Cover(best.order, best.covered, max(seen.cover.bound, best.covered))
    return best, judge(problem, best, samples.choosing, samples.judging, np.inf, spent)
