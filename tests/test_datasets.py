"""The embedded networks: the synthetic creator market and the two classics."""

from __future__ import annotations

import itertools
from decimal import Decimal

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from seeding.datasets import CreatorMarket, creator_market, karate, les_miserables
from seeding.datasets.catalog import COUNTRIES, PLATFORMS, TIERS, TOPICS, handles, tier_of
from seeding.errors import InputError
from seeding.network.network import Network

TIER_NAMES = [tier.name for tier in TIERS]


@pytest.fixture(scope="module")
def market() -> CreatorMarket:
    """Make the default market once."""
    return creator_market()


@pytest.fixture(scope="module")
def table(market: CreatorMarket) -> pd.DataFrame:
    """Lay out the default roster as a table, with fees as numbers and the node index of each creator."""
    network, roster = market
    return roster.frame.assign(
        candidate=np.asarray(roster.candidates),
        fee=roster.costs / 10**roster.decimals,
        node=network.index(roster.candidates),
    )


def followers_of(network: Network, node: int) -> np.ndarray:
    """Nodes that `node` has an arc to."""
    return network.out.indices[network.out.indptr[node] : network.out.indptr[node + 1]]


def first_hop(network: Network, nodes: np.ndarray) -> float:
    """Exact expected number of people reached directly from `nodes`: the sum of 1 − Π(1 − p)."""
    missed = np.ones(network.n_nodes)
    for node in nodes:
        arcs = slice(network.out.indptr[node], network.out.indptr[node + 1])
        missed[network.out.indices[arcs]] *= 1.0 - network.out.probability[arcs]
    return float((1.0 - missed).sum())


def affordable(table: pd.DataFrame, budget: float) -> pd.DataFrame:
    """Rows taken from the top as long as money lasts, skipping those too dear."""
    taken = []
    for row, fee in zip(table.index, table["fee"], strict=True):
        if fee <= budget:
            taken.append(row)
            budget -= fee
    return table.loc[taken]


def same_market(one: CreatorMarket, other: CreatorMarket) -> bool:
    """Tell whether two markets are equal in every array and column."""
    arrays = [
        (getattr(one.network.out, name), getattr(other.network.out, name)) for name in one.network.out._fields
    ]
    arrays.append((one.roster.costs, other.roster.costs))
    return (
        all(np.array_equal(left, right) for left, right in arrays)
        and one.network.labels.equals(other.network.labels)
        and one.roster.candidates.equals(other.roster.candidates)
        and one.roster.frame.equals(other.roster.frame)
    )


def test_same_key_same_market():
    """One key gives one market, bit for bit, whatever NumPy's global state is."""
    np.random.seed(1)  # noqa: NPY002  (the global state is what must not matter)
    one = creator_market(2_000, 60, rng=5)
    np.random.seed(2)  # noqa: NPY002
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    other = creator_market(2_000, 60, rng=5)

    assert same_market(one, other)
    assert np.array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_other_key_other_market():
    """Another key gives other arcs and other fees; 0 is a key like any other."""
    zero, one = creator_market(2_000, 60, rng=0), creator_market(2_000, 60, rng=1)

    assert same_market(zero, creator_market(2_000, 60, rng=0))
    assert not np.array_equal(zero.network.out.indices, one.network.out.indices)
    assert not np.array_equal(zero.roster.costs, one.roster.costs)


def test_word_of_mouth_leaves_creators_alone():
    """Changing the ties between people changes neither the roster nor anyone's audience."""
    plain = creator_market(2_000, 60, friends=0)
    social = creator_market(2_000, 60, friends=12, word_of_mouth=0.2)

    assert plain.roster.frame.equals(social.roster.frame)
    assert np.array_equal(plain.roster.costs, social.roster.costs)
    for node in plain.network.index(plain.roster.candidates):
        assert np.array_equal(followers_of(plain.network, node), followers_of(social.network, node))


def test_unpacks_into_network_and_roster(market: CreatorMarket):
    """A market is a pair, with names for its parts."""
    network, roster = market

    assert network is market.network
    assert roster is market.roster


def test_sizes_and_labels(market: CreatorMarket):
    """The default market has 30,000 people, 400 creators and distinct text labels for all of them."""
    network, roster = market
    labels = set(network.labels)

    assert network.n_nodes == 30_400 == len(labels)
    assert len(roster) == 400
    assert {f"p{number:05d}" for number in range(1, 30_001)} | set(roster.candidates) == labels
    assert all(handle.startswith("@") for handle in roster.candidates)
    assert 250_000 < network.n_arcs < 500_000
    assert np.array_equal(network.weights, np.ones(network.n_nodes))


def test_nothing_dropped_or_merged(market: CreatorMarket):
    """The generator itself makes no self-loops and no parallel arcs."""
    report = market.network.report

    assert report.self_loops_dropped == 0
    assert report.parallel_merged == 0
    assert report.rows == market.network.n_arcs


def test_roster_columns(market: CreatorMarket, table: pd.DataFrame):
    """The roster names platform, tier, topic, country, followers and engagement; most followers first."""
    columns = ["platform", "tier", "topic", "country", "followers", "engagement_rate"]

    assert list(market.roster.frame.columns) == columns
    assert set(table["platform"]) == {platform.name for platform in PLATFORMS}
    assert set(table["topic"]) == {topic.name for topic in TOPICS}
    assert set(table["country"]) == {country.name for country in COUNTRIES}
    assert table["followers"].is_monotonic_decreasing


def test_tiers_follow_followers(table: pd.DataFrame):
    """Every tier is there, smaller tiers are fuller, and each holds the follower counts it says."""
    counts = table["tier"].value_counts()

    assert list(counts.loc[TIER_NAMES[:3]]) == sorted(counts.loc[TIER_NAMES[:3]], reverse=True)
    assert set(counts.index) == set(TIER_NAMES)
    for tier, following in itertools.pairwise(TIERS):
        inside = table.loc[table["tier"] == tier.name, "followers"]
        assert inside.between(tier.floor, following.floor - 1).all()


@pytest.mark.parametrize(
    ("followers", "tier"),
    [(1_000, "nano"), (9_999, "nano"), (10_000, "micro"), (999_999, "macro"), (10**6, "mega")],
)
def test_tier_boundaries(followers: int, tier: str):
    """A tier begins at its floor."""
    assert list(tier_of(np.array([followers]))) == [tier]


@pytest.mark.parametrize("key", range(5))
def test_hundred_creators_fill_every_tier(key: int):
    """Slicing the distribution gives a market of 100 creators its mega creators under any key."""
    roster = creator_market(1_000, 100, rng=key).roster

    assert set(roster.frame["tier"]) == set(TIER_NAMES)


def test_audience_is_followers_to_scale(market: CreatorMarket, table: pd.DataFrame):
    """A creator's arcs are the followers divided by 150, three at least, and lead to ordinary people."""
    degree = np.diff(market.network.out.indptr)[table["node"]]

    assert np.array_equal(degree, np.maximum(3, np.rint(table["followers"] / 150)))
    assert not np.isin(market.network.out.indices, table["node"]).any()


def test_audiences_are_heavy_tailed(market: CreatorMarket, table: pd.DataFrame):
    """The largest 5 % of creators hold over half of all follows; people's own degrees are skewed too."""
    degree = np.diff(market.network.out.indptr)
    audience = np.sort(degree[table["node"]])[::-1]
    person = np.delete(degree, table["node"])

    assert audience[:20].sum() > 0.5 * audience.sum()
    assert np.sort(degree)[::-1][:304].sum() > 0.3 * degree.sum()
    assert person.mean() == pytest.approx(8.0, rel=0.05)
    assert person.var() > 3 * person.mean()


def test_engagement_falls_with_size(table: pd.DataFrame):
    """Larger creators engage less, as a strong but not a perfect rule."""
    correlation = table["followers"].corr(table["engagement_rate"], method="spearman")
    medians = table.groupby("tier")["engagement_rate"].median()

    assert -0.9 < correlation < -0.5
    assert medians["nano"] > medians["micro"] > medians["mid"] > medians["macro"]
    assert table["engagement_rate"].between(0.002, 0.2).all()


def test_fees_rise_with_audience_and_noise(table: pd.DataFrame):
    """Fees rise with followers, yet accounts of like size differ severalfold."""
    correlation = table["followers"].corr(table["fee"], method="spearman")
    per_thousand = table["fee"] / table["followers"] * 1_000
    medians = table.groupby("tier")["fee"].median()

    assert 0.8 < correlation < 0.99
    assert per_thousand.quantile(0.9) > 3 * per_thousand.quantile(0.1)
    assert list(medians[TIER_NAMES]) == sorted(medians[TIER_NAMES])
    assert 100 < medians["nano"] < 500
    assert 20_000 < medians["mega"] < 300_000


def test_fees_are_exact_money(market: CreatorMarket):
    """Fees are positive with two decimals, and the whole roster costs more than a million."""
    roster = market.roster

    assert roster.decimals == 2
    assert roster.costs.min() > 50 * 100
    assert Decimal(int(roster.costs.sum())).scaleb(-2) > 1_000_000
    assert (roster.costs % 100 != 0).mean() > 0.9


def test_probabilities_follow_the_formula(market: CreatorMarket, table: pd.DataFrame):
    """A creator's arcs have one of the three documented probabilities; all are inside (0, 1)."""
    network = market.network
    for node, rate in zip(table["node"], table["engagement_rate"], strict=True):
        given = network.out.probability[network.out.indptr[node] : network.out.indptr[node + 1]]
        known = 1.0 - (1.0 - 4.0 * np.array([1.0, 0.6, 0.3]) * rate) ** 4
        assert np.abs(given[:, None] - known).min(axis=1).max() < 1e-12
    assert network.out.probability.min() > 0.0
    assert network.out.probability.max() < 1.0


def test_word_of_mouth_probability(market: CreatorMarket, table: pd.DataFrame):
    """Arcs between people have the asked mean probability, and many of them are mutual."""
    out = market.network.out
    rows = out.rows().astype(np.int64)
    between = ~np.isin(rows, table["node"])
    source, target = rows[between], out.indices[between].astype(np.int64)
    n = market.network.n_nodes

    assert out.probability[between].mean() == pytest.approx(0.06, rel=0.02)
    assert np.isin(source * n + target, target * n + source).mean() > 0.5


def test_friends_share_a_community(market: CreatorMarket, table: pd.DataFrame):
    """People who influence each other follow the same creators far more often than strangers do."""
    out = market.network.out
    rows = out.rows()
    is_creator = np.isin(rows, table["node"])
    small = table.loc[table["tier"].isin(["nano", "micro"])]
    niche = np.full((market.network.n_nodes, len(small)), False)
    for column, node in enumerate(small["node"]):
        niche[followers_of(market.network, node), column] = True
    source, target = rows[~is_creator][::10], out.indices[~is_creator][::10]
    # Arcs lie sorted by source, so a shift by half of them pairs people who are not friends.
    stranger = np.roll(target, target.size // 2)
    together = (niche[source] & niche[target]).sum(axis=1).mean()
    strangers = (niche[source] & niche[stranger]).sum(axis=1).mean()

    assert together > 3 * strangers


def test_audiences_overlap_within_topics(market: CreatorMarket, table: pd.DataFrame):
    """Mid-sized creators of one topic and country share followers; those of different topics hardly do."""
    middle = table.loc[table["tier"].isin(["micro", "mid"])].head(60)
    sets = {row: set(followers_of(market.network, node)) for row, node in middle["node"].items()}
    within, across = [], []
    for one, other in itertools.combinations(middle.index, 2):
        jaccard = len(sets[one] & sets[other]) / len(sets[one] | sets[other])
        if middle.loc[one, "topic"] != middle.loc[other, "topic"]:
            across.append(jaccard)
        elif middle.loc[one, "country"] == middle.loc[other, "country"]:
            within.append(jaccard)

    assert len(within) >= 10
    assert np.mean(within) > 5 * np.mean(across)


def test_largest_creators_share_followers(market: CreatorMarket, table: pd.DataFrame):
    """The audiences of the 12 largest creators add up to far more than the people they have."""
    nodes = table["node"].head(12)
    total = np.diff(market.network.out.indptr)[nodes].sum()
    distinct = len(set().union(*(followers_of(market.network, node) for node in nodes)))

    assert distinct < 0.5 * total


@pytest.mark.parametrize("key", [2026, 1, 2])
def test_top_followers_waste_money(key: int):
    """For 100,000 the top accounts reach far fewer people directly than the same money spent by value."""
    network, roster = creator_market(rng=key)
    table = roster.frame.assign(fee=roster.costs / 100, node=network.index(roster.candidates))
    value = [first_hop(network, [node]) for node in table["node"]] / table["fee"]
    by_value = table.loc[value.sort_values(ascending=False).index]

    top = first_hop(network, affordable(table, 100_000)["node"].to_numpy())
    smart = first_hop(network, affordable(by_value, 100_000)["node"].to_numpy())

    assert smart > 1.4 * top


def test_small_and_single_markets():
    """The smallest market allowed still works, with one topic and no word of mouth."""
    network, roster = creator_market(100, 1, topics=1, friends=0)

    assert network.n_nodes == 101
    assert len(roster) == 1
    assert network.n_arcs == max(3, round(int(roster.frame["followers"].iloc[0]) / 45_000))
    assert set(roster.frame["topic"]) == {TOPICS[0].name}


def test_handles_stay_distinct_when_words_run_out():
    """With far more creators than words, every handle is still distinct."""
    made = handles(np.zeros(5_000, dtype=np.int64), np.random.default_rng(3))

    assert len(set(made)) == 5_000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"people": 99}, "people=99"),
        ({"people": 1_000, "creators": 1_001}, "creators=1001"),
        ({"creators": 0}, "creators=0"),
        ({"people": 1_000.0}, "people=1000.0"),
        ({"creators": True}, "creators=True"),
        ({"topics": 0}, "topics=0"),
        ({"topics": 13}, "topics=13"),
        ({"friends": -1}, "friends=-1"),
        ({"friends": float("nan")}, "friends=nan"),
        ({"people": 100, "creators": 9, "friends": 51}, "friends=51"),
        ({"friends": "many"}, "friends='many'"),
        ({"word_of_mouth": 0.0}, r"word_of_mouth=0\.0"),
        ({"word_of_mouth": 1.0}, r"word_of_mouth=1\.0"),
        ({"word_of_mouth": float("nan")}, "word_of_mouth=nan"),
        ({"rng": -1}, "rng=-1"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], words: str):
    """Each argument out of its range is refused by name and value."""
    with pytest.raises(InputError, match=words):
        creator_market(**arguments)


def test_karate():
    """Zachary's club: 34 labels as networkx gives them, 78 friendships both ways at one probability."""
    network = karate()

    assert list(network.labels) == list(range(34))
    assert network.n_arcs == 2 * 78
    assert np.array_equal(np.unique(network.out.probability), [0.1])
    assert np.array_equal(np.unique(karate(0.3).out.probability), [0.3])


def test_les_miserables():
    """77 characters by name; shared chapters count as independent chances, the same both ways."""
    network = les_miserables()
    graph = nx.les_miserables_graph()

    assert set(network.labels) == set(graph.nodes)
    assert network.n_arcs == 2 * 254
    for u, v, chapters in graph.edges(data="weight"):
        for source, target in ((u, v), (v, u)):
            row, entry = network.index([source, target])
            place = np.flatnonzero(followers_of(network, row) == entry)[0]
            p = network.out.probability[network.out.indptr[row] + place]
            assert p == pytest.approx(1 - 0.9**chapters, abs=1e-15)


@pytest.mark.parametrize("classic", [karate, les_miserables])
@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_classics_refuse_bad_probabilities(classic, probability: float):
    """What is no probability is refused before a network is made."""
    with pytest.raises(InputError, match="probability"):
        classic(probability)
