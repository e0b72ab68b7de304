"""The command ``seeding couple``."""

from __future__ import annotations

import os
from argparse import Namespace

from seeding._runtime import numerals
from seeding.cli.shell import Shell
from seeding.errors import InputError

DONE = 0


def run(arguments: Namespace, shell: Shell) -> int:
    """Join the networks of several platforms, write the result and show it; returns the exit code."""
    from seeding._runtime.files import check_writable
    from seeding.io import read_network, read_persons, write_network
    from seeding.network.network import Network
    from seeding.network.summary import network_facts

    if arguments.same_names and arguments.persons is not None:
        raise InputError("--persons and --same-names are both given; leave one of them out.")
    check_writable(arguments.out)
    platforms = pairs(arguments.platform, "--platform")
    read = [path for _, path in platforms] + [arguments.persons] * (arguments.persons is not None)
    if os.path.realpath(arguments.out) in map(os.path.realpath, read):
        raise InputError(f"{arguments.out!r} is also read by this command; write to another file.")
    networks = {}
    for name, path in platforms:
        if name in networks:
            raise InputError(f"--platform {name!r} is given twice; give each platform one network.")
        shell.begin(f"reading the network of {name}")
        networks[name] = read_network(
            path, probability=arguments.probability, directed=not arguments.undirected
        )
    scale = {name: _number(name, text) for name, text in pairs(arguments.scale or [], "--scale")}
    named = arguments.persons
    person = "label" if arguments.same_names else None if named is None else read_persons(named)
    joined = Network.couple(networks, person=person, crossing=arguments.crossing, scale=scale)
    write_network(joined, arguments.out)
    shell.progress.finish()
    shell.say(joined.summary())
    shell.say(f"Wrote {arguments.out}.")
    shell.give({**network_facts(joined), "written": arguments.out})
    return DONE


def pairs(given: list[str], option: str) -> list[tuple[str, str]]:
    """Split texts such as ``x=edges.csv``.

    Raises
    ------
    InputError
        If one has no name or no value.
    """
    found = []
    for text in given:
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise InputError(f"{option} {text!r} is not understood; write it as NAME=VALUE.")
        found.append((name, value))
    return found


def _number(name: str, text: str) -> float:
    try:
        return float(numerals.read_one(text, numerals.COUNT, "." if "," not in text else None))
    except numerals.Misread as wrong:
        raise InputError(
            f"--scale {name}={text} is not a number ({wrong.words}); write it as in {name}=0.5."
        ) from None
