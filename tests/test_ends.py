"""Which two columns are the ends of an arc: by names, else by values; else refused with a choice."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from test_io_networks import arcs

from seeding.errors import InputError
from seeding.io.networks import read_network
from seeding.network.arc_ends import follows_by_name
from seeding.network.column_kinds import look_at
from seeding.network.column_names import are_twins, meaning, words
from seeding.network.network import Network

FOLLOWS = "from the followed to the follower; pass direction="


@pytest.fixture(params=["csv", "parquet", "pandas"])
def read(request, tmp_path):
    """Read a text as a network: from the text, or from the same table as Parquet or as a DataFrame."""

    def from_text(text: str, **options):
        options.setdefault("probability", 0.5)
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        if request.param == "csv":
            return read_network(path, **options)
        frame = pd.read_csv(path)
        if request.param == "pandas":
            return Network.from_pandas(frame, **options)
        frame.to_parquet(tmp_path / "a.parquet")
        return read_network(tmp_path / "a.parquet", **options)

    return from_text


@pytest.fixture
def read_text(tmp_path):
    """Read a text as a network."""

    def from_text(text: str, name: str = "a.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_network(path, probability=0.5, **options)

    return from_text


def quietly(read, text: str, **options):
    """Read a text, whatever it is that is said; returns the arcs and what was said."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        network = read(text, **options)
    return sorted(arcs(network)), " ".join(str(one.message) for one in said)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (":START_ID(Body-ID),weight:int,:END_ID(Body-ID)", "10,5,11"),
        ("id,src_id,dst_id,quality,last_seen", "1,10,11,0.5,2025-11-27T03:41:13+00:00"),
        ("index,userA,userB", "0,10,11"),
        ("created_at,from_user_id,to_user_id", "2020-01-01,10,11"),
        ("startNodeId,endNodeId", "10,11"),
        ("person_1,person_2", "10,11"),
        ("Node 1,Node 2,valid_from,valid_to", "10,11,2020-01-01,2021-01-01"),
        ("user1,user2,from,to", "10,11,2020-01-01,2021-01-01"),
        ("sender_id,recipient_id,n", "10,11,7"),
        ("user_id,target_user_id,n", "10,11,7"),
        ("user,friend,n", "10,11,7"),
        ("QUELLE,ZIEL", "10,11"),
        ("Källa,MÅL", "10,11"),
        ("SOURCE İD,TARGET İD", "10,11"),
        ("ИСТОЧНИК,ЦЕЛЬ", "10,11"),
        ("to_name,to_id,from_name,from_id", "b,11,a,10"),
    ],
)
def test_names_that_mean_the_ends(read, header, row):
    """The ends are found by the words of their names, wherever they stand and however they are written."""
    found, _ = quietly(read, f"{header}\n{row}\n")
    assert found in ([(10, 11)], [("a", "b")])


@pytest.mark.parametrize(
    "header",
    [
        "follower,followed",
        "follower,user",
        "follower_name,followed_name",
        "followerId,followeeId",
        "fan,idol",
        "Fan,Star",
        "SUBSCRIBER,CHANNEL",
        "retweeter,retweeted",
        "retweeting_user,retweeted_user",
        "user,retweeted_user",
        "user,following",
        "user,follows_user",
        "subscriber,subscribed_to",
        "retweeter,original_author",
        "commenter,poster",
        "user,channel",
        "liker,liked",
        "voter,votee",
        "citing,cited",
        "from_follower,to_followed",
        "abonné,chaîne",
        "seguidor,seguido",
    ],
)
def test_who_follows_is_influenced(read, header):
    """Columns that say who follows whom are read against their order, and that is said with both names."""
    found, said = quietly(read, f"{header}\nf1,s\nf2,s\n")
    assert found == [("s", "f1"), ("s", "f2")]
    first, second = header.split(",")
    assert f"({first!r} follows {second!r})" in said
    assert FOLLOWS in said


@pytest.mark.parametrize(
    "header", ["account,followed_by", "idol,fan", "channel,subscriber", "author,retweeter"]
)
def test_who_is_followed_first(read, header):
    """Where the first column is followed, influence flows from the first to the second."""
    found, said = quietly(read, f"{header}\ns,f1\ns,f2\n")
    assert found == [("s", "f1"), ("s", "f2")]
    assert FOLLOWS in said


def test_follow_names_that_are_asked_for(read):
    """Columns that are named by the caller mean what their names say, too; direction= decides."""
    found, said = quietly(read, "x,fan,idol\n1,f,s\n", source="fan", target="idol")
    assert found == [("s", "f")]
    assert FOLLOWS in said
    found, said = quietly(
        read, "x,fan,idol\n1,f,s\n", source="fan", target="idol", direction="source_to_target"
    )
    assert (found, said) == ([("f", "s")], "")


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("n,x,y\n1,a,b\n2,b,c\n", [("a", "b"), ("b", "c")], "'x' and 'y' .*share 1 of 2 values"),
        ("weight,x,y\n5,a,b\n7,b,c\n", [("a", "b"), ("b", "c")], "'x' and 'y'"),
        ("s,x,y\n0.5,a,b\n0.7,b,c\n", [("a", "b"), ("b", "c")], "'x' and 'y'"),
        ("d,x,y\n2020-01-01,a,b\n2020-01-02,b,c\n", [("a", "b"), ("b", "c")], "'x' and 'y'"),
        ("x,y,z\na,b,q\nb,c,r\n", [("a", "b"), ("b", "c")], "first two columns .*'x' and 'y'"),
        ("x,z,y\na,q,b\nb,r,c\n", [("a", "b"), ("b", "c")], "'x' and 'y'"),
        ("did,subject,createdAt\na,b,2020-01-01\nb,c,2020-01-02\n", [("a", "b"), ("b", "c")], "'subject'"),
        ("x,y,weight\nf1,s,3\nf2,s,4\n", [("f1", "s"), ("f2", "s")], "share no values.*guess"),
        ("moon,sun\nf1,s\nf2,s\n", [("f1", "s"), ("f2", "s")], "share no values.*guess"),
    ],
)
def test_values_decide_where_names_do_not(read, text, expected, said):
    """The two columns that share values are taken, with a note of how sure that is; bipartite lists stay."""
    found, told = quietly(read, text)
    assert found == expected
    assert re.search(f"{said}.*pass source= and target= to decide", told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y,z\na,b,c\nb,c,a\n", "'x', 'y', 'z' could be.*Pass source= and target="),
        ("x,y,z\na,q,1\nb,r,2\n", "no two of them share values"),
        (
            "did,handle,displayName,followDt\na,p,P,2023-08-25T06:34:18Z\nb,q,Q,2023-07-30T17:02:39Z\n",
            "people",
        ),
        ("Id,Label\n1,Ann\n2,Bob\n", "table of people.*'Id' holds every value once.*nodes="),
        (
            "id,days,mature,views,new_id\n71,3,True,10,2\n72,2,False,20,1\n73,3,True,30,3\n",
            "table of people",
        ),
        ("id,name,age\n1,Ann,20\n2,Bob,30\n3,Cy,30\n", "table of people"),
        ("username,followers,category\nann,1000,food\nbob,2000,sport\n", "table of people"),
        ("profile_url,username\nhttp://x/a,a\nhttp://x/b,b\n", "table of people"),
        ("username,platform,price\nann,ig,100\nbob,tt,200\n", "roster.*roster="),
        ("creator,offer,fee\nann,post,5\nann,story,6\n", "roster"),
        ("candidate,cost\na,5\nb,6\n", "roster"),
        ("influencer,platform,followers\nann,ig,10\nann,tt,20\nbob,ig,5\n", "list of influencers"),
        ("user,count\na,5\nb,6\n", "table of people"),
        ("item,user,time\nx,a,1\nx,b,2\ny,a,3\n", "event log"),
        ("tweet_id,user_id,timestamp\n100,1,1375000000\n100,2,1375000100\n101,1,1375000200\n", "event log"),
        ("thing,by_whom,moment\np,a,2020-01-01\np,b,2020-01-02\nq,a,2020-01-03\n", "event log"),
        ("hashtag,user\nx,a\nx,b\n", "event log"),
        ("source,other\na,b\n", "no two columns"),
        ("x,t\na,2020-01-01\nb,2020-01-02\n", "no two columns that could be.*'t' holds times"),
    ],
)
def test_what_is_no_list_of_arcs_is_refused(read, text, words):
    """A table of something else is refused with what it looks like; so are two plausible choices."""
    with pytest.raises(InputError, match=words):
        quietly(read, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 1\n1 2\n", [(0, 1), (1, 2)]),
        ("0 5\n1 6\n2 7\n", [(0, 5), (1, 6), (2, 7)]),
        ("1,a\n1,b\n2,a\n", [("1", "a"), ("1", "b"), ("2", "a")]),
        ("a 1\n1 b\n", [("1", "b"), ("a", "1")]),
        ("fan1,star\nfan2,star\n", [("fan1", "star"), ("fan2", "star")]),
        ("fan1,idol7\nfan2,idol8\n", [("fan1", "idol7"), ("fan2", "idol8")]),
        ("0 1 5\n1 2 7\n2 3 4\n", [(0, 1), (1, 2), (2, 3)]),
        ("9 2 1375000000\n2 3 1375000100\n", [(2, 3), (9, 2)]),
        ("f1,s,3\nf2,s,4\n", [("f1", "s"), ("f2", "s")]),
        ("source,target\nf1,s\n", [("f1", "s")]),
        (
            "Source,Target,Type,Id,Label,Weight\na,b,Directed,0,,1\nb,c,Directed,1,,2\n",
            [("a", "b"), ("b", "c")],
        ),
        (",source,target\n0,a,b\n1,b,c\n", [("a", "b"), ("b", "c")]),
        ("# Directed graph\n# FromNodeId\tToNodeId\n0\t4\n0\t5\n", [(0, 4), (0, 5)]),
    ],
)
def test_ordinary_files_are_read_without_a_word(read_text, text, expected):
    """Lists of two columns, with usual names or none, are read as they always were."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sorted(arcs(read_text(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,ann,bob\n1,bob,cy\n2,cy,dan\n", [("ann", "bob"), ("bob", "cy"), ("cy", "dan")]),
        ("0 10 11\n1 11 12\n2 12 13\n", [(10, 11), (11, 12), (12, 13)]),
        ("ann,follows,bob\nbob,follows,cy\n", [("ann", "bob"), ("bob", "cy")]),
        (",x,y\n0,a,b\n1,b,c\n", [("a", "b"), ("b", "c")]),
    ],
)
def test_columns_without_names(read_text, text, expected):
    """Row numbers and a verb between the ends are no people, also where no header says it."""
    found, said = quietly(read_text, text)
    assert found == expected
    assert "are taken as source and target" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,79,1,0.48\n2,45,2,0.77\n3,129,2,0.86\n", "column 1, column 2, column 3 could be"),
        ("1 9 0.5 7\n2 8 0.4 7\n3 1 0.3 7\n", "column 1, column 2, column 4 could be"),
        ("0.5,ann,bob\n0.3,bob,cy\n", "column 1 holds numbers"),
        ("17,ann,bob\n25,bob,cy\n99,cy,dan\n", "column 1, column 2, column 3 could be"),
        ("p,ann,2020-01-01\np,bob,2020-01-02\nq,ann,2020-01-03\n", "event log"),
        ("ann,100\nbob,200\n", "a table of people with a number each"),
        ("ann,99.50\nbob,100\n", "a table of people with a number each"),
        ("7 1 1375000000\n7 2 1375000100\n8 1 1375000200\n", "event log"),
    ],
)
def test_columns_without_names_that_are_something_else(read_text, text, words):
    """Row numbers, weights and events without names are refused."""
    with pytest.raises(InputError, match=words):
        read_text(text)


def test_positions_decide(read_text):
    """What is refused can be read by the positions of its columns, as numbers or as texts."""
    text = "1,79,1,0.48\n2,45,2,0.77\n3,129,2,0.86\n"
    expected = [(45, 2), (79, 1), (129, 2)]
    assert sorted(arcs(read_text(text, source=1, target=2))) == expected
    assert sorted(arcs(read_text(text, source="1", target="2"))) == expected


def test_a_header_that_also_is_a_label(read_text):
    """A header is told by its names, even if somebody is called like a column; a word is said."""
    found, said = quietly(read_text, "fan,star\nfan1,star\nfan2,star\n")
    assert found == [("star", "fan1"), ("star", "fan2")]
    assert "taken as names of the columns; pass header=False" in said


def test_words_of_names():
    """Names are cut into words whatever their case, accents and punctuation."""
    assert words(":START_ID(Body-ID)") == ("start", "id")
    assert words("weight:int") == ("weight",)
    assert words("followerName") == words("Follower_Name") == words("followername") == ("follower", "name")
    assert words("userA") == ("user", "a")
    assert meaning("followed_by").role == "follower"
    assert meaning("Follower Count").role == "attribute"
    assert meaning("2024").role is None
    assert are_twins("id_1", "id_2")
    assert not are_twins("id_1", "name_2")


@pytest.mark.parametrize(
    ("values", "kind", "labels"),
    [
        (["1", "2"], "integer", True),
        ([1.0, 2.0], "integer", True),
        ([0.5, 2.0], "number", False),
        (["0,5", "1"], "number", False),
        (["12 %", "3%"], "number", False),
        (["007", "x"], "text", True),
        (["2020-01-02", "2020-01-03T04:05:06Z"], "time", False),
        (["Mon Nov 30 18:39:44 +0000 2026"], "time", False),
        (["10.0.0.1", "10.0.0.2"], "text", True),
        (["yes", "no"], "flag", False),
        (["a", ""], "text", False),
        (["a", None], "text", False),
    ],
)
def test_kinds_of_columns(values, kind, labels):
    """A column is what all of its values are, and labels stand in every row."""
    seen = look_at(pd.Series(values, dtype=object))
    assert (seen.kind, seen.are_labels) == (kind, labels)


@pytest.mark.parametrize(
    ("values", "counted"),
    [([0, 1, 2, 3], True), ([1, 2, 3, 4], True), ([2, 3, 4], False), ([1, 3, 4], False), ([1, 1, 2], False)],
)
def test_numbers_of_rows(values, counted):
    """Whatever counts the rows from 0 or from 1 does, as integers, floats or texts."""
    for column in (
        np.array(values),
        np.array(values, dtype=float),
        pd.Series(map(str, values), dtype=object),
    ):
        assert look_at(column).counts_rows is counted


@pytest.mark.parametrize(
    ("source", "target", "follows"),
    [
        ("follower_name", "followed_name", True),
        ("followed_name", "follower_name", False),
        ("source", "target", False),
        ("follower", "followee", True),
    ],
)
def test_who_follows_by_the_names_of_two_columns(source, target, follows):
    """The first of two columns follows the second, or it does not: the order counts."""
    assert follows_by_name(source, target) is follows
