"""The command ``seeding frontier``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from seeding.cli import inputs, room
from seeding.cli.shell import Shell

if TYPE_CHECKING:
    from seeding.questions.frontier import Frontier

DONE, STOPPED_EARLY = 0, 4


def run(arguments: Namespace, shell: Shell) -> int:
    """Find what each budget reaches, write the files asked for, and show the curve."""
    inputs.check_outputs(arguments)
    rules = inputs.load_rules(arguments)
    if arguments.plot is not None:
        from seeding.plan.plots import check_picture

        check_picture(arguments.plot)
    room.tell_before_reading(arguments, shell)
    network = inputs.load_network(arguments, shell)
    roster = inputs.load_roster(arguments, shell)
    key = inputs.choose_key(arguments)
    from seeding.questions.frontier import frontier

    curve = frontier(
        network,
        roster,
        budgets=arguments.budgets or arguments.points,
        constraints=rules,
        **inputs.spreading(arguments, network),
        **inputs.sales(arguments),
        rng=key,
        progress=shell.progress,
        **inputs.settings(arguments, "k", "budget_on", "time_limit", "memory_limit"),
        **inputs.settings(arguments, "gap", "delta", "precision", "threads"),
    )
    shell.progress.finish()
    shell.write(arguments.out, lambda path: curve.to_csv(path, **inputs.csv_signs(arguments)))
    shell.write(arguments.plot, curve.plot)
    unit = inputs.reach_unit(network, arguments)
    shell.write(arguments.report, lambda path: curve.to_html(path, unit=unit))
    show(curve, shell, unit)
    inputs.tell_organic(network, shell)
    shell.say(f"The same again: add --rng {key}.")
    shell.give(curve.to_dict())
    shell.tell_unwritten()
    return STOPPED_EARLY if any(point.plan.stopped_early for point in curve.points) else DONE


def show(curve: Frontier, shell: Shell, unit: str) -> None:
    """Print the curve for people: a table, then the knee in a sentence."""
    if shell.quiet or shell.json:
        return
    from seeding.cli import tables

    tables.show_table(tables.curve_columns(curve))
    shell.say()
    knee = curve.knee
    if knee is None:
        shell.say("Knee: none; the curve has no bend among these budgets.")
    else:
        reach = tables.number(knee.plan.reach.mean)
        said = f"Knee: {knee.budget:,}, which reaches {reach} {unit}; beyond it more money buys less."
        shell.say(tables.wrap(said))
    certificate = curve.points[0].plan.certificate
    if certificate is not None:
        said = (
            f"Certificate: with probability {1 - certificate.delta:.4g} every plan reaches at least the "
            "proven share of the best possible for its budget."
        )
        shell.say(tables.wrap(said))
    if shell.written:
        shell.say(f"Wrote {' and '.join(shell.written)}.")
