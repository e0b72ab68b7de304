"""A random network with heavy-tailed degrees, of any size."""

from __future__ import annotations

import numpy as np

from seeding.errors import InputError
from seeding.network import Network
from seeding.rng import RandomSource, to_key

# Chung–Lu weights (rank + shift) ** −exponent: a heavy tail without a single all-powerful node.
_SHIFT, _EXPONENT = 10, 1 / 1.3


def power_law(n: int, m: int, *, rng: RandomSource = 1) -> Network:
    r"""Generate a directed network with heavy-tailed degrees, weighted cascade.

    A Chung–Lu network: both ends of an arc are drawn by rank with probability proportional to
    :math:`(i + 10)^{-1/1.3}` (Chung and Lu, PNAS 2002). Out- and in-ranks agree on half of the nodes, labels
    are shuffled, arcs are distinct and none leads back to its own source.

    Parameters
    ----------
    n, m
        Exact numbers of nodes (isolated ones included) and arcs; there is room for at most half of the
        n · (n − 1) possible arcs.
    rng
        The key; the same key gives the same network.

    Returns
    -------
    The network, with labels 0 … n − 1 and weights of 1.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> network = sd.datasets.power_law(1_000, 5_000)
    >>> network.n_nodes, network.n_arcs
    (1000, 5000)
    """
    _check("n", n, 2, 1 << 31)
    _check("m", m, 1, n * (n - 1) // 2)
    random = np.random.Generator(np.random.PCG64(to_key(rng)))
    share = np.cumsum((np.arange(n) + _SHIFT) ** -_EXPONENT)
    share /= share[-1]
    giver = random.permutation(n)
    taker = giver.copy()
    apart = random.permutation(n)[: n // 2]
    taker[np.sort(apart)] = giver[apart]
    codes = np.zeros(0, dtype=np.int64)
    while codes.size < m:
        draws = np.searchsorted(share, random.random((2, 2 * (m - codes.size))), side="right")
        source, target = giver[draws[0]], taker[draws[1]]
        new = (source * n + target)[source != target]
        joined = np.concatenate([codes, new])
        codes = joined[np.sort(np.unique(joined, return_index=True)[1])]
    source, target = np.divmod(codes[:m], n)
    return Network.from_edges(
        source,
        target,
        "weighted_cascade",
        nodes=np.arange(n),
        origin=f"power law with {n:,} nodes and {m:,} arcs",
    )


def _check(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise InputError(f"{name}={value!r} is not a whole number from {least:,} to {most:,}.")
