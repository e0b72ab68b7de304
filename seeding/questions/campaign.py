"""The campaign of a plan: its arguments, in the tables of a campaign file, and back.

The tables are ``network``, ``nodes``, ``roster``, ``limits``, ``model``, ``message``, ``rules`` and
``output``. Their keys are the names of the public arguments, and ``path`` for the file of a table. What is as
usual is left out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from seeding._runtime.rng import Key
from seeding._runtime.source import Source, as_plain
from seeding.diffusion import IndependentCascade, LinearThreshold
from seeding.errors import AssumptionWarning, InputError, listing
from seeding.network.message import Message
from seeding.network.network import Network
from seeding.questions.question import Question
from seeding.roster.roster import Roster
from seeding.rules.rules import KINDS, AtLeastReach, Rule
from seeding.rules.values import as_mapping, part_text

# Arguments of a question by the table that they stand in.
_LIMITS = (
    "budget", "k", "budgets", "target_reach", "confidence", "budget_on", "value_per_reach", "conversion",
    "value", "method", "objective", "group", "audience", "gap", "delta", "precision", "time_limit",
    "memory_limit", "start",
)  # fmt: skip
_MODELS = {"independent_cascade": IndependentCascade, "linear_threshold": LinearThreshold}
# What a network is made into after it was read, with the arguments of each in the order of their use.
_RATES = ("view", "share"), ("delay", "meeting")
_SIZES = ("view_rate", "real_share", "others")


def tables_of(question: Question, network: Network, roster: Roster | None) -> dict[str, Any]:
    """Return the campaign of a question as plain values."""
    found: dict[str, Any] = {}
    for source in (network.source, None if roster is None else roster.source):
        found |= {} if source is None else {name: dict(held) for name, held in source.tables.items()}
    limits = {name: _plain(getattr(question, name)) for name in _LIMITS if _said(question, name)}
    found["limits"] = limits
    found["model"] = _model_table(question)
    if question.constraints:
        found["rules"] = [rule_table(rule) for rule in question.constraints]
    return found


def missing_from(network: Network, roster: Roster | None) -> tuple[str, ...]:
    """Name the inputs that the campaign does not describe, as they were made in memory."""
    absent = [] if _is_whole(network.source) else ["network"]
    absent += [] if roster is None or _is_whole(roster.source) else ["roster"]
    return tuple(absent)


def _is_whole(source: Source | None) -> bool:
    return source is not None and not source.missing


def _said(question: Question, name: str) -> bool:
    usual = next(one.default for one in fields(Question) if one.name == name)
    return bool(getattr(question, name) != usual)


def _plain(value: object) -> Any:
    """Return an argument as a plain value; exact amounts as text."""
    if isinstance(value, (Decimal, Fraction)):
        return str(value)
    try:
        return as_plain(value)
    except TypeError:
        return [_plain(item) for item in value] if hasattr(value, "__iter__") else str(value)


def _model_table(question: Question) -> dict[str, Any]:
    """Describe how the message spreads, and what it is up against."""
    model = question.model
    name = next(name for name, kind in _MODELS.items() if isinstance(model, kind))
    said: dict[str, Any] = {"type": name}
    said |= {one.name: _plain(getattr(model, one.name)) for one in fields(model) if _differs(model, one)}
    if question.rivals is not None:
        said |= {"rivals": _plain(question.rivals), "tie": question.tie}
    return said


def _differs(model: Any, one: Any) -> bool:
    return bool(one.init and getattr(model, one.name) != one.default)


def rule_table(rule: Rule | AtLeastReach) -> dict[str, Any]:
    """Return a rule as a table ``[[rules]]``: its type and its arguments, exact numbers as text."""
    kind = type(rule).__name__
    said: dict[str, Any] = {"type": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()}
    for one in fields(rule):
        value = getattr(rule, one.name)
        if one.name == "group" and not isinstance(value, str):
            said["group" if kind == "VolumeDiscount" else "where"] = as_mapping(value)
        elif isinstance(value, Fraction):
            said[one.name] = part_text(value)
        elif value is not None:
            said[one.name] = _plain(value)
    return said


def rule_of(table: Mapping[str, Any]) -> Rule | AtLeastReach:
    """Return the rule that a table describes.

    Raises
    ------
    InputError
        If its type is unknown, or a value does not fit.
    """
    held = dict(table)
    kind = str(held.pop("type", "")).replace("_", "").lower()
    if kind == "atleastreach":
        return AtLeastReach(**held)
    made: Any = next((made for name, made in KINDS.items() if name.lower() == kind), None)
    if made is None:
        raise InputError(f"there is no rule {table.get('type')!r}; the rules are {listing(KINDS, 20)}.")
    try:
        return made(*held.pop("candidates", ()), **held)  # type: ignore[no-any-return]
    except TypeError as error:
        raise InputError(f"the rule {table.get('type')!r} does not fit: {error}.") from None


def arguments_of(tables: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the arguments of a question from its campaign and the key, but for network and roster.

    Raises
    ------
    InputError
        If a table holds something unknown or out of range.
    """
    model = dict(tables.get("model", {}))
    rivals = {name: model.pop(name) for name in ("rivals", "tie") if name in model}
    kind = _MODELS.get(str(model.pop("type", "independent_cascade")))
    unknown = sorted(set(tables.get("limits", {})) - set(_LIMITS))
    if kind is None or unknown:
        raise InputError(
            f"the campaign has an unknown model, or limits {listing(unknown)}; write the plan again."
        )
    try:
        spread = kind(**model)
    except TypeError as error:
        raise InputError(f"the campaign's model does not fit: {error}.") from None
    rules = tuple(rule_of(table) for table in tables.get("rules", ()))
    return {
        **tables.get("limits", {}),
        **rivals,
        "model": spread,
        "constraints": rules,
        "rng": Key(int(key, 16)),
    }


def read_inputs(tables: Mapping[str, Any]) -> tuple[Network, Roster | None]:
    """Read the network and the roster of a campaign again, without repeating what was assumed before.

    Raises
    ------
    InputError
        If a file cannot be read as it was.
    """
    from seeding.io import read_roster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        network = _read_network(dict(tables["network"]), dict(tables.get("nodes", {})))
        message = dict(tables.get("message", {}))
        if message:
            own = {one.name: message.pop(one.name) for one in fields(Message) if one.name in message}
            network = network.carrying(Message(**own), **message)
        network = _made_into(network, dict(tables["network"]), dict(tables.get("nodes", {})))
        roster = dict(tables.get("roster", {}))
        return network, read_roster(roster.pop("path"), **roster) if roster else None


def _read_network(table: dict[str, Any], nodes: dict[str, Any]) -> Network:
    from seeding.io import read_network

    for name in ("organic", *(name for pair in _RATES for name in pair)):
        table.pop(name, None)
    own = {name: nodes[name] for name in ("node", "weights") if name in nodes}
    return read_network(table.pop("path"), nodes=nodes.get("path"), **own, **table)


def _made_into(network: Network, table: dict[str, Any], nodes: dict[str, Any]) -> Network:
    """Make of a network that was read what it was for the plan: exposure, delays, who counts."""
    view, delays = ({name: table[name] for name in names if name in table} for names in _RATES)
    if view:
        network = network.with_exposure(**view)
    if delays:
        network = network.with_delays(**delays)
    if "organic" in table:
        network = network.with_organic(table["organic"])
    if "followers" in nodes:
        sizes = {name: nodes[name] for name in _SIZES if name in nodes}
        network = network.with_audience_size(nodes["followers"], **sizes)
    return network.with_audience(nodes["audience"]) if "audience" in nodes else network
