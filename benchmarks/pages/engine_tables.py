"""The tables of docs/benchmarks.md on the engine: rates, start-up and scale, and what was asked for.

Made from the CSVs of the experiments `engine_rates`, `startup` and `scale`.
"""

from __future__ import annotations

import pandas as pd

from benchmarks.common import results
from benchmarks.common.results import MISSING, markdown

# Asked for beside the targets that `engine_rates` writes down: seconds of later starts, a ratio
# certified, bytes at most, and by how much an estimate of memory may be wrong.
IMPORT, COMMAND, CERTIFIED = 0.3, 1.5, 0.95
MEMORY, WRONG = 24e9, 0.2
_MEMORY = f"≤ {MEMORY / 1e9:g} GB"
_LEFT_OUT = (_MEMORY, "not measured", "", "")
ASKED_ARCS = 100_000_000
# From this many processors busy with something else on, what is timed by the clock is no verdict.
BUSY = 0.3
_PLAN = "seeding optimize (NetHEPT, k = 50)"
_SIGNS = {">=": "≥", "<=": "≤"}


def figure(value: float) -> str:
    """Write a number with three digits that matter; nothing for nothing."""
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def targets() -> str:
    """Show every target beside what was measured."""
    rows = [*_engine_targets(), *_startup_targets(), *_scale_targets()]
    return (
        markdown(pd.DataFrame(rows, columns=["what", "asked", "measured", "met", "busy"]))
        if rows
        else MISSING
    )


def _engine_targets() -> list[tuple[str, ...]]:
    table = results.read("engine_rates")
    if table.empty:
        return []
    return [
        (
            _named(row),
            *_asked(row),
            _met(str(row["met"]) == "True", row["busy"] if row["threads"] > 1 else 0.0),
            f"{row['busy']:.1f}",
        )
        for _, row in table.dropna(subset=["target"]).iterrows()
    ]


def _named(row: pd.Series) -> str:
    threads = "" if "two threads" in row["what"] else f", {_threads(row['threads'])}"
    return f"{row['what']}; {row['network']}{threads}"


def _threads(count: float) -> str:
    return "one thread" if count == 1 else f"{count:.0f} threads"


def _asked(row: pd.Series) -> tuple[str, str]:
    """Put a target, and what stands against it, in words."""
    of, sign, value = row["target"].split()
    if of == "ours":
        return f"{_SIGNS[sign]} {figure(float(value))} {row['unit']}", f"{figure(row['ours'])} {row['unit']}"
    times = f"× {row['against']}" if sign == ">=" else f"× a {row['against']}"
    return f"{_SIGNS[sign]} {float(value):g} {times}", f"{row['ratio']:.2f} ×"


def _met(met: bool, busy: float = 0.0) -> str:
    """Say whether a target is met; `busy` is given where others prolong what was timed."""
    return "yes" if met else "**no** (busy)" if busy > BUSY else "**no**"


def _startup_targets() -> list[tuple[str, ...]]:
    table = results.read("startup")
    if table.empty:
        return []
    later = table[table["when"] == "later"].set_index("what")
    rows = []
    for what, most in (("import seeding", IMPORT), (_PLAN, COMMAND)):
        wall, cpu, busy = (float(later.loc[what, column]) for column in ("wall", "cpu", "busy"))
        said = f"{wall:.3g} s; {cpu:.3g} s of processors"
        rows.append((f"`{what}`", f"≤ {most:g} s", said, _met(wall <= most, busy), f"{busy:.1f}"))
    ratio = float(later.loc[_PLAN, "certified"])
    rows.append(
        ("certified there", f"≥ {CERTIFIED:.0%}", f"{ratio:.1%}", _met(ratio >= CERTIFIED), rows[-1][-1])
    )
    return rows


def _scale_targets() -> list[tuple[str, ...]]:
    """Judge memory at the size that was asked for, and estimates at the largest size measured."""
    table = results.read("scale")
    if table.empty:
        return []
    plans = table[(table["arcs"] == table["arcs"].max()) & table["stage"].str.startswith("plan")]
    rows = [] if (plans["arcs"] == ASKED_ARCS).any() else [("10M / 100M: memory", *_LEFT_OUT)]
    for _, row in plans.iterrows():
        what = f"{_size(row)}, {row['stage'].replace('plan', 'plan from')}: "
        busy, peak, ratio = f"{row['busy']:.1f}", float(row["peak"]), float(row["estimate_to_peak"])
        if row["arcs"] == ASKED_ARCS:
            rows.append((what + "memory", _MEMORY, _gb(peak), _met(peak <= MEMORY), busy))
        right = _met(abs(ratio - 1) <= WRONG)
        rows.append((what + "estimate", f"± {WRONG:.0%}", f"{ratio:.2f} × the peak", right, busy))
    return rows


def _size(row: pd.Series) -> str:
    return f"{row['nodes'] / 1e6:g}M / {row['arcs'] / 1e6:g}M"


def _gb(size: float) -> str:
    return "" if pd.isna(size) else f"{size / 1e9:.3g} GB"


def rates() -> str:
    """Show all rates that are not times of whole steps, with their yardsticks."""
    table = results.read("engine_rates")
    if table.empty:
        return MISSING
    return markdown(
        pd.DataFrame(
            {
                "what": table["what"],
                "network": table["network"],
                "threads": table["threads"].map("{:.0f}".format),
                "ours": table["ours"].map(figure) + " " + table["unit"],
                "against": table["against"].map(_text),
                "yardstick": table["yardstick"].map(figure),
                "ratio": table["ratio"].map(lambda x: "" if pd.isna(x) else f"{x:.2f}"),
                "busy": table["busy"].map("{:.1f}".format),
                "note": table["note"].map(_text),
            }
        )
    )


def startup() -> str:
    """Show what commands take the first time and later, and what imports are of it."""
    table = results.read("startup")
    if table.empty:
        return MISSING
    shown = pd.DataFrame(
        {
            "what": table["what"].map(lambda what: what if what.startswith("import of") else f"`{what}`"),
            "when": table["when"],
            "runs": table["runs"].map("{:.0f}".format),
            "seconds": table["wall"].map(figure),
            "processor seconds": table["cpu"].map(figure),
        }
    )
    return markdown(shown)


def scale() -> str:
    """Show what each stage takes at each size, and how right the estimate was."""
    table = results.read("scale")
    if table.empty:
        return MISSING
    shown = pd.DataFrame(
        {
            "nodes / arcs": table.apply(_size, axis=1),
            "stage": table["stage"],
            "seconds": table["seconds"].map(figure),
            "processor seconds": table["cpu"].map(figure),
            "peak": table["peak"].map(_gb),
            "estimate": table["estimate"].map(_gb),
            "estimate / peak": table["estimate_to_peak"].map(lambda x: "" if pd.isna(x) else f"{x:.2f}"),
            "certified": table["ratio_certified"].map(lambda x: "" if pd.isna(x) else f"{x:.1%}"),
            "reach": table["reach"].map(figure),
            "busy": table["busy"].map("{:.1f}".format),
        }
    )
    return markdown(shown)


def machines() -> str:
    """Say on what each was measured, with which versions, and how busy it was with something else."""
    lines = []
    for name in ("engine_rates", "startup", "scale"):
        table = results.read(name)
        if table.empty:
            continue
        first = table.iloc[0]
        processor = first.get("processor", first.get("machine"))
        versions = ", ".join(
            f"{part} {first[part]}" for part in ("seeding", "numpy", "numba") if part in first
        )
        busy = f"{table['busy'].min():.1f} to {table['busy'].max():.1f} processors busy with something else"
        if "second" in table:
            least, most = table["second"].min(), table["second"].max()
            busy += f"; two threads that only compute do {least:.2f} to {most:.2f} times what one does"
        lines.append(f"- `{name}`: {processor}, {first['cores']} cores; {versions}; {busy}")
    return "\n".join(lines) or MISSING
