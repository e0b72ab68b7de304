"""Plans: files that come back as they went, money as text, and a summary that says what it knows."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest

import seeding as sd
from seeding.errors import InputError
from seeding.network.labels import Labels
from seeding.plan.estimate import Certificate, Estimate
from seeding.plan.plan import STOPPED_IN_WORDS, Phase, Plan
from seeding.plan.seed_table import SeedTable

LABELS = ["@anna", "=1+1", "-x", "+49 170", "007", "'quoted", "a,b", 'say "hi"', "mar1", "zoë"]
LONG_IDS = [12345678901234567, 12345678901234568, 9223372036854775807, 5, -7]


@pytest.fixture
def plan() -> Plan:
    """Three seeds bought for 0.10 + 0.20 + 1,000,000.00, with a column of the roster's own."""
    numbers = {
        "cost": [0.1, 0.2, 1e6],
        "cumulative_cost": [0.1, 0.3, 1_000_000.3],
        "marginal_reach": [2.0, 1.5, 0.25],
        "cumulative_reach": [2.0, 3.5, 3.75],
        "reach_low": [1.9, 3.4, 3.65],
        "reach_high": [2.1, 3.6, 3.85],
    }
    return Plan(
        table=SeedTable(
            Labels(pd.Index(["@anna", "007", "=bo"])),
            {name: np.array(values) for name, values in numbers.items()},
            pd.DataFrame({"tier": ["nano", None, "mega"]}),
        ),
        reach=Estimate(3.75, 0.05, 3.65, 3.85, 1.0, 4.0, 6.0, 2_048),
        certificate=Certificate(3.5, 4.0, 0.875, 0.01, 0.02, 4_096),
        cost=Decimal("1000000.30"),
        budget=Decimal("1000001"),
        k=3,
        method="ris",
        reason="as asked",
        stopped="best_effort",
        phases=(Phase("sample", "2 × 2,048 RR sets", 0.5),),
        provenance={"key": 2**63 + 11},
        exact_costs=(Decimal("0.10"), Decimal("0.20"), Decimal("1000000.00")),
    )


def buy_everyone(labels: list) -> Plan:
    """Make the plan that seeds all of these people."""
    network = sd.Network.from_edges(labels[:-1], labels[1:], 0.5)
    return sd.optimize(network, dict.fromkeys(labels, "0.10"), k=len(labels), method="cheapest", rng=0)


@pytest.mark.parametrize("spreadsheet", [False, True])
@pytest.mark.parametrize("labels", [LABELS, LONG_IDS])
def test_labels_survive_the_csv(tmp_path, labels, spreadsheet):
    """Whatever the labels look like, reading the file back gives exactly those of the plan."""
    made = buy_everyone(labels)
    made.to_csv(tmp_path / "seeds.csv", spreadsheet=spreadsheet)
    back = sd.read_seeds(tmp_path / "seeds.csv")
    assert back == made.seeds["candidate"].tolist()
    assert sorted(back) == sorted(labels)


@pytest.mark.parametrize("spreadsheet", [False, True])
def test_a_csv_can_be_evaluated(tmp_path, spreadsheet):
    """Seeds read back are the same people: evaluating them gives the same reach, key for key."""
    network = sd.Network.from_edges(["@a", "@a", "007"], ["007", "x", "y"], 0.5)
    made = sd.optimize(network, k=2, rng=3, method="degree")
    made.to_csv(tmp_path / "seeds.csv", spreadsheet=spreadsheet)
    seeds = sd.read_seeds(tmp_path / "seeds.csv")
    direct = sd.estimate_reach(network, made.seeds["candidate"], worlds=500, rng=9)
    assert sd.estimate_reach(network, seeds, worlds=500, rng=9) == direct


def test_csv_columns_and_exact_money(plan, tmp_path):
    """Every column of the frame is written, in order, and money as the exact decimal text."""
    plan.to_csv(tmp_path / "seeds.csv")
    table = pd.read_csv(tmp_path / "seeds.csv", dtype=str, keep_default_na=False)
    assert table.columns.tolist() == plan.seeds.columns.tolist()
    assert table["candidate"].tolist() == ["@anna", "007", "=bo"]
    assert table["cost"].tolist() == ["0.10", "0.20", "1000000.00"]
    assert table["cumulative_cost"].tolist() == ["0.10", "0.30", "1000000.30"]
    assert table["tier"].tolist() == ["nano", "", "mega"]
    assert table["cumulative_reach"].astype(float).tolist() == [2.0, 3.5, 3.75]


def test_money_is_not_rounded_by_a_coarse_decimal_context(plan, tmp_path):
    """The caller's decimal context has no say in what is written."""
    with localcontext(prec=3):
        plan.to_csv(tmp_path / "seeds.csv")
        rows = plan.to_dict()["seeds"]
    table = pd.read_csv(tmp_path / "seeds.csv", dtype=str)
    assert table["cumulative_cost"].tolist()[-1] == "1000000.30"
    assert rows[-1]["cumulative_cost"] == "1000000.30"


def test_spreadsheet_variant_runs_nothing(plan, tmp_path):
    """The variant for Excel has a byte-order mark, and no cell begins with a sign that runs."""
    plan.to_csv(tmp_path / "seeds.csv", spreadsheet=True)
    content = (tmp_path / "seeds.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    cells = [cell for line in content.decode("utf-8-sig").splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@", "\t"))]


def test_the_plain_variant_changes_no_label(plan, tmp_path):
    """Without the flag labels stand in the file as they are."""
    plan.to_csv(tmp_path / "seeds.csv")
    lines = (tmp_path / "seeds.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["@anna", "007", "=bo"]


@pytest.mark.parametrize("write", [Plan.to_csv, Plan.to_json])
def test_a_folder_that_is_not_there(plan, tmp_path, write):
    """Writing into a missing folder is refused in a sentence, and leaves nothing behind."""
    with pytest.raises(InputError, match="nowhere"):
        write(plan, tmp_path / "nowhere" / "seeds")
    assert list(tmp_path.iterdir()) == []


def test_json_is_the_whole_plan(plan, tmp_path):
    """The text parses to `to_dict`; money is text, the key keeps all digits, a missing cell is null."""
    text = plan.to_json(tmp_path / "plan.json")
    parsed = json.loads(text)
    assert parsed == json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert parsed == plan.to_dict() | {"phases": parsed["phases"]}
    assert [row["cost"] for row in parsed["seeds"]] == ["0.10", "0.20", "1000000.00"]
    assert [row["cumulative_cost"] for row in parsed["seeds"]] == ["0.10", "0.30", "1000000.30"]
    assert (parsed["cost"], parsed["budget"], parsed["k"]) == ("1000000.30", "1000001", 3)
    assert [row["tier"] for row in parsed["seeds"]] == ["nano", None, "mega"]
    assert [row["candidate"] for row in parsed["seeds"]] == ["@anna", "007", "=bo"]
    assert parsed["provenance"]["key"] == 2**63 + 11
    assert parsed["certificate"]["ratio"] == 0.875
    assert parsed["reach"] == plan.reach.to_dict()
    assert parsed["phases"] == [{"name": "sample", "detail": "2 × 2,048 RR sets", "seconds": 0.5}]


def test_json_of_a_made_plan_parses_strictly():
    """A plan as it comes from `optimize` holds nothing that JSON cannot say, long ids included."""
    made = buy_everyone(LONG_IDS)
    parsed = json.loads(made.to_json(), parse_constant=pytest.fail)
    assert sorted(row["candidate"] for row in parsed["seeds"]) == sorted(LONG_IDS)
    assert {type(row["rank"]) for row in parsed["seeds"]} == {int}
    assert parsed["provenance"]["versions"]["seeding"] == sd.__version__


def test_summary_says_what_it_knows(plan):
    """The summary has seeds, money, limits, interval, worlds, quantiles, certificate, method and the end."""
    text = plan.summary()
    for part in (
        "3 seeds for 1,000,000.30",
        "a budget of 1,000,001 and at most 3 seeds",
        "95 % interval 3.6 to 3.9",
        "2,048 fresh simulations",
        "1 to 6 in 8 cases of 10",
        "with probability 0.99",
        "at least 3.5",
        "87.5% of the best possible",
        "no plan reaches more than 4.0",
        "ris: as asked",
        STOPPED_IN_WORDS["best_effort"],
    ):
        assert part in text


@pytest.mark.parametrize("stopped", STOPPED_IN_WORDS)
def test_summary_says_why_it_stopped(plan, stopped):
    """Each reason has its words; only limits of time and memory count as early."""
    ended = dataclasses.replace(plan, stopped=stopped)
    assert STOPPED_IN_WORDS[stopped] in ended.summary()
    assert ended.stopped_early is (stopped in ("time_limit", "memory_limit", "interrupted"))


def test_summary_without_limits_or_certificate(plan):
    """What is not there is not mentioned."""
    bare = dataclasses.replace(plan, certificate=None, budget=None, k=None)
    assert "limits:" not in bare.summary()
    assert "Certificate" not in bare.summary()
    assert bare.to_dict()["certificate"] is None
    assert bare.to_dict()["budget"] is None


def test_frame_is_the_seeds(plan):
    """`frame` is another name of `seeds`."""
    assert plan.frame is plan.seeds


def test_plans_are_frozen(plan):
    """Fields of a plan cannot be changed by accident; writing it does not change its table."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.cost = Decimal(0)
    before = plan.seeds.copy()
    plan.to_json()
    pd.testing.assert_frame_equal(plan.seeds, before)
    assert plan.seeds["cost"].dtype == np.float64


def test_repr_is_short(plan):
    """The representation says how many, how much and what it reaches with its interval."""
    assert repr(plan) == "Plan(3 seeds, cost 1,000,000.30, reach 3.8 (95 % interval 3.6 to 3.9))"


def test_a_table_of_seeds_keeps_what_is_missing():
    """A column of texts of the plan's own stays one of objects, so that a missing one is still None."""
    offers = np.array(["post", None], dtype=object)
    table = SeedTable(Labels(np.array([7, 5])), {"cost": np.array([1.0, 2.0]), "offer": offers})
    assert table.names == ["rank", "candidate", "cost", "offer"]
    assert list(table.frame) == table.names
    assert (len(table), table.frame["rank"].tolist(), table.frame["candidate"].tolist()) == (
        2,
        [1, 2],
        [7, 5],
    )
    assert table.frame["offer"].dtype == object
    assert table.frame["offer"].tolist() == ["post", None]
    assert table.frame is table.frame


def test_no_seeds_have_all_columns():
    """A table of nobody has the same columns, and its roster's."""
    nobody = SeedTable(Labels(np.zeros(0, dtype=np.int64)), {"cost": np.zeros(0)}, pd.DataFrame({"tier": []}))
    assert (len(nobody), list(nobody.frame), nobody.frame.shape) == (0, nobody.names, (0, 4))
