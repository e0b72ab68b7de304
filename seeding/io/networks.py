"""Reading a network from a file of any of the usual formats."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from seeding._runtime.files import PathLike, suffix_of
from seeding._runtime.source import recorded
from seeding.errors import InputError, assume, shown
from seeding.io.arcs import Arcs, arcs_of_long_table, arcs_of_table
from seeding.io.choose import NETWORK_NAMES, Name
from seeding.io.columns import check_decimal
from seeding.io.given import refuse_idle
from seeding.io.graph_labels import call_by
from seeding.io.graphs import GRAPH_SUFFIXES, add_people, read_graph_file
from seeding.io.nodes import Nodes, People, read_people
from seeding.io.npz import read_npz
from seeding.io.parquet import PARQUET_SUFFIXES, open_table
from seeding.io.sniff import Header
from seeding.io.tables import read_table
from seeding.io.workbooks import is_workbook
from seeding.network.arc_ends import named_pair, surely_named
from seeding.network.arcs import Chosen, choose
from seeding.network.building import Direction, Parallel, Probability, SelfLoops, Weights, check_choice
from seeding.network.column_names import normal_name
from seeding.network.frame_ends import warn_of_follows
from seeding.network.label_column import labels_of
from seeding.network.label_joining import harmonise
from seeding.network.label_spellings import would_be_found
from seeding.network.labels import Column, as_labels, distinct, make_index, written_out
from seeding.network.network import Network

if TYPE_CHECKING:
    import networkx as nx

    from seeding._runtime.rng import RandomSource


@recorded("network", {"nodes": ("nodes", "path"), "node": ("nodes", "node"), "weights": ("nodes", "weights")})
def read_network(
    path: PathLike,
    *,
    source: Name | None = None,
    target: Name | None = None,
    probability: Probability = None,
    directed: bool = True,
    direction: Direction | None = None,
    nodes: Nodes = None,
    node: Name | None = None,
    weights: str | Weights = None,
    separator: str | None = None,
    header: Header = None,
    decimal: str | None = None,
    parallel: Parallel = "noisy_or",
    self_loops: SelfLoops = "drop",
    columns: Chosen = None,
    rng: RandomSource = 0,
) -> Network:
    """Read a network from a file, whose format its name tells.

    ``.xlsx``, ``.parquet``, ``.graphml``, ``.gexf`` and ``.npz`` (by `seeding.write_network`) are read as
    such, anything else as a text table (``.csv``, ``.tsv``, blank-separated edge list); all may be gzipped.
    Labels of text tables are texts, or integers if every one of them is written as a plain integer.

    Parameters
    ----------
    path
        The file.
    source, target
        Names of the two columns, or their positions from 0. By default a usual pair of names (source
        and target, from and to, follower and followed, …), else two that by their names or by their values
        (which they share) are the ends, with a warning; where two choices are plausible, it is refused. Of
        columns without names, the first two, unless they are clearly something else.
    probability
        The name of a column or edge attribute, or a number or rule for every arc. None takes a column
        called ``probability``, ``p`` or ``prob``, or the third of three columns without a header if all
        its values are from 0 to 1; else the weighted cascade is assumed, with a warning.
    directed
        If False, every row makes two arcs. Graph files say themselves whether they are directed, and so may a
        column such as ``Type`` (Directed or Undirected), row by row.
    direction
        ``"source_to_target"`` or ``"follower_to_followed"`` (influence flows from target to source).
        None means the former, unless the columns are named follower and followed, fan and idol or the like:
        then the latter, with a warning.
    nodes
        A table of people to have even without arcs: a path, a DataFrame, or just their labels. Its further
        columns are kept in `Network.people`, as are the node attributes of a graph file; an empty cell is a
        missing value.
    node
        The label column of that table; by default one called node, label or id, else the first, but another
        one if the arcs name its values instead, with a warning. Of a graph file without such a table: the
        node attribute that people are called by (``"id"``: by their ids, the default).
    weights
        What reaching each node is worth: the name of a column of `nodes`, of a node attribute of a graph
        file, or a mapping from label to weight that covers every node.
    separator
        What separates columns of text: one character, ``"tab"`` or ``"whitespace"``; None to find out.
    header
        Whether the first line names the columns; ``"counts"`` if it is ``n m``, the numbers of nodes and
        arcs (labels 0 … n − 1 then all are people); None to find out.
    decimal
        ``"."`` or ``","``; None to find out.
    columns
        Names of further columns (or edge attributes) to keep in `Network.arcs`; True for all. No arc may then
        be given twice. Of a ``.npz`` file all are kept unless some are named.
    parallel, self_loops, rng
        As in `Network.from_edges`.

    Raises
    ------
    InputError
        If anything in the file or the arguments cannot be used; names the line.
    """
    check_decimal(decimal)
    if direction is not None:
        check_choice("direction", direction, get_args(Direction))
    if not isinstance(directed, (bool, np.bool_, int)):
        raise InputError(f"directed={shown(directed)} is not understood; pass True or False.")
    suffix = suffix_of(path)
    place = os.fspath(path)
    given: dict[str, Any] = {
        "source": source, "target": target, "separator": separator, "header": header, "decimal": decimal,
        "direction": direction, "node": node, "nodes": nodes, "weights": weights, "probability": probability,
    }  # fmt: skip
    refuse_idle(place, suffix, given, directed=directed, parallel=parallel, self_loops=self_loops)
    if suffix == ".npz":
        return _with_chosen(read_npz(path), columns, place)
    said = f"column {weights!r}" if isinstance(weights, str) else None
    options: dict[str, Any] = {"parallel": parallel, "self_loops": self_loops, "rng": rng, "origin": place}
    layout: dict[str, Any] = {"separator": separator, "decimal": decimal}
    if suffix in GRAPH_SUFFIXES:
        graph = read_graph_file(path)
        if direction is not None and not graph.is_directed():
            raise InputError(
                f"{place!r} is an undirected graph, so direction= has no effect on it; leave it out."
            )
        graph = graph if nodes is not None else call_by(graph, node, place)
        ends = partial(labels_of, as_labels(list(graph.nodes), "the graph"))
        people = read_people(nodes, node, weights, named=ends, **layout)
        options |= {"direction": direction or "source_to_target"} | ({} if directed else {"directed": False})
        options["columns"] = columns
        return _tell_weights(_build_from_graph(graph, probability, people, options), said)
    arcs = _read_arcs(path, given, columns, directed)
    people = read_people(nodes, node, weights, named=partial(labels_of, arcs.source, arcs.target), **layout)
    options["directed"] = directed if arcs.two_way is None else ~arcs.two_way
    options["direction"] = _direction(arcs, direction or (None if directed else "source_to_target"), place)
    return _tell_weights(_build(arcs, people, options, told=people.from_table and node is None), said)


def _read_arcs(path: PathLike, given: dict[str, Any], columns: Chosen, directed: bool) -> Arcs:
    """Read the rows of a table, from text or from Parquet."""
    source, target, probability = (given[name] for name in ("source", "target", "probability"))
    if suffix_of(path) in PARQUET_SUFFIXES:
        return arcs_of_long_table(open_table(path), source, target, probability, columns, directed)
    named = given["header"] is None and _is_name(source, target)
    wanted = [columns] if isinstance(columns, str) else columns if isinstance(columns, (list, tuple)) else ()
    # A name of digits is a position, where the file has no names.
    texts = [name for name in (source, target, probability, *wanted) if _is_name(name)]
    ends = {normal_name(name) for name in (source, target) if _is_name(name)}
    table = read_table(
        path,
        separator=None if is_workbook(path) else given["separator"],
        header=True if named else given["header"],
        known=NETWORK_NAMES.union(map(normal_name, texts)),
        counts_allowed=True,
        names_columns=lambda fields: named_pair(fields) is not None,
        titled=lambda fields: ends <= set(map(normal_name, fields)) if ends else surely_named(fields),
    )
    decimal = None if is_workbook(path) else given["decimal"]
    return arcs_of_table(table, source, target, probability, decimal, columns, directed)


def _tell_weights(network: Network, said: str | None) -> Network:
    """Say in the report where the weights came from, if they came from a column or attribute."""
    if said is None:
        return network
    return replace(network, report=replace(network.report, weight_source=said))


def _with_chosen(network: Network, columns: Chosen, path: str) -> Network:
    """Keep those columns of the arcs that were asked for; all, unless some were named."""
    if columns is None or columns is True:
        return network
    present = [] if network.arcs is None else list(network.arcs.columns)
    names = choose(columns, present, (), repr(path))
    return replace(network, arcs=network.arcs[names] if network.arcs is not None and names else None)


def _is_name(*names: object) -> bool:
    return any(isinstance(name, str) and not name.isdecimal() for name in names)


def _direction(arcs: Arcs, direction: Direction | None, path: str) -> Direction:
    if direction is not None:
        return direction
    if not arcs.follows:
        return "source_to_target"
    warn_of_follows(repr(path), *arcs.ends)
    return "follower_to_followed"


def _build(arcs: Arcs, people: People, options: dict[str, Any], told: bool) -> Network:
    """Join the arcs with those people who may have none; unless `told`, say if that is everybody."""
    parts = [arcs.source, arcs.target]
    own = None
    if people.labels is not None:
        *parts, people_labels = harmonise([*parts, people.labels])
        own = written_out(people_labels)
        if not told:
            _check_overlap(own, parts, options["origin"])
    extra = [part for part in (own, arcs.people) if part is not None]
    if len(extra) == 2:
        extra = [pd.unique(np.concatenate([written_out(part) for part in harmonise(extra)]))]
    network = Network.from_edges(
        parts[0],
        parts[1],
        arcs.probability,
        nodes=extra[0] if extra else None,
        weights=_checked_weights(people, own),
        probability_name=arcs.probability_name,
        columns=arcs.columns or None,
        **options,
    )
    return _with_columns(network, people, own)


def _with_columns(network: Network, people: People, own: np.ndarray | None) -> Network:
    """Keep the further columns of the node table, its labels as the network writes them."""
    if people.columns is None or own is None:
        return network
    return network.with_people(people.columns.set_axis(make_index(own), axis=0))


def _checked_weights(people: People, own: np.ndarray | None) -> Weights:
    weights = people.weights_by(own)
    if isinstance(weights, str):
        raise InputError(f"weights={weights!r} names a column of the node table; pass that table as nodes=.")
    return weights


def _check_overlap(own: np.ndarray, ends: list[Column], origin: str) -> None:
    known = pd.Index(own, tupleize_cols=False)
    if not any(known.isin(distinct(part)).any() for part in ends):
        also = would_be_found(pd.Index(distinct(ends[0])).append(pd.Index(distinct(ends[1]))), own.tolist())
        assume(
            f"none of the {own.size:,} people of the node table has an arc in {origin!r}"
            f"{f' ({also})' if also else ''}; check that both use the same labels, or pass node= to choose "
            "the column."
        )


def _build_from_graph(
    graph: nx.Graph, probability: Probability, people: People, options: dict[str, Any]
) -> Network:
    own = None
    if people.labels is not None:
        graph, own = add_people(graph, people.labels)
    network = Network.from_networkx(graph, probability, weights=people.weights_by(own), **options)
    return _with_columns(network, people, own)
