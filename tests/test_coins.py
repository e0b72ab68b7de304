"""The coins: equal to their plain-Python twin bit for bit, uniform, and independent in every direction."""

from __future__ import annotations

import numba
import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_independent, assert_proportion, assert_uniform

from seeding._kernels.randomness import coins
from seeding._runtime.rng import mix64

KEYS = [0, 1, 0x9E3779B97F4A7C15, (1 << 64) - 1, 0xD1342543DE82EF95]
DRAWS = 100_000
words = st.integers(0, (1 << 64) - 1)
nodes = st.integers(0, (1 << 31) - 1)


@numba.njit
def _arc_coins(key, worlds, u, v):
    tossed = np.empty(worlds.size)
    for i in range(worlds.size):
        tossed[i] = coins.arc_coin(coins.world_key(key, worlds[i]), u[i], v[i])
    return tossed


@numba.njit
def _draws(key, worlds, number):
    drawn = np.empty(worlds.size)
    for i in range(worlds.size):
        drawn[i] = coins.draw(coins.world_key(key, worlds[i]), number[i])
    return drawn


def arc_coins(key: int, worlds: np.ndarray, u: int | np.ndarray, v: int | np.ndarray) -> np.ndarray:
    """Toss arc coins as the kernels do, for arrays that broadcast together."""
    worlds, u, v = np.broadcast_arrays(worlds, u, v)
    return _arc_coins(np.uint64(key), worlds.copy(), u.astype(np.int32), v.astype(np.int32))


def draws(key: int, worlds: np.ndarray, number: int | np.ndarray) -> np.ndarray:
    """Draw from the worlds' own streams as the kernels do."""
    worlds, number = np.broadcast_arrays(worlds, number)
    return _draws(np.uint64(key), worlds.copy(), number.copy())


@given(words)
def test_mix_has_three_equal_twins(value):
    """The kernel, the package's Python and the oracle scramble alike."""
    scrambled = oracle.mix64(value)
    assert int(coins.mix64(np.uint64(value))) == scrambled
    assert mix64(value) == scrambled


def test_mix_is_splitmix64():
    """The finaliser gives the published first outputs of splitmix64 for seed 1234567."""
    state = [(1234567 + 0x9E3779B97F4A7C15 * i) % (1 << 64) for i in (1, 2, 3)]
    assert [oracle.mix64(s) for s in state] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(words, st.integers(0, (1 << 62) - 1), nodes, nodes, st.integers(0, 1_000))
def test_coins_equal_their_twin(key, world, u, v, number):
    """World keys, arc coins and draws equal the twin's bits for any key, world and arc."""
    of_world = oracle.world_key(key, world)
    assert int(coins.world_key(np.uint64(key), world)) == of_world
    assert coins.arc_coin(np.uint64(of_world), np.int32(u), np.int32(v)) == oracle.arc_coin(of_world, u, v)
    assert coins.draw(np.uint64(of_world), number) == oracle.draw(of_world, number)


def test_coins_inside_a_kernel_equal_their_twin():
    """Compiled into another kernel, with its int32 indices, coins keep their bits."""
    worlds = np.arange(300)
    expected = [
        oracle.arc_coin(oracle.world_key(KEYS[2], w), w % 7, (1 << 31) - 1 - w) for w in worlds.tolist()
    ]
    assert arc_coins(KEYS[2], worlds, worlds % 7, (1 << 31) - 1 - worlds).tolist() == expected
    expected = [oracle.draw(oracle.world_key(KEYS[3], w), w % 3) for w in worlds.tolist()]
    assert draws(KEYS[3], worlds, worlds % 3).tolist() == expected


def test_unit_stays_below_one():
    """The largest word gives the largest double below 1, the smallest gives 0."""
    assert coins.unit(np.uint64((1 << 64) - 1)) == np.nextafter(1.0, 0.0)
    assert coins.unit(np.uint64(0)) == 0.0
    assert oracle.unit((1 << 64) - 1) == np.nextafter(1.0, 0.0)


@pytest.mark.parametrize("key", KEYS)
def test_one_arc_is_uniform_over_worlds(key):
    """One arc's coin is uniform over the worlds of any key, weak ones too."""
    worlds = np.arange(DRAWS)
    assert_uniform(arc_coins(key, worlds, 0, 1), "one arc over worlds")
    assert_uniform(draws(key, worlds, 0), "first draw over worlds")


@pytest.mark.parametrize("key", KEYS)
def test_one_world_is_uniform_over_arcs(key):
    """The coins of one world are uniform over arcs: neighbouring targets, sources and serial numbers."""
    steps = np.arange(DRAWS)
    assert_uniform(arc_coins(key, np.array(0), 0, steps), "targets 0, 1, …")
    assert_uniform(arc_coins(key, np.array(0), steps, 0), "sources 0, 1, …")
    assert_uniform(draws(key, np.array(0), steps), "draws 0, 1, …")


def test_first_worlds_of_all_keys_are_uniform():
    """World 0 of keys 0, 1, 2, … behaves like worlds of one key do."""
    tossed = [oracle.arc_coin(oracle.world_key(key, 0), 0, 1) for key in range(20_000)]
    assert_uniform(np.array(tossed), "one arc over keys")


@pytest.mark.parametrize("bit", [0, 1, 10, 25, 40, 51, 52])
def test_every_bit_is_fair(bit):
    """Each of the 53 bits is set half of the time, the low ones too."""
    tossed = (arc_coins(7, np.arange(DRAWS), 3, 4) * 2.0**53).astype(np.int64)
    assert_proportion(int(((tossed >> bit) & 1).sum()), DRAWS, 0.5, f"bit {bit}")


@pytest.mark.parametrize("p", [1e-4, 0.001, 0.01, 0.1, 0.999])
def test_arcs_are_live_as_often_as_they_should(p):
    """Coin < p happens with probability p, also for small p."""
    worlds = np.arange(10 * DRAWS)
    assert_proportion(int((arc_coins(11, worlds, 12, 13) < p).sum()), worlds.size, p)


@pytest.mark.parametrize("shift", [1, 2, 64, 1 << 20])
def test_worlds_are_independent(shift):
    """The same arc in world r and in world r + shift."""
    worlds = np.arange(DRAWS)
    assert_independent(
        arc_coins(5, worlds, 1, 2), arc_coins(5, worlds + shift, 1, 2), f"worlds {shift} apart"
    )


@pytest.mark.parametrize(
    "other",
    [(0, 2), (1, 1), (1, 0), (2, 1), (1 << 30, 1), (0, 1 << 30)],
    ids=lambda arc: f"{arc[0]}-{arc[1]}",
)
def test_arcs_are_independent(other):
    """Arc 0→1 and other arcs of the same world: neighbours, its reverse, far ones."""
    worlds = np.arange(DRAWS)
    assert_independent(arc_coins(5, worlds, 0, 1), arc_coins(5, worlds, *other), f"0→1 and {other}")


@pytest.mark.parametrize("shift", [1, 256, 1 << 63])
def test_keys_are_independent(shift):
    """The same world and arc under keys that differ little."""
    worlds = np.arange(DRAWS)
    assert_independent(arc_coins(5, worlds, 0, 1), arc_coins(5 + shift, worlds, 0, 1), f"keys {shift} apart")


@pytest.mark.parametrize("arc", [(0, 1), (1, 0), (3, 4)])
def test_draws_are_independent_of_arcs_and_of_each_other(arc):
    """The stream that draws the root says nothing about any arc, nor its first number about its second."""
    worlds = np.arange(DRAWS)
    assert_independent(draws(5, worlds, 0), arc_coins(5, worlds, *arc), f"root and {arc}")
    assert_independent(draws(5, worlds, 0), draws(5, worlds, 1), "first and second draw")


def test_live_arcs_of_one_world_are_independent():
    """Whether u→v is live says nothing about v→w: pairs along a long path."""
    steps = np.arange(DRAWS)
    live = arc_coins(8, np.array(0), steps, steps + 1) < 0.2
    assert_independent(live[:-1], live[1:], "arcs in a row")
