"""Forward simulation: exact in each world, right on average, and the same however it is run."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import oracle
import pytest
from laws import assert_mean
from small_graphs import TEN_PEOPLE_REACH, path, random_graph, star, tree

from seeding._runtime.executors import Workers, open_workers
from seeding._runtime.rng import to_key
from seeding.errors import InputError
from seeding.network.network import Network
from seeding.plan.estimate import Estimate
from seeding.plan.interval import Z95
from seeding.questions.reach import estimate_reach, simulate
from seeding.simulation import measuring, simulation
from seeding.simulation.measuring import Spread, run_worlds
from seeding.simulation.propagation import forward_task
from seeding.simulation.simulation import ForwardTask

WORLDS = 20_000
LARGE = random_graph(77, n=40, m=200)


def make_task(graph: oracle.Graph, seeds: list[int], rng: int = 1) -> ForwardTask:
    """Prepare the simulation of `seeds` as the public functions do."""
    network = graph.network()
    return forward_task(network, network.index(seeds), to_key(rng))


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("rng", [0, 7])
def test_every_world_is_the_oracles_world(number, rng):
    """World by world, the reach is that of the live-edge graph built from the same key."""
    graph = random_graph(number, n=9, m=25)
    for against in (graph, graph.reversed()):
        for seeds in ([0], [3, 5], [8, 1, 4]):
            expected = [oracle.world_reach(against, seeds, to_key(rng), world) for world in range(130)]
            assert simulate(against.network(), seeds, worlds=130, rng=rng).tolist() == expected


def test_every_world_of_a_larger_graph():
    """The same on 40 nodes and 200 arcs, where cascades are long."""
    expected = [oracle.world_reach(LARGE, [0, 9, 21], to_key(3), world) for world in range(100)]
    assert simulate(LARGE.network(), [0, 9, 21], worlds=100, rng=3).tolist() == expected


@pytest.mark.parametrize("number", range(6))
def test_mean_is_the_exact_reach(number):
    """Over many worlds the mean is what enumeration gives, with weights, in both directions."""
    graph = random_graph(number)
    for against in (graph, graph.reversed()):
        truth = oracle.exact_reach(against, [0, 3])
        assert_mean(simulate(against.network(), [0, 3], worlds=WORLDS, rng=number), truth)


@pytest.mark.parametrize(
    ("graph", "truth"),
    [
        (star(40, 0.3), oracle.star_reach(40, 0.3)),
        (star(200, 0.01), oracle.star_reach(200, 0.01)),
        (path(12, 0.6), oracle.path_reach(12, 0.6)),
        (tree(2, 9, 0.25), oracle.galton_watson_total(0.5) - 0.5**9),
        (tree(3, 6, 0.3), oracle.tree_reach(3, 6, 0.3)),
    ],
    ids=["star", "rare star", "path", "Galton-Watson", "tree"],
)
def test_closed_forms(graph, truth):
    """Star 1 + n p, path Σ p^i, branching process 1 / (1 − R)."""
    assert_mean(simulate(graph.network(), [0], worlds=WORLDS, rng=4), truth)


@pytest.mark.parametrize(("names", "truth"), TEN_PEOPLE_REACH.items())
def test_ten_people(ten_people, names, truth):
    """The published example's exact reach is met within sampling error."""
    assert_mean(simulate(ten_people, list(names), worlds=5 * WORLDS, rng=1), truth, str(names))


def test_certain_arcs_are_certain():
    """With p = 1 everything downstream is reached in every world; with p = 0 nothing is."""
    assert (simulate(path(50, 1.0).network(), [10], worlds=70, rng=1) == 40).all()
    assert (simulate(path(50, 0.0).network(), [10, 3], worlds=70, rng=1) == 2).all()


def test_weights_are_summed_in_full_precision():
    """Reach keeps counting beyond 2^24, where single precision stops."""
    graph = oracle.Graph.of(4, [(0, 1), (0, 2), (0, 3)], 1.0, [2.0**24, 1.0, 1.0, 0.25])
    assert simulate(graph.network(), [0], worlds=3, rng=1).tolist() == [2.0**24 + 2.25] * 3


def test_one_more_seed_never_hurts():
    """Common random numbers: in every single world a seed more reaches no less."""
    reach = [simulate(LARGE.network(), list(range(n)), worlds=300, rng=6) for n in range(6)]
    assert all((more >= less).all() for less, more in pairwise(reach))
    assert (reach[0] == 0).all()


def test_order_and_repetition_of_seeds_do_not_matter():
    """A seed given twice counts once, and the order changes nothing."""
    network = random_graph(1, n=9, m=25).network()
    once = simulate(network, [2, 7], worlds=200, rng=2)
    assert np.array_equal(simulate(network, [7, 2, 7, 2], worlds=200, rng=2), once)


@pytest.mark.parametrize("kind", [lambda x: f"@{x:03}", lambda x: (x, "a"), lambda x: x + 10**16])
def test_label_type_does_not_matter(kind):
    """The same people under other names of the same order give the same bits."""
    labels = [kind(v) for v in range(LARGE.n)]
    u, v = zip(*LARGE.arcs, strict=True)
    renamed = Network.from_edges(
        [labels[x] for x in u], [labels[x] for x in v], LARGE.p, nodes=labels, weights=np.array(LARGE.w)
    )
    expected = simulate(LARGE.network(), [3, 5], worlds=150, rng=9)
    assert np.array_equal(simulate(renamed, [kind(3), kind(5)], worlds=150, rng=9), expected)


@pytest.mark.parametrize("number", range(3))
def test_numbering_does_not_matter(number):
    """The same people numbered in another order have the same expected reach."""
    graph = random_graph(number)
    place = np.random.default_rng(number).permutation(graph.n)
    weights = np.empty(graph.n)
    weights[place] = graph.w
    moved = oracle.Graph.of(graph.n, [(place[u], place[v]) for u, v in graph.arcs], graph.p, weights)
    sample = simulate(moved.network(), place[[0, 3]], worlds=WORLDS, rng=8)
    assert_mean(sample, oracle.exact_reach(graph, [0, 3]))


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_do_not_matter(threads):
    """One, two or eight threads: the same bits."""
    expected = simulate(LARGE.network(), [3, 5], worlds=1_000, rng=9, threads=1)
    assert np.array_equal(simulate(LARGE.network(), [3, 5], worlds=1_000, rng=9, threads=threads), expected)


@pytest.mark.parametrize("nodes_per_block", [1, 3_000, 1 << 30])
def test_block_size_does_not_matter(monkeypatch, nodes_per_block):
    """Small or large blocks: the same bits in every figure, marginal gains included."""
    task = make_task(LARGE, [3, 5, 8])
    expected = Spread.join(run_worlds(task, 0, 1_000, Workers(1)))
    monkeypatch.setattr(simulation, "_NODES_PER_BLOCK", nodes_per_block)
    with open_workers(2) as workers:
        result = Spread.join(run_worlds(task, 0, 1_000, workers))
    assert all(np.array_equal(x, y) for x, y in zip(result, expected, strict=True))


def test_processes_do_not_matter(processes):
    """Other processes give the same bits."""
    expected = simulate(LARGE.network(), [3, 5], worlds=1_000, rng=9)
    assert np.array_equal(
        simulate(LARGE.network(), [3, 5], worlds=1_000, rng=9, executor=processes), expected
    )


def test_more_worlds_extend_the_same_sample():
    """World r is the same whether 100 or 1,000 worlds are asked for."""
    some = simulate(LARGE.network(), [3], worlds=100, rng=9)
    assert np.array_equal(simulate(LARGE.network(), [3], worlds=1_000, rng=9)[:100], some)


def test_keys_matter():
    """Another key gives other worlds, and no key fresh ones each time."""
    network = LARGE.network()
    one, two = (simulate(network, [3], worlds=100, rng=rng) for rng in (1, 2))
    assert not np.array_equal(one, two)
    assert not np.array_equal(simulate(network, [3], worlds=100), simulate(network, [3], worlds=100))


def test_marginal_gains_add_up():
    """Each seed's marginal gain is what it adds in the same worlds, with the right standard error."""
    seeds = [5, 3, 8, 5]
    result = Spread.join(run_worlds(make_task(LARGE, seeds, 2), 0, 500, Workers(1)))
    prefixes = [simulate(LARGE.network(), seeds[: j + 1], worlds=500, rng=2) for j in range(4)]
    assert np.array_equal(result.reach, prefixes[-1])
    assert result.cumulative == pytest.approx([prefix.mean() for prefix in prefixes])
    assert result.marginal[3] == 0.0
    errors = [Estimate.from_sample(prefix).stderr for prefix in prefixes]
    assert result.cumulative_stderr == pytest.approx(errors, rel=1e-9)


def test_estimate_is_the_summary_of_the_worlds():
    """With `worlds` given, the estimate is that of exactly those worlds."""
    sample = simulate(LARGE.network(), [3, 5], worlds=777, rng=9)
    assert estimate_reach(LARGE.network(), [3, 5], worlds=777, rng=9) == Estimate.from_sample(sample)


@pytest.mark.parametrize("precision", [0.05, 0.01])
def test_precision_is_reached(precision):
    """Without `worlds`, simulation goes on until the interval is as narrow as asked, and not much longer."""
    estimate = estimate_reach(star(40, 0.3).network(), [0], precision=precision, rng=5)
    assert (estimate.high - estimate.low) / 2 <= precision * estimate.mean
    needed = (Z95 * np.sqrt(40 * 0.21) / (precision * 13)) ** 2
    assert estimate.worlds <= max(simulation.FIRST_WORLDS, 1.3 * needed)
    assert estimate.low < 13 < estimate.high


def test_the_number_of_worlds_is_capped(monkeypatch):
    """A precision out of reach ends at the stated cap, and the interval says what was reached."""
    monkeypatch.setattr(measuring, "MOST_WORLDS", 2_048)
    estimate = estimate_reach(star(40, 0.3).network(), [0], precision=1e-6, rng=5)
    assert estimate.worlds == 2_048
    assert estimate.high - estimate.low > 1e-6 * estimate.mean


def test_no_seeds_reach_nobody():
    """An empty list of seeds is fine and reaches 0."""
    assert simulate(LARGE.network(), [], worlds=5, rng=1).tolist() == [0.0] * 5
    assert estimate_reach(LARGE.network(), [], rng=1).mean == 0.0


def test_seeds_without_arcs_reach_themselves():
    """In a network without arcs the reach is the weight of the seeds."""
    network = Network.from_edges([], [], "wc", nodes=["a", "b", "c"], weights=[1, 2.5, 4])
    assert simulate(network, ["b", "c"], worlds=3, rng=1).tolist() == [6.5] * 3


def test_a_graph_can_be_given_directly():
    """A networkx graph with probability= is taken as it is."""
    import networkx as nx

    graph = nx.DiGraph([("a", "b"), ("b", "c")])
    assert simulate(graph, ["a"], worlds=2, probability=1.0, rng=1).tolist() == [3.0, 3.0]
    assert estimate_reach(graph, ["b"], probability=1.0, rng=1).mean == 2.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seeds": [99]}, r"label 99 is not in the network"),
        ({"seeds": "12"}, r"labels is one text, '12'"),
        ({"worlds": 0}, r"worlds=0 is not a whole number of [12] or more"),
        ({"worlds": 2.5}, r"worlds=2\.5 is not"),
        ({"worlds": True}, r"worlds=True is not"),
        ({"rng": -3}, r"rng=-3 is negative"),
        ({"rng": 0.5}, r"rng=0\.5 is not understood"),
        ({"threads": 0}, r"threads=0 is not a positive whole number"),
        ({"executor": "dask"}, r"executor='dask' has no submit"),
        ({"model": "ic"}, r"model='ic' is not a diffusion model"),
        ({"progress": "yes"}, r"progress='yes' is not understood"),
        ({"network": "edges.csv"}, r"network='edges\.csv' names no file"),
    ],
)
def test_bad_input(options, said):
    """Arguments out of range are refused in one sentence, by both functions."""
    call = {"network": star(3, 0.5).network(), "seeds": [0]} | options
    for function in (simulate, estimate_reach):
        with pytest.raises(InputError, match=said):
            function(**call)


@pytest.mark.parametrize("precision", [0, 1, -0.1, float("nan"), True, "1%", None])
def test_bad_precision(precision):
    """A precision that is no number between 0 and 1 is refused; so is an estimate from a single world."""
    with pytest.raises(InputError, match=r"precision=.* is out of range"):
        estimate_reach(star(3, 0.5).network(), [0], precision=precision)
    with pytest.raises(InputError, match="worlds=1 is not a whole number of 2 or more"):
        estimate_reach(star(3, 0.5).network(), [0], worlds=1)


def test_global_numpy_state_is_left_alone():
    """Simulating neither reads nor reseeds NumPy's global state."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is tested
    simulate(star(3, 0.5).network(), [0], worlds=10)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
