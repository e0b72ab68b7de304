"""Asking the memory system for a cache line before it is needed."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

_READ, _KEEP, _DATA = 0, 3, 1


def prefetch(array, index):
    """Start loading entry (or row) `index` of an array; without compilation this does nothing."""


@intrinsic
def _prefetch(typing_context, array, index):  # noqa: ARG001 - the signature Numba calls
    """Emit ``llvm.prefetch`` for one entry of a C-ordered array."""

    def generate(context, builder, signature, arguments):
        kind = signature.args[0]
        view = context.make_array(kind)(context, builder, arguments[0])
        place = context.cast(builder, arguments[1], signature.args[1], types.intp)
        zero = context.get_constant(types.intp, 0)
        indices = [place] + [zero] * (kind.ndim - 1)
        entry = cgutils.get_item_pointer(context, builder, kind, view, indices, wraparound=False)
        byte = ir.IntType(8).as_pointer()
        word = ir.IntType(32)
        hint = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, hint, "llvm.prefetch.p0")
        builder.call(
            function,
            [builder.bitcast(entry, byte), word(_READ), word(_KEEP), word(_DATA)],
        )
        return context.get_dummy_value()

    return types.void(array, index), generate


@overload(prefetch, inline="always")
def _compiled(array, index):
    """Use the intrinsic wherever kernels are compiled."""
    if isinstance(array, types.Array) and isinstance(index, types.Integer):
        return lambda array, index: _prefetch(array, index)
    return None
