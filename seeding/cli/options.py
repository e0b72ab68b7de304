"""Options that several commands share, in groups a marketer can follow."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Callable
from typing import Any

from seeding.cli import values

# Written out here because importing the methods would load the whole package; a test holds them equal.
METHODS = (
    "auto",
    "ris",
    "celf",
    "exact",
    "random",
    "degree",
    "degree_discount",
    "pagerank",
    "top_audience",
    "cheapest",
)
OBJECTIVES = ("reach", "maximin")
TIES = ("random", "ours", "rival")
MISSING = ("error", "add", "drop")
SUITES = ("small", "networks", "peers", "scaling")

_NETWORK = """\
EDGES has one row per connection: .csv, .tsv, blank-separated text (all may be
gzipped), .xlsx, .parquet, .graphml, .gexf or .npz."""
_MESSAGE = """\
The probability of a connection is then base x interest x credibility x factors x
shareability, at most 1; left out, the probabilities are for any message."""
_AUDIENCE = "Left out, everybody weighs 1, or what --weights says."
_ROSTER = "Without a roster everybody can be chosen, at a cost of 1 each."
_PRICES = "Left out, what the lists say in a column cost (or price, or fee) counts, if there is one."
_RULES = "What every plan must keep, besides the limits; groups are columns of the roster."
_FAIRNESS = "People without a value in the column form no group; they count in the total reach only."
_RIVALS = "Whom the rival reaches first is lost. Plans are made by simulation; nothing is proven of them."
_CERTAINTY = "How good the plan must be, proven, and how exactly its reach is measured."


def add_spreading(parser: ArgumentParser) -> None:
    """Add how far, how long and how well the message spreads."""
    add = parser.add_argument_group(
        "How it spreads", "Left out, all count who are ever reached."
    ).add_argument
    add(
        "--deadline",
        type=values.whole,
        metavar="STEPS",
        help="count only who is reached within so many steps from person to person",
    )
    add(
        "--quality",
        type=values.part,
        metavar="Q",
        help="how likely somebody who is reached likes it; who hears it from somebody who does not, does not "
        "either, and only those who like it count",
    )
    add("--fidelity", type=values.part, metavar="F", help="how likely one hop leaves the message unaltered")
    add("--discount", type=values.part, metavar="G", help="what one more hop leaves of the worth of a person")
    add(
        "--negativity-bias",
        type=values.factor,
        metavar="B",
        help="how much further bad news travels (with --quality): who does not like it tells it as if B "
        "times; above 1 plans are made by simulation and nothing is proven of them",
    )
    add(
        "--model",
        choices=("cascade", "threshold"),
        default="cascade",
        metavar="NAME",
        help="cascade: each who is reached tries each follower once (default); threshold: people join once "
        "enough of those they follow have, by weight (linear threshold)",
    )
    add(
        "--view",
        type=values.rates,
        metavar="RATE",
        help="how likely a follower sees a post: a number, a column of --nodes or of --arc-columns, or rates "
        "by value as platform:x=0.2,tiktok=0.4; who sees it counts, and passes it on with --share",
    )
    add(
        "--share",
        type=values.rates,
        metavar="RATE",
        help="how likely somebody who sees it passes it on: likewise",
    )
    add(
        "--delay",
        type=values.times,
        metavar="TIME",
        help="what one hop takes, in the unit of --deadline, as days: a number or a column",
    )
    add(
        "--meeting",
        type=values.rates,
        metavar="CHANCE",
        help="instead: how likely two people meet in one step, so that a hop takes a random number of steps",
    )
    add(
        "--organic",
        metavar="LABELS",
        help="who posts anyway, apart by commas or in a file: taken as given, and what they reach without "
        "you does not count",
    )


def add_message(parser: ArgumentParser) -> None:
    """Add what the message is, and who counts."""
    add = parser.add_argument_group("What the message is", _MESSAGE).add_argument
    add(
        "--message",
        metavar="FILE",
        help="a file of topics, quality, fidelity, shareability, and of the columns and factors that make "
        "the probabilities, as docs/spreading.md shows (JSON, or .toml)",
    )
    add = parser.add_argument_group("Who counts", _AUDIENCE).add_argument
    add(
        "--audience",
        metavar="QUERY",
        help="count only people of whom this is true, as \"country == 'NO'\", or with a yes in this column "
        "(columns of --nodes); everybody may carry the message on",
    )
    add(
        "--followers",
        metavar="COLUMN",
        help="the column of --nodes with everybody's followers: reaching an account is then worth followers "
        "x view rate x real share, which adds up views by real people",
    )
    add(
        "--view-rate",
        type=values.rate,
        metavar="R",
        help="the share of the followers who see a post: a number from 0 to 1, or a column (default 1)",
    )
    add(
        "--real-share",
        type=values.rate,
        metavar="S",
        help="the share of the followers who are real people: likewise (default 1)",
    )
    add(
        "--others-weigh",
        type=values.weight,
        metavar="W",
        help="what somebody weighs whose followers are unknown (default: they are refused)",
    )


def add_rivals(parser: ArgumentParser) -> None:
    """Add a campaign that spreads at the same time."""
    add = parser.add_argument_group("Against whom", _RIVALS).add_argument
    add(
        "--rivals",
        metavar="WHO",
        help="the seeds of a rival campaign: a file as for seeds, or labels apart by commas",
    )
    add(
        "--tie",
        choices=TIES,
        default="random",
        metavar="RULE",
        help="who wins where both come in the same step: random (default), ours or rival",
    )


def add_network(parser: ArgumentParser) -> None:
    """Add what is needed to read a network."""
    group = parser.add_argument_group("What spreads", _NETWORK)
    add = group.add_argument
    add("edges", metavar="EDGES", help="the file of who influences whom")
    add(
        "--probability",
        "-p",
        type=values.probability,
        metavar="P",
        help="how likely one person passes it on to the next: a number as 0.1, the name of a column, "
        "'wc' (weighted cascade: 1 / number of influencers of the receiver) or 'tv' (0.1, 0.01 or 0.001 "
        "at random); default: the column 'probability' or 'p', else wc",
    )
    add(
        "--source",
        metavar="COLUMN",
        help="the column of the one who influences (default: found by its name or values)",
    )
    add("--target", metavar="COLUMN", help="the column of the one who is influenced")
    add(
        "--direction",
        choices=("source_to_target", "follower_to_followed"),
        metavar="WAY",
        help="source_to_target: a row says that the first influences the second; follower_to_followed: it "
        "says that the first follows the second, so influence flows back (default: the former, unless "
        "the columns are named follower and followed)",
    )
    add(
        "--undirected",
        action="store_true",
        help="every row counts both ways, as between friends (also where a column Type says Undirected)",
    )
    add(
        "--nodes",
        metavar="FILE",
        help="a table of people, to have those without connections and their weights",
    )
    add(
        "--node-column",
        metavar="COLUMN",
        help="the column of labels in that table (default: node, label, id …, or the one that EDGES "
        "names); of a graph file without such a table, the attribute that people are called by",
    )
    add("--weights", metavar="COLUMN", help="the column (or attribute) of what reaching each person is worth")
    add(
        "--arc-columns",
        type=values.names,
        metavar="NAMES",
        help="further columns (or attributes) of the connections to keep, apart by commas, or 'all'; no "
        "connection may then be given twice",
    )
    add(
        "--parallel",
        choices=("noisy_or", "max", "refuse"),
        default="noisy_or",
        metavar="RULE",
        help="what repeated rows mean: noisy_or, each is a further chance (default); max, the largest "
        "counts; or refuse them",
    )
    _add_layout(add)


def _add_layout(add: Callable[..., Any]) -> None:
    add(
        "--separator",
        metavar="CHAR",
        help="between columns: comma, semicolon, tab or space (default: found out)",
    )
    add(
        "--header",
        type=values.header,
        metavar="H",
        help="the first line names the columns: yes, no, auto (default), or counts if it is 'nodes arcs'",
    )
    add(
        "--decimal",
        choices=(".", ","),
        metavar="SIGN",
        help="the sign before decimals, '.' or ',' (default: found out)",
    )


def add_roster(parser: ArgumentParser) -> None:
    """Add what is needed to read a roster."""
    group = parser.add_argument_group("Who can be bought", _ROSTER)
    group.add_argument("--roster", metavar="FILE", help="the table of candidates and their costs")
    group.add_argument(
        "--candidate-column",
        metavar="COLUMN",
        help="the column of labels (default: candidate, node, label, handle …)",
    )
    group.add_argument(
        "--cost-column", metavar="COLUMN", help="the column of costs (default: cost, price or fee)"
    )
    group.add_argument(
        "--accept-column",
        metavar="COLUMN",
        help="the column of how likely each candidate says yes, 0 to 1 (default: accept, if it is there)",
    )
    group.add_argument(
        "--offer-column",
        metavar="COLUMN",
        help="the column that names the offer of a row, where candidates have several (default: offer)",
    )
    group.add_argument(
        "--effect-column",
        metavar="COLUMN",
        help="the column of how much more or less an offer makes people pass it on (default: effect)",
    )
    group.add_argument(
        "--pay-on",
        metavar="WHEN",
        help="when candidates are paid: acceptance (default), invitation, or the column that says so "
        "(default: pay_on, if it is there)",
    )
    add_missing(group, "a candidate")


def add_budget_on(group: Any) -> None:
    """Add what the budget holds for where creators may decline."""
    group.add_argument(
        "--budget-on",
        choices=("expected", "worst_case"),
        metavar="SPEND",
        help="where candidates may decline, hold the budget for the expected spend (default) or for the "
        "worst_case, in which all accept",
    )


def add_rules(parser: ArgumentParser) -> None:
    """Add the rules a plan is held to."""
    group = parser.add_argument_group("Rules", _RULES)
    group.add_argument("--rules", metavar="FILE", help="a file of rules, as docs/rules.md shows (TOML)")
    group.add_argument(
        "--rule",
        action="append",
        metavar="RULE",
        help="one rule, as \"AtMost(3, platform='tiktok')\"; may be given several times",
    )
    group.add_argument(
        "--require", action="append", metavar="LABEL", help="this candidate is in the plan; likewise"
    )
    group.add_argument(
        "--exclude", action="append", metavar="LABEL", help="this candidate is not in the plan; likewise"
    )


def add_prices(parser: ArgumentParser) -> None:
    """Add a roster that says what given seeds cost."""
    group = parser.add_argument_group("What the seeds cost", _PRICES)
    group.add_argument("--roster", metavar="FILE", help="the table of candidates and their costs")
    for what, usual in (("candidate", "labels"), ("cost", "costs"), ("accept", "how likely each accepts")):
        group.add_argument(
            f"--{what}-column", metavar="COLUMN", help=f"its column of {usual} (default: as for 'optimize')"
        )
    parser.set_defaults(offer_column=None, effect_column=None, pay_on=None, missing="error")


def add_missing(group: Any, who: str, dest: str = "missing") -> None:
    """Add what to do about people who are not in the network."""
    group.add_argument(
        "--missing",
        dest=dest,
        choices=MISSING,
        default="error",
        metavar="WHAT",
        help=f"{who} who is not in the network: error (default), add them as people without connections, "
        "or drop them",
    )


def add_patience(group: Any) -> None:
    """Add limits on time and memory."""
    group.add_argument(
        "--time-limit",
        type=values.seconds,
        metavar="TIME",
        help="stop choosing after this long: 90s, 10m, 2h",
    )
    group.add_argument(
        "--memory-limit",
        type=values.memory,
        metavar="SIZE",
        help="stop when the samples hold this much: 500MB, 4GB",
    )


def add_fairness(parser: ArgumentParser) -> None:
    """Add what is asked of audience groups."""
    group = parser.add_argument_group("Fairness", _FAIRNESS)
    group.add_argument(
        "--group", metavar="COLUMN", help="the column of --nodes whose values are the audience groups"
    )
    group.add_argument(
        "--at-least-reach",
        type=values.share,
        metavar="SHARE",
        help="reach at least this part of every group, as in 0.2",
    )
    group.add_argument(
        "--objective",
        choices=OBJECTIVES,
        default="reach",
        metavar="WHAT",
        help="what to maximise: reach, the total (default), or maximin, the smallest part reached of any "
        "group",
    )


def add_head_count(group: Any) -> None:
    """Add the most seeds."""
    group.add_argument("-k", type=values.positive, metavar="N", help="the most seeds to choose")


def add_certainty(parser: ArgumentParser, methods: bool = True) -> Any:
    """Add how the plan is chosen and how sure it must be; returns the group."""
    group = parser.add_argument_group("How sure", _CERTAINTY)
    if methods:
        group.add_argument(
            "--method",
            choices=METHODS,
            default="auto",
            metavar="NAME",
            help=f"how to choose: {', '.join(METHODS)} (default auto, which says what it took and why)",
        )
    group.add_argument(
        "--gap",
        type=values.share,
        metavar="G",
        help="stop when the plan is proven to reach at least 1 - G of the best possible (default 0.05)",
    )
    group.add_argument(
        "--delta", type=values.share, metavar="D", help="the chance that this proof is wrong (default 0.01)"
    )
    add_precision(group)
    add_running(group)
    return group


def add_precision(group: Any) -> None:
    """Add how exactly the reach is measured."""
    group.add_argument(
        "--precision",
        type=values.share,
        metavar="R",
        help="simulate until the 95 %% interval of the reach is within ± R of it (default 0.01: one percent)",
    )


def add_running(group: Any, key: int | None = None) -> None:
    """Add the key of the randomness and the number of threads."""
    said = "a fresh one each time, which is printed" if key is None else str(key)
    group.add_argument(
        "--rng",
        type=values.whole,
        metavar="N",
        default=key,
        help=f"the same number gives the same result (default: {said})",
    )
    group.add_argument(
        "--threads", type=values.positive, metavar="N", help="processors to use (default: all)"
    )


def add_output(parser: ArgumentParser) -> Any:
    """Add what is printed; returns the group, for the files a command writes."""
    group = parser.add_argument_group("Output")
    group.add_argument("--json", action="store_true", help="print the result as JSON, for programs")
    group.add_argument("--quiet", "-q", action="store_true", help="print nothing but errors (and --json)")
    group.add_argument(
        "--progress",
        action=BooleanOptionalAction,
        default=None,
        help="show progress (default: when the screen is a terminal)",
    )
    return group


def add_unit(group: Any) -> None:
    """Add what the output calls whom it counts."""
    group.add_argument(
        "--unit",
        type=values.word,
        metavar="WORDS",
        help="what is reached, in the words of the output, as pages or accounts (default: people where "
        "--nodes or --roster names people, and nodes otherwise)",
    )


def add_files(group: Any, default: str | None, report: str | None = None) -> None:
    """Add the files of a plan."""
    said = f" (default {default})" if default else ""
    group.add_argument(
        "--out", "-o", metavar="FILE", default=default, help=f"write the seeds to this CSV{said}"
    )
    group.add_argument(
        "--xlsx", metavar="FILE", help="write seeds, comparison and rules to this Excel workbook (.xlsx)"
    )
    group.add_argument("--plan-json", metavar="FILE", help="write the whole plan to this file as JSON")
    group.add_argument(
        "--save", metavar="FILE", help="save the plan with all that 'explain', 'what-if' and 'replay' need"
    )
    group.add_argument(
        "--keep-sample", metavar="FILE", help="keep its samples beside --save, so that these answer at once"
    )
    group.add_argument("--toml", metavar="FILE", help="write the campaign, all that was asked, as TOML")
    add_report(group, report)
    group.add_argument(
        "--spreadsheet",
        action="store_true",
        help="write the CSV for Excel and the like: long ids stay text, no cell runs as a formula",
    )
    add_csv_signs(group)


def add_csv_signs(group: Any) -> None:
    """Add the two signs of the CSV that is written."""
    group.add_argument(
        "--csv-decimal", metavar="SIGN", help="the decimal sign in the CSV, '.' or ',' (default '.')"
    )
    group.add_argument(
        "--csv-separator",
        metavar="SIGN",
        help="what separates its columns: ',', ';', '|' or 'tab' (default ',')",
    )


def add_report(group: Any, default: str | None = None) -> None:
    """Add the page of a plan."""
    said = f" (default {default})" if default else ""
    group.add_argument(
        "--report", metavar="FILE", default=default, help=f"write all as one offline page, in HTML{said}"
    )


def add_plan(parser: ArgumentParser) -> None:
    """Add the saved plan that a command is about."""
    parser.add_argument("plan", metavar="PLAN", help="a plan that --save or Plan.save wrote")


def add_changes(parser: ArgumentParser) -> None:
    """Add what may be changed of a plan."""
    group = parser.add_argument_group("Changes", "One or more; labels are those of the roster.")
    for name, said in (
        ("drop", "a seed who leaves, all others staying; may be repeated"),
        ("add", "a candidate who joins, all others staying; may be repeated"),
        ("exclude", "plan again without this candidate; may be repeated"),
        ("require", "plan again with this candidate; may be repeated"),
    ):
        group.add_argument(f"--{name}", action="append", metavar="LABEL", help=said)
    group.add_argument("--budget", type=values.amount, metavar="AMOUNT", help="plan again with this budget")
    group.add_argument("-k", type=values.positive, metavar="N", help="plan again with at most so many seeds")
    group.add_argument(
        "--cost", action="append", metavar="LABEL=AMOUNT", help="plan again at another price; may be repeated"
    )
    group.add_argument(
        "--accept", action="append", metavar="LABEL=P", help="plan again with another chance of a yes"
    )
    group.add_argument(
        "--measure", action="store_true", help="measure the changed plan in fresh simulations too"
    )


def add_sales(parser: ArgumentParser) -> None:
    """Add what the people reached are expected to buy."""
    group = parser.add_argument_group(
        "Sales", "What is expected to be sold; it changes nothing in the choice."
    )
    group.add_argument(
        "--conversion",
        type=values.part_or_column,
        metavar="P",
        help="the share of the reached who buy, or a column",
    )
    group.add_argument(
        "--sale-value", type=values.amount_or_column, metavar="V", help="what a sale is worth, or a column"
    )
