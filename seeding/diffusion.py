"""Models of how a message spreads: small frozen descriptions that the samplers dispatch on.

Deadline, quality, fidelity and discount all say what somebody at distance d from the nearest seed counts:
f(d), never increasing. The expected value Σ_v w_v·E[f(d(v))] is sampled without bias by drawing a **horizon**
H for each RR set with Pr[H ≥ d] = f(d), and searching no farther (H = −1: the set is empty). So it is
coverage like plain reach, and every guarantee stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seeding._runtime.checks import as_number
from seeding.errors import InputError

# Nobody is looked for where f(d) is below this; a uniform number has 53 bits.
_NOTHING = 2.0**-60


class _Steps:
    """What somebody at distance d from the nearest seed counts, for models that have these values."""

    deadline: int | None
    quality: float
    fidelity: float
    discount: float
    _name = ""

    def __str__(self) -> str:
        said = [self._name]
        if self.deadline is not None:
            said.append(f"deadline {self.deadline} {'step' if self.deadline == 1 else 'steps'}")
        for name in ("quality", "fidelity", "discount"):
            if getattr(self, name) != 1:
                said.append(f"{name} {getattr(self, name):g}")
        return ", ".join(said)

    @property
    def counts_distance(self) -> bool:
        """Whether it matters how far somebody is from the seeds."""
        return self.deadline is not None or (self.quality, self.fidelity, self.discount) != (1, 1, 1)

    @property
    def at_seed(self) -> float:
        """What a seed itself counts."""
        return float(self.quality)

    def values(self, n_nodes: int) -> np.ndarray:
        """Return what counts at distance 0, 1, … as far as anybody of `n_nodes` can be; nothing beyond."""
        steps = self._steps(n_nodes)
        return self.quality ** (steps + 1.0) * (self.fidelity * self.discount) ** steps

    def against(self, n_nodes: int) -> np.ndarray:
        """Return the probability that somebody reached at distance 0, 1, … is negative."""
        against: np.ndarray = 1.0 - self.quality ** (self._steps(n_nodes) + 1.0)
        return against

    def _steps(self, n_nodes: int) -> np.ndarray:
        last = n_nodes - 1 if self.deadline is None else min(int(self.deadline), n_nodes - 1)
        return np.arange(last + 1, dtype=np.float64)

    def _check(self) -> None:
        """Refuse what is out of range."""
        deadline = self.deadline
        if deadline is not None and not (_is_number(deadline, (int, np.integer)) and deadline >= 0):
            raise InputError(
                f"deadline={deadline!r} is not a whole number of steps, 0 or more; None means no deadline."
            )
        for name in ("quality", "fidelity", "discount"):
            value = getattr(self, name)
            if not (_is_number(value, (int, float, np.integer, np.floating)) and 0 < value <= 1):
                raise InputError(f"{name}={value!r} is out of range; give a number above 0 and at most 1.")


@dataclass(frozen=True)
class IndependentCascade(_Steps):
    """Independent cascade: each newly reached u gets one chance to reach each v, with probability p_uv.

    Equivalently (the live-edge view) every arc is kept with its probability, independently, and the
    seeds reach whomever they have a path to. See Kempe, Kleinberg and Tardos, KDD 2003, section 2.

    Somebody at distance d from the nearest seed counts q^(d + 1) · (φ·γ)^d, and nothing after the deadline.

    Attributes
    ----------
    deadline
        Last step that counts: seeds are reached at step 0, whom they reach at step 1. Where the network has
        delays, it is in their unit, such as days. None: no deadline.
    quality
        q, the probability that somebody who is reached by a positive message is positive about it, seeds
        included. Whoever hears from somebody negative is negative. What counts is who ends up positive (IC-N:
        Chen et al., SDM 2011).
    fidelity
        φ, the probability that one hop hands the message on unaltered; only the unaltered message counts.
    discount
        γ, what one more hop leaves of what reaching somebody is worth.
    negativity_bias
        b, how much further bad news travels: somebody negative passes it on with probability
        1 − (1 − p)^b, as if they told everybody b times. Above 1, and with a quality below 1, reach is
        simulated step by step; `optimize` then chooses by forward simulation, and no guarantee holds.

    Raises
    ------
    InputError
        If a value is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> path = sd.Network.from_edges(["a", "b"], ["b", "c"], 1.0)
    >>> soon = sd.IndependentCascade(deadline=1)
    >>> sd.estimate_reach(path, ["a"], model=soon, rng=1).mean
    2.0
    >>> frank = sd.IndependentCascade(quality=0.5)
    >>> sd.estimate_reach(path, ["a"], model=frank, rng=1).mean
    0.875
    """

    deadline: int | None = None
    quality: float = 1.0
    fidelity: float = 1.0
    discount: float = 1.0
    negativity_bias: float = 1.0
    _name = "independent cascade"

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        self._check()
        bias = self.negativity_bias
        if not (_is_number(bias, (int, float, np.integer, np.floating)) and 1 <= bias < np.inf):
            raise InputError(
                f"negativity_bias={bias!r} is out of range; give a number of 1 or more (1: bad news travels "
                "no further than good news)."
            )

    def __str__(self) -> str:
        further = f", negativity bias {self.negativity_bias:g}" if self.negativity_bias != 1 else ""
        return _Steps.__str__(self) + further

    @property
    def forward_only(self) -> bool:
        """Whether RR sets cannot tell what counts: bad news travels further, and there is bad news."""
        return self.negativity_bias != 1 and self.quality < 1


@dataclass(frozen=True)
class LinearThreshold(_Steps):
    """Linear threshold: v joins once the weights b_uv of those who joined add up to its random threshold.

    The probabilities of the network are the weights; those into one node must add up to at most 1, as they do
    for ``"weighted_cascade"`` (1 / in-degree). Thresholds are uniform on [0, 1). Equivalently (the live-edge
    view) every node keeps at most one of its in-arcs, u→v with probability b_uv, and the seeds reach whomever
    they have a path to (Kempe, Kleinberg and Tardos, KDD 2003, theorem 4.6).

    Attributes
    ----------
    deadline, fidelity, discount
        As in `IndependentCascade`; the distance of the live-edge view is the step at which somebody joins.

    Raises
    ------
    InputError
        If a value is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> both = sd.Network.from_edges(["a", "b"], ["c", "c"], "weighted_cascade")
    >>> reach = sd.estimate_reach(both, ["a"], model=sd.LinearThreshold(), rng=1)
    >>> reach.low < 1.5 < reach.high
    True
    >>> sd.estimate_reach(both, ["a", "b"], model=sd.LinearThreshold(), rng=1).mean
    3.0
    """

    deadline: int | None = None
    fidelity: float = 1.0
    discount: float = 1.0
    _name = "linear threshold"

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        self._check()

    __str__ = _Steps.__str__

    @property
    def quality(self) -> float:  # type: ignore[override]
        """1: who joins is positive."""
        return 1.0

    @property
    def forward_only(self) -> bool:
        """Whether RR sets cannot tell what counts."""
        return False


Model = IndependentCascade | LinearThreshold


def _is_number(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool) and as_number(value) is not None


@dataclass(frozen=True, eq=False)
class Horizon:
    """Draws how far each world's RR set goes; a plain value.

    Attributes
    ----------
    values
        What counts at each distance, the least first.
    """

    values: np.ndarray

    @classmethod
    def of(cls, model: Model, n_nodes: int) -> Horizon | None:
        """Prepare the drawing; None where distance does not matter."""
        if not model.counts_distance:
            return None
        values = model.values(n_nodes)
        return cls(values[values > _NOTHING][::-1].copy())

    def draw(self, key: int, first: int, count: int) -> np.ndarray:
        """Draw the horizons of worlds ``first … first + count − 1``: int64, −1 for an empty set."""
        from seeding._kernels.randomness.coins import draw_each

        uniform = np.empty(count)
        draw_each(np.uint64(key), first, uniform)
        below = np.searchsorted(self.values, uniform, side="right")
        return (self.values.size - 1 - below).astype(np.int64)


def check_model(model: object) -> Model:
    """Return `model` if it is one that can be sampled.

    Raises
    ------
    InputError
        If it is anything else.
    """
    if not isinstance(model, IndependentCascade | LinearThreshold):
        raise InputError(
            f"model={model!r} is not a diffusion model; pass sd.IndependentCascade() or sd.LinearThreshold()."
        )
    return model


def check_coverable(model: Model, what: str) -> None:
    """Refuse a model whose reach RR sets cannot tell, where `what` needs them.

    Raises
    ------
    InputError
        If bad news travels further than good news.
    """
    if isinstance(model, IndependentCascade) and model.forward_only:
        raise InputError(
            f"{what} cannot be had with negativity_bias={model.negativity_bias:g}: it rests on RR sets, "
            "which do not know whether good or bad news comes first; use optimize, estimate_reach or "
            "simulate, or negativity_bias=1."
        )
