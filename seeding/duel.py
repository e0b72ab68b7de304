"""Cascades that compete: bad news that travels further, and a rival campaign whose seeds are known.

Neither is coverage: whether somebody ends up positive depends on who else came, when, and in which order. So
both are simulated step by step, in one way (`seeding._kernels.duel`), and nothing is guaranteed of a choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from seeding import labels as label_tools
from seeding.checks import is_one_of
from seeding.csr import Csr
from seeding.diffusion import IndependentCascade, Model
from seeding.errors import InputError, shown
from seeding.network import Network

Tie = Literal["random", "ours", "rival"]
# In the order in which the kernel numbers them.
TIES = ("random", "ours", "rival")

# What is reached is told step by step up to this one, which stands for all that follow.
_MOST_STEPS = 33
_ALL_ACCEPT = np.empty(0)
# Coins tossed in one call when worlds are drawn, and worlds drawn whatever the time: one run.
_COINS_AT_ONCE, _LEAST_DRAWN = 1 << 24, 64

BAD_NEWS = (
    "no guarantee holds: where bad news travels further, one more seed may even cost positive reach, so what "
    "seeds add does not diminish by rule"
)
AGAINST_RIVALS = (
    "no guarantee is claimed: against a rival, what a seed adds depends on who else is seeded in ways that "
    "need not diminish"
)


@dataclass(frozen=True, eq=False)
class Duel:
    """Whom our campaign has against it; a plain value.

    Attributes
    ----------
    rivals
        Node index of each of the rival's seeds, each once; int64.
    tie
        Who wins where both sides convince the same person in the same step, or seed the same person.
    labels
        The rival's seeds as the user named them.
    bias
        Whether bad news travels further.
    """

    rivals: np.ndarray
    tie: Tie
    labels: tuple[Any, ...]
    bias: bool

    @classmethod
    def of(cls, network: Network, model: Model, rivals: object, tie: object) -> Duel | None:
        """Check who is against us; None where nobody and nothing is, so that reach is coverage.

        Raises
        ------
        InputError
            If `tie` is unknown or stands alone, or a rival's seed is not in the network.
        """
        if not is_one_of(tie, TIES):
            raise InputError(f"tie={shown(tie)} is not understood; choose 'random', 'ours' or 'rival'.")
        if rivals is None and tie != "random":
            raise InputError(f"tie={tie!r} says who wins against a rival; name the rival's seeds in rivals=.")
        nodes = np.empty(0, dtype=np.int64) if rivals is None else _find(network, rivals)
        nodes = nodes[np.sort(np.unique(nodes, return_index=True)[1])]
        if nodes.size == 0 and not model.forward_only:
            return None
        refuse_thresholds("rivals=", model)
        labels = tuple(label_tools.plain(network.labels[nodes]))
        return cls(nodes, tie, labels, model.forward_only)  # type: ignore[arg-type]

    @classmethod
    def with_nobody(cls) -> Duel:
        """Make the duel in which nobody is against us, to play campaigns literally all the same."""
        return cls(np.empty(0, dtype=np.int64), "random", (), False)

    @property
    def no_guarantee(self) -> str:
        """Say that no guarantee holds, and why."""
        return AGAINST_RIVALS if self.rivals.size else BAD_NEWS

    @property
    def cause(self) -> str:
        """Name what makes this a duel, in the words of the arguments."""
        causes = ["a rival's seeds"] * bool(self.rivals.size) + ["negativity_bias above 1"] * self.bias
        return " and ".join(causes)

    def taken(self, nodes: np.ndarray) -> np.ndarray:
        """Return which of our candidates, given by node, are the rival's seeds already."""
        return np.flatnonzero(np.isin(nodes, self.rivals))

    def asked(self) -> dict[str, Any]:
        """Return what was asked, for the record of a plan."""
        return {"rivals": list(self.labels), "tie": self.tie} if self.rivals.size else {}


def _find(network: Network, rivals: object) -> np.ndarray:
    if isinstance(rivals, (str, bytes)):
        raise InputError(f"rivals={rivals!r} is one text; pass a list of labels: [{rivals!r}].")
    labels = label_tools.as_labels(rivals, "rivals")
    return label_tools.locate(network.labels, labels, "rival", "the network")


def refuse_where_proof_is_asked(duel: Duel | None, **asked: object) -> None:
    """Refuse what is chosen or bounded by RR sets: against bad news and rivals there is no such proof.

    `asked` holds what was asked for, by the name of the argument; what is None or False was not.

    Raises
    ------
    InputError
        If anything was.
    """
    names = [name for name, value in asked.items() if value is not None and value is not False]
    if duel is not None and names:
        raise InputError(
            f"{names[0]} cannot be combined with {duel.cause}, because it rests on RR sets, which do not "
            "know who comes first; leave one out."
        )


def refuse_thresholds(what: str, model: Model) -> None:
    """Refuse the linear threshold model where cascades are played person by person.

    Raises
    ------
    InputError
        If it is that.
    """
    if not isinstance(model, IndependentCascade):
        raise InputError(f"{what} needs to know who convinced whom; use IndependentCascade.")


def refuse_where_not_played(what: str, network: Network) -> None:
    """Refuse what the step-by-step simulation of cascades does not play; `what` needs that.

    Raises
    ------
    InputError
        If the network has more than arcs of one step each.
    """
    present = {
        "exposure": network.exposure is not None,
        "delays": network.delays is not None,
        "several accounts of one person (platforms, or offers with an effect)": network.person is not None,
        "an organic start": network.active.size > 0,
    }
    found = next((name for name, there in present.items() if there), None)
    if found is not None:
        raise InputError(f"{what} cannot be combined with {found}; leave one out.")


class DuelBlock(NamedTuple):
    """What happened in a range of worlds; named as the parts of a `SpreadBlock`.

    ``reach``, ``negative`` and ``rival`` have one value per world; ``curve`` and ``bends`` one row per run of
    worlds: sums of the reach by each step, and of its square; ``sides`` the same of the negative and the
    rival's. ``gain`` and ``square`` have no columns, because all seeds spread at once.
    """

    reach: np.ndarray
    gain: np.ndarray
    square: np.ndarray
    negative: np.ndarray
    curve: np.ndarray
    bends: np.ndarray
    rival: np.ndarray
    sides: np.ndarray


@dataclass(frozen=True, eq=False)
class DuelTask:
    """Simulates a range of worlds; a plain value, so that it can travel to any executor.

    Attributes
    ----------
    out
        The out-arcs of the network.
    further
        The probability of each arc for bad news: 1 − (1 − p)^b.
    weights
        Weight of each node.
    seeds, accept, rivals
        Indices of our seeds, in order; how likely each accepts (empty: all do); indices of the rival's.
    rule
        The quality, and the number of the tie rule.
    values
        What somebody who is positive at each step counts; nobody is reached after the last.
    key
        64-bit key of the worlds.
    """

    out: Csr
    further: np.ndarray
    weights: np.ndarray
    seeds: np.ndarray
    rivals: np.ndarray
    rule: tuple[float, int]
    values: np.ndarray
    key: int
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))

    @classmethod
    def make(
        cls,
        network: Network,
        seeds: np.ndarray,
        key: int,
        model: Model,
        duel: Duel,
        accept: np.ndarray = _ALL_ACCEPT,
    ) -> DuelTask:
        """Prepare the simulation of seeds given by index; `accept` says how likely each takes part."""
        if not isinstance(model, IndependentCascade):
            raise TypeError("only independent cascades are played step by step")
        p, bias = network.out.probability, float(model.negativity_bias)
        further = p if bias == 1 else further_probability(p, bias)
        values = replace(model, quality=1.0).values(network.n_nodes)
        rule = float(model.quality), TIES.index(duel.tie)
        seeds = np.asarray(seeds, dtype=np.int64)
        return cls(network.out, further, network.weights, seeds, duel.rivals, rule, values, key, accept)

    def with_seeds(self, seeds: Sequence[int] | np.ndarray, accept: np.ndarray = _ALL_ACCEPT) -> DuelTask:
        """Return the task of the same worlds with other seeds of ours."""
        return replace(self, seeds=np.asarray(seeds, dtype=np.int64), accept=accept)

    @property
    def _ours(self) -> tuple[np.ndarray, np.ndarray]:
        return self.seeds, self.accept

    @property
    def _fixed(self) -> tuple[Any, ...]:
        return self.out, self.further, self.weights, self._ours, self.rivals, self.rule, self.values

    def drawn_parts(self, bits: tuple[np.ndarray, ...]) -> tuple[Any, ...]:
        """Return what the kernels of drawn worlds begin with."""
        rows = self.out.indptr, self.out.indices
        return rows, bits, self.weights, self._ours, self.rivals, self.rule, self.values

    def __call__(self, first: int, count: int) -> DuelBlock:
        """Simulate worlds ``first … first + count − 1``; `first` must begin a run of worlds."""
        from seeding._kernels.duel import duel_spread
        from seeding._kernels.forward import GRAIN

        runs, steps = -(-count // GRAIN), min(self.values.size, _MOST_STEPS)
        sums = np.zeros((runs, steps)), np.zeros((runs, steps)), np.zeros((runs, steps, 2))
        per_world = np.empty((3, count))
        duel_spread(*self._fixed, np.uint64(self.key), first, *per_world, *sums)
        none = np.zeros((runs, 0))
        return DuelBlock(per_world[0], none, none, per_world[1], sums[0], sums[1], per_world[2], sums[2])


class Drawn(NamedTuple):
    """Worlds ``0, 1, …`` as bits, one row each: the arcs live for a message, and for bad news."""

    live: np.ndarray
    far: np.ndarray

    @classmethod
    def worlds(
        cls, task: DuelTask, first: int, count: int, time_left: Callable[[], bool] = lambda: True
    ) -> Drawn:
        """Draw worlds ``first … first + count − 1`` of a task; fewer once there is no `time_left`."""
        from seeding._kernels.worlds import arc_codes, draw_worlds, thresholds

        out, key = task.out, np.uint64(task.key)
        codes = np.empty(out.indices.size, dtype=np.uint64)
        arc_codes(out.indptr, out.indices, codes)
        shape = count, -(-codes.size // 64)
        live = np.empty(shape, dtype=np.uint64)
        far = live if task.further is out.probability else np.empty(shape, dtype=np.uint64)
        piece, done = max(1, _COINS_AT_ONCE // max(codes.size, 1)), 0
        # Whole runs of worlds, in pieces that do not keep anybody waiting.
        while done < count and (done < _LEAST_DRAWN or time_left()):
            stop = min(done + piece, count)
            draw_worlds(codes, thresholds(out.probability), key, first + done, live[done:stop])
            if far is not live:
                draw_worlds(codes, thresholds(task.further), key, first + done, far[done:stop])
            done = stop
        done = done if done == count else done // _LEAST_DRAWN * _LEAST_DRAWN
        return cls(live[:done], far[:done])

    def part(self, first: int, count: int) -> Drawn:
        """Return some of the worlds."""
        return Drawn(self.live[first : first + count], self.far[first : first + count])


@dataclass(frozen=True, eq=False)
class GainTask:
    """Sums what our seeds and each of some candidates (nodes; −1: nobody) reach in a range of worlds.

    `accept` says how likely each candidate takes part (empty: all do). `drawn` holds the worlds from 0 on,
    where they are kept; without them coins are tossed as they are needed.
    """

    task: DuelTask
    candidates: np.ndarray
    drawn: Drawn | None = None
    accept: np.ndarray = field(default_factory=lambda: np.empty(0))

    def __call__(self, first: int, count: int) -> tuple[np.ndarray, int]:
        """Return one row of sums per run of worlds, and how many arcs were looked at (0 where drawn)."""
        from seeding._kernels import duel as kernels
        from seeding._kernels.forward import GRAIN

        sums = np.zeros((-(-count // GRAIN), self.candidates.size))
        asked = self.candidates, self.accept if self.accept.size else np.ones(self.candidates.size)
        key = np.uint64(self.task.key)
        if self.drawn is not None:
            bits = tuple(self.drawn.part(first, count))
            kernels.drawn_gains(*self.task.drawn_parts(bits), asked, key, first, sums)
            return sums, 0
        looked = kernels.duel_gains(*self.task._fixed, asked, key, first, count, sums)
        return sums, int(looked)


@dataclass(frozen=True, eq=False)
class PrefixTask:
    """Compares leading parts of our seeds with all of them in a range of worlds."""

    task: DuelTask

    def __call__(self, first: int, count: int) -> np.ndarray:
        """Return per run of worlds and part: the sums of what it lacks, its square, its product with all."""
        from seeding._kernels.duel import drawn_prefixes
        from seeding._kernels.forward import GRAIN

        sums = np.zeros((-(-count // GRAIN), self.task.seeds.size, 3))
        bits = tuple(Drawn.worlds(self.task, first, count))
        drawn_prefixes(*self.task.drawn_parts(bits), np.uint64(self.task.key), first, sums)
        return sums


def further_probability(p: np.ndarray, bias: float) -> np.ndarray:
    """Return 1 − (1 − p)^b: the probability that at least one of b chances succeeds, for b of 1 or more."""
    with np.errstate(divide="ignore"):
        hazard = -np.log1p(-p)
    chance: np.ndarray = np.maximum(-np.expm1(-bias * hazard), p)
    return chance
