"""What is known before any sampling: whom the candidates can reach at all.

Where that is a small part of all who count, RR sets from anywhere else never hold a candidate. They are left
out by giving weight only to those who can be reached: no plan reaches less for it in any world. Where it is
nobody, there is nothing to sample. Where hardly ever anybody accepts, samples are drawn given that somebody
does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seeding.errors import InfeasibleError
from seeding.network.network import Network
from seeding.sampling.acceptance import chance_of_any
from seeding.selection.problem import Problem

# Only a smaller part of the total weight is worth leaving the rest out.
_SMALL_PART = 0.01


def within_reach(problem: Problem) -> Problem:
    """Return the same problem where only those count whom somebody to choose can reach, if they are few.

    What they weigh together is the `total_weight` of its network then; 0 if nobody can be reached. Where it
    is unlikely that anybody accepts, only worlds in which somebody does are sampled; in all others every plan
    reaches nobody, so that the weights times this probability stand for the weights.
    """
    network = problem.network
    nodes = problem.nodes[_able(problem)]
    enough = _SMALL_PART * network.total_weight
    if network.active.size or float(network.weights[nodes].sum()) < enough:
        marks = _reached(problem, np.unique(nodes), enough)
        if marks is not None:
            network = replace(network, weights=np.where(marks, network.weights, 0.0))
    chance = _chance_of_any(problem)
    if chance < _SMALL_PART:
        network = replace(network, weights=network.weights * chance)
        return replace(problem, network=network, chance=chance)
    return problem if network is problem.network else replace(problem, network=network)


def _chance_of_any(problem: Problem) -> float:
    """Return how likely it is that some candidate accepts something; each creator tosses one coin."""
    if problem.accept.size == 0 or problem.propagation.cause:
        return 1.0
    creators, place = np.unique(problem.creators, return_inverse=True)
    most = np.zeros(creators.size)
    np.maximum.at(most, place, problem.accept)
    return float(chance_of_any(most)[-1])


def refuse_nobody_reached(problem: Problem, narrowed: Problem) -> None:
    """Refuse candidates who can reach nobody who counts.

    Raises
    ------
    InfeasibleError
        If that is so; says why.
    """
    if narrowed.network.total_weight > 0:
        return
    if not _able(problem).any():
        raise InfeasibleError(
            "nobody can be reached: 'accept' is 0 for all who can be chosen; give those who may say yes a "
            "probability above 0."
        )
    anyway = ", but for those whom the organic start reaches anyway" if problem.network.active.size else ""
    raise InfeasibleError(
        "nobody can be reached: who can be chosen weighs 0, and no arcs with a probability above 0 lead from "
        f"there to anybody who weighs more{anyway}; check the direction of the arcs, their probabilities, "
        "and who counts (audience, weights)."
    )


def _able(problem: Problem) -> np.ndarray:
    """Mark the candidates whom some allowed choice may hold, and who may accept."""
    offers, forbidden = problem.offers, problem.program.forbidden
    able = np.zeros(problem.nodes.size, dtype=np.bool_)
    able[offers.members[np.repeat(~forbidden, offers.heads)]] = True
    return able & (problem.accept > 0) if problem.accept.size else able


def _reached(problem: Problem, nodes: np.ndarray, enough: float) -> np.ndarray | None:
    """Mark whom some nodes can reach and who is not reached anyway; None where these weigh `enough`."""
    from seeding._kernels.rows import reachable as kernels

    network, n = problem.network, problem.network.n_nodes
    mark, queue = np.zeros(n, dtype=np.int8), np.empty(n, dtype=np.int64)
    sure = _reached_anyway(problem, mark, queue)
    nodes = nodes[mark[nodes] != kernels.BLOCKED]
    weights = np.where(sure, 0.0, network.weights) if sure.size else network.weights
    queue[: nodes.size] = nodes
    mark[nodes] = kernels.PASSES
    steps = _steps(problem)
    met = kernels.mark_reachable(_arcs(network), weights, 0.0, steps, enough, nodes.size, queue, mark)
    if met >= enough:
        return None
    marks: np.ndarray = ((mark == kernels.PASSES) | (mark == kernels.SEES)) & (weights > 0)
    return marks


def _reached_anyway(problem: Problem, mark: np.ndarray, queue: np.ndarray) -> np.ndarray:
    """Mark whom those active anyway reach for certain; blocks in `mark` the ways past who passes it on then.

    Where it matters how soon somebody is reached, these are only the active themselves.
    """
    from seeding._kernels.rows import reachable as kernels

    network, active = problem.network, problem.network.active
    if active.size == 0:
        return np.empty(0, dtype=np.bool_)
    queue[: active.size] = active
    mark[active] = kernels.PASSES
    soon = problem.model.counts_distance or network.delays is not None or bool(problem.propagation.cause)
    steps = 0 if soon else network.n_nodes
    kernels.mark_reachable(_arcs(network), network.weights, 1.0, steps, np.inf, active.size, queue, mark)
    sure: np.ndarray = mark > kernels.UNMET
    mark[:] = np.where(mark == kernels.PASSES, kernels.BLOCKED, kernels.UNMET)
    return sure


def _steps(problem: Problem) -> int:
    """Count the steps that anybody is looked for: to where something still counts."""
    network, model = problem.network, problem.model
    if network.delays is not None or not model.counts_distance:
        return network.n_nodes
    return int(np.count_nonzero(model.values(network.n_nodes))) - 1


def _arcs(network: Network) -> tuple[np.ndarray, ...]:
    exposure = np.empty(0) if network.exposure is None else network.exposure
    return *network.out, exposure
