"""Sets as bits of 64-bit words: entry ``i`` is bit ``i & 63`` of word ``i >> 6``."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from seeding._kernels._jit import inlined

WORD = 64
ONE = np.uint64(1)


@inlined
def has(words, i):
    """Tell whether entry `i` is in the set."""
    return (words[i >> 6] >> np.uint64(i & 63)) & ONE != np.uint64(0)


@inlined
def add(words, i):
    """Put entry `i` into the set; changes `words`."""
    words[i >> 6] |= ONE << np.uint64(i & 63)


@inlined
def part(words, start, size):
    """Cut out `size` ≤ 64 entries from `start` on that lie in one word, as the low bits of a word."""
    bits = words[start >> 6] >> np.uint64(start & 63)
    if size < 64:
        bits &= (ONE << np.uint64(size)) - ONE
    return bits


def lowest(bits):
    """Give the number of the lowest bit that is set; at least one must be."""
    bits = int(bits)
    return (bits & -bits).bit_length() - 1


@intrinsic
def _count_trailing_zeros(typing_context, bits):  # noqa: ARG001 - the signature Numba calls
    """Emit ``llvm.cttz``."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001 - the signature Numba calls
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@overload(lowest, inline="always")
def _compiled(bits):
    """Use the instruction wherever kernels are compiled."""
    if bits == types.uint64:
        return lambda bits: _count_trailing_zeros(bits)
    return None
