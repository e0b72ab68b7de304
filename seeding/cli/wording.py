"""Saying in the words of the command line what the library says in the words of Python."""

from __future__ import annotations

import re

_OPTIONS = {
    "audience": "--audience",
    "budget": "--budget",
    "budget_on": "--budget-on",
    "budgets": "--budgets",
    "candidate": "--candidate-column",
    "columns": "--arc-columns",
    "confidence": "--confidence",
    "cost": "--cost-column",
    "decimal": "--decimal",
    "delta": "--delta",
    "direction": "--direction",
    "gap": "--gap",
    "header": "--header",
    "k": "-k",
    "memory_limit": "--memory-limit",
    "method": "--method",
    "missing": "--missing",
    "node": "--node-column",
    "negativity_bias": "--negativity-bias",
    "nodes": "--nodes",
    "others": "--others-weigh",
    "over": "--over",
    "parallel": "--parallel",
    "precision": "--precision",
    "probability": "--probability",
    "quality": "--quality",
    "rivals": "--rivals",
    "rng": "--rng",
    "roster": "--roster",
    "separator": "--separator",
    "source": "--source",
    "start": "--start",
    "target": "--target",
    "target_reach": "--target-reach",
    "threads": "--threads",
    "tie": "--tie",
    "time_limit": "--time-limit",
    "value_per_reach": "--value-per-reach",
    "weights": "--weights",
    "worlds": "--worlds",
}
# A name that stands in quotes, after a dot or within a rule is the user's own text, not an argument.
_ARGUMENT = re.compile(
    r"[A-Za-z_]+\([^()]*\)|"
    rf"(?<!['\".\w])({'|'.join(_OPTIONS)})=(?:'([^']*)'|\"([^\"]*)\")?(?P<gap> ?)(?P<next>.?)"
)
_UNDIRECTED = re.compile(r"(?<!['\".\w])directed=False")


def in_shell_words(message: str) -> str:
    """Turn ``pass missing='add'`` into ``pass --missing add`` and so on, throughout a message."""
    return _ARGUMENT.sub(_option, _UNDIRECTED.sub("--undirected", message))


def _option(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    option, value = _OPTIONS[found[1]], found[2] if found[2] is not None else found[3]
    if value is not None:
        option = f"{option} {value}"
    following = found["next"]
    joins = found["gap"] or (" " if following.isalnum() or following in ("-", "'", '"') else "")
    return option + joins + following
