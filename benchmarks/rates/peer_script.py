"""Time one peer's simulation. Runs in the peers' own interpreter, so it imports nothing of ours.

python peer_script.py PEER ARCS.npz WORLDS
"""

from __future__ import annotations

import array
import json
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

ROUNDS = 7


def cynetdiff(arcs: dict[str, np.ndarray], worlds: int) -> Callable[[], float]:
    """Prepare cynetdiff: its compiled loop over trials."""
    from cynetdiff.models import IndependentCascadeModel

    starts = array.array("I", arcs["indptr"][:-1].tolist())
    targets, p = array.array("I", arcs["target"].tolist()), array.array("f", arcs["p"].tolist())
    model = IndependentCascadeModel(starts, targets, activation_probs=p)
    model.set_rng(1)
    seeds = arcs["seeds"].tolist()
    return lambda: model.compute_marginal_gains(seeds, [], worlds)[0]


def pynetim(arcs: dict[str, np.ndarray], worlds: int) -> Callable[[], float]:
    """Prepare pynetim: its compiled loop over trials, on one thread."""
    from pynetim import IMGraph, IndependentCascadeModel

    pairs = list(zip(arcs["source"].tolist(), arcs["target"].tolist(), strict=True))
    graph = IMGraph(pairs, arcs["p"].tolist(), True, False)
    model = IndependentCascadeModel(graph, set(arcs["seeds"].tolist()))
    return lambda: model.run_monte_carlo_diffusion(worlds, 1, False, 0)


def main() -> None:
    """Print the peer's worlds a second of its processor, and the reach it found."""
    peer, path, worlds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with np.load(path) as arcs:
        run = {"cynetdiff": cynetdiff, "pynetim": pynetim}[peer](dict(arcs), worlds)
    reach = run()
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    print(json.dumps({"rate": worlds / median(seconds), "reach": reach}))


if __name__ == "__main__":
    main()
