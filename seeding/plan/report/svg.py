"""Charts as SVG text: lines with bands, bars with intervals, heat maps and small networks.

Colours are classes of the page's style sheet, so that dark mode and print choose their own. Nothing here has
a style attribute, which the page's content-security policy would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH, HEIGHT = 480, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 16, 14, 46
# A label on an axis is cut after so many letters; the whole label is its tooltip.
_LETTERS = 22
_BAR, _CELL = 30, 14

Values = Sequence[Any]


@dataclass(frozen=True)
class Scale:
    """From values to places in a picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value stands."""
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 2)


def across(most: float, least: float = 0.0) -> Scale:
    """Return the horizontal scale of a line chart."""
    return Scale(least, most if most > least else least + 1.0, _LEFT, WIDTH - _RIGHT)


def up(most: float) -> Scale:
    """Return the vertical scale of a line chart, from 0."""
    return Scale(0.0, most or 1.0, HEIGHT - _BOTTOM, _TOP)


def ticks(most: float, least: float = 0.0, count: int = 5) -> list[float]:
    """Return round values from `least` to `most`, about so many."""
    if most <= least:
        return [least]
    raw = (most - least) / count
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= raw * (1 - 1e-9))
    first, last = ceil(least / step * (1 - 1e-9)), floor(most / step * (1 + 1e-9))
    return [step * place for place in range(first, last + 1)]


def short(value: float) -> str:
    """Write a value of an axis: 1.2M, 250k, 40, 0.25."""
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:.4g}{letter}"
    return f"{value:.4g}"


def line(
    x: Values, y: Values, x_title: str, y_title: str, title: str, *, low: Values = (), high: Values = (),
    points: Sequence[str] = (), marker: int | None = None, least: float = 0.0,
) -> Markup:  # fmt: skip
    """Draw a line with its band of intervals, and a tooltip at each point."""
    from markupsafe import Markup, escape

    ys = [value for value in (*y, *high) if value is not None]
    h, v = across(max(x), least), up(max(ys) * 1.04)
    parts = [_axes(h, v, x_title, y_title)]
    if high:
        there = [place for place in range(len(x)) if low[place] is not None and high[place] is not None]
        top = [f"{h(x[place])},{v(high[place])}" for place in there]
        bottom = [f"{h(x[place])},{v(low[place])}" for place in reversed(there)]
        parts.append(f'<polygon class="band" points="{" ".join(top + bottom)}"/>')
    path = " ".join(f"{h(a)},{v(b)}" for a, b in zip(x, y, strict=True))
    parts.append(f'<polyline class="line" points="{path}"/>')
    for place, said in enumerate(points):
        at = f'cx="{h(x[place])}" cy="{v(y[place])}"'
        parts.append(f'<circle class="dot" {at} r="3"><title>{escape(said)}</title></circle>')
    if marker is not None:
        at = f'cx="{h(x[marker])}" cy="{v(y[marker])}"'
        parts.append(f'<circle class="now" data-now {at} r="7"/>')
    return Markup(_svg(WIDTH, HEIGHT, title, parts))


def bars(labels: Sequence[str], values: Values, x_title: str, title: str, *, low: Values = (),
         high: Values = (), said: Sequence[str] = ()) -> Markup:  # fmt: skip
    """Draw horizontal bars from 0, with intervals where they are given."""
    from markupsafe import Markup, escape

    left, height = 245, _TOP + _BAR * len(labels) + _BOTTOM
    shown = [value for value in (*values, *high) if value is not None]
    h = Scale(0.0, max(shown) * 1.05 or 1.0, left, WIDTH - 60)
    parts = [_grid(h, height, x_title)]
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = _TOP + _BAR * place
        parts.append(_text(left - 8, y + 19, cut(label, 36), "end", label))
        if value is None:
            continue
        words = said[place] if said else short(value)
        wide = max(round(h(value) - left, 2), 0)
        parts.append(f'<rect class="bar" x="{left}" y="{y + 5}" width="{wide}" height="{_BAR - 10}"/>')
        end = h(value)
        if high and low[place] is not None and high[place] is not None:
            ends = f'x1="{h(low[place])}" x2="{h(high[place])}" y1="{y + 15}" y2="{y + 15}"'
            parts.append(f'<line class="error" {ends}/>')
            end = h(high[place])
        parts.append(f'<text x="{end + 6}" y="{y + 19}">{escape(words)}</text>')
    return Markup(_svg(WIDTH, height, title, parts))


def heat(labels: Sequence[str], shares: Sequence[Sequence[float]], title: str) -> Markup:
    """Draw the shares of all pairs, from 0 to 1, as a triangle, each with a tooltip."""
    from markupsafe import Markup, escape

    left, top = 160, 12
    cell = max(_CELL, min(28, (WIDTH - left - 10) // max(len(labels), 1)))
    wide, high = left + cell * len(labels) + 10, top + cell * len(labels) + 10
    parts = []
    for row, label in enumerate(labels):
        parts.append(_text(left - 6, top + cell * row + cell * 0.75, cut(label), "end", label))
        for column, share in enumerate(shares[row][:row]):
            at = f'x="{left + cell * column}" y="{top + cell * row}" width="{cell - 1}" height="{cell - 1}"'
            words = escape(f"{label} and {labels[column]}: {share:.1%}")
            parts.append(
                f'<rect class="heat" {at} fill-opacity="{min(max(share, 0.03), 1):.2f}">'
                f"<title>{words}</title></rect>"
            )
    return Markup(_svg(wide, high, title, parts))


def graph(data: dict[str, list[Any]], title: str) -> Markup:
    """Draw nodes and arcs; seeds are larger and carry their label."""
    from markupsafe import Markup, escape

    size = 640
    h, v = Scale(0, 1, 60, size - 60), Scale(0, 1, 24, size - 24)
    places = [(h(x), v(y)) for x, y in zip(data["x"], data["y"], strict=True)]
    parts = [
        f'<line class="arc" x1="{places[a][0]}" y1="{places[a][1]}" x2="{places[b][0]}" y2="{places[b][1]}"/>'
        for a, b in data["arcs"]
    ]
    named: list[str] = []
    taken: list[tuple[float, float]] = []
    for (x, y), label, seed in zip(places, data["label"], data["seed"], strict=True):
        kind, radius = ("seed", 6) if seed else ("node", 2.5)
        tip = f"<title>{escape(label)}</title>"
        parts.append(f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius}">{tip}</circle>')
        if seed:
            at = next((at for at in (y - 9, y + 19, y - 22, y + 32) if _is_free(x, at, taken)), y - 9)
            taken.append((x, at))
            named.append(_text(x, at, cut(label, 18), "middle", label))
    return Markup(_svg(size, size, title, parts + named))


def _is_free(x: float, y: float, taken: list[tuple[float, float]]) -> bool:
    """Whether a label there would stand on none of the others."""
    return all(abs(x - other) > 100 or abs(y - line) > 12 for other, line in taken)


def cut(label: str, letters: int = _LETTERS) -> str:
    """Shorten a label."""
    return label if len(label) <= letters else label[: letters - 1] + "…"


def _text(x: float, y: float, words: str, anchor: str, tip: str) -> str:
    from markupsafe import escape

    title = f"<title>{escape(tip)}</title>"
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}{title}</text>'


def _axes(h: Scale, v: Scale, x_title: str, y_title: str) -> str:
    from markupsafe import escape

    parts = [_grid(h, HEIGHT, x_title)]
    for value in ticks(v.high):
        y = v(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{short(value)}</text>')
    middle = (HEIGHT - _BOTTOM + _TOP) // 2
    turned = f'transform="rotate(-90 14 {middle})"'
    parts.append(f'<text x="14" y="{middle}" text-anchor="middle" {turned}>{escape(y_title)}</text>')
    return "".join(parts)


def _grid(h: Scale, height: int, x_title: str) -> str:
    from markupsafe import escape

    bottom = height - _BOTTOM
    parts = []
    for value in ticks(h.high, h.low, 5 if h.start < 100 else 3):
        x = h(value)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{bottom}"/>')
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{short(value)}</text>')
    middle = ceil((h.start + h.end) / 2)
    parts.append(f'<text x="{middle}" y="{height - 8}" text-anchor="middle">{escape(x_title)}</text>')
    return "".join(parts)


def _svg(width: float, height: float, title: str, parts: list[str]) -> str:
    from markupsafe import escape

    name = escape(title)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" aria-label="{name}">'
        f"{''.join(parts)}</svg>"
    )
