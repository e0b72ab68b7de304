"""What is known of the people of a network, beside their arcs: one row each, in the order of the indices."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from seeding._runtime.blanks import trim
from seeding.errors import InputError, listing, shown
from seeding.network import label_column
from seeding.network import labels as label_tools
from seeding.network.label_column import Named, PeopleTable

# Files of graphs, whose people may be called by an attribute.
_GRAPH_FILES = (".graphml", ".gexf", ".gml", ".json", ".gdf", ".net")
NODE_NAMES = ("node", "label", "id", "candidate", "handle", "name", "user")


def is_table(nodes: object) -> TypeGuard[pd.DataFrame]:
    """Tell a table from a list of labels."""
    # The usual case first: asking for a DataFrame loads pandas, where that was put off.
    return nodes is not None and not isinstance(nodes, np.ndarray) and isinstance(nodes, pd.DataFrame)


def split_table(nodes: object, named: Named | None = None) -> tuple[object, pd.DataFrame | None]:
    """Take the labels out of a table of people; whatever else `nodes` is comes back as it is.

    The labels are in the column with the first of the usual names that is there, else in the first column;
    but in another one where the arcs name its values instead: see `label_column.choose`.

    Returns
    -------
    The labels, and the further columns in the same order; None where there are none.

    Raises
    ------
    InputError
        If the table has no columns, or several could be the labels.
    """
    if not is_table(nodes):
        return nodes, None
    names = [str(name).strip().lower() for name in nodes.columns]
    if not names:
        raise InputError("nodes is a table without columns; give one of labels.")
    usual = [names.index(name) for name in NODE_NAMES if name in names]
    table = PeopleTable(
        "the node table",
        [str(name) for name in nodes.columns],
        lambda at: nodes.iloc[:, at],
        decide="leave the other column out to decide",
        partly=False,
    )
    place = label_column.choose(table, usual, named)
    return nodes.iloc[:, place].to_numpy(), further_columns(nodes, place)


def split_people(
    source: object, target: object, nodes: object
) -> tuple[object, object, object, pd.DataFrame | None]:
    """Split a table of people as `split_table` does, given both ends of the rows; returns these, too."""
    if not is_table(nodes):
        return source, target, nodes, None
    ends = [label_tools.as_column(end, what) for end, what in ((source, "source"), (target, "target"))]
    labels, known = split_table(nodes, partial(label_column.labels_of, *ends))
    return ends[0], ends[1], labels, known


def further_columns(frame: pd.DataFrame, place: int) -> pd.DataFrame | None:
    """Return a table without its column of labels; None if that leaves nothing.

    Raises
    ------
    InputError
        If two columns have the same name.
    """
    rest = frame.iloc[:, [i for i in range(frame.shape[1]) if i != place]]
    rest = trimmed(rest.set_axis([str(name) for name in rest.columns], axis=1))
    twice = rest.columns[rest.columns.duplicated()]
    if len(twice):
        raise InputError(f"the node table has columns {listing(twice)} twice; give each its own name.")
    return rest.reset_index(drop=True) if rest.shape[1] else None


def trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts have no blanks at their ends: nobody sees them, but they make groups two."""
    changed = {}
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if isinstance(column.dtype, pd.CategoricalDtype):
            # Categories that become equal are one, which a category cannot say of itself.
            texts = [value for value in column.cat.categories if isinstance(value, str)]
            if all(trim(text) == text for text in texts):
                continue
            column = column.astype(object)
        elif column.dtype.kind != "O" and not pd.api.types.is_string_dtype(column.dtype):
            continue
        if any(isinstance(value, str) and trim(value) != value for value in column):
            short = [trim(value) if isinstance(value, str) else value for value in column]
            changed[place] = pd.Series(short, dtype=column.dtype, index=column.index)
    if not changed:
        return frame
    parts = [changed.get(place, frame.iloc[:, place]) for place in range(frame.shape[1])]
    return pd.concat(parts, axis=1).set_axis(frame.columns, axis=1)


def from_attributes(attributes: Iterable[dict[Any, Any]]) -> pd.DataFrame | None:
    """Make a table of the attributes of a graph's nodes; None if no node has any."""
    rows = list(attributes)
    names = dict.fromkeys(name for row in rows for name in row)
    if not names:
        return None
    columns = {
        str(name): pd.Series([row.get(name) for row in rows], dtype=object).infer_objects() for name in names
    }
    return pd.DataFrame(columns)


def align(columns: pd.DataFrame, rows: np.ndarray, index: pd.Index) -> pd.DataFrame:
    """Bring columns into the order of the network; who has no row gets missing values.

    Whole numbers and truth values stay what they are where some are missing.

    Parameters
    ----------
    columns
        One row per person, in any order.
    rows
        The row of each node of the network; −1 where it has none.
    index
        The labels of the network.
    """
    if (rows < 0).any():
        columns = columns.astype({name: kind for name in columns if (kind := _nullable(columns[name].dtype))})
    taken = columns.reset_index(drop=True).reindex(rows)
    for name in [name for name in taken if pd.api.types.is_object_dtype(taken[name])]:
        taken[name] = taken[name].where(taken[name].notna(), None)
    return taken.set_axis(index, axis=0)


def _nullable(kind: Any) -> str | None:
    """Name the kind that holds the same values and missing ones besides; None where `kind` does already."""
    if not isinstance(kind, np.dtype):
        return None
    if kind.kind in "iu":
        return "Int64" if kind.kind == "i" else "UInt64"
    return "boolean" if kind.kind == "b" else None


def add_columns(people: pd.DataFrame | None, table: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Add a table indexed by label to what is known already; columns of the same name are replaced.

    Raises
    ------
    InputError
        If a label is not in the network, or occurs twice.
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"the people are a {type(table).__name__}; pass a DataFrame indexed by label.")
    given = label_tools.as_labels(np.asarray(table.index), "people")
    found = label_tools.locate(index, given, "person", "the network")
    counts = np.bincount(found, minlength=len(index))
    if (counts > 1).any():
        raise InputError(
            f"people names {listing(label_tools.plain(index[counts > 1]))} twice; give one row each."
        )
    rows = np.full(len(index), -1, dtype=np.int64)
    rows[found] = np.arange(found.size)
    named = trimmed(table.set_axis([str(name) for name in table.columns], axis=1))
    if named.columns.has_duplicates:
        raise InputError(f"people has columns {listing(named.columns[named.columns.duplicated()])} twice.")
    added = align(named, rows, index)
    if people is None:
        return added
    kept = people[[name for name in people.columns if name not in added.columns]]
    return pd.concat([kept, added], axis=1)


def column(people: pd.DataFrame | None, name: str, what: str) -> pd.Series:
    """Return a column of what is known of the people.

    Raises
    ------
    InputError
        If there is none of that name; says `what` it was to be, and which there are.
    """
    if people is None or name not in people.columns:
        known = "nothing is known of them" if people is None else f"they have {listing(people.columns, 12)}"
        raise InputError(
            f"the people have no column {name!r} for {what} ({known}); give a table of them with it (nodes=)."
        )
    return people[name]


def matching(people: pd.DataFrame | None, query: str) -> np.ndarray:
    """Mark the people whom a query such as ``"country == 'NO' and age < 30"`` is true of.

    The bare name of a column marks those who have a yes in it: true, 1, ``"yes"`` or ``"true"``.

    Raises
    ------
    InputError
        If nothing is known of the people, or the query cannot be answered from what is.
    """
    if people is None:
        raise InputError(
            f"audience={shown(query)}: nothing is known of the people; give a table of them (nodes=)."
        )
    known = f"the columns are {listing(people.columns)}"
    if not isinstance(query, str) or "@" in query:
        raise InputError(
            f"audience={shown(query)} is not a question about columns, as \"country == 'NO'\"; {known}."
        )
    if query.strip() in people.columns:
        return _yes(people[query.strip()], query.strip())
    try:
        answer = people.eval(query, engine="python")
    except Exception as error:  # whatever pandas raises: the query is the user's text
        raise InputError(f"audience={shown(query)} is not understood ({error}); {known}.") from None
    if not isinstance(answer, pd.Series) or answer.dtype.kind != "b":
        raise InputError(f"audience={shown(query)} does not say yes or no of each person; {known}.")
    marked: np.ndarray = answer.fillna(False).to_numpy(dtype=np.bool_)
    return marked


_YES_OR_NO = {"1": True, "1.0": True, "true": True, "yes": True} | dict.fromkeys(
    ("0", "0.0", "false", "no", "none", "nan", "<na>", ""), False
)


def _yes(column: pd.Series, name: str) -> np.ndarray:
    """Mark who has a yes in a column; who has nothing there has none."""
    codes, uniques = pd.factorize(column)
    texts = [str(value).strip().lower() for value in uniques]
    odd = next((value for value, text in zip(uniques, texts, strict=True) if text not in _YES_OR_NO), None)
    if odd is not None:
        held = label_tools.quoted(odd)
        asked = f"{name if name.isidentifier() else f'`{name}`'} == {held}"
        raise InputError(
            f"audience={name!r} is a column that holds {held}, neither yes nor no; ask a question of it, as "
            f'"{asked}".'
        )
    # Code −1, a missing value, is the last of these.
    marked: np.ndarray = np.array([*(_YES_OR_NO[text] for text in texts), False])[codes]
    return marked


def where_found(people: pd.DataFrame | None, labels: np.ndarray, origin: str) -> str:
    """Say which column holds labels that are not in the network; nothing where none does."""
    if people is None:
        return ""
    wanted = {str(label) for label in label_tools.plain(labels)}
    held = {str(name): len(wanted & set(people[name].dropna().astype(str))) for name in people.columns}
    most = max(held, key=lambda name: held[name], default=None)
    if most is None or not held[most]:
        return ""
    called = label_tools.quoted(people.index[0])
    said = f"; {most!r} of the people of the network holds {held[most]:,} of them"
    if not origin.lower().removesuffix(".gz").endswith(_GRAPH_FILES):
        return f"{said}, but they are called as {called}"
    return f"{said}: pass node={most!r} to call them so"
