"""Fixtures shared by all tests: where the shared data lies, and small networks with known answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import laws
import pytest
from hypothesis import settings
from oracle import Graph
from small_graphs import TEN_PEOPLE, path, star

from seeding.network.network import Network

# Property tests draw the same examples on every run and keep no database, so that they cannot flake.
settings.register_profile("seeding", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("seeding")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Find the folder of the shared data sets: SEEDING_DATA, or ../shared/data beside the repository."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SEEDING_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"the shared data sets are not in {folder}; set SEEDING_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def ten_people() -> Network:
    """Build the published example with ten people and fourteen arcs of probability 0.1."""
    source, target = zip(*TEN_PEOPLE, strict=True)
    return Network.from_edges(source, target, 0.1)


@pytest.fixture(scope="session")
def ten_people_graph(ten_people: Network) -> Graph:
    """Build the same as an oracle's graph, numbered like the network."""
    return Graph.from_network(ten_people)


@pytest.fixture(scope="session")
def star_graph() -> Graph:
    """Build a hub with 40 followers at p = 0.3."""
    return star(40, 0.3)


@pytest.fixture(scope="session")
def path_graph() -> Graph:
    """Build a path of 12 nodes at p = 0.6."""
    return path(12, 0.6)


@pytest.fixture(scope="session")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Provide two worker processes, to show that results do not depend on where worlds are run."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


class Checks:
    """Adds up the statistical checks of all processes of a run, which share one error budget."""

    def __init__(self) -> None:
        self.made = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Take the count of a process that is done."""
        self.made += getattr(node, "workeroutput", {}).get("statistical_checks", 0)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Pass the count of this process on; fail a run that made more checks than were declared."""
        self.made += laws.checks_made()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["statistical_checks"] = self.made
        elif self.made > laws.CHECKS:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many there were."""
        terminalreporter.write_line(f"{self.made:,} statistical checks of {laws.CHECKS:,} declared")


def pytest_configure(config: pytest.Config) -> None:
    """Count the statistical checks of the run."""
    config.pluginmanager.register(Checks(), "statistical checks")
