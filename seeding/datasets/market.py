"""A synthetic creator market: a network of people and creators, and the roster of creators with fees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from seeding._runtime.rng import RandomSource, derive, to_key
from seeding.datasets.catalog import COUNTRIES, PLATFORMS, TIERS, TOPICS, handles, tier_of
from seeding.errors import InputError
from seeding.network.network import Network
from seeding.roster.roster import Roster

# The network is a panel of a market of this many people: one node stands for MARKET / people of them.
MARKET = 4_500_000
MOST_FOLLOWERS = 2_000_000
TAIL = 0.45
SMALLEST_AUDIENCE = 3
FEWEST_PEOPLE, MOST_PEOPLE = 100, 10_000_000

# How much likelier someone follows a creator of their first topic than of their second, or of another.
FOLLOW_FIRST, FOLLOW_SECOND, FOLLOW_OTHER = 1.0, 0.35, 0.01
FOLLOW_ABROAD = 0.03
ACTIVITY_SPREAD = 1.2
# The same three for how readily a follower engages.
ENGAGE_FIRST, ENGAGE_SECOND, ENGAGE_OTHER = 1.0, 0.6, 0.3
POSTS, VIEWS_PER_ENGAGEMENT = 4, 4.0

ENGAGEMENT_AT_10K, ENGAGEMENT_SLOPE, ENGAGEMENT_NOISE = 0.035, 0.18, 0.25
LEAST_ENGAGEMENT, MOST_ENGAGEMENT = 0.002, 0.2
FEE_FIXED, FEE_AT_1K, FEE_SLOPE, FEE_FOR_ENGAGEMENT = 50.0, 90.0, 0.95, 0.3
NICHE_NOISE, FEE_NOISE = 0.4, 0.3

TIES_INSIDE, TIES_SAME_TOPIC = 0.80, 0.15
MUTUAL, TIE_SHAPE = 0.5, 1.5
SMALLEST_PROBABILITY, LARGEST_PROBABILITY = 0.001, 0.999

_ROSTER, _PEOPLE, _AUDIENCES, _TIES = range(4)


class CreatorMarket(NamedTuple):
    """A network and the roster of those in it who can be bought."""

    network: Network
    roster: Roster


class _People(NamedTuple):
    first: np.ndarray
    second: np.ndarray
    country: np.ndarray
    activity: np.ndarray


class _Arcs(NamedTuple):
    source: np.ndarray
    target: np.ndarray
    probability: np.ndarray


def creator_market(
    people: int = 30_000,
    creators: int = 400,
    *,
    rng: RandomSource = 2026,
    topics: int = 12,
    friends: float = 8.0,
    word_of_mouth: float = 0.06,
) -> CreatorMarket:
    r"""Make up a creator market: who follows whom, how well it works, and what it costs.

    The network is a panel of a market of 4,500,000 people: with the default 30,000 people, each stands
    for 150. It is invented, but its shape is what a marketing team meets: a few very large creators and
    many small ones, audiences that overlap within a community, small creators who engage their
    followers better, fees that follow audience size only roughly.

    Parameters
    ----------
    people
        Number of ordinary people (100 to 10,000,000); their labels are ``p00001``, ``p00002``, …
    creators
        Number of creators (at least 1, at most `people`), who come on top; their labels are handles.
    rng
        The key; the same key gives the same market. Each part of the market draws from its own sub-key,
        so that changing `friends` or `word_of_mouth` leaves roster and audiences as they were.
    topics
        Number of topics in use, 1 to 12; fewer topics mean larger communities.
    friends
        Mean number of people that an ordinary person influences (0 or more; 0: no word of mouth).
    word_of_mouth
        Mean probability of an arc between ordinary people, between 0 and 1.

    Returns
    -------
    ``(network, roster)``, as attributes too. Nodes weigh 1 each. The roster is sorted by followers, most
    first, with the columns platform, tier, topic, country, followers and engagement_rate.

    Raises
    ------
    InputError
        If a number is out of its range.

    Notes
    -----
    *Followers* :math:`f` (in the market) are bounded Pareto, :math:`\Pr[f > x] \propto x^{-0.45}`
    between 1,000 and 2,000,000, drawn one from each of `creators` equally likely slices, so that every
    market of 100 creators or more has its mega creators. Tiers begin at 1,000 (nano), 10,000 (micro),
    100,000 (mid), 500,000 (macro) and 1,000,000 (mega). Platform and country are drawn by their shares,
    the topic in proportion to its share to the power 1.25, so that popular topics are crowded.

    *People* have a first and a second topic (which may be the same) and a country, drawn by share; first
    topic and country make their community. Their activity is log-normal (:math:`\sigma = 1.2`).

    *Audiences*: a creator has :math:`\max(3, f \cdot people / 4{,}500{,}000)` distinct followers in the
    network, drawn without replacement in proportion to activity × interest (1 if the creator's topic is
    the person's first, 0.35 if the second, else 0.01) × country (1 at home, 0.03 abroad). A large creator
    outgrows the community and shares the most active people with every other large creator.

    *Engagement rate* :math:`e = 0.035\,(f / 10{,}000)^{-0.18}` × platform factor × log-normal noise
    (:math:`\sigma = 0.25`), kept within 0.002 and 0.2, rounded to 4 decimals. Four people see a post for
    each one who engages, and a campaign is four posts; a follower with affinity :math:`a` (1, 0.6 or 0.3
    for first, second or another topic) is reached by seeing at least one, so the arc creator → follower
    has probability :math:`1 - (1 - 4 a e)^4`.

    *Fee* = 50 + :math:`90\,(f / 1{,}000)^{0.95}` × platform × topic × country factors × (e / typical e
    of that size and platform)\ :sup:`0.3` × the going rate of the community (log-normal,
    :math:`\sigma = 0.4`) × the creator's own noise (log-normal, :math:`\sigma = 0.3`), rounded to 2
    decimals. Cheap communities tempt to buy the same followers many times over.

    *Word of mouth*: a person's number of ties is negative binomial (shape 1.5); 80 % go to the own
    community, 15 % to anyone with the same first topic, 5 % to anyone; half of them hold both ways.
    Repeated ties and ties to oneself are dropped, so the mean degree is slightly below `friends`. The
    probability is Beta with shape 2 and mean `word_of_mouth`, kept within 0.001 and 0.999. Creators do
    not pass on what others are paid for: all arcs lead to ordinary people.

    Examples
    --------
    >>> from seeding.datasets import creator_market
    >>> network, roster = creator_market(people=3_000, creators=50)
    >>> network.n_nodes, len(roster)
    (3050, 50)
    """
    _check(people, creators, topics, friends, word_of_mouth)
    key = to_key(rng)
    table = _draw_creators(creators, topics, _generator(key, _ROSTER))
    crowd = _draw_people(people, topics, _generator(key, _PEOPLE))
    audience = _draw_audiences(table, crowd, _generator(key, _AUDIENCES))
    ties = _draw_ties(crowd, friends, word_of_mouth, _generator(key, _TIES))
    return CreatorMarket(_network(table, audience, ties, people), _roster(table))


def _check(people: int, creators: int, topics: int, friends: float, word_of_mouth: float) -> None:
    _check_whole("people", people, FEWEST_PEOPLE, MOST_PEOPLE, "")
    _check_whole("creators", creators, 1, people, ", the number of people")
    _check_whole("topics", topics, 1, len(TOPICS), ", the number of topics there are")
    if not _is_number(friends) or not 0.0 <= friends <= people / 2:
        raise InputError(
            f"friends={friends!r} is out of range; pass a number from 0 to {people / 2:,}, half of people."
        )
    if not _is_number(word_of_mouth) or not 0.0 < word_of_mouth < 1.0:
        raise InputError(
            f"word_of_mouth={word_of_mouth!r} is no mean of probabilities; pass a number between 0 and 1."
        )


def _check_whole(name: str, value: object, low: int, high: int, why: str) -> None:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise InputError(f"{name}={value!r} is not a whole number; pass an integer.")
    if not low <= value <= high:
        raise InputError(f"{name}={value} is out of range; pass an integer from {low:,} to {high:,}{why}.")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _generator(key: int, part: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(derive(key, part)))


def _draw(shares: list[float], size: int, random: np.random.Generator) -> np.ndarray:
    weights = np.array(shares)
    return random.choice(weights.size, size, p=weights / weights.sum())


def _factor(values: list[float], which: np.ndarray) -> np.ndarray:
    factors: np.ndarray = np.array(values)[which]
    return factors


def _draw_creators(creators: int, topics: int, random: np.random.Generator) -> pd.DataFrame:
    """Draw the creators, most followers first; topic and country as indices into the catalog."""
    followers = _draw_followers(creators, random)
    topic = _draw([topic.share**1.25 for topic in TOPICS[:topics]], creators, random)
    country = _draw([country.share for country in COUNTRIES], creators, random)
    platform = _draw([platform.share for platform in PLATFORMS], creators, random)
    typical = ENGAGEMENT_AT_10K * (followers / 10_000) ** -ENGAGEMENT_SLOPE
    typical = typical * _factor([platform.engagement for platform in PLATFORMS], platform)
    rate = typical * random.lognormal(0.0, ENGAGEMENT_NOISE, creators)
    rate = np.round(np.clip(rate, LEAST_ENGAGEMENT, MOST_ENGAGEMENT), 4)
    fee = FEE_AT_1K * (followers / 1_000) ** FEE_SLOPE * (rate / typical) ** FEE_FOR_ENGAGEMENT
    fee = fee * _factor([platform.fee for platform in PLATFORMS], platform)
    fee = fee * _factor([topic.fee for topic in TOPICS], topic)
    fee = fee * _factor([country.fee for country in COUNTRIES], country)
    niche = random.lognormal(0.0, NICHE_NOISE, (len(TOPICS), len(COUNTRIES)))[topic, country]
    fee = fee * niche * random.lognormal(0.0, FEE_NOISE, creators)
    return pd.DataFrame(
        {
            "candidate": handles(topic, random),
            "cost": np.round(FEE_FIXED + fee, 2),
            "platform": np.array([platform.name for platform in PLATFORMS], dtype=object)[platform],
            "tier": tier_of(followers),
            "topic": topic,
            "country": country,
            "followers": followers,
            "engagement_rate": rate,
        }
    )


def _draw_followers(creators: int, random: np.random.Generator) -> np.ndarray:
    """Draw from the bounded Pareto, one from each of `creators` equally likely slices, largest first."""
    survival = (np.arange(creators) + random.random(creators)) / creators
    least = (MOST_FOLLOWERS / TIERS[0].floor) ** -TAIL
    drawn = TIERS[0].floor * (least + survival * (1.0 - least)) ** (-1.0 / TAIL)
    followers: np.ndarray = np.floor(drawn).astype(np.int64)
    return followers


def _draw_people(people: int, topics: int, random: np.random.Generator) -> _People:
    shares = [topic.share for topic in TOPICS[:topics]]
    first = _draw(shares, people, random)
    second = _draw(shares, people, random)
    return _People(
        first=first,
        second=second,
        country=_draw([country.share for country in COUNTRIES], people, random),
        activity=random.lognormal(0.0, ACTIVITY_SPREAD, people),
    )


def _draw_audiences(table: pd.DataFrame, crowd: _People, random: np.random.Generator) -> _Arcs:
    """Draw each creator's followers; sources are rows of `table`, targets are people."""
    people = crowd.first.size
    wanted = np.rint(table["followers"].to_numpy() * (people / max(MARKET, people))).astype(np.int64)
    sizes = np.maximum(SMALLEST_AUDIENCE, wanted)
    pulls = crowd.activity * _by_topic(crowd, (FOLLOW_FIRST, FOLLOW_SECOND, FOLLOW_OTHER))
    affinity = _by_topic(crowd, (ENGAGE_FIRST, ENGAGE_SECOND, ENGAGE_OTHER))
    home = np.where(np.arange(len(COUNTRIES))[:, None] == crowd.country, 1.0, FOLLOW_ABROAD)
    targets, affinities = [], []
    for topic, country, size in zip(table["topic"], table["country"], sizes, strict=True):
        # Exponential races: the first `size` arrivals are a weighted sample without replacement
        # (Efraimidis & Spirakis, Information Processing Letters 97, 2006).
        arrival = random.standard_exponential(people) / (pulls[topic] * home[country])
        chosen = np.sort(np.argpartition(arrival, size - 1)[:size])
        targets.append(chosen)
        affinities.append(affinity[topic, chosen])
    source = np.repeat(np.arange(sizes.size), sizes)
    rate = table["engagement_rate"].to_numpy()[source]
    seen = VIEWS_PER_ENGAGEMENT * np.concatenate(affinities) * rate
    probability = 1.0 - (1.0 - seen) ** POSTS
    return _Arcs(source, np.concatenate(targets), probability)


def _by_topic(crowd: _People, values: tuple[float, float, float]) -> np.ndarray:
    """Give every topic (row) and person (column) the value for a first, a second or another topic."""
    first, second, other = values
    table = np.full((len(TOPICS), crowd.first.size), other)
    everyone = np.arange(crowd.first.size)
    table[crowd.second, everyone] = second
    table[crowd.first, everyone] = first
    return table


def _draw_ties(crowd: _People, friends: float, mean: float, random: np.random.Generator) -> _Arcs:
    """Draw who influences whom among ordinary people."""
    people = crowd.first.size
    # Half of the ties count twice, so fewer have to be drawn to give everyone `friends` on average.
    expected = friends / (1.0 + MUTUAL) * random.standard_gamma(TIE_SHAPE, people) / TIE_SHAPE
    source = np.repeat(np.arange(people), random.poisson(expected))
    target = _draw_friends(source, crowd, random)
    mutual = random.random(source.size) < MUTUAL
    pairs = np.sort(np.concatenate([source * people + target, target[mutual] * people + source[mutual]]))
    source, target = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], people)
    source, target = source[source != target], target[source != target]
    probability = random.beta(2.0, 2.0 * (1.0 - mean) / mean, source.size)
    return _Arcs(source, target, np.clip(probability, SMALLEST_PROBABILITY, LARGEST_PROBABILITY))


def _draw_friends(source: np.ndarray, crowd: _People, random: np.random.Generator) -> np.ndarray:
    """Draw a friend for each tie: in the same community, of the same first topic, or anyone."""
    # Sorted by community, the people of one community, and those of one first topic, are ranges.
    order = np.lexsort((crowd.country, crowd.first))
    low = np.zeros(source.size, dtype=np.int64)
    high = np.full(source.size, crowd.first.size, dtype=np.int64)
    kind = random.random(source.size)
    community = crowd.first * len(COUNTRIES) + crowd.country
    for group, chosen in (
        (community, kind < TIES_INSIDE),
        (crowd.first, (kind >= TIES_INSIDE) & (kind < TIES_INSIDE + TIES_SAME_TOPIC)),
    ):
        mine, ranked = group[source[chosen]], group[order]
        low[chosen] = np.searchsorted(ranked, mine, side="left")
        high[chosen] = np.searchsorted(ranked, mine, side="right")
    place = low + (random.random(source.size) * (high - low)).astype(np.int64)
    friends: np.ndarray = order[place]
    return friends


def _network(table: pd.DataFrame, audience: _Arcs, ties: _Arcs, people: int) -> Network:
    width = max(5, len(str(people)))
    names = np.array([f"p{number:0{width}d}" for number in range(1, people + 1)], dtype=object)
    handles_of = table["candidate"].to_numpy(dtype=object)
    return Network.from_edges(
        np.concatenate([handles_of[audience.source], names[ties.source]]),
        np.concatenate([names[audience.target], names[ties.target]]),
        np.concatenate([audience.probability, ties.probability]),
        nodes=np.concatenate([handles_of, names]),
        origin="synthetic creator market",
        probability_name="given by engagement and word of mouth",
    )


def _roster(table: pd.DataFrame) -> Roster:
    topic = np.array([topic.name for topic in TOPICS], dtype=object)[table["topic"]]
    country = np.array([country.name for country in COUNTRIES], dtype=object)[table["country"]]
    return Roster.from_any(table.assign(topic=topic, country=country))
