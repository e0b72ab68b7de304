"""GraphML and GEXF as Gephi, Neo4j, yEd and other programs write them."""

from __future__ import annotations

import gzip

import pytest

from seeding import InputError
from seeding.io import read_network

NODES = '<node id="a" label="A"/><node id="b" label="B"/><node id="c" label="C"/>'
TWO = '<edge id="0" source="a" target="b"/><edge id="1" source="b" target="c"/>'
GRAPHML = 'xmlns="http://graphml.graphdrawing.org/xmlns"'


def gexf(edges, about='defaultedgetype="directed"', space='xmlns="http://www.gexf.net/1.3"', more=""):
    """Write a GEXF file of three nodes."""
    graph = f"<graph {about}>{more}<nodes>{NODES}</nodes><edges>{edges}</edges></graph>"
    return f'<?xml version="1.0" encoding="UTF-8"?><gexf {space} version="1.3">{graph}</gexf>'


def graphml(edges, about='edgedefault="directed"', space=GRAPHML, keys=""):
    """Write a GraphML file of three nodes."""
    return f'<?xml version="1.0"?><graphml {space}>{keys}<graph {about}>{NODES}{edges}</graph></graphml>'


@pytest.fixture
def arcs_of(tmp_path):
    """Read a text as a file of that name; returns its arcs with their probabilities."""

    def read(text, name, probability=1.0):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        network = read_network(path, probability=probability)
        ends = zip(network.out.rows(), network.out.indices, network.out.probability.tolist(), strict=True)
        assert set(network.labels) == {"a", "b", "c"}
        return {network.labels[u] + network.labels[v]: p for u, v, p in ends}

    return read


@pytest.mark.parametrize("name", ["g.gexf", "g.gexf.gz", "g.graphml"])
@pytest.mark.parametrize(
    "space",
    [
        "",
        'xmlns="http://www.gexf.net/1.1draft"',
        'xmlns="http://www.gexf.net/1.2draft"',
        'xmlns="http://www.gexf.net/1.3"',
        'xmlns="http://gexf.net/1.3"',
        'xmlns="https://www.gexf.net/1.2draft"',
        'xmlns="http://www.gexf.net/1.3draft" xmlns:viz="http://www.gexf.net/1.3draft/viz"',
        'xmlns="http://example.org/mine"',
    ],
)
def test_gexf_of_any_namespace(arcs_of, space, name):
    """GEXF is told by its root, not by its namespace or the name of the file."""
    text = gexf(TWO, space=space)
    if "viz" in space:
        text = text.replace(
            'label="A"/>', 'label="A"><viz:size value="2"/><viz:color r="1" g="2" b="3"/></node>'
        )
    assert arcs_of(text, name) == {"ab": 1, "bc": 1}


@pytest.mark.parametrize("space", ["", GRAPHML, 'xmlns="https://graphml.graphdrawing.org/xmlns/graphml"'])
def test_graphml_of_any_namespace(arcs_of, space):
    """So is GraphML."""
    assert arcs_of(graphml(TWO, space=space), "g.graphml") == {"ab": 1, "bc": 1}


MIXED = (
    (gexf(TWO.replace('id="0"', 'type="undirected"')), {"ab", "ba", "bc"}),
    (gexf(TWO.replace('id="0"', 'type="mutual"')), {"ab", "ba", "bc"}),
    (gexf(TWO.replace('id="0"', 'type="directed"'), 'defaultedgetype="mixed"'), {"ab", "bc", "cb"}),
    (gexf(TWO.replace('id="0"', 'type="directed"'), 'defaultedgetype="undirected"'), {"ab", "bc", "cb"}),
    (gexf(TWO, 'defaultedgetype="mixed"'), {"ab", "ba", "bc", "cb"}),
    (gexf(TWO, ""), {"ab", "ba", "bc", "cb"}),
    (gexf(TWO.replace("id=", 'type="directed" id='), 'defaultedgetype="undirected"'), {"ab", "bc"}),
    (graphml(TWO.replace('id="0"', 'directed="false"')), {"ab", "ba", "bc"}),
    (graphml(TWO.replace('id="0"', 'directed="true"'), 'edgedefault="undirected"'), {"ab", "bc", "cb"}),
    (graphml(TWO.replace("id=", 'directed="true" id='), 'edgedefault="undirected"'), {"ab", "bc"}),
    (graphml(TWO, 'edgedefault="undirected"'), {"ab", "ba", "bc", "cb"}),
)


@pytest.mark.parametrize(("text", "arcs"), MIXED)
def test_an_undirected_edge_is_two_arcs(arcs_of, text, arcs):
    """Directed and undirected edges may stand together; an undirected one goes both ways."""
    name = "g.gexf" if "<gexf" in text else "g.graphml"
    assert set(arcs_of(text, name)) == arcs


def test_the_way_back_has_the_same_data(arcs_of):
    """Both arcs of an undirected edge have its probability; a further arc is a further chance."""
    data = '<data key="p">0.5</data>'
    edges = (
        f'<edge id="e" source="a" target="b" directed="false">{data}</edge>'
        f'<edge id="f" source="b" target="a">{data}</edge>'
    )
    assert arcs_of(graphml(edges), "g.graphml", None) == {"ab": 0.5, "ba": 0.75}
    edges = (
        '<edge source="a" target="b" type="undirected" weight="0.5"/>'
        '<edge source="b" target="c" weight="0.25"/>'
    )
    assert arcs_of(gexf(edges), "g.gexf", "weight") == {"ab": 0.5, "ba": 0.5, "bc": 0.25}


def test_keys_that_nobody_declares(arcs_of):
    """Neo4j writes data without keys, and keys without types: they are texts, read as numbers where used."""
    keys = '<key id="username" for="node" attr.name="username"/>'
    data = '<data key="label">FOLLOWS</data><data key="p">40%</data>'
    edge = f'<edge source="a" target="b" label="FOLLOWS">{data}</edge>'
    text = graphml(edge, keys=keys).replace(
        'label="A"/>', '><data key="labels">:User</data><data key="username">x</data></node>'
    )
    assert arcs_of(text, "g.graphml", None) == {"ab": 0.4}


def test_types_and_times_of_newer_gexf(arcs_of):
    """Types that networkx does not know, and times without a format, do not stand in the way."""
    about = '<attributes class="node"><attribute id="0" title="n" type="biginteger"/></attributes>'
    more = about + '<attributes class="graph"/>'
    text = gexf(TWO, more=more).replace(
        'label="A"/>', 'start="2020-01-01"><attvalues><attvalue for="0" value="5"/></attvalues></node>'
    )
    assert arcs_of(text, "g.gexf") == {"ab": 1, "bc": 1}


def test_lists_in_several_parts(arcs_of):
    """Edges in a second list are edges too."""
    text = gexf(TWO).replace('<edge id="1"', '</edges><edges><edge id="1"')
    assert arcs_of(text, "g.gexf") == {"ab": 1, "bc": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (graphml(TWO).replace("</graphml>", "<graph/></graphml>"), "holds 2 graphs"),
        (gexf(TWO).replace("</gexf>", "<graph/></gexf>"), "holds 2 graphs"),
        (f"<graphml {GRAPHML}/>", "holds no graph"),
        (graphml(TWO).replace('label="A"/>', "><graph/></node>"), "a graph within the node 'a'"),
        ("<html><body/></html>", "XML with the root <html>"),
        ('{"nodes": []}', "is JSON"),
        ("source,target\na,b\n", "holds no XML; .*ends in .csv"),
        ("<graphml><graph>", "broken XML"),
    ],
)
def test_files_that_are_refused(tmp_path, text, words):
    """Several graphs, nested graphs and other formats are refused by name."""
    for name in ("g.graphml", "g.gexf"):
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match=words):
            read_network(tmp_path / name, probability=0.1)
