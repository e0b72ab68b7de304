"""Rules of thumb to compare a plan with: each ranks the candidates, and the ranking is bought in order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seeding.network.csr import Csr
from seeding.selection.feasible_prefix import Tracker
from seeding.selection.problem import Choice, Problem, fill_head_count, start_of

_DAMPING = 0.85
_PAGERANK_STEPS = 100
_PAGERANK_TOLERANCE = 1e-10


def random(problem: Problem) -> np.ndarray:
    """Rank at random, by the run's key."""
    rng = np.random.Generator(np.random.PCG64(problem.stage_key("shuffle")))
    return rng.permutation(problem.nodes.size)


def degree(problem: Problem) -> np.ndarray:
    """Rank by number of out-arcs."""
    return _descending(np.diff(problem.network.out.indptr)[problem.nodes])


def top_audience(problem: Problem) -> np.ndarray:
    """Rank by the weight of direct followers: the obvious choice of a team that counts followers."""
    return _descending(audience(problem)[problem.nodes])


def cheapest(problem: Problem) -> np.ndarray:
    """Rank by cost, the cheapest first."""
    return np.argsort(problem.costs, kind="stable")


def pagerank(problem: Problem) -> np.ndarray:
    """Rank by PageRank on the reversed network, arcs weighted by probability.

    A node ranks high if those it influences rank high (Page et al., 1999; used as a baseline in Chen et al.,
    KDD 2010). Power iteration with damping 0.85.
    """
    from scipy.sparse import csr_array

    into, n = problem.network.into, problem.network.n_nodes
    strength = np.add.reduceat(np.append(into.probability, 0.0), into.indptr[:-1])
    strength[np.diff(into.indptr) == 0] = 0.0
    share = into.probability / np.repeat(np.where(strength > 0, strength, 1.0), np.diff(into.indptr))
    give = csr_array((share, into.indices, into.indptr), shape=(n, n)).T
    rank = np.full(n, 1.0 / n)
    for _ in range(_PAGERANK_STEPS):
        spread = _DAMPING * (give @ rank + rank[strength == 0].sum() / n) + (1 - _DAMPING) / n
        moved = np.abs(spread - rank).sum()
        rank = spread
        if moved < _PAGERANK_TOLERANCE:
            break
    return _descending(rank[problem.nodes])


def degree_discount(problem: Problem) -> np.ndarray:
    """Rank by degree discount (Chen, Wang and Yang, KDD 2009, algorithm 4).

    After t of v's neighbours are chosen, d − 2t − (d − t)·t·p stands for v's degree d; p is the network's
    mean probability.
    """
    out, into = problem.network.out, problem.network.into
    p = float(out.probability.mean()) if out.probability.size else 0.0
    # Offers to one creator count as one: their places are those of the creators.
    creators, place = np.unique(problem.creators, return_inverse=True)
    place_of = np.full(problem.network.n_nodes, -1, dtype=np.int64)
    place_of[problem.nodes], place_of[creators] = place, np.arange(creators.size)
    by_place = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[by_place], np.arange(creators.size + 1))

    def offers_to(places: np.ndarray) -> np.ndarray:
        rows = [by_place[starts[at] : starts[at + 1]] for at in places.tolist()]
        return np.sort(np.concatenate([*rows, np.empty(0, dtype=np.int64)]))

    d = np.diff(out.indptr)[problem.nodes].astype(np.float64)
    t, score, left = np.zeros(d.size), d.copy(), problem.limits.money
    order: list[int] = []
    while len(order) < problem.limits.count(d.size):
        score[problem.costs > left] = -np.inf
        best = int(np.argmax(score))
        if not np.isfinite(score[best]):
            break
        order.append(best)
        left -= int(problem.costs[best])
        score[offers_to(place[[best]])] = -np.inf
        near = np.unique(place_of[np.concatenate([_row(into, best, problem), _row(out, best, problem)])])
        near = offers_to(near[near >= 0])
        near = near[np.isfinite(score[near])]
        t[near] += 1
        score[near] = d[near] - 2 * t[near] - (d[near] - t[near]) * t[near] * p
    return np.array(order, dtype=np.int64)


BASELINES: dict[str, Callable[[Problem], np.ndarray]] = {
    "random": random,
    "degree": degree,
    "degree_discount": degree_discount,
    "pagerank": pagerank,
    "top_audience": top_audience,
    "cheapest": cheapest,
}


def baseline(problem: Problem, name: str) -> Choice:
    """Buy what the rules demand, then a ranking in order, passing over whoever no longer fits.

    The plan lists all of them by the ranking.
    """
    with problem.phase(f"rank by {name}"):
        rank = BASELINES[name](problem)
        worth = np.zeros(problem.costs.size, dtype=np.int64)
        worth[rank] = np.arange(rank.size, 0, -1)
        tracker = Tracker(problem.program, start_of(problem, worth))
        bought = set(tracker.order)
        for candidate in rank.tolist():
            if tracker.full:
                break
            if candidate not in bought and tracker.fits(candidate):
                tracker.take(candidate)
    order = np.array(tracker.order, dtype=np.int64)
    order = order[np.lexsort((problem.nodes[order], -worth[order]))]
    return Choice(fill_head_count(order, problem), "complete")


def _descending(score: np.ndarray) -> np.ndarray:
    return np.argsort(-score, kind="stable")


def audience(problem: Problem) -> np.ndarray:
    """Sum the weights of the direct followers of every node."""
    out, weights = problem.network.out, problem.network.weights
    # One sum per row: differences of running sums would lose the small audiences beside a large weight.
    found: np.ndarray = np.bincount(out.rows(), weights=weights[out.indices], minlength=weights.size)
    return found


def _row(rows: Csr, candidate: int, problem: Problem) -> np.ndarray:
    v = problem.nodes[candidate]
    row: np.ndarray = rows.indices[rows.indptr[v] : rows.indptr[v + 1]]
    return row
