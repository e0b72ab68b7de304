"""Networks to try things on: a realistic synthetic creator market, power laws, and two small classics."""

from __future__ import annotations

from seeding.datasets.chung_lu import power_law
from seeding.datasets.classics import karate, les_miserables
from seeding.datasets.market import CreatorMarket, creator_market

__all__ = ["CreatorMarket", "creator_market", "karate", "les_miserables", "power_law"]
