"""Put the committed CSVs into docs/results.md and docs/how-it-works.md.

    python -m benchmarks tables

replaces what stands between the markers ``<!-- name -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

from argparse import Namespace

import pandas as pd

from benchmarks.common.registry import RESULTS, ROOT
from benchmarks.common.results import fill, markdown

PAGE = ROOT / "docs" / "results.md"
PAGES = (PAGE, PAGE.with_name("how-it-works.md"))


def reference() -> str:
    """Show every published value beside ours."""
    table = pd.read_csv(RESULTS / "reference_values.csv")
    limit = [
        f"k = {int(k)}" if pd.isna(budget) else f"budget {int(budget):,}"
        for k, budget in zip(table["k"], table["budget"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "network": table["network"],
            "limit": limit,
            "published": table["published"].map("{:,.1f}".format),
            "ours": table["ours"].map("{:,.1f}".format) + " ± " + table["stderr"].map("{:.1f}".format),
            "ratio": table["ratio"].map("{:.3f}".format),
            "reached": table["reached"].map({True: "yes", False: "no"}),
            "certified": table["certified_ratio"].map("{:.1%}".format),
            "seconds": table["seconds"].map("{:.1f}".format),
        }
    )
    return markdown(shown)


def certificates() -> str:
    """Sum the repeated experiment up by method."""
    table = pd.read_csv(RESULTS / "certificate_experiment.csv")
    groups = table.groupby("method", sort=False)
    shown = pd.DataFrame(
        {
            "method": list(groups.groups),
            "plans": groups["runs"].sum().map("{:,}".format).to_numpy(),
            "false certificates": groups["false_certificates"].sum().to_numpy(),
            "worst case": (groups["false_certificates"].max() / groups["runs"].max())
            .map("{:.1%}".format)
            .to_numpy(),
            "95 % interval holds the truth": [
                f"{low:.1%} to {high:.1%}"
                for low, high in zip(
                    groups["interval_coverage"].min(), groups["interval_coverage"].max(), strict=True
                )
            ],
        }
    )
    return markdown(shown)


def optimism() -> str:
    """Show how optimism falls as the sample grows."""
    table = pd.read_csv(RESULTS / "optimism.csv")
    shown = pd.DataFrame(
        {
            "probability": table["probability"],
            "RR sets": table["rr_sets"].map("{:,}".format),
            "reach": table["reach"].map("{:,.1f}".format),
            "optimism": table["optimism"].map("{:+.1%}".format),
        }
    )
    return markdown(shown)


def budgeted_published() -> str:
    """Show every published budgeted value beside ours."""
    table = pd.read_csv(RESULTS / "budgeted_published.csv")
    shown = pd.DataFrame(
        {
            "probability": table["probability"].str.removeprefix("Twitter "),
            "budget": table["budget"].map("{:,}".format),
            "published": table["published"].map("{:,.0f}".format) + " (" + table["algorithm"] + ")",
            "ours": table["ours"].map("{:,.0f}".format) + " ± " + table["stderr"].map("{:.1f}".format),
            "more": table["more"].map("{:+.1%}".format),
            "certified": table["certified_ratio"].map("{:.1%}".format),
            "their seconds": table["published_seconds"].map("{:.0f}".format),
            "our seconds": table["seconds_to_choose"].map("{:.1f}".format),
        }
    )
    return markdown(shown)


def budgeted() -> str:
    """Show what each step leaves open, one row per instance; gaps in percent of the bound."""
    table = pd.read_csv(RESULTS / "budgeted.csv")

    def percent(name: str) -> pd.Series:
        return table[name].map(lambda gap: "" if pd.isna(gap) else f"{gap:.2%}")

    def solver(name: str) -> pd.Series:
        said = zip(table[f"{name} gap"], table[f"{name} status"], strict=True)
        return pd.Series(
            ["–" if str(status).startswith("not asked") else "none" if pd.isna(gap) else f"{gap:.1%}"
             for gap, status in said]
        )  # fmt: skip

    shown = pd.DataFrame(
        {
            "network": table["network"] + ", " + table["probability"],
            "RR sets": table["sets"].map("{:,}".format),
            "budget": table["budget_share"].map("{:.1%}".format),
            "seeds": table["seeds"],
            "covered": table["covered_share"].map("{:.1%}".format),
            "greedy": percent("greedy_gap"),
            "local search": percent("local_gap"),
            "exact": percent("gap"),
            "prefix bound": percent("prefix_above"),
            "Lagrangian": percent("lagrangian_above"),
            "certified": table["certified"].map("{:.1%}".format),
            "with exact": table["certified_exact"].map("{:.1%}".format),
            "seconds (g, l, b, e)": [
                f"{a:.2f}, {b:.1f}, {c:.1f}, {d:.1f}"
                for a, b, c, d in zip(
                    table["greedy_seconds"],
                    table["local_seconds"],
                    table["lagrangian_seconds"],
                    table["exact_seconds"],
                    strict=True,
                )
            ],
            "CP-SAT": solver("CP-SAT, 1 worker"),
            "SCIP": solver("SCIP"),
            "HiGHS": solver("HiGHS"),
        }
    )
    return markdown(shown)


def budgeted_summary() -> str:
    """Sum the instances up by number of RR sets: the median and the worst of each gap."""
    table = pd.read_csv(RESULTS / "budgeted.csv")
    names = {
        "greedy_gap": "greedy",
        "local_gap": "local search",
        "gap": "with exact phase",
        "prefix_above": "prefix bound above best",
        "lagrangian_above": "Lagrangian above best",
    }
    groups = table.groupby("sets")
    shown = pd.DataFrame({"RR sets": [f"{sets:,}" for sets in groups.groups]})
    shown["instances"] = groups.size().to_numpy()
    for name, words in names.items():
        middle, worst = groups[name].median(), groups[name].max()
        shown[words] = [f"{a:.2%}, {b:.2%}" for a, b in zip(middle, worst, strict=True)]
    least = groups["certified_exact"].min()
    seconds = groups.apply(lambda rows: float((rows["local_seconds"] + rows["lagrangian_seconds"]).max()))
    shown["certified, least"] = [f"{ratio:.1%}" for ratio in least]
    shown["local + bound, most"] = [f"{most:.1f} s" for most in seconds]
    return markdown(shown)


def ruled_certificates() -> str:
    """Show the repeated experiment under rules."""
    table = pd.read_csv(RESULTS / "ruled_certificates.csv")
    shown = pd.DataFrame(
        {
            "rules": table["rules"],
            "method": table["method"],
            "plans": table["runs"],
            "false certificates": table["false_certificates"],
            "broken rules": table["broken_rules"],
            "interval holds the truth": table["interval_coverage"].map("{:.1%}".format),
            "certified": table["certified_ratio"].map("{:.1%}".format),
            "true share of the best": table["true_ratio"].map("{:.1%}".format),
        }
    )
    return markdown(shown)


def certified() -> str:
    """Show the medians over keys of what it takes to certify 50 seeds on NetHEPT."""
    table = pd.read_csv(RESULTS / "certified.csv")
    parts = ["seconds", "sampling", "index_and_greedy", "bound"]
    groups = table.groupby("threads")
    shown = pd.DataFrame({"threads": list(groups.groups), "keys": groups.size().to_numpy()})
    for name in parts:
        shown[name.replace("_", " ")] = groups[name].median().map("{:.2f} s".format).to_numpy()
    shown["at most"] = groups["seconds"].max().map("{:.2f} s".format).to_numpy()
    shown["certified, least"] = groups["ratio"].min().map("{:.1%}".format).to_numpy()
    return markdown(shown)


def campaign_certificates() -> str:
    """Sum the experiment on whole campaigns up by method."""
    table = pd.read_csv(RESULTS / "campaign_certificates.csv")
    groups = table.groupby("method", sort=False)
    covered = (table["interval_coverage"] * table["runs"]).groupby(table["method"], sort=False).sum()
    shown = pd.DataFrame(
        {
            "method": list(groups.groups),
            "plans": groups["runs"].sum().map("{:,}".format).to_numpy(),
            "false certificates": groups["false_certificates"].sum().to_numpy(),
            "allowed": (groups["runs"].sum() * table["delta"].iloc[0]).map("{:,.0f}".format).to_numpy(),
            "95 % interval holds the truth": (covered / groups["runs"].sum()).map("{:.1%}".format).to_numpy(),
            "certified, mean": groups["certified_ratio"].mean().map("{:.1%}".format).to_numpy(),
            "true, mean": groups["true_ratio"].mean().map("{:.1%}".format).to_numpy(),
        }
    )
    return markdown(shown)


def campaign_cost() -> str:
    """Show what each part costs, network by network."""
    table = pd.read_csv(RESULTS / "campaign_cost.csv")
    parts = table.drop_duplicates("part")
    shown = pd.DataFrame({"part": parts["part"], "what it adds": parts["adds"]})
    for network, rows in table.groupby("network", sort=False):
        ratios = rows.set_index("part")["ratio"].map("{:.2f} ×".format)
        shown[str(network)] = ratios[parts["part"]].to_numpy()
    return markdown(shown)


def interval_coverage() -> str:
    """Show how often intervals hold the truth, by the normal rule and now."""
    table = pd.read_csv(RESULTS / "interval_coverage.csv")
    keys = ["case", "precision"]
    before, now = (table[table["rule"] == rule].set_index(keys) for rule in ("normal", "now"))
    cases = [f"{name} (ordinary)" if now.loc[(name, p), "ordinary"] else name for name, p in now.index]
    shown = pd.DataFrame(
        {
            "case": cases,
            "precision": [precision for _, precision in now.index],
            "before": before["holds"].map("{:.1%}".format).to_numpy(),
            "now": now["holds"].map("{:.1%}".format).to_numpy(),
            "now too low": now["too_low"].map("{:.1%}".format).to_numpy(),
            "now too high": now["too_high"].map("{:.1%}".format).to_numpy(),
            "worlds before": before["worlds"].map("{:,}".format).to_numpy(),
            "worlds now": now["worlds"].map("{:,}".format).to_numpy(),
        }
    )
    return markdown(shown)


def plan_times() -> str:
    """Show what a plan takes with each part, network by network, and why where that is much."""
    table = pd.read_csv(RESULTS / "plan_times.csv", keep_default_na=False)
    parts = list(dict.fromkeys(table["part"]))
    shown = pd.DataFrame({"part": parts})
    for network, rows in table.groupby("network", sort=False):
        rows = rows.set_index("part")
        cells = [_plan_time(rows.loc[part]) if part in rows.index else "—" for part in parts]
        shown[str(network)] = cells
    reasons = table[table["reason"] != ""].drop_duplicates("part").set_index("part")["reason"]
    shown["why more than 3 ×"] = [reasons.get(part, "") for part in parts]
    return markdown(shown)


def _plan_time(row: pd.Series) -> str:
    least = "> " if row["stopped"] == "bound" else ""
    return f"{least}{row['cpu_seconds']:.2f} s, {least}{row['ratio']:.1f} ×"


TABLES = {
    "certified": certified,
    "reference": reference,
    "certificates": certificates,
    "optimism": optimism,
    "budgeted-published": budgeted_published,
    "budgeted-summary": budgeted_summary,
    "budgeted": budgeted,
    "ruled-certificates": ruled_certificates,
    "campaign-certificates": campaign_certificates,
    "campaign-cost": campaign_cost,
    "interval-coverage": interval_coverage,
    "plan-times": plan_times,
}


def main(_given: Namespace) -> None:
    """Rewrite the pages; a table that stands on none of them is an error."""
    left = set(TABLES)
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for name in [name for name in TABLES if f"<!-- {name} -->" in text]:
            text = fill(text, name, TABLES[name]())
            left.discard(name)
        page.write_text(text, encoding="utf-8")
    if left:
        raise ValueError(f"no page has the markers of {', '.join(sorted(left))}")
