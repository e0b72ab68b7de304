"""What the synthetic creator market is made of: topics, countries, platforms, tiers and handles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Topic(NamedTuple):
    """An interest: how many people have it, what its creators charge, and words for their handles."""

    name: str
    share: float
    fee: float
    words: tuple[str, ...]


class Platform(NamedTuple):
    """Where a creator posts: share of creators, and factors on engagement and fee."""

    name: str
    share: float
    engagement: float
    fee: float


class Country(NamedTuple):
    """A country: share of people and of creators, and a factor on fees."""

    name: str
    share: float
    fee: float


class Tier(NamedTuple):
    """A size class of creators, from `floor` followers up to the next tier's."""

    name: str
    floor: int


# Most popular first; shares fall roughly as 1 / rank.
TOPICS = (
    Topic("fashion", 0.170, 1.15, ("style", "wardrobe", "looks", "outfits", "vintage")),
    Topic("gaming", 0.140, 0.95, ("plays", "pixel", "respawn", "speedruns", "arcade")),
    Topic("beauty", 0.120, 1.20, ("glow", "skincare", "makeup", "lashes", "beauty")),
    Topic("food", 0.105, 1.00, ("cooks", "kitchen", "bakes", "eats", "noodles")),
    Topic("fitness", 0.095, 1.00, ("lifts", "runs", "yoga", "moves", "trail")),
    Topic("music", 0.080, 0.85, ("beats", "sings", "vinyl", "strings", "remix")),
    Topic("travel", 0.070, 1.10, ("wanders", "abroad", "backpack", "roadtrip", "islands")),
    Topic("tech", 0.060, 1.35, ("gadgets", "codes", "unboxed", "bytes", "silicon")),
    Topic("comedy", 0.050, 0.90, ("jokes", "sketches", "deadpan", "giggles", "standup")),
    Topic("parenting", 0.045, 1.15, ("mum", "dad", "family", "toddlers", "naptime")),
    Topic("finance", 0.035, 1.45, ("invests", "saves", "budget", "markets", "money")),
    Topic("pets", 0.030, 0.85, ("paws", "whiskers", "puppies", "vet", "aquarium")),
)

COUNTRIES = (
    Country("US", 0.34, 1.40),
    Country("GB", 0.18, 1.20),
    Country("DE", 0.16, 1.05),
    Country("FR", 0.13, 0.95),
    Country("ES", 0.11, 0.70),
    Country("SE", 0.08, 1.00),
)

PLATFORMS = (
    Platform("instagram", 0.38, 1.00, 1.00),
    Platform("tiktok", 0.27, 1.35, 0.80),
    Platform("youtube", 0.20, 1.10, 1.50),
    Platform("x", 0.08, 0.60, 0.50),
    Platform("twitch", 0.07, 1.20, 1.15),
)

TIERS = (
    Tier("nano", 1_000),
    Tier("micro", 10_000),
    Tier("mid", 100_000),
    Tier("macro", 500_000),
    Tier("mega", 1_000_000),
)

NAMES = (
    *("anna", "ben", "carla", "david", "elena", "felix", "greta", "hugo", "ines", "jonas"),
    *("kira", "leo", "maya", "nils", "olivia", "pablo", "rosa", "sam", "tess", "victor"),
    *("amira", "bruno", "chloe", "diego", "emma", "freya", "gabe", "hanna", "ivan", "jade"),
    *("kenji", "lina", "marco", "nora", "oscar", "priya", "quinn", "rafa", "sofia", "theo"),
)

PATTERNS = (
    "{name}{word}",
    "{name}_{word}",
    "{name}.{word}",
    "{word}by{name}",
    "{word}with{name}",
    "the{word}{name}",
    "its{name}{word}",
    "{name}{word}tv",
)


def handles(topic: np.ndarray, random: np.random.Generator) -> list[str]:
    """Make up one distinct ``@handle`` per creator, with a word of the creator's topic in it.

    Parameters
    ----------
    topic
        Index into `TOPICS`, one per creator.
    random
        Where the words are drawn from.
    """
    names = random.choice(NAMES, topic.size)
    patterns = random.choice(PATTERNS, topic.size)
    words = random.integers(0, len(TOPICS[0].words), topic.size)
    taken: dict[str, int] = {}
    made = []
    for name, pattern, kind, word in zip(names, patterns, topic, words, strict=True):
        text = str(pattern).format(name=name, word=TOPICS[kind].words[word])
        taken[text] = taken.get(text, 0) + 1
        # No pattern ends in a digit, so a number at the end cannot collide with another handle.
        made.append(f"@{text}" if taken[text] == 1 else f"@{text}{taken[text]}")
    return made


def tier_of(followers: np.ndarray) -> np.ndarray:
    """Name the tier of each number of followers."""
    floors = [tier.floor for tier in TIERS[1:]]
    names = np.array([tier.name for tier in TIERS], dtype=object)
    tiers: np.ndarray = names[np.searchsorted(floors, followers, side="right")]
    return tiers
