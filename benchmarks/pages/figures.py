"""Put the committed CSVs of `seeding bench` into docs/benchmarks.md, as tables and pictures.

    python -m benchmarks figures

replaces what stands between the markers ``<!-- name -->`` and ``<!-- end -->``, and draws
``docs/figures/*.png`` (needs matplotlib). It works from whatever CSVs there are in ``benchmarks/results``.
"""

from __future__ import annotations

import itertools
import textwrap
from argparse import Namespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.common import results
from benchmarks.common.registry import ROOT
from benchmarks.common.results import fill
from benchmarks.pages.bench_tables import AXES, PAGE, TABLES, family, fit_slope, label, scaling_axes

FIGURES = ROOT / "docs" / "figures"
# Distinct to colour-blind eyes (Okabe and Ito), and by shape.
STYLE: dict[str, tuple[str, str, str]] = {
    "ours": ("#0072B2", "o", "seeding"),
    "pynetim": ("#D55E00", "s", "pynetim"),
    "cynetdiff": ("#009E73", "^", "cynetdiff + lazy greedy"),
    "ndlib": ("#CC79A7", "v", "ndlib + lazy greedy, short list"),
    "networkx": ("#7A5C00", "P", "networkx, plain Python"),
    "ranking": ("#888888", "D", "rankings"),
}
_DPI = 130


def main(_given: Namespace) -> None:
    """Rewrite the page and draw the pictures."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        text = fill(text, name, table())
    PAGE.write_text(text, encoding="utf-8")
    FIGURES.mkdir(parents=True, exist_ok=True)
    for suite in ("peers", "networks"):
        table = results.read(suite)
        if not table.empty:
            save(draw_quality(table), f"time_and_quality_{suite}.png")
    if not results.read("scaling").empty:
        save(draw_scaling(results.read("scaling")), "scaling.png")
    if not results.read("engine_rates").empty:
        save(draw_rates(results.read("engine_rates")), "engine_rates.png")


def save(figure: Any, name: str) -> None:
    """Write a picture, without the date and version that would change it every time."""
    figure.savefig(FIGURES / name, dpi=_DPI, metadata={"Software": None})
    print(f"drew {FIGURES / name}")


def draw_quality(table: pd.DataFrame) -> Any:
    """Draw, for each case, the seconds to choose against the share of the best known reach."""
    from matplotlib.figure import Figure

    done = table[table["outcome"] == "done"]
    names = list(dict.fromkeys(done["case"]))
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(5.0 * columns, 4.0 * rows + 0.6), dpi=_DPI, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    drawn = []
    for axis, name in zip(axes, names, strict=False):
        drawn.append(draw_case(axis, done[done["case"] == name]))
        axis.set_xlabel("seconds to choose" + without_result(table[table["case"] == name]), fontsize=9)
    for axis in axes[len(names) :]:
        axis.set_axis_off()
    shown = [whose for whose in STYLE if whose in set(done["method"].map(family))]
    handles = [_mark(whose) for whose in shown]
    figure.legend(handles, [STYLE[whose][2] for whose in shown], loc="outside lower center", ncols=3)
    # Labels can only avoid each other once nothing moves any more.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axis, marks in zip(axes, drawn, strict=False):
        place_labels(axis, *marks)
    return figure


def draw_case(axis: Any, rows: pd.DataFrame) -> tuple[list[Mark], list[tuple[float, float]]]:
    """Draw one case, our sampling as a curve over its gaps; returns what to label, and the curve."""
    first = rows.iloc[0]
    limit = f"k = {first['k']:.0f}" if pd.notna(first["k"]) else f"budget {first['budget']:,.0f}"
    whose = rows["method"].map(family)
    share = rows["share_of_best"].to_numpy()
    floor = least_shown(share[(whose != "ranking").to_numpy()])
    x = np.maximum(rows["choosing_seconds"].to_numpy(), 1e-4)
    y = 100 * np.maximum(share, floor)
    of_curve = rows["method"].str.startswith("ris_gap").to_numpy()
    order = np.argsort(x[of_curve])
    curve = list(zip(x[of_curve][order], y[of_curve][order], strict=True))
    axis.plot(x[of_curve][order], y[of_curve][order], color=STYLE["ours"][0], linewidth=1.5, zorder=2)
    for name, (colour, marker, _) in STYLE.items():
        of = (whose == name).to_numpy()
        axis.scatter(x[of], y[of], 38, colour, marker=marker, edgecolor="white", linewidth=0.6, zorder=3)
    axis.axhline(100, color="#bbbbbb", linewidth=0.8, zorder=1)
    axis.set(xscale="log", ylabel="% of the best known reach")
    axis.xaxis.set_major_formatter("{x:g}")
    axis.set_xlim(x.min() / 4, x.max() * 5)
    axis.set_ylim(100 * floor - 0.07 * (100 - 100 * floor), 100 + 0.1 * (100 - 100 * floor))
    axis.set_title(f"{first['case']} ({limit})", fontsize=10)
    axis.grid(alpha=0.25)
    marks = [
        Mark(
            (float(x[i]), float(y[i])),
            _short(method) + (f" ({share[i]:.0%})" if share[i] < floor else ""),
            STYLE[family(method)][0],
        )
        for i, method in enumerate(rows["method"])
    ]
    return marks, curve


def without_result(rows: pd.DataFrame) -> str:
    """Name those who were ended or crashed, for below the axis."""
    failed = rows[~rows["outcome"].isin(["done", "skipped"])]
    said = [
        f"{label(method)} ({why})" for method, why in zip(failed["method"], failed["outcome"], strict=True)
    ]
    return "".join(f"\n{line}" for line in textwrap.wrap("no result: " + ", ".join(said), 62)) if said else ""


def least_shown(shares: np.ndarray) -> float:
    """Find where the axis of quality begins: below everybody who searches, in steps of 5 %."""
    return min(float(np.floor(shares.min() * 20 - 0.2)) / 20, 0.9)


class Mark(NamedTuple):
    """A point, its label and its colour."""

    place: tuple[float, float]
    text: str
    colour: str


def place_labels(axis: Any, marks: list[Mark], curve: list[tuple[float, float]]) -> None:
    """Write a label beside each point where it covers neither point, label nor curve, as far as can be."""
    from matplotlib.transforms import Bbox

    at = [axis.transData.transform(mark.place) for mark in marks]
    taken = [Bbox.from_bounds(px - 5, py - 5, 10, 10) for px, py in at]
    taken += [Bbox.from_bounds(px - 1, py - 1, 2, 2) for px, py in _along(axis.transData.transform(curve))]
    for i in np.argsort([-mark.place[1] for mark in marks]):
        others = taken[:i] + taken[i + 1 :]
        options = [_write(axis, marks[i], dx, dy, others) for dx, dy in OFFSETS]
        best = min(range(len(options)), key=lambda j: (options[j][0], j))
        for j, (_, text, _) in enumerate(options):
            if j != best:
                text.remove()
        taken.append(options[best][2])


# In points from the mark; nearer places first.
OFFSETS = [
    (dx * distance, dy * distance)
    for distance in (7, 14, 24, 36, 50, 66)
    for dx, dy in ((1, 0), (-1, 0), (0.7, 0.8), (0.7, -0.8), (-0.7, 0.8), (-0.7, -0.8), (0, 1), (0, -1))
]


def _write(axis: Any, mark: Mark, dx: float, dy: float, others: list[Any]) -> tuple[int, Any, Any]:
    """Try a label at an offset; returns how bad it is there, the label and its box."""
    from matplotlib.text import Text

    line = {"arrowstyle": "-", "color": "#bbbbbb", "lw": 0.5, "shrinkB": 3}
    text = axis.annotate(
        mark.text,
        mark.place,
        (dx, dy),
        textcoords="offset points",
        fontsize=7.5,
        color=mark.colour,
        ha="left" if dx > 0 else "right" if dx < 0 else "center",
        va="center",
        arrowprops=line if abs(dx) + abs(dy) > 12 else None,
    )
    frame = axis.get_window_extent()
    text.update_positions(axis.get_figure()._get_renderer())
    # Without the line to the mark, and with a little room.
    box = Text.get_window_extent(text).padded(2)
    outside = not (frame.x0 < box.x0 and box.x1 < frame.x1) or not (frame.y0 < box.y0 and box.y1 < frame.y1)
    return sum(box.overlaps(other) for other in others) + 10 * outside, text, box


def _along(points: np.ndarray) -> list[tuple[float, float]]:
    """List places along a broken line, a few pixels apart."""
    places: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        steps = max(int(np.hypot(x1 - x0, y1 - y0) / 6), 1)
        places += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps + 1)]
    return places


def _short(method: str) -> str:
    """Name a method within its family, whose colour says the rest."""
    said = label(method).removeprefix(f"{family(method)} ").removeprefix("ris, ")
    return said.replace(", ε = ", " ").replace(" worlds", "")


def draw_scaling(table: pd.DataFrame) -> Any:
    """Draw seconds and memory along each axis on log–log scales, with the fitted slope."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator

    split = scaling_axes(table)
    figure = Figure(figsize=(3.4 * len(split), 3.6), layout="constrained")
    for axis, (name, rows) in zip(figure.subplots(1, len(split), squeeze=False).ravel(), split, strict=True):
        x, y = rows["value"].to_numpy(), rows["choosing_seconds"].to_numpy()
        slope, intercept = fit_slope(x, y)
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.plot(x, np.exp(intercept) * x**slope, color="#999999", linestyle="--", linewidth=1.2)
        axis.plot(x, y, marker="o", color=STYLE["ours"][0], linewidth=1.5)
        axis.set_title(f"{AXES[name]}: slope {slope:.2f}".replace("-", "−"), fontsize=10)
        axis.set_xlabel(AXES[name])
        axis.set_ylabel("seconds to choose")
        middle = np.sqrt(y.min() * y.max())
        axis.set_ylim(min(y.min() / 1.5, middle / 3.5), max(y.max() * 1.5, middle * 3.5))
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_formatter("")
        _tick_at(axis, x)
        axis.grid(alpha=0.25)
    return figure


def draw_rates(table: pd.DataFrame) -> Any:
    """Draw, for each network, how many times the rate of C ours is on one thread."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 3.2), layout="constrained")
    axes = figure.subplots(1, 2)
    for axis, what in zip(axes, ("RR sets", "cascades"), strict=True):
        against_c = table["against"].astype(str).str.startswith("C,")
        rows = table[(table["what"] == what) & (table["threads"] == 1) & against_c][::-1]
        bars = axis.barh(rows["network"], rows["ratio"], height=0.6, color=STYLE["ours"][0])
        said = [
            f"{ratio:.2f} × — {_brief_rate(ours)}/s"
            for ratio, ours in zip(rows["ratio"], rows["ours"], strict=True)
        ]
        axis.bar_label(bars, said, padding=4, fontsize=8)
        axis.axvline(1, color=STYLE["pynetim"][0], linewidth=1.2)
        axis.set_xlim(0, 1.65 * rows["ratio"].max())
        axis.set_title(f"{what} a second, one thread; C = 1", fontsize=10)
        axis.tick_params(axis="y", labelsize=8)
        axis.grid(axis="x", alpha=0.25)
        axis.set_axisbelow(True)
    return figure


def _brief_rate(rate: float) -> str:
    return f"{rate / 1e6:.2f}M" if rate >= 1e5 else f"{rate:,.0f}"


def _tick_at(axis: Any, x: np.ndarray) -> None:
    """Mark the measured values themselves; powers of ten would say nothing of 0.02 to 0.3."""
    axis.set_xticks(x, [_brief(value) for value in x], fontsize=8)
    axis.set_xticks([], minor=True)


def _brief(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g}M"
    return f"{value / 1_000:g}k" if value >= 1_000 else f"{value:g}"


def _mark(whose: str) -> Any:
    from matplotlib.lines import Line2D

    colour, marker, _ = STYLE[whose]
    line = "-" if whose == "ours" else ""
    return Line2D([], [], color=colour, marker=marker, linestyle=line, markeredgecolor="white", markersize=7)
