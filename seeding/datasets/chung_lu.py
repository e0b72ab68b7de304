"""A random network with heavy-tailed degrees, of any size."""

from __future__ import annotations

import numpy as np

from seeding._runtime.memory import blocks
from seeding._runtime.rng import RandomSource, to_key
from seeding.errors import InputError
from seeding.network.network import Network

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
    _check("n", n, 2, (1 << 31) - 1)
    _check("m", m, 1, n * (n - 1) // 2)
    bits = np.random.PCG64(to_key(rng))
    random = np.random.Generator(bits)
    giver = random.permutation(n)
    taker = giver.copy()
    apart = random.permutation(n)[: n // 2]
    taker[np.sort(apart)] = giver[apart]
    source, target = _draw_arcs(bits, _ranks(n), (giver, taker), m)
    return Network.from_edges(
        source,
        target,
        "weighted_cascade",
        nodes=np.arange(n),
        origin=f"power law with {n:,} nodes and {m:,} arcs",
    )


def _ranks(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the cumulative shares of the ranks, and for equally spaced numbers the first rank above each."""
    share = np.cumsum((np.arange(n) + _SHIFT) ** -_EXPONENT)
    share /= share[-1]
    steps = 1 << (n - 1).bit_length()
    return share, np.searchsorted(share, np.arange(steps) / steps, side="right")


def _draw_arcs(
    bits: np.random.PCG64, ranks: tuple[np.ndarray, ...], nodes: tuple[np.ndarray, ...], m: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw arcs in rounds of twice as many as are missing: all their sources first, then all their targets.

    Two generators, the second a round ahead, draw both ends block by block.
    """
    from seeding._kernels.randomness.random_arcs import add_arcs

    ends = np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int32)
    table = np.zeros(1 << (4 * m // 3).bit_length(), dtype=np.uint64)
    kept = 0
    while kept < m:
        size = 2 * (m - kept)
        ahead = np.random.PCG64()
        ahead.state = bits.state
        ahead.advance(size)
        pair = np.random.Generator(bits), np.random.Generator(ahead)
        for block in blocks(size):
            draws = tuple(random.random(block.stop - block.start) for random in pair)
            kept = add_arcs(draws, ranks, nodes, table, *ends, kept)
            if kept == m:
                break
        bits = ahead
    return ends


def _check(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise InputError(f"{name}={value!r} is not a whole number from {least:,} to {most:,}.")
