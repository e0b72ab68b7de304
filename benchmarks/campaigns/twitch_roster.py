"""Make a roster and a table of people from a country of the Twitch data, for the command line.

    python -m benchmarks twitch_roster ENGB FOLDER

writes ``FOLDER/people.csv`` (every channel, with its lifetime views as audience weight) and
``FOLDER/creators.csv`` (partners and channels of more than 10,000 views, with a fee). The fee is
25 + 0.15 · views^0.7, in whole cents: about 120 for 10,000 views, 2,400 for a million and 12,000 for ten
million, so the price of a view falls with size as it does in practice.
"""

from __future__ import annotations

from argparse import Namespace

from benchmarks.common.data import folder
from seeding.bench.networks import twitch_tables


def main(given: Namespace) -> None:
    """Write both tables."""
    people, roster = twitch_tables(folder() / "twitch", given.country)
    people.to_csv(given.folder / "people.csv", index=False)
    roster.to_csv(given.folder / "creators.csv", index=False)
    fees = roster["cost"].astype(float)
    print(f"{len(people):,} people, {len(roster):,} creators, fees {fees.min():.2f} to {fees.max():.2f}")
