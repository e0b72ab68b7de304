"""Tests of plans as workbooks: read back by another program, and looked at as what is in the archive."""

from __future__ import annotations

import re
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from golden_cases import market
from python_calamine import CalamineWorkbook
from test_io_seeds import TRICKY

import seeding as sd
from seeding.cli import main
from seeding.errors import InputError

QUICK = {"rng": 7, "gap": 0.3, "precision": 0.05, "threads": 1}


def sheets_of(path: Path) -> dict[str, list[list]]:
    """Read every sheet with calamine."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts_of(path: Path) -> dict[str, str]:
    """Return the XML of a workbook."""
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.fixture(scope="module")
def plan() -> sd.Plan:
    """Make a plan with rules and comparisons."""
    return sd.optimize(*market(), budget=9_000, constraints=[sd.AtMost(4)], **QUICK)


def test_every_sheet_says_what_the_plan_says(plan, tmp_path):
    """Seeds, comparison and rules come back: texts as texts, numbers as the same numbers."""
    plan.to_xlsx(tmp_path / "p.xlsx")
    sheets = sheets_of(tmp_path / "p.xlsx")
    assert list(sheets) == ["Seeds", "Comparison", "Rules"]
    header, *rows = sheets["Seeds"]
    assert header == [str(name) for name in plan.seeds.columns]
    assert [row[1] for row in rows] == plan.seeds["candidate"].tolist()
    assert [row[header.index("cost")] for row in rows] == [float(cost) for cost in plan.exact_costs]
    for name in ("marginal_reach", "reach_low", "reach_high"):
        # 16 digits are written.
        np.testing.assert_allclose([row[header.index(name)] for row in rows], plan.seeds[name], rtol=1e-15)
    header, own, *others = sheets["Comparison"]
    assert own[:3] == ["this plan", plan.reach.mean, float(plan.cost)]
    assert [row[header.index("reach")] for row in others] == [one.reach for one in plan.comparisons]
    assert sheets["Rules"][1:] == [["budget", 9_000.0], *(["rule", rule] for rule in plan.rules)]


def test_how_it_looks(plan, tmp_path):
    """Every header is frozen and filters, columns are as wide as needed, money has two decimals."""
    plan.to_xlsx(tmp_path / "p.xlsx")
    parts = parts_of(tmp_path / "p.xlsx")
    for number in (1, 2, 3):
        sheet = parts[f"xl/worksheets/sheet{number}.xml"]
        assert 'state="frozen"' in sheet
        assert "<autoFilter ref=" in sheet
        widths = [float(found) for found in re.findall(r'<col [^>]*width="([0-9.]+)"', sheet)]
        assert widths
        assert all(8 <= width <= 61 for width in widths)
    assert 'formatCode="#,##0.00"' in parts["xl/styles.xml"]
    assert 'formatCode="#,##0.0"' in parts["xl/styles.xml"]


HOSTILE = [text for text in TRICKY if text.strip()] + [
    "=cmd|'/C calc'!A0", "{=1+1}", "http://x.example", "mailto:a@b.example", "internal:Sheet1!A1", "_x0041_",
    "a\x01b", "12345678901234567890", "1e400", "<b>&amp;", "\uffff",
]  # fmt: skip


def hostile_plan() -> sd.Plan:
    """Make a plan whose labels and further columns are hostile."""
    labels = list(dict.fromkeys(HOSTILE))
    network = sd.Network.from_edges(["hub"] * len(labels), labels, 0.5)
    roster = pd.DataFrame({"candidate": labels, "cost": 1.5, "=note": labels, "id": 2**62})
    return sd.optimize(network, roster, k=len(labels), method="degree", **QUICK)


def test_nothing_runs_and_nothing_changes(tmp_path):
    """Hostile labels are texts without formula or link, and read back exactly; long ids keep all digits."""
    made = hostile_plan()
    made.to_xlsx(tmp_path / "p.xlsx")
    parts = parts_of(tmp_path / "p.xlsx")
    for name, xml in parts.items():
        assert "<f>" not in xml, name
        assert "<f " not in xml, name
        assert "hyperlink" not in xml, name
        assert "ddeLink" not in xml, name
    header, *rows = sheets_of(tmp_path / "p.xlsx")["Seeds"]
    assert "=note" in header
    wanted = made.seeds["candidate"].tolist()
    strings = "".join(parts["xl/sharedStrings.xml"])
    for row, label in zip(rows, wanted, strict=True):
        # Some characters are written as _xHHHH_, which this reader may leave so.
        assert row[1] == label or _packed(label) in strings
        assert isinstance(row[1], str)
        assert row[header.index("id")] == str(2**62)


def _packed(label: str) -> str:
    escaped = re.sub(r"(_x[0-9a-fA-F]{4}_)", r"_x005F\1", label)
    escaped = re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", escaped)
    return f">{escaped.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</t>"


def test_numbers_a_cell_cannot_hold(plan, tmp_path):
    """Money of more than 15 digits is text, exactly; what is missing is empty, what is infinite a text."""
    seeds = plan.seeds.iloc[:1].assign(x=np.inf, y=np.nan, z=True, w=[None])
    large = Decimal("12345678901234567.89")
    table = replace(plan.table, candidates=plan.table.candidates.take(np.array([0])),
                    columns={name: values[:1] for name, values in plan.table.columns.items()},
                    further=seeds[["x", "y", "z", "w"]].reset_index(drop=True))  # fmt: skip
    replace(plan, table=table, exact_costs=(large,)).to_xlsx(tmp_path / "p.xlsx")
    header, row = sheets_of(tmp_path / "p.xlsx")["Seeds"]
    said = dict(zip(header, row, strict=True))
    assert (said["cost"], said["x"], said["z"]) == (str(large), "inf", True)
    assert said["y"] == said["w"] == ""


def test_integer_labels_are_text(tmp_path):
    """Ids are text, also where they are integers, so that no spreadsheet rounds or adds them."""
    network = sd.Network.from_edges([1, 1, 2], [2, 3, 4], 0.5)
    sd.optimize(network, {1: 5, 2: 7}, k=2, **QUICK).to_xlsx(tmp_path / "p.xlsx")
    assert {row[1] for row in sheets_of(tmp_path / "p.xlsx")["Seeds"][1:]} == {"1", "2"}


def test_a_plan_without_anybody_or_comparisons(tmp_path):
    """An empty plan has its header, and the sheet of comparisons says that there are none."""
    network = sd.Network.from_edges(["a"], ["b"], 0.5)
    sd.optimize(network, {"a": 50}, value_per_reach=1, **QUICK).to_xlsx(tmp_path / "p.xlsx")
    sheets = sheets_of(tmp_path / "p.xlsx")
    assert len(sheets["Seeds"]) == 1
    assert sheets["Comparison"][1] == ["No simple choices were measured for this plan."]


@pytest.mark.parametrize(
    ("name", "said"),
    [("p.csv", "does not end in .xlsx"), ("p", "does not end"), ("nowhere/p.xlsx", "does not exist")],
)
def test_where_no_workbook_can_be(plan, tmp_path, name, said):
    """A wrong ending or folder is refused."""
    with pytest.raises(InputError, match=said):
        plan.to_xlsx(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_it_fails(tmp_path, plan, monkeypatch):
    """An earlier workbook stays, and no part of a new one is left, whatever is to blame."""
    (tmp_path / "p.xlsx").write_text("earlier")
    seeds = plan.table.frame.assign(note="x" * 40_000)
    wrong = replace(plan, table=replace(plan.table, further=seeds[["note"]]))
    with pytest.raises(InputError, match=r"^row 1 of 'note' has 40,000 characters, and a cell .*\.$"):
        wrong.to_xlsx(tmp_path / "p.xlsx")
    monkeypatch.setattr("seeding.plan.workbook._MOST_ROWS", 2)
    with pytest.raises(InputError, match="the sheet 'Seeds' would have"):
        plan.to_xlsx(tmp_path / "p.xlsx")
    monkeypatch.undo()

    def full(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        plan.to_xlsx(tmp_path / "p.xlsx")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["p.xlsx"]
    assert (tmp_path / "p.xlsx").read_text() == "earlier"


def test_without_xlsxwriter(plan, tmp_path, monkeypatch):
    """One sentence names the extra."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(
        InputError, match=r"^a workbook needs XlsxWriter .* pip install 'seeding\[excel\]'\.$"
    ):
        plan.to_xlsx(tmp_path / "p.xlsx")


def test_the_command(tmp_path, monkeypatch, capsys):
    """`--xlsx` writes the workbook; one that cannot be is refused before anything is read."""
    monkeypatch.chdir(tmp_path)
    Path("e.csv").write_text("source,target,p\na,b,0.5\nb,c,0.5\n")
    asked = ("optimize", "e.csv", "-k", "1", "--rng", "1", "--xlsx")
    assert main((*asked, "p.xlsx")) == 0
    assert "p.xlsx" in capsys.readouterr().out
    assert sheets_of(Path("p.xlsx"))["Seeds"][1][1] == "a"
    for name in ("p.csv", "e.csv"):
        assert main((*asked, name)) == 2
    assert "does not end in .xlsx" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert main(("optimize", "nowhere.csv", "-k", "1", "--xlsx", "p.xlsx")) == 2
    assert "seeding[excel]" in capsys.readouterr().err
