"""What reaching an account is worth in people: followers × view rate × real share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seeding._runtime.checks import LARGEST, LEAST
from seeding.errors import InputError
from seeding.network import columns, people
from seeding.network.building import are_weights
from seeding.network.core import AnyNetwork, NetworkCore
from seeding.network.message import is_number


def weigh(
    network: AnyNetwork,
    followers: str | float,
    view_rate: str | float,
    real_share: str | float,
    others: float | None,
) -> AnyNetwork:
    """Return the network weighed by audience; see `Network.with_audience_size`."""
    if network.report.audience or network.report.weight_source != "1 for everyone" or _is_weighed(network):
        raise InputError(
            "the network already has weights; leave them out, and say afterwards who counts (audience=)."
        )
    if others is not None and (not is_number(others) or others < 0):
        raise InputError(f"others={others!r} is out of range; give a number of 0 or more, or None.")
    known = np.ones(network.n_nodes, dtype=np.bool_)
    if others is not None and isinstance(followers, str):
        known = ~people.column(network.people, followers, "followers").isna().to_numpy(dtype=np.bool_)
    weights = _read(network, "followers", followers, np.inf, known)
    for name, rate in (("view_rate", view_rate), ("real_share", real_share)):
        weights *= _read(network, name, rate, 1.0, known)
    weights[~known] = 0.0 if others is None else others
    if not are_weights(weights):
        raise InputError(
            f"the weights made of followers add up to 0, or some are not 0 and not from {LEAST:g} to "
            f"{LARGEST:g}; check these columns."
        )
    said = (
        f"followers ({_said(followers)}) × view rate ({_said(view_rate)}) × real share ({_said(real_share)})"
    )
    if not known.all():
        said += f"; {int((~known).sum()):,} whose followers are unknown weigh {others:g}"
    report = replace(network.report, weight_source=said, new_weight=others)
    return replace(network, weights=weights, report=report)


def _is_weighed(network: NetworkCore) -> bool:
    return bool((network.weights != 1.0).any())


def _said(value: str | float) -> str:
    return f"column {value!r}" if isinstance(value, str) else f"{float(value):g}"


def _read(network: NetworkCore, name: str, value: str | float, most: float, needed: np.ndarray) -> np.ndarray:
    """Read a number for everybody: a column, or one number for all."""
    if isinstance(value, str):
        column = people.column(network.people, value, name)
        return columns.numbers(column, value, lambda row: network.names.quoted(row), most=most, needed=needed)
    if not is_number(value) or not 0 <= value <= most:
        rule = "a number of 0 or more" if most == np.inf else f"a number from 0 to {most:g}"
        raise InputError(f"{name}={value!r} is out of range; give {rule}, or a column of people.")
    return np.full(network.n_nodes, float(value))
