"""Put the committed CSVs into docs/results.md.

    python -m benchmarks.tables

replaces what stands between the markers ``<!-- name -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "results.md"


def markdown(table: pd.DataFrame) -> str:
    """Write a table of texts and numbers as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


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


TABLES = {"reference": reference, "certificates": certificates, "optimism": optimism}


def main() -> None:
    """Rewrite the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda found, table=table: f"{found[1]}{table()}\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
