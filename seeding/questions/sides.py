"""What a list of seeds comes to where there are sides: who is won, and who is lost to bad news or a rival."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from seeding._runtime import checks
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource, to_key
from seeding._runtime.work import open_work
from seeding.diffusion import IndependentCascade, check_model
from seeding.plan.estimate import Estimate
from seeding.plan.sections import curve_rows
from seeding.questions import preparing
from seeding.questions.inputs import network_of
from seeding.questions.reach import check_worlds, seeds_accept
from seeding.simulation.competition import Duel, Tie
from seeding.simulation.measuring import Spread, measure, run_worlds
from seeding.simulation.propagation import Seeds, propagation_of


@dataclass(frozen=True, eq=False)
class Sides:
    """The expected reach of every side, from the same simulated campaigns.

    Attributes
    ----------
    reach
        Who ends up positive.
    curve
        One row per step: the reach by then with its 95 % interval (low, high), and the negative and the
        rival's where there are any; a row of step 32 stands for all that follow.
    negative, net
        Where the quality is below 1: who ends up negative, and `reach` less that. None otherwise.
    rival
        What the rival reaches. None where no rival was named.
    """

    reach: Estimate
    curve: pd.DataFrame
    negative: Estimate | None = None
    net: Estimate | None = None
    rival: Estimate | None = None

    def lines(self) -> list[tuple[str, str]]:
        """Say what is lost in words; a name and words each."""
        lines = []
        if self.negative is not None and self.net is not None:
            lines.append(("Negative", f"{self.negative} end up negative; the net reach is {self.net}"))
        if self.rival is not None:
            lines.append(("Rival", f"the rival reaches {self.rival}"))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; what there is none of is left out."""
        named = {"negative": self.negative, "net": self.net, "rival": self.rival}
        curve = curve_rows(self.curve)
        said = {name: value.to_dict() for name, value in named.items() if value is not None}
        return {"reach": self.reach.to_dict()} | said | {"curve": curve}


def estimate_sides(
    network: Any,
    seeds: object,
    *,
    model: IndependentCascade = IndependentCascade(),
    accept: Any = None,
    rivals: object = None,
    tie: Tie = "random",
    worlds: int | None = None,
    precision: float = 0.01,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Sides:
    """Estimate who is won and who is lost with any seed list, by fresh simulation step by step.

    As `estimate_reach`, but with all sides; each campaign is played literally, moods and all, also where
    bad news travels no further and there is no rival.

    Parameters
    ----------
    network, seeds, model, accept, rivals, tie, worlds, precision, probability, rng
        As for `estimate_reach`; the precision is that of the positive reach.
    threads, executor, progress
        Parallelism and display.

    Raises
    ------
    InputError
        If a seed is unknown or an argument is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> path = sd.Network.from_edges([0, 1, 2, 3], [1, 2, 3, 4], 1.0)
    >>> sides = sd.estimate_sides(path, [0], rivals=[2], worlds=100, rng=1)
    >>> sides.reach.mean, sides.rival.mean
    (2.0, 3.0)
    """
    precision = checks.share("precision", precision)
    check_model(model)
    network = preparing.settle(network_of(network, probability), None, model)
    duel = Duel.of(network, model, rivals, tie) or Duel.with_nobody()
    propagation = propagation_of(network, model, duel)
    nodes = network.index(seeds)
    asked = Seeds(nodes, seeds_accept(accept, network, nodes), network.one_of(nodes))
    task, reachable = propagation.forward(asked, to_key(rng)), propagation.reachability(asked)
    known = reachable.known()
    count = None if worlds is None else check_worlds(worlds, 2)
    with open_work(threads, executor, progress, "simulating") as (workers, shown):
        if count is None:
            spread = measure(task, precision, workers, shown, known=known)
        else:
            spread = Spread.join(run_worlds(task, 0, count, workers, shown))
    spread = reachable.told(spread)
    said: dict[str, Any] = {}
    for section in propagation.sections(spread):
        said |= section.values()
    said.pop("curve_worlds")  # those of the reach
    return Sides(Estimate.from_sample(spread.reach, known), **said)
