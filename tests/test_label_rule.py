"""Which labels are the same: one rule, as a table of readers and lookups against kinds of label."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

import seeding as sd
from seeding.errors import AssumptionWarning, InputError
from seeding.io import read_network, read_npz, read_persons, read_roster, read_seeds, write_network
from seeding.network import label_joining, label_rule, label_spellings, labels
from seeding.network.network import Network
from seeding.roster.roster import Roster

Reader = Callable[[Path, list[str], list[str]], Network]


class Kind(NamedTuple):
    """Two columns of labels as text, and what the rule makes of them."""

    source: list[str]
    target: list[str]
    nodes: int | None
    said: str = ""


# How many people there are; None where the columns are refused, in these words.
KINDS = {
    "integers": Kind(["1", "2"], ["2", "3"], 3),
    "names": Kind(["ann", "bob"], ["bob", "cy"], 3),
    "idle decimals in one column": Kind(["1.0", "2.0"], ["2", "3"], 3, "idle decimals"),
    "idle decimals here and there": Kind(["1", "2.0"], ["2.00", "3"], 3, "idle decimals"),
    "idle decimals in both": Kind(["1.0", "2.0"], ["2.0", "3.0"], 3, "idle decimals"),
    "decimal commas": Kind(["1,0", "2,0"], ["2", "3"], 3, "idle decimals"),
    "idle decimals beside a name": Kind(["1.0", "2.0"], ["2", "ann"], None, "decimals that are 0"),
    "idle decimals among names": Kind(["1.0", "ann"], ["bob", "2.0"], 4),
    "versions": Kind(["1.0", "1.1"], ["1", "2.0"], 4),
    "thousands": Kind(["1,234", "5"], ["1234", "6"], None, "signs between thousands"),
    "thousands with points": Kind(["1.234.567", "ann"], ["1234567", "6"], None, "signs between thousands"),
    "thousands of nobody else": Kind(["1,234", "5"], ["1,235", "6"], 4),
    "three zeros": Kind(["1.000", "5"], ["1000", "6"], None, "signs between thousands"),
    "an exponent": Kind(["1e3", "5"], ["1000", "6"], None, "an exponent"),
    "an exponent among numbers": Kind(["1e3", "5"], ["7", "6"], None, "lost its last digits"),
    "an exponent among names": Kind(["1e3", "ab1"], ["2f4", "6"], 4),
    "as spreadsheets lose digits": Kind(["1.23457E+17", "ann"], ["bob", "cy"], None, "lost its last digits"),
    "more digits than a float": Kind(["9007199254740993.0", "1.0"], ["2", "3"], None, "a float keeps"),
    "a sign": Kind(["+5", "6"], ["5", "7"], None, "the sign [+]"),
    "a sign among names": Kind(["+5", "ann"], ["5", "7"], 4),
    "zeros lost in one column": Kind(["007", "012"], ["7", "13"], None, "lost its zeros"),
    "zeros of an own": Kind(["007", "7"], ["12", "013"], 4),
    "zeros in both": Kind(["007", "012"], ["012", "013"], 3),
    "case": Kind(["ann", "Ann"], ["ANN", "bob"], 4),
    "the sign @": Kind(["ann", "@ann"], ["bob", "@bob"], 4),
    "a URL": Kind(["ann", "https://x.com/ann"], ["bob", "cy"], 4),
    "invisible signs": Kind(["ann", "a\u200bnn"], ["bob", "bo\u00adb"], 4),
    "accents in two forms": Kind(["Zo\u00eb", "Zoe\u0308"], ["bob", "cy"], 4),
}


def text_reader(name: str, mark: str) -> Reader:
    """Make a reader of a text table."""

    def read(folder: Path, source: list[str], target: list[str]) -> Network:
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, delimiter=mark, quoting=csv.QUOTE_MINIMAL)
            rows.writerows([["source", "target"], *zip(source, target, strict=True)])
        return read_network(folder / name, probability=0.5)

    return read


def from_parquet(folder: Path, source: list[str], target: list[str]) -> Network:
    """Read a Parquet file of texts."""
    pd.DataFrame({"source": source, "target": target}).to_parquet(folder / "a.parquet")
    return read_network(folder / "a.parquet", probability=0.5)


def from_pandas(dtype: str) -> Reader:
    """Make a reader of a DataFrame whose columns have a type."""
    return lambda _, source, target: Network.from_pandas(
        pd.DataFrame({"source": pd.Series(source, dtype=dtype), "target": pd.Series(target, dtype=dtype)}),
        probability=0.5,
    )


def from_node_table(folder: Path, source: list[str], target: list[str]) -> Network:
    """Read one column as loops of its labels and the other as a table of people."""
    path = folder / "people.csv"
    pd.DataFrame({"node": list(dict.fromkeys(target))}).to_csv(path, index=False)
    both = pd.DataFrame({"source": source, "target": source[::-1]})
    both.to_csv(folder / "arcs.csv", index=False)
    return read_network(folder / "arcs.csv", probability=0.5, nodes=path)


READERS: dict[str, Reader] = {
    "commas": text_reader("a.csv", ","),
    "tabs": text_reader("a.tsv", "\t"),
    "semicolons": text_reader("a.csv", ";"),
    "bars": text_reader("a.txt", "|"),
    "blanks": text_reader("a.txt", " "),
    "parquet": from_parquet,
    "lists": lambda _, source, target: Network.from_edges(source, target, 0.5),
    "arrays": lambda _, source, target: Network.from_edges(np.array(source), np.array(target), 0.5),
    "DataFrame": from_pandas("object"),
    "DataFrame of strings": from_pandas("string"),
    "DataFrame of categories": from_pandas("category"),
    "networkx": lambda _, source, target: Network.from_networkx(
        nx.MultiDiGraph(list(zip(source, target, strict=True))), 0.5
    ),
    "nodes of another type": lambda _, source, target: Network.from_edges(
        source, source[::-1], 0.5, nodes=pd.Series(list(dict.fromkeys(target)), dtype="string")
    ),
    "node table": from_node_table,
}
# Each of two files is read by itself first, and then its whole numbers are integers already.
BY_ITSELF = {("node table", "idle decimals beside a name"), ("node table", "versions")}


@pytest.mark.filterwarnings("ignore:none of the:seeding.errors.AssumptionWarning")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_keeps_the_rule(tmp_path, reader, kind):
    """Every reader joins, keeps apart, says and refuses the same labels."""
    if (reader, kind) in BY_ITSELF:
        pytest.skip("each file is read by itself")
    case = KINDS[kind]
    if case.nodes is None:
        with pytest.raises(InputError, match=case.said):
            READERS[reader](tmp_path, case.source, case.target)
        return
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        network = READERS[reader](tmp_path, case.source, case.target)
    # Who of a table of people has no arc is said, too, and is no matter of writings.
    said = [str(note.message) for note in notes]
    told = [words for words in said if "none of the" not in words and "have no arc" not in words]
    assert network.n_nodes == case.nodes
    assert bool(told) == bool(case.said), told
    assert not case.said or any(case.said in words for words in told)
    if case.said:
        assert network.names.are_integers


TYPES: dict[str, Callable[[list[int]], Any]] = {
    "integers": lambda ids: ids,
    "int32": lambda ids: np.array(ids, dtype=np.int32),
    "Int64": lambda ids: pd.array(ids, dtype="Int64"),
    "texts": lambda ids: [str(i) for i in ids],
    "strings": lambda ids: pd.array([str(i) for i in ids], dtype="string"),
    "arrow strings": lambda ids: pd.array([str(i) for i in ids], dtype="string[pyarrow]"),
    "categories": lambda ids: pd.Categorical(ids),
    "categories of texts": lambda ids: pd.Categorical([str(i) for i in ids]),
    "floats": lambda ids: np.array(ids, dtype=np.float64),
    "float32": lambda ids: np.array(ids, dtype=np.float32),
    "Float64": lambda ids: pd.array(ids, dtype="Float64"),
    "texts of floats": lambda ids: [f"{i}.0" for i in ids],
    "decimals": lambda ids: [Decimal(i) for i in ids],
    "a mixture": lambda ids: [i if i % 2 else str(i) for i in ids],
}
FLOATS = ("floats", "float32", "Float64", "texts of floats")


def quietly(make: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Make something; returns it and what was said."""
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        made = make()
    return made, [str(note.message) for note in notes]


@pytest.mark.parametrize("second", TYPES)
@pytest.mark.parametrize("first", TYPES)
def test_types_of_python_meet(first, second):
    """An id is one person in whatever type each column holds it; whole floats are said."""
    source, target = TYPES[first]([1, 2, 3]), TYPES[second]([2, 3, 1])
    network, said = quietly(lambda: Network.from_edges(source, target, 0.5))
    assert (network.n_nodes, network.n_arcs) == (3, 3)
    assert {str(label) for label in network.labels} == {"1", "2", "3"}
    assert bool(said) == (first in FLOATS or second in FLOATS)
    frame = pd.DataFrame({"source": source, "target": target})
    assert quietly(lambda: Network.from_pandas(frame, probability=0.5))[0].n_nodes == 3
    listed, _ = quietly(lambda: Network.from_edges(source, TYPES["integers"]([2, 3, 1]), 0.5, nodes=target))
    assert listed.n_nodes == 3


PATHS = {
    "integers": Network.from_edges([1, 2], [2, 3], 1.0),
    "texts": Network.from_edges(["1", "2"], ["2", "3"], 1.0),
    "texts and names": Network.from_edges(["1", "2", "3"], ["2", "3", "ann"], 1.0),
}


def persons_of(network: Network, given: Any) -> list[int]:
    """Join the accounts of a table with two persons."""
    table = pd.DataFrame({"platform": "x", "account": given, "person": ["A", "A", "B"]})
    return np.unique(sd.Network.couple({"x": network}, person=table).person[:3]).tolist()


LOOKUPS: dict[str, Callable[[Network, Any], bool]] = {
    "roster": lambda net, ids: (
        Roster.from_any(pd.DataFrame({"candidate": ids, "cost": 1})).place(net)[2].tolist() == [0, 1, 2]
    ),
    "roster to add": lambda net, ids: (
        Roster.from_any(pd.DataFrame({"candidate": ids, "cost": 1}), missing="add").place(net)[1] is net
    ),
    "seeds": lambda net, ids: sd.simulate(net, ids, worlds=2, rng=1).tolist() == [net.n_nodes] * 2,
    "rivals": lambda net, ids: sd.simulate(net, [1], rivals=ids, worlds=2, rng=1).tolist() == [0, 0],
    "organic": lambda net, ids: net.with_organic(ids).active.tolist() == [0, 1, 2],
    "with_nodes": lambda net, ids: net.with_nodes(ids) is net,
    "people": lambda net, ids: (
        net.with_people(pd.DataFrame({"age": [3, 4, 5]}, index=pd.Index(ids))).people["age"].tolist()[:3]
        == [3, 4, 5]
    ),
    "accounts of persons": lambda net, ids: persons_of(net, ids) == [0, 1],
}


@pytest.mark.filterwarnings("ignore:.*idle decimals:seeding.errors.AssumptionWarning")
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("held", PATHS)
@pytest.mark.parametrize("lookup", LOOKUPS)
def test_every_lookup_keeps_the_rule(lookup, held, kind):
    """Whatever is asked of people finds them in whatever type their ids are given."""
    if held == "texts and names" and kind == "texts of floats":
        ids = TYPES[kind]([1, 2, 3])
        with pytest.raises(AssertionError):
            assert labels.find(PATHS[held].labels, labels.as_labels(ids, "ids")).min() >= 0
        return
    assert LOOKUPS[lookup](PATHS[held], TYPES[kind]([1, 2, 3]))


@pytest.mark.filterwarnings("ignore:.*idle decimals:seeding.errors.AssumptionWarning")
@pytest.mark.parametrize("kind", TYPES)
def test_weights_and_scipy_labels(kind):
    """Weights by label, and the labels of a matrix, are read alike."""
    ids = TYPES[kind]([1, 2, 3])
    weights = pd.Series([5.0, 6.0, 7.0], index=pd.Index(ids))
    network = Network.from_edges([1, 2], [2, 3], 0.5, weights=weights)
    assert network.weights.tolist() == [5, 6, 7]
    matrix = scipy.sparse.coo_matrix(([0.5, 0.5], ([0, 1], [1, 2])), shape=(3, 3))
    assert [str(label) for label in Network.from_scipy(matrix, nodes=ids).labels] == ["1", "2", "3"]


@pytest.mark.filterwarnings("ignore:.*idle decimals:seeding.errors.AssumptionWarning")
@pytest.mark.parametrize("write", [str, "{}.0".format, "{},0".format, '"{}"'.format])
def test_files_meet_files(tmp_path, write):
    """A roster, a list of seeds, persons and a node table find the integers of the arcs."""
    network = PATHS["integers"]
    (tmp_path / "r.csv").write_text("candidate;cost\n" + "".join(f"{write(i)};1\n" for i in (1, 2, 3)))
    assert read_roster(tmp_path / "r.csv").place(network)[2].tolist() == [0, 1, 2]
    (tmp_path / "s.txt").write_text("handle;x\n" + "".join(f"{write(i)};1\n" for i in (1, 2, 3)))
    assert read_seeds(tmp_path / "s.txt") == [1, 2, 3]
    rows = "".join(f"x; {write(i)} ; A \n" for i in (1, 2)) + "x;3;\n"
    (tmp_path / "p.csv").write_text(f"platform;account;person\n{rows}")
    persons = read_persons(tmp_path / "p.csv").iloc[:2]
    coupled = sd.Network.couple({"x": network}, person=persons)
    assert coupled.person.tolist() == [0, 0, 1]
    (tmp_path / "n.csv").write_text("node;age\n" + "".join(f"{write(i)};{i}\n" for i in (1, 2, 3)))
    (tmp_path / "e.csv").write_text("source,target\n1,2\n2,3\n")
    read = read_network(tmp_path / "e.csv", probability=1.0, nodes=tmp_path / "n.csv")
    assert (read.n_nodes, read.people["age"].tolist()) == (3, [1, 2, 3])


def test_persons_without_a_name_are_not_one(tmp_path):
    """An empty cell of the column person is nobody, not one person of many accounts."""
    (tmp_path / "p.csv").write_text("platform,account,person\nx,1,\nx,2,\n")
    with pytest.raises(InputError, match="no person in row 0"):
        sd.Network.couple({"x": PATHS["integers"]}, person=read_persons(tmp_path / "p.csv"))


def test_one_label_on_platforms_is_one_person():
    """Accounts of one name are one person, whether a platform holds integers or texts."""
    x, t = Network.from_edges([1], [2], 0.5), Network.from_edges(["1"], ["ann"], 0.5)
    assert sd.Network.couple({"x": x, "t": t}, person="label").person.tolist() == [0, 1, 0, 2]
    table = pd.DataFrame({"platform": ["x", "t"], "account": [2, "ann"], "person": [7, "7"]})
    joined = sd.Network.couple({"x": x, "t": t}, person=table)
    assert joined.person[1] == joined.person[3]
    padded = table.assign(account=["002", "ann"])
    with pytest.raises(InputError, match=r"account '002' \(row 0\), who is not in the network"):
        sd.Network.couple({"x": x, "t": t}, person=padded)


def test_nodes_of_a_graph_that_are_one_label():
    """Nodes 2 and "2" of a graph are one person, which is said; contradicting attributes are refused."""
    graph = nx.DiGraph([(1, "2"), (2, "3")])
    graph.nodes["2"]["age"] = 5
    with pytest.warns(AssumptionWarning, match=r"nodes '2' and 2, which are one label; .*\(1 such\)"):
        network = Network.from_networkx(graph, 0.5)
    assert network.labels.tolist() == ["1", "2", "3"]
    assert network.people["age"].tolist()[1] == 5
    graph.nodes[2]["age"] = 6
    with pytest.raises(InputError, match="two values of 'age': 5 and 6"):
        Network.from_networkx(graph, 0.5)


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_ids_of_graph_files(tmp_path, ending):
    """Whole numbers are integers in a graph file too; two nodes of one number are refused."""
    path = tmp_path / f"a.{ending}"
    write = nx.write_graphml if ending == "graphml" else nx.write_gexf
    write(nx.DiGraph([("1.0", "2.0"), ("2.0", "3")]), path)
    with pytest.warns(AssumptionWarning, match="idle decimals, as '1.0'"):
        assert read_network(path, probability=0.5).labels.tolist() == [1, 2, 3]
    write(nx.DiGraph([("1.0", "2.0"), ("2", "3")]), path)
    with pytest.raises(InputError, match=r"nodes '2\.0' and '2', which are one number"):
        quietly(lambda: read_network(path, probability=0.5))


@pytest.mark.parametrize(
    ("candidates", "words"),
    [
        (["1,234", "9"], "'1,234' and '1234', which differ only in signs between thousands"),
        (["1e3", "1000"], "'1e3' and '1000', which differ only in an exponent"),
        (["00007", "00008"], "one of the two lost its zeros"),
        ([" ann", "bob"], "' ann' and 'ann', which differ only in blanks at the ends"),
    ],
)
def test_nobody_is_added_twice(candidates, words):
    """Who is there in another writing of a number is refused, not added as a second person."""
    names, numbers = Network.from_edges(["ann"], ["bob"], 0.5), Network.from_edges([1234, 7], [5, 6], 0.5)
    network = names if " ann" in candidates else numbers
    with pytest.raises(InputError, match=words):
        Roster.from_any(dict.fromkeys(candidates, 1), missing="add").place(network)


def test_who_is_added_in_the_writing_of_the_network():
    """Added people are integers among integers, and texts among texts."""
    assert PATHS["integers"].with_nodes(["9", 8]).labels.tolist() == [1, 2, 3, 9, 8]
    assert PATHS["texts"].with_nodes([9]).labels.tolist() == ["1", "2", "3", "9"]
    with pytest.warns(AssumptionWarning, match=r"2 people added differ .* only in '@' or case \('ann'"):
        both = Network.from_edges(["ann"], ["bob"], 0.5).with_nodes(["@ann", "BOB", "cy"])
    assert both.n_nodes == 5


def test_a_label_twice_in_one_list():
    """An integer and its text are one label within a list too."""
    for make in (
        lambda: Roster.from_any({1: 5, "1": 6}),
        lambda: Roster.from_any(pd.DataFrame({"candidate": ["1.0", "1"], "cost": [1, 1]})),
    ):
        with pytest.raises(InputError, match="more than once"):
            quietly(make)
    with pytest.raises(InputError, match="nodes names '1' twice"):
        Network.from_edges([1], [2], 0.5, nodes=[1, "1"])
    with pytest.raises(InputError, match="weights names '1' twice"):
        Network.from_edges([1], [2], 0.5, weights={1: 1, "1": 2, 2: 1})
    with pytest.raises(InputError, match=r"Conflict\('1', 1\) names one candidate twice, as '1', 1"):
        sd.optimize(PATHS["integers"], {1: 1, 2: 1}, k=1, constraints=[sd.Conflict("1", 1)], rng=1)


def test_seeds_with_two_chances():
    """A seed given twice counts once; with two chances of taking part nobody knows which is meant."""
    network = PATHS["integers"]
    assert sd.estimate_reach(network, [1, "1"], accept=[0.5, 0.5], rng=1).mean < 3
    with pytest.raises(InputError, match="seed 1 is given twice, with different values of accept"):
        sd.estimate_reach(network, [1, "1"], accept=[0.5, 0.7], rng=1)
    with pytest.raises(InputError, match=r"accept names '1' twice, with 0\.5 and 0\.7"):
        sd.estimate_reach(network, [1], accept={1: 0.5, "1": 0.7}, rng=1)


def test_groups_of_people_are_one_label():
    """A group 1 and a group "1" are one group."""
    people = pd.DataFrame({"node": [1, 2, 3], "part": [1, "1", 2]})
    network = Network.from_edges([1, 2], [2, 3], 1.0, nodes=people)
    plan = sd.optimize(network, {1: 1}, k=1, constraints=[sd.AtLeastReach(0.5, group="part")], rng=1)
    assert len(plan.groups) == 2


def test_written_networks_keep_the_rule(tmp_path):
    """A file of a network whose labels are one person twice, as older versions wrote, is refused."""
    network = Network.from_edges(["1,234", "5"], ["6", "7"], 0.5)
    write_network(network, tmp_path / "a.npz")
    assert read_npz(tmp_path / "a.npz").labels.tolist() == network.labels.tolist()
    wrong = replace(network, names=labels.Labels.of(np.array(["1,234", "1234", "6", "7"], dtype=object)))
    write_network(wrong, tmp_path / "a.npz")
    with pytest.raises(InputError, match="'1,234' and '1234', which differ only in signs between thousands"):
        read_npz(tmp_path / "a.npz")


def test_lines_are_named(tmp_path):
    """A file's two writings of a number are named with their lines."""
    (tmp_path / "a.csv").write_text('source,target\n"1,234",2\n3,4\n1234,3\n')
    with pytest.raises(
        InputError, match=r"labels '1,234' \(line 2\) and '1234' \(line 4\), which differ only"
    ):
        read_network(tmp_path / "a.csv", probability=0.5)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["@ann", "@bob"], "all 2 would be found without '@', the first as 'ann'"),
        (["@ann", "zoe"], "1 would be found without '@', the first as 'ann'"),
        (
            ["ANN", "https://www.instagram.com/Bob/?hl=no"],
            "all 2 would be found without the URL around them and in other case",
        ),
        (["a\u200bnn", "\ufeffbob"], "all 2 would be found without invisible signs"),
        (["ann ", " bob"], "all 2 would be found without idle blanks"),
        (["'ann'", '"bob"'], "all 2 would be found without quotation marks"),
        (["007", "1,234", "ann"], "2 would be found as plain integers, the first as '7'"),
    ],
)
def test_errors_say_how_many_would_be_found(given, named):
    """Who is missing in every writing, and who in this one only."""
    network = Network.from_edges(["ann", "bob"], ["7", "1234"], 0.5)
    with pytest.raises(InputError, match=named):
        Roster.from_any(dict.fromkeys(given, 1)).place(network)
    with pytest.raises(InputError, match=named):
        network.index([*given])


ALIKE = [
    "ann",
    "Ann",
    "@ann",
    "https://instagram.com/ann/",
    "\u200bann",
    "bob",
    "Zo\u00eb",
    "Zoe\u0308",
    "zoe",
]


def test_labels_that_look_alike_are_counted():
    """Labels that differ only in case, '@', a URL, invisible signs or accents are counted, never merged."""
    found = label_spellings.similar(ALIKE)
    assert found.count == 7
    assert set(found.differences) == {
        "invisible signs",
        "the form of letters and accents",
        "a URL",
        "'@'",
        "case",
    }
    network = Network.from_edges(ALIKE[:-1], ALIKE[1:], 0.5)
    assert network.n_nodes == len(ALIKE)
    assert "  note          7 labels differ from another only in invisible signs, " in network.summary()
    assert "note" not in Network.from_edges(["a"], ["b"], 0.5).summary()
    assert label_spellings.similar(["https://x.com/ann", "https://tiktok.com/@ann"]) is None
    assert label_spellings.similar(["https://a.org/ann", "https://b.org/ann", ("ann",), 5]) is None
    assert label_spellings.similar([5, "@5"]).count == 2


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("@Ann", "ann"),
        ("https://www.tiktok.com/@Ann?lang=en", "ann"),
        ("instagram.com/ann/", "ann"),
        ("http://www.linkedin.com/in/ann", "ann"),
        ("https://a.org/x/", "a.org/x"),
        ("  a  b ", "a b"),
        ("\u201cann\u201d", "ann"),
        ("\uff41nn", "ann"),
        ("tiktok/ann", "tiktok/ann"),
        ("\u200b", None),
        (5, "5"),
        (("a",), None),
    ],
)
def test_plain_forms(text, form):
    """What is taken away from a label to compare it with others."""
    assert label_spellings.plain_form(text) == form


def test_names_need_no_look():
    """The quick look lets names through, and nothing that the rule is about."""
    for names in (["ann", "bob"], ["4chan", "a1"], ["a b"], ["-x", "+y"], ["a\nb"]):
        assert label_rule.are_names(names)
    assert not label_rule.are_names([])
    for odd in (
        "",
        "1",
        "1.0",
        "+5",
        "1,234",
        "1e3",
        "-7",
        "007",
        " ann",
        "ann ",
        "\u00a0ann",
        5,
        b"x",
        ("a",),
    ):
        assert not label_rule.are_names(["ann", odd, "bob"])
        assert not label_rule.are_names([odd])


def test_the_quick_look_changes_nothing(monkeypatch):
    """With or without the quick look, every kind of label is judged alike."""
    for kind in KINDS.values():
        both = np.array([*kind.source, *kind.target], dtype=object)
        judged = []
        for quick in (label_rule.are_names, lambda _: False):
            monkeypatch.setattr(label_joining.label_rule, "are_names", quick)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    judged.append(np.asarray(label_joining.settled(both, "x")).tolist())
                except InputError as error:
                    judged.append(str(error))
            monkeypatch.undo()
        assert judged[0] == judged[1]


@pytest.mark.parametrize("empty", ["", "  ", "\u00a0"])
def test_nobody_is_called_nothing(empty):
    """A text of nothing but blanks names nobody: all rows that have none would be one person."""
    for ends in ((["ann", empty], ["bob", "cy"]), (["ann", "bob"], [empty, empty])):
        with pytest.raises(InputError, match="which names nobody, and all such rows would be one person"):
            Network.from_edges(*ends, 0.5)
    with pytest.raises(InputError, match=r"the roster has the label .*, which names nobody"):
        Roster.from_any({"ann": 1, empty: 1})


def test_bytes_beside_text():
    """Bytes are labels of their own, unless the same text is there."""
    assert Network.from_edges([b"a"], [b"b"], 0.5).labels.tolist() == [b"a", b"b"]
    with pytest.raises(InputError, match="b'a' and 'a', which differ only in being bytes or text"):
        Network.from_edges([b"a"], ["a"], 0.5)


def test_the_first_integer_that_a_float_may_have_lost():
    """Below 2⁵³ a whole number with idle decimals is an integer; from there on it may be another one."""
    last = str((1 << 53) - 1)
    assert label_rule.whole_numbers([f"{last}.0", "1"]) == [(1 << 53) - 1, 1]
    assert label_rule.whole_numbers([f"-{last}.0", "1"]) == [1 - (1 << 53), 1]
    for lost in (f"{1 << 53}.0", f"-{1 << 53}.0"):
        assert label_rule.whole_numbers([lost, "1"]) is None
        assert label_rule.split_person([lost, "1"]) is not None


def test_zeros_before_a_number_in_one_column_only():
    """Whatever the width, 07 beside 7 is one person; 17 is another, and zeros in both columns say nothing."""
    assert label_rule.padded_twin(["07", "10"], 2, ["12", "7"]) == ("07", "7")
    assert label_rule.padded_twin(["0007", "0010"], 4, [10, 12]) == ("0010", "10")
    assert label_rule.padded_twin(["07", "10"], 2, ["17", "8"]) is None
    assert label_rule.padded_twin(["07", "10"], 2, ["07", "7"]) is None
    assert label_rule.padded_twin(["07", "10"], 2, ["7", "anna"]) is None
