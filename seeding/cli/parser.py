"""The words of the command line and their help; nothing heavy is imported here."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, RawDescriptionHelpFormatter
from decimal import Decimal
from typing import Any, NoReturn

from seeding import __version__
from seeding.cli import options, values
from seeding.cli.examples import EXAMPLES
from seeding.errors import in_one_sentence

BAD_INPUT = 2

DESCRIPTION = """\
Choose whom to pay to start a campaign: the most expected reach within a budget,
with proof of how good the choice is.

You bring a file of who influences (or follows) whom and, if you pay, a roster of
who can be bought for how much. You get back a list of people to seed."""

_LIMITS = "What the plan may use; give --budget, -k or both, or what reaching a person is worth."

_LISTS = """\
Each is called as its file is, without the ending; a second one of that name gets -2
added to it, and so on."""

EXIT_CODES = """\
exit codes: 0 done; 2 something given cannot be used; 3 no plan can satisfy the limits;
4 stopped early by --time-limit or --memory-limit, with a valid plan; 130 Ctrl-C"""


class Parser(ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read more, and end with exit code 2."""
        message = in_one_sentence(message.removeprefix("argument "))
        self.exit(BAD_INPUT, f"error: {message} (see '{self.prog} --help').\n")


class Help(RawDescriptionHelpFormatter):
    """Help whose option column leaves room for plain sentences."""

    def __init__(self, prog: str, **settings: Any) -> None:
        settings.setdefault("max_help_position", 27)
        super().__init__(prog, **settings)


def build_parser() -> Parser:
    """Make the parser of the whole command."""
    parser = Parser(
        prog="seeding",
        description=DESCRIPTION,
        epilog=f"example: seeding demo\n\n{EXIT_CODES}",
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"seeding {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for add in (
        _add_demo, _add_optimize, _add_frontier, _add_minimize, _add_explain, _add_what_if, _add_sensitivity,
        _add_compare, _add_report, _add_replay, _add_reach, _add_virality, _add_inspect, _add_couple,
        _add_bench, _add_warmup,
    ):  # fmt: skip
        add(commands)
    return parser


def _command(commands: Any, name: str, short: str, long: str, usage: str = "") -> Parser:
    parser: Parser = commands.add_parser(
        name,
        usage=f"seeding {name} {usage}[options]",
        help=short,
        description=long,
        epilog=EXAMPLES[name],
        formatter_class=Help,
        allow_abbrev=False,
    )
    parser.set_defaults(module=f"seeding.cli.{name.replace('-', '_')}")
    return parser


def _add_optimize(commands: Any) -> None:
    parser = _command(
        commands,
        "optimize",
        "choose the best people to seed within a budget",
        "Choose the people whose posts start the campaign, so that it is expected to\n"
        "reach as many people as the budget (or the number of seeds) allows.",
        "EDGES (--budget AMOUNT | -k N | --value-per-reach V) ",
    )
    options.add_network(parser)
    options.add_message(parser)
    options.add_spreading(parser)
    options.add_rivals(parser)
    options.add_roster(parser)
    limits = parser.add_argument_group("Limits", _LIMITS)
    limits.add_argument(
        "--budget",
        type=values.amount,
        metavar="AMOUNT",
        help="the most the seeds may cost together, as in 250000",
    )
    options.add_head_count(limits)
    options.add_budget_on(limits)
    limits.add_argument(
        "--value-per-reach",
        type=values.amount,
        metavar="V",
        help="what reaching one person is worth: spend as much as pays, within --budget and -k if given",
    )
    limits.add_argument(
        "--start",
        metavar="FILE",
        help="seeds or a plan file of before: whoever is in there is kept where the reach allows it, within "
        "--precision; may be the file of --out",
    )
    options.add_patience(limits)
    options.add_rules(parser)
    options.add_sales(parser)
    options.add_fairness(parser)
    options.add_certainty(parser)
    output = options.add_output(parser)
    options.add_unit(output)
    options.add_files(output, default=None)


def _add_explain(commands: Any) -> None:
    parser = _command(
        commands,
        "explain",
        "say why these seeds: what each brings, who overlaps, who just missed",
        "Explain a saved plan: what is lost without each seed, whose audiences overlap, who\n"
        "just missed and at what price, and what simple choices reach for the same money.",
        "PLAN ",
    )
    options.add_plan(parser)
    parser.add_argument(
        "--candidate",
        action="append",
        metavar="LABEL",
        help="look at the overlap of these candidates instead of the seeds; may be repeated",
    )
    parser.add_argument(
        "--measure",
        action=BooleanOptionalAction,
        default=True,
        help="check in fresh simulations what each seed brings (default: yes)",
    )
    output = options.add_output(parser)
    output.add_argument("--out", "-o", metavar="FILE", help="write the table of seeds to this CSV")
    options.add_csv_signs(output)


def _add_what_if(commands: Any) -> None:
    parser = _command(
        commands,
        "what-if",
        "plan again after a change, on the samples of a saved plan",
        "Say what a saved plan becomes if somebody declines, joins, or costs more, or if\n"
        "there is more money.",
        "PLAN (--drop LABEL | --add LABEL | …) ",
    )
    options.add_plan(parser)
    options.add_changes(parser)
    output = options.add_output(parser)
    options.add_files(output, default=None)


def _add_report(commands: Any) -> None:
    parser = _command(
        commands,
        "report",
        "write a saved plan as one offline page to hand on",
        "Write a saved plan as one HTML file that needs nothing else: whom to pay, what that\n"
        "reaches and costs, other budgets by a slider, and why these seeds.",
        "PLAN ",
    )
    options.add_plan(parser)
    parser.add_argument("--title", default="", metavar="TEXT", help="what stands at the top of the page")
    options.add_unit(parser)
    parser.add_argument(
        "--other-budgets",
        action=BooleanOptionalAction,
        default=True,
        help="plan for other budgets too, for the slider (default: yes)",
    )
    parser.add_argument(
        "--sensitivity", action="store_true", help="say what the plan hangs on; plans again for each change"
    )
    output = options.add_output(parser)
    output.add_argument(
        "--out", "-o", default="plan.html", metavar="FILE", help="the page (default plan.html)"
    )


def _add_replay(commands: Any) -> None:
    parser = _command(
        commands,
        "replay",
        "make a saved plan again and say whether it is the same",
        "Make a saved plan again from its inputs and its key: the same bits, or exactly what\ndiffers.",
        "PLAN ",
    )
    options.add_plan(parser)
    options.add_output(parser)


def _add_frontier(commands: Any) -> None:
    parser = _command(
        commands,
        "frontier",
        "show what more money would buy",
        "Find what each of several budgets reaches, from one shared sample: reach,\n"
        "what one more person costs there, and where more money starts to buy much less.",
        "EDGES [--budgets AMOUNTS] ",
    )
    options.add_network(parser)
    options.add_message(parser)
    options.add_spreading(parser)
    options.add_roster(parser)
    limits = parser.add_argument_group("Limits")
    which = limits.add_mutually_exclusive_group()
    which.add_argument(
        "--budgets",
        type=values.amounts,
        metavar="AMOUNTS",
        help="the budgets, apart by commas: 1000,2000,5000",
    )
    which.add_argument(
        "--points",
        type=values.positive,
        metavar="N",
        help="so many budgets, from the cheapest candidate to the whole roster (default 12)",
    )
    options.add_head_count(limits)
    options.add_budget_on(limits)
    options.add_patience(limits)
    options.add_rules(parser)
    options.add_sales(parser)
    options.add_certainty(parser, methods=False)
    output = options.add_output(parser)
    options.add_unit(output)
    output.add_argument("--out", "-o", metavar="FILE", help="write the curve to this CSV")
    options.add_csv_signs(output)
    output.add_argument("--plot", metavar="FILE", help="draw the curve into this file (.png, .svg or .pdf)")
    options.add_report(output)


def _add_minimize(commands: Any) -> None:
    parser = _command(
        commands,
        "minimize",
        "find the cheapest seeds that reach a target",
        "Choose the cheapest people whose posts are expected to reach at least so many\n"
        "others, or say by how much that is out of reach.",
        "EDGES --target-reach N ",
    )
    options.add_network(parser)
    options.add_message(parser)
    options.add_spreading(parser)
    options.add_roster(parser)
    limits = parser.add_argument_group("Limits")
    limits.add_argument(
        "--target-reach",
        required=True,
        type=values.reach,
        metavar="N",
        help="how many people to reach at least, on average over campaigns",
    )
    limits.add_argument(
        "--budget", type=values.amount, metavar="AMOUNT", help="the most the seeds may cost together"
    )
    options.add_head_count(limits)
    options.add_budget_on(limits)
    options.add_patience(limits)
    options.add_rules(parser)
    options.add_sales(parser)
    certainty = options.add_certainty(parser, methods=False)
    certainty.add_argument(
        "--confidence",
        type=values.share,
        metavar="C",
        help="how sure it must be that the target is reached (default 0.9)",
    )
    output = options.add_output(parser)
    options.add_unit(output)
    options.add_files(output, default=None)


def _add_reach(commands: Any) -> None:
    parser = _command(
        commands,
        "reach",
        "estimate what a given list of seeds reaches",
        "Simulate the campaign from a list of seeds, made by 'seeding optimize' or by\n"
        "anyone else, and report how many people it is expected to reach.",
        "EDGES --seeds FILE ",
    )
    options.add_network(parser)
    options.add_message(parser)
    options.add_spreading(parser)
    options.add_rivals(parser)
    seeds = parser.add_argument_group("Who is seeded")
    seeds.add_argument(
        "--seeds",
        required=True,
        metavar="FILE",
        help="the list of seeds: a CSV with a column 'candidate', or plain labels",
    )
    options.add_missing(seeds, "a seed")
    certainty = parser.add_argument_group("How sure")
    options.add_precision(certainty)
    certainty.add_argument(
        "--worlds",
        type=values.positive,
        metavar="N",
        help="simulate exactly N campaigns, whatever --precision says",
    )
    options.add_running(certainty)
    options.add_unit(options.add_output(parser))


def _add_compare(commands: Any) -> None:
    parser = _command(
        commands,
        "compare",
        "compare plans or lists of seeds",
        "Simulate the campaigns of several lists of seeds in the same worlds, and report by\n"
        "how much one reaches more than another, how surely, and what that costs.",
        "EDGES PLAN PLAN ... ",
    )
    options.add_network(parser)
    options.add_message(parser)
    options.add_spreading(parser)
    options.add_rivals(parser)
    seeds = parser.add_argument_group("Who is seeded", _LISTS)
    seeds.add_argument(
        "plans",
        nargs="+",
        metavar="PLAN",
        help="a list of seeds as for 'reach'; the first is what the others are held against",
    )
    options.add_missing(seeds, "a seed", dest="missing_seeds")
    options.add_prices(parser)
    certainty = parser.add_argument_group("How sure")
    certainty.add_argument(
        "--precision",
        type=values.share,
        metavar="R",
        help="simulate until the 95 %% interval of every difference from the first plan is within ± R of the "
        "reach of that one (default 0.01: one percent)",
    )
    certainty.add_argument(
        "--worlds",
        type=values.positive,
        metavar="N",
        help="simulate exactly N campaigns, whatever --precision says",
    )
    options.add_running(certainty)
    output = options.add_output(parser)
    options.add_unit(output)
    output.add_argument("--out", "-o", metavar="FILE", help="write the differences to this CSV")
    options.add_csv_signs(output)


def _add_virality(commands: Any) -> None:
    parser = _command(
        commands,
        "virality",
        "show whether a campaign lives on by itself",
        "Simulate the campaign from a list of seeds and describe how it spreads: how many\n"
        "more each hop reaches, how deep it goes, and how likely it is to become large.",
        "EDGES --seeds FILE ",
    )
    options.add_network(parser)
    options.add_spreading(parser)
    seeds = parser.add_argument_group("Who is seeded")
    seeds.add_argument(
        "--seeds",
        required=True,
        metavar="FILE",
        help="the list of seeds: a CSV with a column 'candidate', or plain labels",
    )
    options.add_missing(seeds, "a seed")
    certainty = parser.add_argument_group("How sure")
    certainty.add_argument(
        "--over",
        type=values.threshold,
        metavar="X",
        help="tell how likely a campaign reaches more than X (default: twice the mean)",
    )
    certainty.add_argument(
        "--worlds", type=values.positive, metavar="N", help="how many campaigns to simulate (default 4000)"
    )
    options.add_running(certainty)
    options.add_output(parser)


def _add_inspect(commands: Any) -> None:
    parser = _command(
        commands,
        "inspect",
        "show what is read from the files, and check them",
        "Read a network (and a roster) and show what was understood: how many people\n"
        "and arcs, what was dropped or merged, how probable the arcs are.",
        "EDGES ",
    )
    options.add_network(parser)
    options.add_message(parser)
    options.add_roster(parser)
    options.add_output(parser)


def _add_demo(commands: Any) -> None:
    parser = _command(
        commands,
        "demo",
        "see a whole plan on an invented creator market",
        "Plan a campaign on an invented market of 30,000 people and 400 creators, and\n"
        "compare it with buying the creators with the most followers for the same money.",
    )
    limits = parser.add_argument_group("Limits")
    limits.add_argument(
        "--budget",
        type=values.amount,
        default=Decimal(250_000),
        metavar="AMOUNT",
        help="the most the seeds may cost together (default 250000)",
    )
    limits.add_argument(
        "-k", type=values.positive, default=10, metavar="N", help="at most so many seeds (default 10)"
    )
    certainty = parser.add_argument_group("How sure")
    options.add_precision(certainty)
    options.add_running(certainty, key=1)
    output = options.add_output(parser)
    options.add_files(output, default="seeds.csv", report="plan.html")


def _add_warmup(commands: Any) -> None:
    parser = _command(
        commands,
        "warmup",
        "compile everything beforehand, so that later commands start at once",
        "Compile all kernels on all cores and keep them on disk: once after installing, or\n"
        "when an image is built. Later commands compile nothing.",
    )
    parser.add_argument(
        "--processes", type=values.positive, metavar="N", help="compile in so many processes (default: cores)"
    )
    options.add_output(parser)


def _add_couple(commands: Any) -> None:
    parser = _command(
        commands,
        "couple",
        "join the networks of several platforms",
        "Join the networks of several platforms into one, in which an account is called\n"
        "'platform/name' and a person with several accounts counts once.",
        "--platform NAME=EDGES ... --out FILE ",
    )
    add = parser.add_argument_group("Platforms").add_argument
    add(
        "--platform",
        action="append",
        required=True,
        metavar="NAME=EDGES",
        help="a platform and the file of its connections; once for each",
    )
    add("--persons", metavar="FILE", help="who owns which account: columns platform, account and person")
    add("--same-names", action="store_true", help="instead: accounts of one name are one person")
    add(
        "--crossing",
        type=values.chance,
        default=0.0,
        metavar="P",
        help="how likely a message gets from one account of a person to another (default 0)",
    )
    add(
        "--scale",
        action="append",
        metavar="NAME=FACTOR",
        help="multiply the probabilities of a platform, as in x=0.5; may be given several times",
    )
    add(
        "--probability",
        "-p",
        type=values.probability,
        metavar="P",
        help="how likely one account passes it on to the next, as for 'optimize'",
    )
    add("--undirected", action="store_true", help="every row counts both ways")
    output = options.add_output(parser)
    output.add_argument("--out", "-o", required=True, metavar="FILE", help="write the network here (.npz)")


def _add_bench(commands: Any) -> None:
    parser = _command(
        commands,
        "bench",
        "measure the methods against each other on this machine",
        "Run methods on fixed cases, each in a process of its own, score everybody's\n"
        "seeds with the same fresh simulations, and show reach and seconds side by side.",
    )
    group = parser.add_argument_group("What is run")
    group.add_argument(
        "--suite",
        choices=options.SUITES,
        default="small",
        metavar="NAME",
        help="small (default; anyone, two minutes), networks (public ones, see --data), peers (other "
        "packages, where installed) or scaling (how cost grows)",
    )
    group.add_argument(
        "--only",
        action="append",
        metavar="NAMES",
        help="run only these cases, methods or case/method pairs, apart by commas",
    )
    group.add_argument(
        "--data",
        metavar="FOLDER",
        help="the folder of public networks (default: the variable SEEDING_DATA); generated ones stand in "
        "for those that are not there",
    )
    group.add_argument("--list", action="store_true", help="show what would be run, and run nothing")
    certainty = parser.add_argument_group("How sure")
    certainty.add_argument(
        "--repeats",
        type=values.positive,
        default=5,
        metavar="N",
        help="how often a short run is repeated; medians count (default 5)",
    )
    options.add_running(certainty, key=1)
    output = options.add_output(parser)
    output.add_argument(
        "--out",
        metavar="FILE",
        help="also write every row to this CSV, in the place of earlier rows of the same case and method",
    )


def _add_sensitivity(commands: Any) -> None:
    parser = _command(
        commands,
        "sensitivity",
        "show what a plan hangs on",
        "Change the inputs of a stored plan one at a time (probabilities, the chance of\n"
        "seeing, acceptance, quality, costs, a group left out), and show how far its reach\n"
        "moves, and whether another plan would be better then.",
        "PLAN ",
    )
    plan = parser.add_argument_group("The plan", "The files that it was made from must be there, unchanged.")
    plan.add_argument("plan", metavar="PLAN", help="a plan file, as Plan.save writes it")
    plan.add_argument(
        "--leave-out",
        action="append",
        metavar="COLUMN=VALUE",
        help="also leave this group of candidates or people out, as in platform=tiktok; may be given several "
        "times",
    )
    plan.add_argument("--threads", type=values.positive, metavar="N", help="processors to use (default: all)")
    output = options.add_output(parser)
    output.add_argument("--out", "-o", metavar="FILE", help="write the table to this CSV")
    options.add_csv_signs(output)
