"""The sections of a page below its answer; a new one is a function here, named in `SECTIONS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from seeding._runtime.wording import percent, tenths
from seeding.plan.answers import in_words
from seeding.plan.report import figures, svg
from seeding.plan.report.contents import Contents, Steps
from seeding.plan.report.tables import Cell, label, number, text
from seeding.plan.sections import lines_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from seeding.plan.report.figures import Figure


@dataclass(frozen=True)
class Drawing:
    """A figure with its caption."""

    drawing: Markup
    caption: str


@dataclass(frozen=True)
class Section:
    """A section: its title, sentences, figures, and a table."""

    title: str
    text: list[str] = field(default_factory=list)
    figures: list[Drawing] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.text or self.figures or self.rows)


def reached(contents: Contents) -> Section:
    """Show how the reach grows with money and time, and how much one campaign may differ from another."""
    plan, unit = contents.plan, contents.unit
    lines = [*lines_of(plan.sections, "cost"), *lines_of(plan.sections, "reach")]
    said = [f"{title}: {words}." for title, words in lines if title != "Simple choice"]
    drawn = [by_cost(contents), _over_time(contents), _outcomes(contents)]
    worlds = f"{plan.reach.worlds:,} {plan.reach.worlds_are}"
    said.insert(0, f"Expected reach: {tenths(plan.reach.mean)} {unit}, the mean of {worlds}.")
    return Section("How many are reached", said, [one for one in drawn if one is not None])


def by_budget(steps: Steps, unit: str, marker: int | None = None) -> Markup:
    """Draw what each budget reaches; `marker` is the place of the one that is chosen."""
    data = figures.frontier(steps)
    said = [f"{amount(budget)}: {tenths(plan.reach.mean)} {unit}" for budget, plan in steps]
    return svg.line(
        data["budget"], data["reach"], "budget", f"{unit} reached", "Reach by budget",
        low=data["low"], high=data["high"], points=said, marker=marker,
    )  # fmt: skip


def amount(money: Decimal) -> str:
    """Write money exactly, without decimals where it has none."""
    return f"{money.to_integral_value() if money == money.to_integral_value() else money:,}"


def by_cost(contents: Contents) -> Drawing | None:
    """Draw the reach after each seed against the money paid by then."""
    plan, unit = contents.plan, contents.unit
    data = figures.reach(plan)
    if not data["label"]:
        return None
    free = plan.is_free
    points = ["nobody", *data["label"]]
    said = [f"{who}: {tenths(count)}" for who, count in zip(points, data["reach"], strict=True)]
    drawn = svg.line(
        data["cost"], data["reach"], "seeds" if free else "money paid", f"{unit} reached",
        "Reach by cost", low=data["low"], high=data["high"], points=said,
    )  # fmt: skip
    return Drawing(drawn, "Reach after each seed, in order of choice, with its 95 % interval.")


def _over_time(contents: Contents) -> Drawing | None:
    data = figures.curve(contents.plan)
    if not data or len(data["step"]) < 2:
        return None
    drawn = svg.line(
        data["step"], data["reach"], "step", f"{contents.unit} reached", "Reach over time",
        low=data["low"], high=data["high"],
    )  # fmt: skip
    last = int(data["step"][-1])
    more = f" Step {last} stands for {last} and later." if last >= 32 else ""
    return Drawing(drawn, f"Reached by each step of passing on, with its 95 % interval.{more}")


def _outcomes(contents: Contents) -> Drawing | None:
    data = figures.outcomes(contents.worlds)
    if not data or len(data["target"]) < 2:
        return None
    worlds = contents.worlds
    assert worlds is not None  # there are data
    percents = [100 * share for share in data["chance"]]
    drawn = svg.line(
        data["target"],
        percents,
        f"target: {contents.unit} reached",
        "chance, %",
        "Chance of a target",
        least=data["target"][0],
    )
    return Drawing(
        drawn, f"Chance that one campaign reaches a target, of {worlds.size:,} simulated campaigns."
    )


def who(contents: Contents) -> Section:
    """Show what is reached of each platform and group, and for whom each seed is."""
    plan = contents.plan
    drawn = [
        _parts(figures.parts(plan.platforms, "platform"), "platform", "platform", contents.unit),
        _parts(figures.parts(plan.groups, "group"), "group", "audience group", contents.unit),
    ]
    said = [
        f"{title}: {words}."
        for title, words in lines_of(plan.sections, "certificate")
        if plan.groups is not None
    ]
    shares = _shares(contents)
    drawn += [] if shares is None else [shares]
    return Section("Who is reached, and by whom", said, [one for one in drawn if one is not None])


def _parts(data: Figure, name: str, words: str, unit: str) -> Drawing | None:
    if not data:
        return None
    labels = ["all, each once" if one is None else str(one) for one in data[name]]
    drawn = svg.bars(
        labels,
        data["reach"],
        f"{unit} reached",
        f"Reach by {words}",
        low=data.get("low", ()),
        high=data.get("high", ()),
    )
    return Drawing(drawn, f"Reach by {words}, with its 95 % interval.")


def _shares(contents: Contents) -> Drawing | None:
    """Draw what the seeds cost by each value of the roster's own column of platforms or tiers."""
    frame = contents.plan.seeds
    name = next((one for one in ("platform", "tier", "category", "country") if one in frame), None)
    if name is None or name in contents.plan.table.columns or frame.empty:
        return None
    sums = frame.groupby(frame[name].astype(str), sort=True)["marginal_reach"].sum()
    counts = frame[name].astype(str).value_counts()
    labels = [f"{one} ({counts[one]:,})" for one in sums.index]
    drawn = svg.bars(
        labels,
        sums.tolist(),
        f"{contents.unit} added",
        f"Reach by {name} of the seed",
        said=[tenths(one) for one in sums],
    )
    return Drawing(drawn, f"What seeds add, in order of choice, by their {name}; how many seeds in brackets.")


def choices(contents: Contents) -> Section:
    """Compare with the obvious choices."""
    found = contents.plan.comparisons
    if contents.explanation is not None and contents.explanation.comparisons:
        found = contents.explanation.comparisons
    data = figures.comparison(contents.plan, found)
    if not data:
        return Section("Against the obvious choices")
    said = in_words(found)
    drawn = svg.bars(
        data["choice"], data["reach"], f"{contents.unit} reached", "Reach of simple choices",
        said=[tenths(one) for one in data["reach"]],
    )  # fmt: skip
    caption = "For the same money and under the same rules, in the same simulated campaigns."
    return Section("Against the obvious choices", said, [Drawing(drawn, caption)])


def seeds(contents: Contents) -> Section:
    """Say what each seed brings."""
    found = contents.explanation
    if found is None or found.frame.empty:
        return Section("Why these")
    columns = {
        "alone": "Reaches alone",
        "lost": "Lost without",
        "lost_low": "Low (95 %)",
        "lost_high": "High (95 %)",
        "lost_replanned": "Lost if the money is spent again",
        "replacement_loses": "Lost with the replacement",
    }
    heading = ["Who", "Others reach of that", *columns.values(), "Best replacement"]
    rows = [
        [
            label(row["candidate"]), _share(row["shared"]), *(number(row[one], 1) for one in columns),
            text(row["replacement"]),
        ]
        for row in found.frame.to_dict("records")
    ]  # fmt: skip
    said = [f"Read from {found.sets:,} RR sets that had no part in choosing.", *found.notes]
    return Section("Why these", said, [], heading, rows)


def overlaps(contents: Contents) -> Section:
    """Draw whose audiences overlap, and the seeded part of the network."""
    drawn = []
    data = figures.overlap(contents.explanation)
    if data:
        some = (
            f" The {len(data['label'])} with the most overlap."
            if len(data["label"]) >= figures.MOST_OVERLAPS
            else ""
        )
        caption = f"Share of the smaller audience that two seeds have in common.{some}"
        drawn.append(Drawing(svg.heat(data["label"], data["share"], "Overlap of audiences"), caption))
    if contents.picture is not None:
        left = contents.picture.left_out
        more = f" {left:,} more seeds are not drawn." if left else ""
        caption = f"The seeds, and whom each passes the message to most surely.{more}"
        drawn.append(
            Drawing(svg.graph(figures.network(contents.picture), "The seeded part of the network"), caption)
        )
    said = []
    if contents.explanation is not None:
        said = contents.explanation.overlap_in_words()
    return Section("Whose audiences overlap", said if drawn else [], drawn)


def missed(contents: Contents) -> Section:
    """Say who just missed, and at what price each would come in."""
    found = contents.explanation
    if found is None or found.runners_up.empty:
        return Section("Who just missed")
    heading = ["Who", "Cost", "Would add", "Would be chosen at", "Too dear by"]
    rows = [
        [
            label(row["candidate"]), number(row["cost"], 2), number(row["adds"], 1),
            number(row["enters_at"], 2), _share(row["overpriced"]),
        ]
        for row in found.runners_up.to_dict("records")
    ]  # fmt: skip
    return Section("Who just missed", [], [], heading, rows)


def rules(contents: Contents) -> Section:
    """Say which rules are kept, and what each costs."""
    kept, prices = contents.plan.rules, contents.rule_prices
    if not prices:
        return Section("Rules kept", [f"{rule}." for rule in kept])
    rows = [
        [text(one.rule), number(one.people, 1), number(one.low, 1), number(one.high, 1)] for one in prices
    ]
    heading = ["Rule", f"Costs in {contents.unit}", "Low (95 %)", "High (95 %)"]
    said = ["What a plan chosen without the rule would reach more, on the same samples."]
    return Section("Rules kept", said, [], heading, rows)


def hangs(contents: Contents) -> Section:
    """Say what the plan hangs on."""
    found = contents.sensitivity
    if found is None:
        return Section("What the plan hangs on")
    data = figures.sensitivity(found)
    heading = ["If", "Reach of this plan", "Low (95 %)", "High (95 %)", "Of the best plan then"]
    zipped = zip(
        data["scenario"], data["reach"], data["reach_low"], data["reach_high"], data["ratio"], strict=True
    )
    rows = [
        [text(name), number(mean, 1), number(low, 1), number(high, 1), _share(part)]
        for name, mean, low, high, part in zipped
    ]
    return Section("What the plan hangs on", [found.verdict], [], heading, rows)


def _share(value: Any) -> Cell:
    """Return the cell of a share."""
    if value is None or value != value:
        return Cell("–", "number")
    return Cell(percent(float(value)) if 0 <= value <= 1 else f"{value:.0%}", "number", repr(float(value)))


SECTIONS: tuple[Callable[[Contents], Section], ...] = (
    reached, choices, who, seeds, overlaps, missed, rules, hangs,
)  # fmt: skip


def sections_of(contents: Contents) -> list[Section]:
    """Return the sections that have anything to show."""
    return [one for one in (make(contents) for make in SECTIONS) if one]
