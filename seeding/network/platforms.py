"""Several platforms as one network: accounts are nodes, and a person with several accounts counts once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from seeding._runtime.checks import as_number
from seeding.errors import InputError, assume, listing, shown
from seeding.network import label_joining
from seeding.network import labels as label_tools
from seeding.network.core import AnyNetwork, NetworkCore
from seeding.network.labels import Labels

Person: TypeAlias = "pd.DataFrame | str | None"
Crossing = float | Mapping[tuple[str, str], float]
# What `person=` says where accounts of one name are one person.
SAME_LABEL = "label"


def couple(
    make: Callable[..., AnyNetwork],
    networks: Mapping[str, AnyNetwork],
    person: Person = None,
    crossing: Crossing = 0.0,
    scale: Mapping[str, float] | None = None,
    separator: str = "/",
) -> AnyNetwork:
    """Join the networks of several platforms; see `Network.couple`."""
    names = _check_platforms(networks)
    sizes = [networks[name].n_nodes for name in names]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    platform = np.repeat(np.arange(len(names)), sizes)
    number, persons = _number_persons(networks, person, starts)
    weights = _by_person(np.concatenate([networks[name].weights for name in names]), number)
    factors = _read_scale(scale, names)
    parts = []
    for name, start in zip(names, starts.tolist(), strict=False):
        out = networks[name].out
        parts.append((out.rows() + start, out.indices + start, out.probability * factors[name]))
    _tell_clipped(names, parts)
    parts.append(_crossings(number, platform, _crossing_table(crossing, names)))
    source, target, probability = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    joined = make(
        source,
        target,
        np.minimum(probability, 1.0),
        nodes=np.arange(starts[-1]),
        weights=weights,
        origin=f"{len(names)} platforms: {', '.join(names)}",
        probability_name="of the platforms, and between own accounts",
    )
    accounts = [f"{name}{separator}{label}" for name in names for label in networks[name].labels]
    labels = Labels.of(label_tools.as_labels(accounts, "accounts"))
    index = labels.index
    if index.has_duplicates:
        twice = index[index.duplicated()]
        raise InputError(f"two accounts would be called {listing(twice)}; choose another separator=.")
    people = _people(networks, names, persons, index)
    return replace(joined, names=labels, people=people, person=number)


def _check_platforms(networks: Mapping[str, NetworkCore]) -> list[str]:
    if not isinstance(networks, Mapping) or len(networks) == 0:
        raise InputError("networks is not a mapping from the name of each platform to its network.")
    for name, network in networks.items():
        if not isinstance(name, str) or not name:
            raise InputError(f"platform {name!r} has no name; write it as a text, as in 'tiktok'.")
        if not isinstance(network, NetworkCore):
            raise InputError(
                f"the network of {name!r} is a {type(network).__name__}; pass a seeding.Network."
            )
        if network.extras:
            raise InputError(
                f"the network of {name!r} has exposure, delays, persons or an organic start already; couple "
                "the platforms first, then add these."
            )
    return list(networks)


def _number_persons(
    networks: Mapping[str, NetworkCore], person: Person, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give the person of each account a number (int32); returns these, and the person's label."""
    labels = np.concatenate([network.names.array().astype(object) for network in networks.values()])
    if isinstance(person, str) and person == SAME_LABEL:
        known = labels
    else:
        known = np.full(labels.size, None, dtype=object)
        if person is not None:
            _fill_persons(networks, person, starts, known)
    alone = pd.Series(known, dtype=object).isna().to_numpy()
    named = np.full(known.size, None, dtype=object)
    named[~alone] = label_joining.settled(label_tools.as_labels(known[~alone], "person"), "the persons")
    codes, _ = pd.factorize(pd.Series(named, dtype=object))
    codes = codes.astype(np.int64)
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    owners = np.where(alone, labels, named)
    return codes.astype(np.int32), owners


def _fill_persons(
    networks: Mapping[str, NetworkCore], table: Any, starts: np.ndarray, known: np.ndarray
) -> None:
    """Write the person of each account that a table names into `known`."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"person={table!r} is not understood; pass a table with columns platform, account and person, or "
            "'label' if accounts of one name are one person."
        )
    for column in ("platform", "account", "person"):
        if column not in table.columns:
            raise InputError(
                f"the table of persons has no column {column!r}; it has {listing(table.columns)}."
            )
    names = list(networks)
    unknown = np.flatnonzero(~table["platform"].isin(names).to_numpy())
    if unknown.size:
        value = table["platform"].iloc[unknown[0]]
        raise InputError(f"person= names platform {value!r} (row {unknown[0]}); there is {listing(names)}.")
    empty = np.flatnonzero(table["person"].isna().to_numpy())
    if empty.size:
        raise InputError(
            f"the table of persons has no person in row {empty[0]}; name one, or leave the row out."
        )
    for name, start in zip(names, starts.tolist(), strict=False):
        rows = np.flatnonzero((table["platform"] == name).to_numpy())
        given = label_tools.as_labels(table["account"].to_numpy()[rows], "account")
        found = label_tools.find(networks[name].labels, given)
        if (found < 0).any():
            row = int(rows[np.argmax(found < 0)])
            raise InputError(
                f"person= names account {table['account'].iloc[row]!r} (row {row}), who is not in "
                f"the network of {name!r}."
            )
        if np.unique(found).size != found.size:
            at = int(rows[np.flatnonzero(pd.Series(found).duplicated())[0]])
            raise InputError(
                f"person= names account {table['account'].iloc[at]!r} of {name!r} twice (row {at}); "
                "an account belongs to one person."
            )
        known[start + found] = table["person"].to_numpy()[rows]


def _by_person(weights: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Give all accounts that count the largest weight that their person has on any platform."""
    most = np.zeros(int(number.max()) + 1)
    np.maximum.at(most, number, weights)
    return np.where(weights > 0, most[number], 0.0)


def _read_scale(scale: Mapping[str, float] | None, names: list[str]) -> dict[str, float]:
    if not (scale is None or isinstance(scale, Mapping)):
        raise InputError(f"scale={shown(scale)} is not a mapping from platform to factor; give one.")
    factors = dict.fromkeys(names, 1.0)
    for name, factor in ({} if scale is None else scale).items():
        if name not in factors:
            raise InputError(f"scale names platform {name!r}; there is {listing(names)}.")
        number = as_number(factor)
        if number is None or number < 0:
            raise InputError(f"scale of {name!r} is {shown(factor)}; give a number of 0 or more.")
        factors[name] = number
    return factors


def _tell_clipped(names: list[str], parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
    for name, (_, _, probability) in zip(names, parts, strict=True):
        over = int((probability > 1).sum())
        if over:
            assume(
                f"scale puts {over:,} of {probability.size:,} probabilities of {name!r} above 1 (up to "
                f"{probability.max():.4g}); they count as 1."
            )


def _crossing_table(crossing: Crossing, names: list[str]) -> np.ndarray:
    """Return the chance of crossing from each platform (row) to each (column)."""
    if not isinstance(crossing, Mapping):
        return np.full((len(names), len(names)), _chance(crossing, "crossing"))
    table = np.zeros((len(names), len(names)))
    for pair, chance in crossing.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or any(name not in names for name in pair):
            raise InputError(
                f"crossing names {pair!r}; give pairs of platforms (from, to) of {listing(names)}."
            )
        table[names.index(pair[0]), names.index(pair[1])] = _chance(chance, f"crossing of {pair!r}")
    return table


def _chance(value: Any, what: str) -> float:
    number = as_number(value)
    if number is None or not 0 <= number <= 1:
        raise InputError(f"{what} is {shown(value)}; give a probability from 0 to 1.")
    return number


def _crossings(
    number: np.ndarray, platform: np.ndarray, table: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make the arcs between the accounts of each person, as far as crossing is possible."""
    order = np.argsort(number, kind="stable")
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    sources, targets = [], []
    for start, stop in pairwise([0, *cuts.tolist(), order.size]):
        if stop - start < 2:
            continue
        own = order[start:stop]
        pairs = ~np.eye(own.size, dtype=np.bool_)
        first, second = np.nonzero(pairs)
        sources.append(own[first])
        targets.append(own[second])
    if not sources:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    source, target = np.concatenate(sources), np.concatenate(targets)
    probability = table[platform[source], platform[target]]
    kept = probability > 0
    return source[kept], target[kept], probability[kept]


def _people(
    networks: Mapping[str, NetworkCore], names: list[str], persons: np.ndarray, index: pd.Index
) -> pd.DataFrame:
    """Say of every account its platform, its name there and its person, and what is known besides."""
    tables = []
    for name in names:
        network = networks[name]
        table = pd.DataFrame({"platform": name, "account": label_tools.plain(network.labels)})
        if network.people is not None:
            known = network.people.drop(columns=["platform", "account", "person"], errors="ignore")
            table = pd.concat([table, known.reset_index(drop=True)], axis=1)
        tables.append(table)
    joined = pd.concat(tables, ignore_index=True)
    joined.insert(2, "person", pd.Series(persons, dtype=object).infer_objects())
    return joined.set_axis(index, axis=0)
