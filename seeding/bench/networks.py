"""The networks of the cases: public files where they are at hand, generated ones everywhere."""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from seeding import datasets
from seeding.bench.case import Build, Instance
from seeding.errors import InputError
from seeding.intake import Direction
from seeding.io.networks import read_network
from seeding.network import Network
from seeding.roster import Roster

Rule = float | str

LEAST_VIEWS = 10_000


def data_folder(named: str | os.PathLike[str] | None = None) -> Path | None:
    """Find the folder of public networks: the one named, else the variable SEEDING_DATA, else None.

    Raises
    ------
    InputError
        If a folder is named and does not exist.
    """
    path = named or os.environ.get("SEEDING_DATA")
    if not path:
        return None
    folder = Path(path)
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {str(path)!r} of public networks; check --data or SEEDING_DATA."
        )
    return folder


# --- generated ----------------------------------------------------------------------------------------


def karate(_folder: Path | None) -> Instance:
    """Make Zachary's karate club, p = 0.1."""
    return Instance(datasets.karate())


def les_miserables(_folder: Path | None) -> Instance:
    """Make the network of Les Misérables, p by shared chapters."""
    return Instance(datasets.les_miserables())


def creator_market(_folder: Path | None) -> Instance:
    """Make the embedded creator market with its fees."""
    return Instance(*datasets.creator_market())


@lru_cache(maxsize=1)
def _chung_lu(n: int, m: int) -> Network:
    # Neighbouring cases of a study of cost use the same network.
    return datasets.power_law(n, m, rng=1)


def power_law(n: int, m: int, probability: float | None = None) -> Build:
    """Make a builder of a Chung–Lu network: weighted cascade, or one probability for every arc."""

    def build(_folder: Path | None) -> Instance:
        network = _chung_lu(n, m)
        return Instance(network if probability is None else with_probability(network, probability))

    return build


def uniform_random(n: int, m: int) -> Build:
    """Make a builder of a directed network whose arcs are drawn uniformly, weighted cascade."""

    def build(_folder: Path | None) -> Instance:
        random = np.random.Generator(np.random.PCG64(1))
        codes = np.zeros(0, dtype=np.int64)
        while codes.size < m:
            source, target = random.integers(0, n, (2, 2 * m))
            codes = pd.unique(np.concatenate([codes, (source * n + target)[source != target]]))
        source, target = np.divmod(codes[:m], n)
        return Instance(Network.from_edges(source, target, "weighted_cascade", nodes=np.arange(n)))

    return build


def with_probability(network: Network, probability: float) -> Network:
    """Give every arc of a network the same probability."""
    source, target = network.out.rows(), network.out.indices
    return Network.from_edges(
        network.labels[source], network.labels[target], probability, nodes=network.labels
    )


# --- public files -------------------------------------------------------------------------------------


def edge_list(
    path: str, probability: Rule, *, directed: bool = True, direction: Direction | None = None
) -> Build:
    """Make a builder of a network from a text file within the folder of public networks."""

    def build(folder: Path | None) -> Instance:
        file = _within(folder, path)
        network = read_network(file, probability=probability, directed=directed, direction=direction)
        return Instance(network)

    return build


def twitch(country: str, probability: Rule) -> Build:
    """Make a builder of a country of the Twitch data: lifetime views as weights, fees by views."""

    def build(folder: Path | None) -> Instance:
        people, roster = twitch_tables(_within(folder, "twitch"), country)
        arcs = pd.read_csv(_within(folder, f"twitch/{country}_edges.csv"))
        network = Network.from_edges(
            arcs["from"],
            arcs["to"],
            probability,
            directed=False,
            nodes=people["node"],
            weights=people["views"].to_numpy(dtype=np.float64),
        )
        return Instance(network, Roster.from_any(roster[["candidate", "cost"]]))

    return build


def twitch_fee(views: pd.Series) -> pd.Series:
    """Return the fee for channels of so many lifetime views, in money with two decimals.

    The fee is 25 + 0.15 · views^0.7: about 120 for 10,000 views, 2,400 for a million and 12,000 for ten
    million, so the price of a view falls with size as it does in practice.
    """
    return (25 + 0.15 * views.astype(float) ** 0.7).round(2)


def twitch_tables(folder: Path, country: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a country's channels; returns the table of people and the roster.

    For hire are partners and channels of more than 10,000 views.
    """
    channels = pd.read_csv(folder / f"{country}_target.csv")
    people = channels[["new_id", "views"]].rename(columns={"new_id": "node"})
    for_hire = channels[channels["partner"] | (channels["views"] > LEAST_VIEWS)]
    roster = pd.DataFrame(
        {
            "candidate": for_hire["new_id"],
            "cost": twitch_fee(for_hire["views"]).map("{:.2f}".format),
            "views": for_hire["views"],
            "days": for_hire["days"],
            "partner": for_hire["partner"],
        }
    )
    return people, roster.sort_values("candidate")


def bimp(path: str, probability: Rule) -> Build:
    """Make a builder of an instance of the budgeted benchmark."""

    def build(folder: Path | None) -> Instance:
        network, costs = read_bimp(_within(folder, path), probability)
        return Instance(network, Roster.from_any(costs))

    return build


def read_bimp(path: Path, probability: Rule) -> tuple[Network, dict[int, int]]:
    """Read an instance of the budgeted benchmark: arcs, then costs in order of first appearance."""
    with gzip.open(path, "rt") as lines:
        n, m, *_ = (int(field) for field in next(lines).split())
        arcs = np.array([next(lines).split() for _ in range(m)], dtype=np.int64)
        costs = [int(next(lines)) for _ in range(n)]
    order = pd.unique(arcs.ravel())
    network = Network.from_edges(arcs[:, 0], arcs[:, 1], probability, directed=False)
    return network, dict(zip(order.tolist(), costs, strict=True))


def _within(folder: Path | None, path: str) -> Path:
    if folder is None:
        raise InputError(f"{path!r} is a public file; name the folder that holds it with --data.")
    return folder / path
