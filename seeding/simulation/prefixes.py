"""What each leading part of the seeds reaches, where seeds do not simply add to those before them."""

from __future__ import annotations

import numpy as np

from seeding._runtime.executors import Workers
from seeding.simulation.competition_simulation import DuelTask, GainTask, PrefixTask
from seeding.simulation.measuring import Spread
from seeding.simulation.simulation import FIRST_WORLDS

# At most so many looks at arcs are spent on it, as far as the fewest worlds allow.
_LOOKS = 1 << 31
_PILOT_WORLDS = 16


def with_prefixes(spread: Spread, task: DuelTask, workers: Workers) -> Spread:
    """Return a measured spread with what the first 1, 2, … seeds reach.

    Each part is simulated in the first worlds of those that measured all seeds, and what it lacks there is
    taken from the reach of all: σ(S_j) ≈ mean_N(F) − mean_n(F − F_j), with F the reach of all and F_j of the
    part. The same worlds make the difference small (common random numbers), and the last part has exactly
    the reach of all. Its variance is Var(F)/N + Var(F − F_j)/n − 2·Cov(F, F − F_j)/N. A seed may add
    less than nothing.
    """
    from seeding._kernels.forward.arc_by_arc import GRAIN

    count = task.seeds.size
    if count == 0:
        return spread._replace(marginal=np.empty(0), cumulative=np.empty(0), cumulative_stderr=np.empty(0))
    worlds = min(GRAIN, spread.reach.size)
    if spread.reach.size > GRAIN:
        looks = GainTask(task, np.array([-1]))(0, _PILOT_WORLDS)[1] / _PILOT_WORLDS
        by_work = int(_LOOKS / (looks * count + task.out.indices.size + 1.0) // GRAIN) * GRAIN
        worlds = min(max(by_work, GRAIN), FIRST_WORLDS, spread.reach.size)
    sums = np.concatenate(list(workers.map(PrefixTask(task), 0, worlds, GRAIN))).sum(axis=0) / worlds
    lack, square, product = sums.T
    mean, part = float(spread.reach.mean()), spread.reach[:worlds]
    both = product - lack * float(part.mean())
    variance = float(spread.reach.var()) / spread.reach.size
    variance = variance + (square - lack**2) / worlds - 2 * both / spread.reach.size
    cumulative = mean - lack
    stderr = np.sqrt(np.maximum(variance, 0.0))
    return spread._replace(
        marginal=np.diff(cumulative, prepend=0.0), cumulative=cumulative, cumulative_stderr=stderr
    )
