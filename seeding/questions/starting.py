"""`optimize(start=)`: earlier seeds that a new plan keeps where its reach allows it."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from seeding.errors import InputError
from seeding.network import labels as label_tools
from seeding.network.labels import plain
from seeding.plan.changes import Kept
from seeding.plan.plan import Plan
from seeding.roster.roster import Roster
from seeding.selection.problem import Choice, Earlier, Problem


def read_start(start: object) -> tuple[Any, ...] | None:
    """Read the earlier seeds: a plan, or labels, each once.

    Raises
    ------
    InputError
        If it is neither.
    """
    if start is None:
        return None
    given = start.seeds["candidate"] if isinstance(start, Plan) else start
    if isinstance(given, (pd.DataFrame, dict)):
        raise InputError(
            f"start is a {type(given).__name__}; pass a plan, or the list of labels of earlier seeds."
        )
    return tuple(dict.fromkeys(plain(label_tools.as_labels(given, "start"))))


def earlier_of(start: tuple[Any, ...] | None, roster: Roster, precision: float) -> Earlier | None:
    """Find earlier seeds in the roster of a plan; who is not there any more is named, and passed over."""
    if start is None:
        return None
    there = pd.Index(roster.candidates.unique())
    found = label_tools.find(there, label_tools.as_labels(list(start), "start"))
    rows = [np.flatnonzero(roster.people == person) for person in found[found >= 0].tolist()]
    persons = np.repeat(found[found >= 0], [part.size for part in rows])
    return Earlier(
        rows=np.concatenate([*rows, np.empty(0, dtype=np.int64)]).astype(np.int64),
        persons=persons.astype(np.int64),
        precision=precision,
        salt=_salt(start),
        absent=tuple(label for label, at in zip(start, found.tolist(), strict=True) if at < 0),
    )


def _salt(start: tuple[Any, ...]) -> int:
    """Return a number that differs for other earlier seeds, whatever their order."""
    text = "\n".join(sorted(map(repr, map(str, start))))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def kept_sections(problem: Problem, choice: Choice, roster: Roster) -> list[Kept]:
    """Say which earlier seeds were kept, who is new, and who is gone; nothing where there were none."""
    earlier = problem.earlier
    if earlier is None or choice.method == "what-if":
        return []
    chosen = roster.people[problem.seeded(choice.order)]
    before = np.array(list(dict.fromkeys(earlier.persons.tolist())), dtype=np.int64)
    labels = plain(roster.candidates.unique())

    def named(persons: np.ndarray) -> tuple[Any, ...]:
        return tuple(labels[person] for person in persons.tolist())

    stays = np.isin(before, chosen)
    new = chosen[~np.isin(chosen, before)]
    return [Kept(named(before[stays]), named(new), named(before[~stays]), earlier.absent, earlier.precision)]
