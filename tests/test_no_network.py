"""No command opens a connection: the whole set runs where none can be opened."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from seeding import cli

NEVER = ("bench", "warmup")  # processes of their own; what they run is run here


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every attempt to open a socket or to look a name up fail loudly."""

    def refuse(*_given: object, **_options: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "socket", refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


def commands(folder: Path) -> list[tuple[str, ...]]:
    """Return one call of each command, in an order in which each finds its files."""
    edges, roster, plan = (str(folder / name) for name in ("e.csv", "r.csv", "x.plan"))
    page, seeds = str(folder / "p.html"), str(folder / "s.csv")
    return [
        (
            "optimize",
            edges,
            "--roster",
            roster,
            "--budget",
            "3",
            "--save",
            plan,
            "--out",
            seeds,
            "--report",
            page,
        ),
        ("frontier", edges, "--roster", roster, "--budgets", "1,2,3"),
        ("minimize", edges, "--roster", roster, "--target-reach", "2"),
        ("explain", plan),
        ("what-if", plan, "--budget", "2"),
        ("sensitivity", plan),
        ("compare", edges, seeds, seeds),
        ("report", plan, "--out", page),
        ("replay", plan),
        ("reach", edges, "--seeds", seeds),
        ("virality", edges, "--seeds", seeds),
        ("inspect", edges, "--roster", roster),
        ("demo", "--out", seeds, "--report", page),
    ]


def test_every_command_runs_without_a_connection(
    no_sockets: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And none was left out, but those that run others and the one that joins platforms."""
    arcs = [f"{a},{b},0.5\n" for a in "abcd" for b in "abcdefgh" if a != b]
    (tmp_path / "e.csv").write_text("source,target,probability\n" + "".join(arcs), encoding="utf-8")
    (tmp_path / "r.csv").write_text("candidate,cost\na,1\nb,1\nc,2\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    for words in commands(tmp_path):
        code = cli.main([*words, "-q"] if words[0] != "replay" else list(words))
        assert code == 0, (words, capsys.readouterr().err)

    from seeding.cli.examples import EXAMPLES

    assert {words[0] for words in commands(tmp_path)} | {*NEVER, "couple"} == set(EXAMPLES)
