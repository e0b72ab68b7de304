"""Published results on NetHEPT are reached or beaten within sampling error."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeding as sd

# Cumulative reach by published CELF with 10,000 simulations, per number of seeds.
CELF_WEIGHTED_CASCADE = {1: 42.2, 50: 915.2, 200: 2195.4}
# Our scores are means of 5,000 simulations; so many standard errors are allowed for.
STANDARD_ERRORS = 5


@pytest.fixture(scope="module")
def nethept(shared_data: Path) -> sd.Network:
    """NetHEPT with the probabilities of the published file."""
    return sd.read_network(shared_data / "nethept" / "hep_WC.inf.gz")


@pytest.mark.parametrize(("k", "published"), CELF_WEIGHTED_CASCADE.items())
def test_nethept_weighted_cascade(nethept: sd.Network, k: int, published: float) -> None:
    """Our seeds, scored by fresh worlds, reach what CELF published, or more."""
    plan = sd.optimize(nethept, k=k, method="ris", rng=11)

    score = sd.estimate_reach(nethept, plan.seeds["candidate"], worlds=5_000, rng=12)

    assert score.mean + STANDARD_ERRORS * score.stderr >= published


def test_the_published_seeds_score_what_was_published(nethept: sd.Network, shared_data: Path) -> None:
    """Our simulation gives the published first ten seeds the published reach, but for their own noise."""
    log = (shared_data / "nethept" / "celf_logs" / "hep_WC_celf_10000_200_run1.log").read_text()
    rows = [line.split() for line in log.splitlines()[:10]]

    score = sd.estimate_reach(nethept, [int(row[1]) for row in rows], worlds=20_000, rng=12)

    # Their 296.08 is one estimate from 10,000 simulations, twice as noisy as ours, and the best of many.
    published = float(rows[-1][3])
    assert abs(score.mean - published) <= 6 * score.stderr
