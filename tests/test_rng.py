"""Randomness: any accepted source becomes one key, and sub-keys do not meet."""

from __future__ import annotations

import numpy as np
import pytest
from laws import assert_independent, assert_uniform

from seeding._runtime.rng import derive, to_key
from seeding.errors import InputError


@pytest.mark.parametrize("rng", [0, 1, 17, 1 << 40, (1 << 80) + 1, np.int64(5), np.uint64(1 << 63)])
def test_same_integer_same_key(rng):
    """An integer of any width always gives the same 64-bit key."""
    key = to_key(rng)
    assert key == to_key(rng) == to_key(int(rng))
    assert 0 <= key < 1 << 64
    assert type(key) is int


def test_zero_is_a_key_like_any_other():
    """rng=0 is not None: it is the same every time and differs from rng=1."""
    assert to_key(0) == to_key(0) != to_key(1)


def test_none_is_fresh_every_time():
    """rng=None gives fresh entropy."""
    assert len({to_key(None) for _ in range(20)}) == 20
    assert to_key() != to_key()


def test_generator_is_advanced():
    """A generator gives a key a draw, so two calls differ, and an equal generator gives the same two."""
    first, again = np.random.default_rng(3), np.random.default_rng(3)
    keys = [to_key(first), to_key(first)]
    assert keys == [to_key(again), to_key(again)]
    assert keys[0] != keys[1]


def test_seed_sequence():
    """A SeedSequence gives the same key each time, the same as its integer, and its children others."""
    sequence = np.random.SeedSequence(9)
    assert to_key(sequence) == to_key(sequence) == to_key(9)
    assert len({to_key(child) for child in sequence.spawn(8)} | {to_key(sequence)}) == 9


@pytest.mark.parametrize("rng", [-1, np.int64(-5), -(1 << 70)])
def test_negative_is_refused(rng):
    """A negative integer is refused with its value and the rule."""
    with pytest.raises(InputError, match=rf"rng={rng} is negative; pass an integer of 0 or more\."):
        to_key(rng)


@pytest.mark.parametrize("rng", [True, False, np.True_, 1.0, "1", [1], np.random.RandomState(1), object()])
def test_other_things_are_refused(rng):
    """Booleans, floats, text and the legacy generator are refused."""
    with pytest.raises(InputError, match="is not understood; pass an int, a numpy Generator"):
        to_key(rng)


def test_global_state_is_left_alone():
    """Making a key neither reads nor reseeds NumPy's global state."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is tested
    to_key(5)
    to_key(None)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_derived_keys_differ():
    """Sub-keys of many paths, and the key itself, are all different, and depend on the whole path."""
    key = to_key(1)
    paths = [(), *((i,) for i in range(500)), *((i, j) for i in range(20) for j in range(20))]
    assert len({derive(key, *path) for path in paths}) == len(paths)
    assert derive(key, 1, 2) == derive(derive(key, 1), 2) != derive(key, 2, 1)


def test_derived_keys_are_uniform_and_independent():
    """Sub-keys are uniform over keys, and siblings are independent."""
    first, second = (np.array([derive(key, step) for key in range(20_000)]) / 2.0**64 for step in (0, 1))
    assert_uniform(first, "sub-key 0")
    assert_independent(first, second, "sub-keys 0 and 1")


def test_integers_give_uniform_keys():
    """The keys of 0, 1, 2, … are spread evenly."""
    keys = np.array([to_key(i) for i in range(5_000)], dtype=np.float64) / 2.0**64
    assert_uniform(keys, "keys of small integers")
