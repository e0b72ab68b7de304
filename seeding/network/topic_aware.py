"""Probabilities of arcs for a message: base × affinity × credibility × factors × shareability, at most 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from seeding._runtime.memory import blocks
from seeding.errors import InputError, listing
from seeding.network import arcs as arc_tools
from seeding.network import columns as cells
from seeding.network import people
from seeding.network.core import AnyNetwork, NetworkCore
from seeding.network.message import Message, is_number

# A pattern with the topic in place of {}, or the column of each topic.
Named = str | Mapping[str, str] | None
Factors = Mapping[str, Mapping[Any, float]]


def carry(
    network: AnyNetwork,
    message: Message,
    affinity: Named,
    by_topic: Named,
    credibility: str | float,
    factors: Factors,
) -> AnyNetwork:
    """Return the network with the probabilities that a message has; see `Network.carrying`."""
    _check(network, message, affinity, by_topic, factors)
    product, words = _base(network, message, by_topic)
    if affinity is not None:
        interest, said = _affinity(network, message, affinity)
        words.append(said)
        for block in blocks(product.size):
            product[block] *= interest[network.out.indices[block]]
    for values, said in (_credibility(network, credibility), *_factors(network, factors)):
        if said:
            words.append(said)
            product *= values
    if message.shareability != 1:
        words.append(f"shareability {message.shareability:g}")
        product *= message.shareability
    above = product > 1.0
    cut = product[above] - 1.0
    product[above] = 1.0
    carried = network.with_probability(product, " × ".join(words))
    report = replace(
        carried.report,
        clipped_arcs=int(cut.size),
        clipped_excess=float(cut.sum()),
        clipped_largest=1.0 + float(cut.max()) if cut.size else 0.0,
    )
    return replace(carried, report=report, message=message)


def _check(
    network: NetworkCore, message: Message, affinity: Named, by_topic: Named, factors: Factors
) -> None:
    """Refuse what does not go together."""
    if not isinstance(message, Message):
        raise InputError(f"message={message!r} is not a message; pass sd.Message(topics=…).")
    if network.message is not None:
        raise InputError(
            f"the network already carries a message ({network.message}); begin with the one it was made of."
        )
    if affinity is not None and by_topic is not None:
        raise InputError(
            "affinity= and by_topic= are both given, so topics would count twice; leave one out."
        )
    given = "affinity" if affinity is not None else "by_topic" if by_topic is not None else None
    if message.topics and given is None:
        raise InputError(
            f"the message is about {listing(message.topics)}, but nothing says whom that interests; pass "
            "affinity='topic_{}' (columns of people) or by_topic='p_{}' (columns of arcs)."
        )
    if given is not None and not message.topics:
        raise InputError(f"{given}= is given, but the message has no topics; give it some, or leave it out.")
    if not isinstance(factors, Mapping):
        raise InputError(
            f"factors={factors!r} is not understood; pass a mapping as {{'platform': {{'tiktok': 1.2}}}}."
        )


def _columns(message: Message, named: Named, what: str) -> dict[str, str]:
    """Name the column of each topic that has a weight."""
    if isinstance(named, str):
        if "{}" not in named:
            raise InputError(f"{what}={named!r} has no {{}} where the topic goes; write it as 'topic_{{}}'.")
        return {topic: named.replace("{}", topic) for topic, weight in message.topics.items() if weight > 0}
    if not isinstance(named, Mapping):
        raise InputError(f"{what}={named!r} is not understood; pass a text as 'topic_{{}}' or a mapping.")
    unknown = [topic for topic in named if topic not in message.topics]
    if unknown:
        raise InputError(
            f"{what} names the topics {listing(unknown)}, but the message is about "
            f"{listing(message.topics, 12)}; give those there, if with a weight of 0."
        )
    missing = [topic for topic, weight in message.topics.items() if weight > 0 and topic not in named]
    if missing:
        raise InputError(
            f"{what} has no column for the topics {listing(missing)} of the message; name one each."
        )
    return {topic: str(named[topic]) for topic, weight in message.topics.items() if weight > 0}


def _base(network: NetworkCore, message: Message, by_topic: Named) -> tuple[np.ndarray, list[str]]:
    """Return the probabilities to begin with, those of the network or mixed by topic, and words for them."""
    if by_topic is None:
        return network.out.probability.copy(), [network.report.probability_source]
    columns = _columns(message, by_topic, "by_topic")
    mixed = np.zeros(network.n_arcs)
    for topic, name in columns.items():
        mixed += message.topics[topic] * network.arc_numbers(name, most=1.0)
    # A mixture of probabilities is above 1 by rounding only.
    return np.minimum(mixed, 1.0, out=mixed), [_mixture(message, columns)]


def _affinity(network: NetworkCore, message: Message, affinity: Named) -> tuple[np.ndarray, str]:
    """Return how much the message interests each person, and words for it."""
    columns = _columns(message, affinity, "affinity")
    heard = np.diff(network.into.indptr) > 0
    interest = np.zeros(network.n_nodes)
    for topic, name in columns.items():
        column = people.column(network.people, name, f"the interest in {topic!r}")
        values = cells.numbers(column, name, _person(network), most=1.0, needed=heard)
        interest += message.topics[topic] * values
    return np.minimum(interest, 1.0, out=interest), f"affinity {_mixture(message, columns)}"


def _mixture(message: Message, columns: Mapping[str, str]) -> str:
    return f"({' + '.join(f'{message.topics[topic]:g} {name}' for topic, name in columns.items())})"


def _credibility(network: NetworkCore, credibility: str | float) -> tuple[Any, str]:
    """Return what each arc's probability is multiplied by for who the messenger is, and words for it."""
    if not isinstance(credibility, str):
        if not is_number(credibility) or not 0 <= credibility <= 1:
            raise InputError(
                f"credibility={credibility!r} is out of range; give a number from 0 to 1, or a column."
            )
        credibility = float(credibility)
        return credibility, "" if credibility == 1 else f"credibility {credibility:g}"
    said = f"credibility {credibility!r}"
    if _is_of_arcs(network, credibility):
        return network.arc_numbers(credibility, most=1.0), said
    column = people.column(network.people, credibility, "the credibility")
    values = cells.numbers(column, credibility, _person(network), most=1.0, needed=_tellers(network))
    return values[network.out.rows()], said


def _factors(network: NetworkCore, factors: Factors) -> list[tuple[np.ndarray, str]]:
    """Return for each column that has factors the one of every arc, and words for it."""
    found = []
    for name, table in factors.items():
        known = _read_table(name, table)
        if _is_of_arcs(network, name) and network.arcs is not None:
            every = np.ones(network.n_arcs, dtype=np.bool_)
            values = _look_up(network.arcs[name], name, known, every, _arc(network))
        else:
            column = people.column(network.people, name, "factors")
            values = _look_up(column, name, known, _tellers(network), _person(network))[network.out.rows()]
        found.append((values, f"factor of {name}"))
    return found


def _read_table(name: str, table: Any) -> dict[str, float]:
    """Check the factors of one column; the key of those who have no value is the empty text."""
    if not isinstance(table, Mapping) or not table:
        raise InputError(f"factors[{name!r}]={table!r} is not a mapping from value to factor; give it one.")
    known: dict[str, float] = {}
    for value, factor in table.items():
        if not is_number(factor) or factor < 0:
            raise InputError(f"factors[{name!r}] has {factor!r} for {value!r}; give a number of 0 or more.")
        if _written(value) in known:
            raise InputError(f"factors[{name!r}] has {value!r} twice; give each value one factor.")
        known[_written(value)] = float(factor)
    return known


def _written(value: Any) -> str:
    """Write a value as a file would, so that 3, 3.0 and '3' meet; the empty text stands for none."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.0f}" if value.is_integer() else repr(float(value))
    return str(value)


def _look_up(
    column: pd.Series, name: str, known: Mapping[str, float], needed: np.ndarray, who: Any
) -> np.ndarray:
    """Find the factor of each row; 1 where a row does not matter and its value has none.

    Raises
    ------
    InputError
        If a row that matters has a value without a factor; says whose it is.
    """
    codes, uniques = pd.factorize(column)
    # Code −1, a missing value, is the last of these.
    written = [_written(value) for value in uniques] + [""]
    values = np.array([known.get(text, np.nan) for text in written])[codes]
    unknown = np.isnan(values)
    values[unknown] = 1.0
    unknown &= needed
    if unknown.any():
        row = int(np.argmax(unknown))
        text, present = written[codes[row]], listing(known, 12)
        given = f"the {name} {text!r}, for which" if text else f"no {name}, for which"
        hint = "add it" if text else "add '' for those who have none"
        raise InputError(
            f"{who(row)} has {given} factors has no value ({present} have one); {hint} "
            f"({int(unknown.sum()):,} have none)."
        )
    return values


def _is_of_arcs(network: NetworkCore, name: str) -> bool:
    """Tell whether a column is one of the arcs.

    Raises
    ------
    InputError
        If both arcs and people have one of that name.
    """
    of_arcs = network.arcs is not None and name in network.arcs.columns
    if of_arcs and network.people is not None and name in network.people.columns:
        raise InputError(f"both the arcs and the people have a column {name!r}; rename one of them.")
    return of_arcs


def _tellers(network: NetworkCore) -> np.ndarray:
    tellers: np.ndarray = np.diff(network.out.indptr) > 0
    return tellers


def _person(network: NetworkCore) -> Any:
    return lambda row: network.names.quoted(row)


def _arc(network: NetworkCore) -> Any:
    return lambda row: f"arc {arc_tools.arc_name(network.names, network.out, row)}"
