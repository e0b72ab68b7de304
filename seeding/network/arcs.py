"""What is known of the arcs of a network, beside their probability: one row each, in the order of `out`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from seeding._runtime.checks import is_listed, is_one_of
from seeding.errors import InputError, listing, shown
from seeding.network import columns as cells
from seeding.network import labels as label_tools
from seeding.network.csr import Csr
from seeding.network.labels import Labels

Columns: TypeAlias = "Mapping[str, Any] | pd.DataFrame | None"
Chosen = Sequence[str] | str | bool | None


def choose(columns: Chosen, present: Sequence[str], taken: Sequence[str], where: str) -> list[str]:
    """Say which columns of a table of arcs are kept.

    Parameters
    ----------
    columns
        Their names, True for all, None or False for none.
    present
        The columns there are.
    taken
        Those that hold something else already: the ends and the probability.
    where
        What the table is called in a message.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if columns is None or columns is False:
        return []
    if columns is True:
        return [name for name in present if name not in taken]
    if not (isinstance(columns, str) or is_listed(columns)):
        raise InputError(f"columns={shown(columns)} is not a list of names; give one, or True for all.")
    names = [columns] if isinstance(columns, str) else list(columns)
    unknown = [name for name in names if not is_one_of(name, present)]
    if unknown:
        raise InputError(
            f"columns names {listing(unknown)}, but {where} has no such column; its columns are "
            f"{listing(present, 12)}."
        )
    return list(dict.fromkeys(names))


def read_columns(columns: Columns, n_rows: int) -> pd.DataFrame | None:
    """Take further columns of arcs, one value per row; None where there are none.

    Raises
    ------
    InputError
        If they are no table or mapping, have another number of rows, or two have the same name.
    """
    if columns is None:
        return None
    if not isinstance(columns, (pd.DataFrame, Mapping)):
        raise InputError(
            f"columns is a {type(columns).__name__}; pass a DataFrame, or a mapping from name to one value "
            "for each row."
        )
    names = [str(name) for name in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"columns has {listing(twice)} twice; give each column its own name.")
    held = {str(name): _flat(values, str(name)) for name, values in columns.items()}
    wrong = next((name for name in held if held[name].size != n_rows), None)
    if wrong is not None:
        raise InputError(
            f"column {wrong!r} has {held[wrong].size:,} values for {n_rows:,} rows; give one per row."
        )
    return pd.DataFrame(held) if held else None


def _flat(values: Any, name: str) -> pd.Series:
    if isinstance(values, label_tools.Coded):
        return pd.Series(label_tools.written_out(values))
    if isinstance(values, pd.Series):
        return values.reset_index(drop=True)
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__") or np.ndim(values) != 1:
        raise InputError(f"column {name!r} is not one value per row; give a flat list.")
    return pd.Series(values)


def in_order(columns: pd.DataFrame, rows: list[np.ndarray], labels: Labels) -> pd.DataFrame:
    """Bring columns into the order of the arcs: by source, then target.

    Parameters
    ----------
    columns
        One row per row that was given.
    rows
        Sources, targets, probabilities, and of which given row each is; the last is taken away.
    labels
        The labels, for messages.

    Raises
    ------
    InputError
        If two rows are the same arc: nobody knows which value it should have.
    """
    given = rows.pop()
    source, target = rows[:2]
    order = np.lexsort((target, source))
    u, v = source[order], target[order]
    same = np.flatnonzero((u[1:] == u[:-1]) & (v[1:] == v[:-1]))
    if same.size:
        pairs = dict.fromkeys((int(u[at]), int(v[at])) for at in same[:50])
        named = [_arc(labels, a, b) for a, b in list(pairs)[:3]]
        raise InputError(
            f"{same.size:,} arcs are repeated ({', '.join(named)}{', …' if len(pairs) > 3 else ''}), so that "
            f"the columns {listing(columns.columns)} could have several values; merge those rows first, or "
            "leave columns= out."
        )
    del u, v
    return columns.iloc[given[order]].reset_index(drop=True)


def _arc(labels: Labels, source: int, target: int) -> str:
    return f"{labels.quoted(source)} → {labels.quoted(target)}"


def arc_name(labels: Labels, out: Csr, place: int) -> str:
    """Name the arc at a place in the order of the arcs, for a message."""
    source = int(np.searchsorted(out.indptr, place, side="right")) - 1
    return _arc(labels, source, out.indices[place])


def numbers(
    table: pd.DataFrame | None, name: str, labels: Labels, out: Csr, most: float = np.inf
) -> np.ndarray:
    """Return a column of arcs as float64 numbers from 0 to `most`, in the order of the arcs.

    Raises
    ------
    InputError
        If there is no such column, or an arc has no such number in it; says which arc.
    """
    if table is None or name not in table.columns:
        known = "nothing is known of the arcs" if table is None else f"they have {listing(table.columns, 12)}"
        raise InputError(
            f"the arcs have no column {name!r} ({known}); keep it by columns={name!r} when it is read."
        )
    return cells.numbers(table[name], name, lambda row: f"arc {arc_name(labels, out, row)}", most=most)
