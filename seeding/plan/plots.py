"""The picture of a frontier; matplotlib is loaded only here."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import Any

import pandas as pd

from seeding._runtime.files import atomic_write, check_writable
from seeding.errors import InputError

# Readable for people with any kind of colour blindness, and in grey.
CURVE, BOUND, KNEE = "#0072b2", "#7f7f7f", "#d55e00"


def draw(frame: pd.DataFrame, where: Any) -> Any:
    """Draw reach against budget on axes, or into a file; returns the axes."""
    is_path = isinstance(where, (str, PathLike))
    if not (where is None or is_path or hasattr(where, "errorbar")):
        raise InputError(f"{where!r} is neither a path nor matplotlib axes; pass one of these, or nothing.")
    if is_path:
        check_picture(where)
    axes = _curve(frame, own_axes(None if is_path else where))
    if is_path:
        _save(axes.figure, Path(fspath(where)))
    return axes


def own_axes(axes: Any) -> Any:
    """Return the axes, or those of a figure of their own where none are given.

    Raises
    ------
    InputError
        If matplotlib is not installed, or it is something else than axes.
    """
    FigureCanvasAgg, Figure = _matplotlib()  # noqa: N806 — classes
    if axes is not None:
        if not hasattr(axes, "errorbar"):
            raise InputError(f"{axes!r} is no matplotlib axes; pass some as ax=, or nothing.")
        return axes
    # A figure of its own, so that neither the user's backend nor the open figures are touched.
    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def check_picture(path: str | PathLike[str]) -> None:
    """Make sure before any work that a picture can be drawn and written there.

    Raises
    ------
    InputError
        If matplotlib is not installed, the folder does not exist or is not writable, or the ending is of no
        kind of picture.
    """
    canvas, _ = _matplotlib()
    check_writable(path)
    if Path(fspath(path)).suffix.lower().lstrip(".") not in canvas.filetypes:
        raise InputError(f"{str(path)!r} does not end in a kind of picture; end it in .png, .svg or .pdf.")


def _matplotlib() -> tuple[Any, Any]:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError("plotting needs matplotlib; install it with: pip install 'seeding[plot]'.") from None
    return FigureCanvasAgg, Figure


def _curve(frame: pd.DataFrame, axes: Any) -> Any:
    from matplotlib.ticker import StrMethodFormatter

    error = [frame["reach"] - frame["reach_low"], frame["reach_high"] - frame["reach"]]
    axes.plot(
        frame["budget"],
        frame["upper"],
        "--",
        color=BOUND,
        linewidth=1,
        label="no plan reaches more (proven)",
    )
    axes.errorbar(
        frame["budget"], frame["reach"], yerr=error, fmt="o-", color=CURVE, markersize=4, capsize=2,
        label="expected reach, 95 % interval",
    )  # fmt: skip
    for _, point in frame[frame["knee"]].iterrows():
        axes.plot(
            [point["budget"]], [point["reach"]], "D", color=KNEE, markersize=8, zorder=5,
            label=f"knee: {point['reach']:,.0f} for {point['budget']:,.0f}",
        )  # fmt: skip
    axes.set_xlabel("budget")
    axes.set_ylabel("expected reach")
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False)
    return axes


def _save(figure: Any, path: Path) -> None:
    """Write the picture; there is never half a file."""
    with atomic_write(path, "wb") as file:
        figure.savefig(file, format=path.suffix.lower().lstrip("."), dpi=150)
