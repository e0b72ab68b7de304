"""Values that no argument expects, and every door of the package with the arguments it takes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import seeding as sd

ODD: dict[str, Any] = {
    "tiny": 5e-324, "small": 1e-320, "under": 1e-200, "huge float": 1e308, "inf": float("inf"),
    "minus inf": float("-inf"), "nan": float("nan"), "zero": 0, "minus zero": -0.0, "minus one": -1,
    "one": 1, "below one": 1 - 2**-53, "half": 0.5, "big int": 10**400,
    "minus big": -(10**400), "int64": 1 << 63, "uint64": (1 << 64) - 1, "true": True, "false": False,
    "numpy true": np.bool_(True), "numpy int": np.int64(2), "float32": np.float32(0.5),
    "float16": np.float16(0.5), "numpy nan": np.float64("nan"), "0-d": np.array(0.5),
    "array": np.array([0.5]),
    "matrix": np.ones((2, 2)), "empty": np.empty(0), "complex": 1j, "numpy complex": np.complex128(0.5),
    "decimal": Decimal("0.5"), "snan": Decimal("sNaN"), "decimal nan": Decimal("NaN"),
    "decimal inf": Decimal("Infinity"), "decimal big": Decimal("1e999999"),
    "decimal tiny": Decimal("1e-999999"),
    "fraction": Fraction(1, 3), "tiny fraction": Fraction(1, 10**400), "huge fraction": Fraction(10**400, 3),
    "date": datetime.date(2026, 1, 1), "time": datetime.datetime(2026, 1, 1), "delta": datetime.timedelta(1),
    "datetime64": np.datetime64("2026-01-01"), "timedelta64": np.timedelta64(1, "D"),
    "timestamp": pd.Timestamp("2026-01-01"), "na": pd.NA, "nat": pd.NaT, "none": None, "text": "x",
    "empty text": "", "digits": "5", "long text": "x" * 5000, "quoted": "'" * 500, "nul": "a\0b",
    "surrogate": "\ud800", "bytes": b"x", "list": [1], "nested": [[1], [2, 3]], "empty list": [], "dict": {},
    "mapping": {"a": 1}, "odd mapping": {None: None}, "set": {1, 2}, "object": object(), "type": int,
    "function": len,  "frame": pd.DataFrame({"x": [1]}), "series": pd.Series([0.5]),
    "path": Path("nowhere"), "range": range(3), "generator": (i for i in ()), "slice": slice(1),
    "ellipsis": ...,
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """A function, what it is called with, and the arguments that odd values take the place of."""

    name: str
    call: Callable[..., Any]
    usual: dict[str, Any]
    odd: tuple[str, ...]


def network() -> sd.Network:
    """Make a small network with columns of people and arcs."""
    people = pd.DataFrame({"node": ["a", "b", "c", "d"], "f": [1.0, 2, 3, 4], "g": ["x", "x", "y", "y"]})
    frame = pd.DataFrame({"u": ["a", "b", "a"], "v": ["b", "c", "d"], "p": [0.5, 0.4, 0.3], "w": [1.0, 2, 3]})
    return sd.Network.from_pandas(frame, "u", "v", "p", nodes=people, columns=["w"])


COSTS = {"a": 2, "b": 1, "c": 1}
QUICK = {"rng": 1, "threads": 1, "gap": 0.3}


def doors(folder: Path) -> Iterator[Door]:
    """Name every door with its arguments."""
    made = network()
    edges, roster, seeds = folder / "e.csv", folder / "r.csv", folder / "s.csv"
    edges.write_text("source,target,p\na,b,0.5\nb,c,0.5\n")
    roster.write_text("candidate,cost\na,2\nb,1\n")
    seeds.write_text("candidate\na\n")
    common = ("model", "audience", "probability", "rng", "threads", "executor")
    search = (
        "budget",
        "k",
        "constraints",
        "budget_on",
        "gap",
        "delta",
        "precision",
        "time_limit",
        "memory_limit",
    )
    yield Door("optimize", sd.optimize, {"network": made, "roster": COSTS, "budget": 3, **QUICK},
               ("network", "roster", *common, *search, "objective", "group", "rivals", "tie", "method",
                "value_per_reach", "start"))  # fmt: skip
    aim = {"network": made, "roster": COSTS, "target_reach": 1.5, **QUICK}
    yield Door("minimize_cost", sd.minimize_cost, aim,
               ("network", "roster", *common, *search, "target_reach", "confidence"))  # fmt: skip
    yield Door("frontier", sd.frontier, {"network": made, "roster": COSTS, "budgets": [1, 2], **QUICK},
               ("network", "roster", *common, *search[1:], "budgets"))  # fmt: skip
    played = {"network": made, "seeds": ["a"], "rng": 1, "threads": 1}
    playing = ("network", "seeds", *common, "accept", "rivals", "tie", "worlds")
    yield Door("estimate_reach", sd.estimate_reach, played, (*playing, "precision"))
    yield Door("simulate", sd.simulate, {**played, "worlds": 8}, playing)
    yield Door("estimate_sides", sd.estimate_sides, {**played, "rivals": ["b"], "worlds": 8},
               tuple(name for name in playing if name != "audience"))  # fmt: skip
    pair = {"network": made, "plans": {"A": ["a"], "B": ["b"]}, "rng": 1, "threads": 1, "worlds": 8}
    yield Door("compare", sd.compare, pair,
               ("network", "plans", *common, "accept", "roster", "rivals", "tie", "worlds"))  # fmt: skip
    yield Door("compare, a list", lambda seeds: sd.compare(**pair | {"plans": {"A": ["a"], "B": seeds}}),
               {"seeds": ["b"]}, ("seeds",))  # fmt: skip
    yield Door("compare, precision", sd.compare, pair | {"worlds": None}, ("precision",))
    yield Door(
        "virality",
        sd.virality,
        {"model": sd.IndependentCascade(), **played, "worlds": 8},
        ("network", "seeds", "model", "probability", "rng", "threads", "executor", "worlds", "over"),
    )
    yield Door("IndependentCascade", sd.IndependentCascade, {},
               ("deadline", "quality", "fidelity", "discount", "negativity_bias"))  # fmt: skip
    yield Door("LinearThreshold", sd.LinearThreshold, {}, ("deadline", "fidelity", "discount"))
    yield Door("Message", sd.Message, {}, ("topics", "quality", "fidelity", "shareability"))
    for name in ("read_network", "read_roster", "read_seeds", "read_rules", "read_message", "read_persons"):
        yield Door(name, getattr(sd, name), {"path": edges}, ("path",))
    yield Door("read_network", sd.read_network, {"path": edges},
               ("source", "target", "probability", "directed", "direction", "nodes", "node", "weights",
                "separator", "header", "decimal", "parallel", "self_loops", "columns", "rng"))  # fmt: skip
    yield Door("read_roster", sd.read_roster, {"path": roster},
               ("candidate", "cost", "accept", "offer", "pay_on", "effect", "separator", "header", "decimal",
                "missing"))  # fmt: skip
    yield Door("parse_rule", sd.parse_rule, {}, ("text",))
    yield Door(
        "write_network", sd.write_network, {"network": made, "path": folder / "n.npz"}, ("network", "path")
    )
    arcs = {"source": ["a", "b"], "target": ["b", "c"], "probability": 0.5}
    yield Door("from_edges", sd.Network.from_edges, arcs,
               ("source", "target", "probability", "nodes", "weights", "directed", "direction", "parallel",
                "self_loops", "columns", "rng"))  # fmt: skip
    yield Door("from_any", sd.Network.from_any, {"network": made}, ("network", "probability"))
    yield Door("Roster.from_any", sd.Roster.from_any, {"roster": COSTS}, ("roster", "missing"))
    yield from _methods(made)
    yield from _rules()
    plan = sd.optimize(made, COSTS, budget=3, **QUICK)
    yield Door("Plan.to_csv", plan.to_csv, {"path": folder / "p.csv"}, ("path",))
    yield Door("Plan.to_json", plan.to_json, {}, ("path",))
    yield Door("Plan.sensitivity", plan.sensitivity, {}, ("leave_out", "threads", "progress"))


def _methods(made: sd.Network) -> Iterator[Door]:
    yield Door("with_exposure", made.with_exposure, {"view": 0.9}, ("view", "share"))
    yield Door("with_delays", made.with_delays, {"delay": 1}, ("delay",))
    yield Door("with_delays meeting", made.with_delays, {}, ("meeting",))
    yield Door("with_audience", made.with_audience, {}, ("query",))
    yield Door("with_audience_size", made.with_audience_size, {"followers": "f"},
               ("followers", "view_rate", "real_share", "others"))  # fmt: skip
    yield Door("with_probability", made.with_probability, {}, ("probability",))
    yield Door("with_organic", made.with_organic, {}, ("labels",))
    yield Door("with_nodes", made.with_nodes, {}, ("labels",))
    yield Door("with_people", made.with_people, {}, ("table",))
    yield Door("index", made.index, {}, ("labels",))
    yield Door("carrying", made.carrying, {"message": sd.Message()},
               ("message", "affinity", "by_topic", "credibility", "factors"))  # fmt: skip
    yield Door("couple", sd.Network.couple, {"networks": {"x": made, "y": made}},
               ("networks", "person", "crossing", "scale", "separator"))  # fmt: skip


def _rules() -> Iterator[Door]:
    yield Door("AtMost", lambda n, g: sd.AtMost(n, c=g), {"n": 1, "g": "x"}, ("n", "g"))
    yield Door("AtLeast", lambda n, where: sd.AtLeast(n, where), {"n": 1, "where": {"c": 1}}, ("n", "where"))
    yield Door("SpendAtMost", lambda a: sd.SpendAtMost(a, c="x"), {}, ("a",))
    yield Door("SpendAtLeast", lambda a: sd.SpendAtLeast(a, c="x"), {}, ("a",))
    yield Door("SpendShare", lambda a, b: sd.SpendShare(a, b, c="x"), {"a": 0, "b": 1}, ("a", "b"))
    yield Door("MaxShare", sd.MaxShare, {}, ("fraction",))
    for kind in (sd.Require, sd.Exclude):
        yield Door(kind.__name__, lambda who, kind=kind: kind(who), {}, ("who",))
    for kind in (sd.Conflict, sd.Together):
        yield Door(kind.__name__, lambda who, kind=kind: kind("a", who), {}, ("who",))
    yield Door("Bundle", sd.Bundle, {"members": ["a", "b"], "price": 2}, ("members", "price", "name"))
    yield Door("VolumeDiscount", sd.VolumeDiscount, {"group": {"c": "x"}, "n": 2, "rate": 0.1},
               ("group", "n", "rate"))  # fmt: skip
    yield Door("AtLeastReach", lambda share, group: sd.AtLeastReach(share, group=group),
               {"share": 0.1, "group": "g"}, ("share", "group"))  # fmt: skip
