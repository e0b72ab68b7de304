"""Whether a campaign lives on by itself: simulated cascades as trees of who was convinced by whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime import checks
from seeding._runtime.files import atomic_write
from seeding._runtime.memory import demand
from seeding._runtime.progress import Progress
from seeding._runtime.rng import RandomSource, derive, to_key
from seeding._runtime.wording import percent
from seeding._runtime.work import open_work
from seeding.diffusion import IndependentCascade, check_model
from seeding.errors import InputError, shown
from seeding.network.labels import plain
from seeding.plan import estimate
from seeding.plan.estimate import Estimate
from seeding.plan.interval import Z95
from seeding.questions import preparing
from seeding.questions.inputs import network_of
from seeding.simulation.competition import refuse_thresholds, refuse_where_not_played
from seeding.simulation.trees import _MOST_HOPS, Trees, TreeTask, grow

# So many worlds of their own say what twice the mean is.
_PILOT_WORLDS = 256
# Bytes that are kept of a world: people by hop, and what its tree is like.
_WORLD = 500
# Where the seeds and the first hop are more than this share of the reach, the money reached it.
_BOUGHT = 0.9
# With no event in n trials, the 95 % upper bound of its probability is about 3 / n.
_NO_EVENT = 3.0


class Ratio(NamedTuple):
    """A ratio with its 95 % interval; all None where it cannot be told."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of_sums(cls, top: np.ndarray, bottom: np.ndarray, trials: float | None = None) -> Ratio:
        """Estimate E[top] / E[bottom] from one pair per world, by the delta method.

        The variance of the ratio r of two means is that of (top − r·bottom) / mean(bottom), over the worlds
        (Cochran, Sampling Techniques, 1977, section 2.11). Where top never occurred, the interval ends at
        3 / `trials`, which are Σ bottom if None.
        """
        below = float(bottom.mean())
        if below <= 0:
            return cls(None, None, None)
        value = float(top.mean()) / below
        if value == 0:
            return cls(0.0, 0.0, _NO_EVENT / (float(bottom.sum()) if trials is None else trials))
        half = Z95 * float(np.std(top - value * bottom, ddof=1)) / below / float(np.sqrt(top.size))
        return cls(value, max(value - half, 0.0), value + half)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return self._asdict()

    def __str__(self) -> str:
        if self.value is None:
            return "cannot be told"
        return f"{self.value:.3g} (95 % interval {self.low:.3g} to {self.high:.3g})"

    def percent(self) -> str:
        """Say it as a percentage."""
        if self.value is None or self.low is None or self.high is None:
            return "cannot be told"
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True, eq=False, repr=False)
class Virality:
    """How cascades from a list of seeds live on, hop by hop.

    People are counted as people in what is said of trees (`branching`, `generations`, `depth`,
    `structural_virality`), whatever their weights; `reach`, `beyond_first_hop` and `chance_over` count
    weight, as everywhere. All intervals are 95 %.

    Attributes
    ----------
    branching
        R: people reached at the second hop for each one reached at the first. Above 1 the cascade grows at
        first; below 1 each hop reaches fewer than the one before. Told nowhere if nobody, or nobody in time,
        is reached at the first or can be at the second.
    generations
        One row per hop (0: the seeds): people reached there in a world on average, with interval, and the
        ratio to the hop before, with interval. The last row of 33 stands for all that follow.
    depth
        Mean number of hops from a seed, over everybody reached, seeds included.
    structural_virality
        Mean distance between two people of the same tree (Goel, Anderson, Hofman and Watts, Management
        Science 2016), averaged over the trees of two people or more. Each seed is the root of a tree. 2 at
        most for a broadcast, and the larger the more it is passed from person to person.
    reach
        What is reached.
    beyond_first_hop
        Share of the reach that is neither a seed nor told by one.
    over, chance_over
        A size, and the probability that one campaign reaches more (Clopper–Pearson interval).
    seeds, worlds
        How many seeds, and how many simulated campaigns.
    """

    branching: Ratio
    generations: pd.DataFrame
    depth: Ratio
    structural_virality: Ratio
    reach: Estimate
    beyond_first_hop: Ratio
    over: float
    chance_over: Ratio
    seeds: int
    worlds: int

    @property
    def grows(self) -> bool:
        """Whether R is above 1 beyond doubt: its whole interval is."""
        return self.branching.low is not None and self.branching.low > 1

    @property
    def is_bought(self) -> bool:
        """Whether seeds and first hop are more than 90 % of the reach."""
        beyond = self.beyond_first_hop.value
        return beyond is not None and 1 - beyond > _BOUGHT

    @property
    def hop_names(self) -> list[str]:
        """Name each row of `generations`: its hop; the last of 33 stands for all that follow."""
        hops = self.generations["hop"].tolist()
        return [f"{hop}" + (" and later" if hop == _MOST_HOPS - 1 else "") for hop in hops]

    def __repr__(self) -> str:
        return f"Virality(R {self.branching}, reach {self.reach})"

    def summary(self) -> str:
        """Describe the campaign in words.

        The words viral and exponential occur only where R is above 1 beyond doubt.
        """
        return "\n".join(f"{name:<16}{words}" for name, words in self.lines())

    def lines(self) -> list[tuple[str, str]]:
        """Say what `summary` says, a name and words each."""
        seeds = f"{self.seeds:,} {'seed' if self.seeds == 1 else 'seeds'}"
        return [
            ("Reach", f"{self.reach}, from {seeds} ({self.worlds:,} simulated campaigns)"),
            ("Next hop", self._say_branching()),
            ("Depth", f"people are {self.depth} hops from a seed on average"),
            ("Shape", self._say_shape()),
            ("Beyond", f"{self.beyond_first_hop.percent()} of the reach is beyond the first hop"),
            (
                "Large ones",
                f"{self.chance_over.percent()} of all campaigns reach more than {_size(self.over)}",
            ),
            ("Verdict", self.verdict),
        ]

    def _say_branching(self) -> str:
        if self.branching.value is None:
            return (
                "how it goes on after the first hop cannot be told: nobody is reached there, or not in time"
            )
        return f"each person of the first hop brings R = {self.branching} of the second"

    def _say_shape(self) -> str:
        if self.structural_virality.value is None:
            return "no seed convinces anybody"
        return f"two people of the same cascade are {self.structural_virality} hops apart on average"

    @property
    def verdict(self) -> str:
        """Say in a sentence or two what this means."""
        said = []
        if self.is_bought:
            # "not virality" is how one would say it; but the letters of that word stay out of every text
            # about a campaign that does not grow.
            said.append(
                f"{percent(1 - (self.beyond_first_hop.value or 0.0))} of the reach are the seeds and those "
                "they tell: this is media buying, not word of mouth."
            )
        if self.branching.value is None:
            said.append("Nothing shows that it lives on by itself.")
        elif self.grows:
            said.append(
                "Each hop reaches more people than the one before: it is viral at first, with exponential "
                "growth until it runs out of people who have not heard."
            )
        elif self.branching.high is not None and self.branching.high < 1:
            said.append(
                "Each hop reaches fewer people than the one before, so it dies out by itself; for more "
                "reach, more has to be seeded."
            )
        else:
            said.append(
                "Whether each hop reaches more or fewer people than the one before is open: the interval "
                "of R holds 1."
            )
        return " ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        frame = self.generations.astype(object).where(self.generations.notna(), None)
        rows = frame.itertuples(index=False, name=None)
        return {
            "branching": self.branching.to_dict(),
            "generations": [
                dict(zip(frame.columns, plain(row), strict=True))
                | ({"and_later": True} if row[0] == _MOST_HOPS - 1 else {})
                for row in rows
            ],
            "depth": self.depth.to_dict(),
            "structural_virality": self.structural_virality.to_dict(),
            "reach": self.reach.to_dict(),
            "beyond_first_hop": self.beyond_first_hop.to_dict(),
            "over": self.over,
            "chance_over": self.chance_over.to_dict(),
            "seeds": self.seeds,
            "worlds": self.worlds,
            "verdict": self.verdict,
        }

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """Return it as JSON text and, where a path is given, write it there in one atomic step."""
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False)
        if path is not None:
            with atomic_write(path) as file:
                file.write(text + "\n")
        return text


def virality(
    network: Any,
    model: IndependentCascade,
    seeds: object,
    *,
    worlds: int = 4_000,
    over: float | None = None,
    probability: Any = None,
    rng: RandomSource = None,
    threads: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
) -> Virality:
    """Tell whether a campaign lives on by itself, from simulated cascades as trees.

    Each world is simulated step by step. Who is convinced by several in the same step belongs to one of them,
    the first in a random order. The branching number is R = E[people at hop 2] / E[people at hop 1]. (The
    mean number of people whom a person convinces would not do: everybody but the seeds is convinced by one,
    so that over a whole cascade of n people from s seeds it is (n − s) / n, below 1 always.)

    Parameters
    ----------
    network
        A `Network`, the path of a file that `read_network` reads, or anything `Network.from_any` takes.
    model
        How the message spreads. Its deadline holds. Quality, fidelity and discount say what somebody counts,
        not who is reached, so they change nothing here; bad news that travels further does.
    seeds
        Labels of the seeds; a label given twice counts once.
    worlds
        How many cascades to simulate.
    over
        Tell how likely a campaign reaches more than this. None: twice the mean, of other worlds.
    probability
        For a graph or a file that is not a `Network` yet.
    rng, threads, executor, progress
        Randomness (the same key gives the same answer, whatever the threads), parallelism and display.

    Raises
    ------
    InputError
        If there is no seed, one is unknown, or an argument is out of range.

    Examples
    --------
    >>> import seeding as sd
    >>> path = sd.Network.from_edges([0, 1, 2, 3], [1, 2, 3, 4], 1.0)
    >>> found = sd.virality(path, sd.IndependentCascade(), [0], rng=1)
    >>> found.branching.value, found.depth.value, found.structural_virality.value
    (1.0, 2.0, 2.0)
    """
    check_model(model)
    network = preparing.settle(network_of(network, probability), None, model)
    refuse_thresholds("virality", model)
    refuse_where_not_played("virality", network)
    worlds, over = _check_worlds(worlds), _check_over(over)
    nodes = network.index(seeds)
    if nodes.size == 0:
        raise InputError("seeds is empty; name at least one.")
    key = to_key(rng)
    task = TreeTask.make(network, nodes, key, model)
    with open_work(threads, executor, progress, "simulating") as (workers, display):
        if over is None:
            pilot = TreeTask.make(network, nodes, derive(key, 1), model)
            over = 2 * float(grow(pilot, _PILOT_WORLDS, workers, display).reach[:, 0].mean())
        trees = grow(task, worlds, workers, display)
    return describe(trees, over, task)


def describe(trees: Trees, over: float, task: TreeTask) -> Virality:
    """Estimate everything from the trees of all worlds."""
    hops, reach = trees.hops.astype(np.float64), trees.reach[:, 0]
    people, worlds = hops.sum(axis=1), reach.size
    second = hops[:, 2] if hops.shape[1] > 2 else np.zeros(worlds)
    first = hops[:, 1] if task.last > 1 else np.zeros(worlds)
    larger = int((reach > over).sum())
    chance = Ratio(
        larger / worlds,
        estimate.binomial_lower(larger, worlds, 0.025),
        estimate.binomial_upper(larger, worlds, 0.025),
    )
    return Virality(
        branching=Ratio.of_sums(second, first),
        generations=_generations(hops),
        depth=Ratio.of_sums(trees.shape[:, 0], people),
        structural_virality=Ratio.of_sums(trees.shape[:, 1], trees.shape[:, 2]),
        reach=Estimate.from_sample(reach),
        beyond_first_hop=Ratio.of_sums(trees.reach[:, 1], reach, worlds),
        over=over,
        chance_over=chance,
        seeds=int(task.seeds.size),
        worlds=int(worlds),
    )


def _generations(hops: np.ndarray) -> pd.DataFrame:
    """Make the table of hops as far as anybody was reached."""
    last = int(np.flatnonzero(hops.sum(axis=0))[-1])
    rows = []
    for hop in range(last + 1):
        reached = hops[:, hop]
        half = Z95 * float(reached.std(ddof=1)) / np.sqrt(reached.size)
        mean = float(reached.mean())
        row = {"hop": hop, "people": mean, "low": max(mean - half, 0.0), "high": mean + half}
        # What stands for all that follow is no single hop, so that its ratio would say nothing.
        apart = 0 < hop < _MOST_HOPS - 1
        ratio = Ratio.of_sums(reached, hops[:, hop - 1]) if apart else Ratio(None, None, None)
        rows.append(row | {"ratio": ratio.value, "ratio_low": ratio.low, "ratio_high": ratio.high})
    return pd.DataFrame(rows).astype(dict.fromkeys(("ratio", "ratio_low", "ratio_high"), float))


def _size(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}" if value >= 10 else f"{value:.3g}"


def _check_worlds(worlds: object) -> int:
    count = checks.whole("worlds", worlds, 2)
    demand(_WORLD * count, f"worlds={count:,}")
    return count


def _check_over(over: object) -> float | None:
    if over is None:
        return None
    size = checks.as_number(over)
    if size is None or size < 0:
        raise InputError(
            f"over={shown(over)} is not a number of 0 or more; give the size a campaign should exceed."
        )
    return size
