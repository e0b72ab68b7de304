"""Campaigns: what each part of one costs, a worked example, and a roster from public data."""

from pathlib import Path

from benchmarks.common.registry import ONLY, Argument, Experiment

EXPERIMENTS = (
    Experiment(
        "campaign_cost",
        "What each part of a campaign costs in reverse sampling, against the plain model.",
        "benchmarks.campaigns.campaign_cost",
        ("campaign_cost.csv",),
        (Argument("--sets", "RR sets of each measurement", type=int, default=200_000), ONLY),
    ),
    Experiment(
        "plan_times",
        "What a plan takes with each part of a campaign, against the plain plan of the same network.",
        "benchmarks.campaigns.plan_times",
        ("plan_times.csv",),
        (
            ONLY,
            Argument(
                "--part", "parts whose name contains this, and the plain plan", default="", metavar="PART"
            ),
            Argument("--bound", "most seconds of the processor for a plan", type=float, default=120.0),
        ),
    ),
    Experiment(
        "worked_campaign",
        "The figures of the worked campaign, and the page that shows them.",
        "benchmarks.campaigns.worked_campaign",
        ("worked_campaign.csv", "docs/campaign.md", "docs/figures/campaign_reach.png"),
        (Argument("--only-page", "write the page from the table as it is", action="store_true"),),
    ),
    Experiment(
        "twitch_roster",
        "A roster and a table of people from a country of the Twitch data, for the command line.",
        "benchmarks.campaigns.twitch_roster",
        arguments=(
            Argument("country", "a country of the data", choices=["DE", "ENGB", "PTBR"], metavar="COUNTRY"),
            Argument("folder", "where both tables go", type=Path, metavar="FOLDER"),
        ),
    ),
)
