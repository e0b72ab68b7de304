"""The tables of docs/benchmarks.md, made from the committed CSVs of `seeding bench`.

Those on the engine are made in `engine_tables`.
`python -m benchmarks figures` puts them between the markers ``<!-- name -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.common import results
from benchmarks.common.registry import ROOT
from benchmarks.common.results import MISSING, markdown
from benchmarks.pages import engine_tables

PAGE = ROOT / "docs" / "benchmarks.md"
SUITES = ("small", "networks", "peers", "scaling")
# Seeds this good count as found: the rest is mostly noise of the score.
GOOD = 0.995
AXES = {"n": "nodes (10 arcs each)", "m": "arcs", "k": "seeds", "gap": "asked gap ε", "threads": "threads"}
HEADLINE = "nethept_wc_peers"


def label(method: str) -> str:
    """Write a method as people say it: ``ris, gap 0.05``."""
    name, _, setting = method.rpartition("_")
    if not setting.replace(".", "").isdigit():
        return method.replace("_", " ")
    package, _, algorithm = name.partition("_")
    said = {
        "gap": f"{package}, gap {setting}",
        "imm": f"{package} IMM, ε = {setting}",
        "opimc": f"{package} OPIM-C, ε = {setting}",
        "celf": f"{package} CELF, {setting} worlds",
        "greedy": f"{package} greedy, {setting} worlds",
    }
    return said[algorithm]


def family(method: str) -> str:
    """Tell whose a method is: a package, ``ours`` or ``ranking``."""
    for package in ("pynetim", "cynetdiff", "ndlib", "networkx"):
        if method.startswith(package):
            return package
    return "ours" if method.startswith(("ris", "celf", "exact")) else "ranking"


def seconds(value: float) -> str:
    """Write seconds with two or three digits that matter; nothing for nothing."""
    if pd.isna(value):
        return ""
    if value < 0.001:
        return "< 0.001"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def number(value: float) -> str:
    """Write a reach; nothing for nothing."""
    return "" if pd.isna(value) else f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"


def case_table(rows: pd.DataFrame) -> str:
    """Show one case: quality and time side by side, and who has no result and why."""
    shown = pd.DataFrame(
        {
            "method": [
                label(method) + (" †" if known else "")
                for method, known in zip(rows["method"], rows["known_problem"].notna(), strict=True)
            ],
            "reach": [
                f"{number(mean)} ± {number(high - mean)}" if done else f"*{outcome}*: {reason}"
                for mean, high, done, outcome, reason in zip(
                    rows["reach"],
                    rows["high"],
                    rows["outcome"] == "done",
                    rows["outcome"],
                    rows["reason"],
                    strict=True,
                )
            ],
            "of best": rows["share_of_best"].map(lambda x: "" if pd.isna(x) else f"{x:.1%}"),
            "own claim": rows["claimed_reach"].map(number),
            "seconds to choose": rows["choosing_seconds"].map(seconds),
            "(least)": rows["choosing_seconds_min"].map(seconds),
            "runs": rows["repeats"].map(lambda x: "" if pd.isna(x) else f"{x:.0f}"),
            "threads": rows["threads"].map("{:.0f}".format),
            "peak MB": rows["peak_mb"].map(lambda x: "" if pd.isna(x) else f"{x:,.0f}"),
        }
    )
    return markdown(shown)


def cases(suite: str) -> str:
    """Show every case of a suite, each under its own heading."""
    table = results.read(suite)
    if table.empty:
        return MISSING
    parts = []
    for name, rows in table.groupby("case", sort=False):
        first = rows.iloc[0]
        limit = f"k = {first['k']:.0f}" if pd.notna(first["k"]) else f"budget {first['budget']:,.0f}"
        size = f"{first['nodes']:,} nodes, {first['arcs']:,} arcs, {limit}"
        parts.append(f"**`{name}`** — {first['network']}; {size}\n\n{case_table(rows)}")
    return "\n\n".join(parts)


def time_to_quality() -> str:
    """Compare, case by case, who was first to choose seeds that are nearly the best known."""
    table = pd.concat([results.read("networks"), results.read("peers")], ignore_index=True)
    if table.empty:
        return MISSING
    rows = []
    for name, all_rows in table.groupby("case", sort=False):
        done = all_rows[all_rows["outcome"] == "done"]
        whose = done["method"].map(family)
        rows.append(
            {
                "case": f"`{name}`",
                "best reach": number((done["reach"] / done["share_of_best"]).max()),
                "ours": _first(done[whose == "ours"]),
                "other packages": _first(done[~whose.isin(["ours", "ranking"])]),
                "rankings": _first(done[whose == "ranking"]),
            }
        )
    return markdown(pd.DataFrame(rows))


def _first(rows: pd.DataFrame) -> str:
    """Name the fastest method whose seeds are good enough, or how far the best one came."""
    if rows.empty:
        return "–"
    good = rows[rows["share_of_best"] >= GOOD]
    if good.empty:
        best = rows.loc[rows["share_of_best"].idxmax()]
        return f"not reached ({best['share_of_best']:.1%})"
    first = good.loc[good["choosing_seconds"].idxmin()]
    threads = f", {first['threads']:.0f} threads" if first["threads"] > 1 else ""
    return f"{seconds(first['choosing_seconds'])} s ({label(first['method'])}{threads})"


def fit_slope(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Fit log y = slope · log x + intercept by least squares; returns both."""
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return float(slope), float(intercept)


def scaling() -> str:
    """Show how time and memory grow along each axis, with the fitted slope on log–log scales."""
    table = results.read("scaling")
    if table.empty:
        return MISSING
    parts = []
    for axis, rows in scaling_axes(table):
        shown = pd.DataFrame(
            {
                AXES[axis]: rows["value"].map("{:,.10g}".format),
                "seconds to choose": rows["choosing_seconds"].map(seconds),
                "seconds with measuring": rows["seconds"].map(seconds),
                "peak MB": rows["peak_mb"].map("{:,.0f}".format),
                "reach": rows["reach"].map(number),
                "certified": rows["claimed_ratio"].map("{:.1%}".format),
                "stopped": rows["stopped"],
            }
        )
        slope, _ = fit_slope(rows["value"].to_numpy(), rows["choosing_seconds"].to_numpy())
        said = f"{slope:.2f}".replace("-", "−")
        parts.append(f"**{AXES[axis]}** — fitted slope {said}\n\n{markdown(shown)}")
    return "\n\n".join(parts)


def scaling_axes(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Split the scaling results by axis, in order of value; axes with fewer than two results are left out."""
    done = table[table["outcome"] == "done"].sort_values("value")
    split = [(axis, done[done["axis"] == axis]) for axis in AXES]
    return [(axis, rows) for axis, rows in split if len(rows) > 1]


def known_problems() -> str:
    """List what is known to be wrong with methods, and on which cases it was found."""
    table = pd.concat([results.read(suite) for suite in SUITES], ignore_index=True)
    if table.empty:
        return MISSING
    marked = table.dropna(subset=["known_problem"])
    rows = [
        {"method": label(row.method), "case": f"`{row.case}`", "problem": problem}
        for row in marked.itertuples()
        for problem in str(row.known_problem).split("; ")
    ]
    by_problem = pd.DataFrame(rows).groupby(["method", "problem"], sort=False)["case"].agg(", ".join)
    return markdown(by_problem.reset_index()[["method", "problem", "case"]])


def machine() -> str:
    """Say on what each suite was measured, with which versions, from which commit."""
    lines = []
    for suite in SUITES:
        table = results.read(suite)
        if table.empty:
            continue
        first = table.iloc[0]
        commits = ", ".join(dict.fromkeys(table["commit"].dropna().astype(str))) or "no checkout"
        lines.append(
            f"- `{suite}`: {first['processor']}, {first['cores']} cores, {first['system']}; Python "
            f"{first['python']}, seeding {first['seeding']} at {commits}, numpy {first['numpy']}, numba "
            f"{first['numba']}, OR-Tools {first['ortools']}; key {first['key']}"
        )
    return "\n".join(lines) or MISSING


def headline() -> str:
    """Show every method that finished on NetHEPT: ours and those of other packages."""
    table = results.read("peers")
    if table.empty or HEADLINE not in set(table["case"]):
        return MISSING
    rows = table[(table["case"] == HEADLINE) & (table["outcome"] == "done")]
    shown = pd.DataFrame(
        {
            "method": rows["method"].map(label),
            "expected reach": rows["reach"].map(number),
            "of best": rows["share_of_best"].map("{:.1%}".format),
            "seconds": rows["choosing_seconds"].map(seconds),
            "proven": [
                f"{ratio:.1%}" if family(method) == "ours" else "no"
                for ratio, method in zip(rows["claimed_ratio"], rows["method"], strict=True)
            ],
        }
    )
    return markdown(shown)


TABLES: dict[str, Callable[[], str]] = {
    "bench-machine": machine,
    "bench-quality": time_to_quality,
    "bench-peers": lambda: cases("peers"),
    "bench-networks": lambda: cases("networks"),
    "bench-scaling": scaling,
    "bench-small": lambda: cases("small"),
    "bench-known": known_problems,
    "bench-targets": engine_tables.targets,
    "bench-rates": engine_tables.rates,
    "bench-startup": engine_tables.startup,
    "bench-scale": engine_tables.scale,
    "bench-engine-machine": engine_tables.machines,
    "bench-headline": headline,
}
