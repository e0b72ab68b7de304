"""Values of groups that look alike: blanks that nobody sees are taken away, other differences are said."""

from __future__ import annotations

import pandas as pd
import pytest

import seeding as sd
from seeding import AssumptionWarning, InputError
from seeding._runtime.blanks import families, fold, trim, variants
from seeding.io import read_network, read_roster

QUICK = {"rng": 1, "gap": 0.4, "precision": 0.2}
BLANKS = {
    "space": " ",
    "no-break": "\u00a0",
    "zero width": "\u200b",
    "mark": "\ufeff",
    "tab": "\t",
    "em": "\u2003",
}


def network():
    """Make a network in which everybody reaches somebody of their own."""
    return sd.Network.from_edges(list("abcd"), list("wxyz"), 0.5)


def roster(values):
    """Make a roster of four with these platforms."""
    return pd.DataFrame({"candidate": list("abcd"), "cost": [1, 1, 1, 1], "platform": values})


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("source", ["file", "frame", "category"])
def test_blanks_at_the_ends_escape_no_rule(tmp_path, blank, source):
    """Who stands under 'TikTok ' is held to a rule about 'TikTok', whichever way the roster comes."""
    table = roster([f"TikTok{blank}", f"{blank}TikTok", "TikTok", "x"])
    if source == "file":
        table.to_csv(tmp_path / "roster.csv", index=False)
        given = read_roster(tmp_path / "roster.csv")
    else:
        given = table.astype({"platform": "category"}) if source == "category" else table
    rule = sd.AtMost(1, platform=f"TikTok{blank}")
    plan = sd.optimize(network(), given, budget=4, constraints=[rule], **QUICK)
    assert sorted(plan.frame["platform"]) == ["TikTok", "x"]


def test_the_callers_table_is_left_alone():
    """Texts are trimmed in a copy."""
    table = roster(["x ", "x", "y", "y"])
    assert sd.Roster.from_any(table).frame["platform"].tolist() == ["x", "x", "y", "y"]
    assert table["platform"].tolist() == ["x ", "x", "y", "y"]


def test_values_that_differ_in_case_are_said():
    """A rule says whom it does not count although their value looks like its own."""
    table = roster(["YouTube", "YouTube", "Youtube", "You\u00a0Tube"])
    with pytest.warns(
        AssumptionWarning, match=r"platform='YouTube' \(2\) and not those with 'Youtube' \(1\)"
    ):
        sd.optimize(network(), table, budget=4, constraints=[sd.AtMost(1, platform="YouTube")], **QUICK)
    with pytest.warns(
        AssumptionWarning, match=r"'platform', which has 'YouTube' \(2\) and 'Youtube' \(1\): they"
    ):
        sd.optimize(network(), table, budget=4, constraints=[sd.AtMost(1, platform="You\u00a0Tube")], **QUICK)
    both = sd.AtMost(1, platform=["YouTube", "Youtube"])
    plan = sd.optimize(network(), table, budget=4, constraints=[both], **QUICK)
    assert len(plan.table) == 2
    with pytest.raises(InputError, match=r"nobody .*platform='YOUTUBE', but 'YouTube', 'Youtube' differ"):
        sd.optimize(network(), table, budget=4, constraints=[sd.AtMost(1, platform="YOUTUBE")], **QUICK)


def test_groups_of_the_audience(tmp_path):
    """Audience groups have no blanks at their ends, and those that differ in case are said."""
    (tmp_path / "net.csv").write_text("source,target\na,b\nb,c\nc,d\n")
    people = pd.DataFrame({"node": list("abcd"), "land": ["NO", "NO\u00a0", "no", "SE"]})
    people.to_csv(tmp_path / "people.csv", index=False)
    for nodes in (people, tmp_path / "people.csv"):
        read = read_network(tmp_path / "net.csv", probability=0.5, nodes=nodes)
        assert read.people["land"].tolist() == ["NO", "NO", "no", "SE"]
    with pytest.warns(AssumptionWarning, match=r"groups of the column 'land' 'NO' \(2\) and 'no' \(1\)"):
        sd.optimize(read, k=2, objective="maximin", group="land", **QUICK)


def test_what_looks_alike():
    """Case, inner blanks, full-width letters and unseen signs make values variants of each other."""
    assert trim("\u2060\u00a0 x y\u200d\n") == "x y"
    assert fold("You\u00a0 Tube\u200b") == fold("ＹＯＵ tube") == "you tube"
    assert variants(["a", "A", 1, None, "b"], "a") == ["A"]
    assert variants(["a"], 1) == []
    assert families(["a", "b", "A", 1, None, "B "]) == [["A", "a"], ["B ", "b"]]
