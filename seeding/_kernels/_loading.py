"""Loading compiled kernels without what only compiling needs.

With each kernel that it loads, Numba prepares to compile others that call it: it parses the code to be linked
in, lists the names defined there, and compiles the counting of references. Machine code on disk has all of
that inside. Here the names are written with the code, and the rest waits until another kernel is in fact
compiled: it was more than half of the loading.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import llvmlite.binding as llvm
from numba.core.caching import CompileResultCacheImpl
from numba.core.runtime._nrt_python import c_helpers
from numba.core.runtime.nrt import rtsys

# The mark of a function that is looked for when the code runs: a kernel that calls itself has one.
_LOOKED_FOR = ".numba.unresolved$"


class Code(CompileResultCacheImpl):
    """How a compiled kernel is written and read."""

    def reduce(self, compiled: Any) -> tuple[Any, ...]:
        """Return what is to be written: the names defined in the code, whether it is whole, and the code."""
        library = compiled.library
        names = _names(library._get_module_for_linking(), defined=True)
        return names, _is_whole(library._final_module), *super().reduce(compiled)

    def rebuild(self, target: Any, written: tuple[Any, ...]) -> Any:
        """Return the kernel, ready to be called, and to be linked into others when they ask for it."""
        names, whole, (name, kind, (machine_code, to_link)), *others = written
        if whole:
            _name_helpers()
        else:
            rtsys.initialize(target)
        target.codegen()._engine._defined_symbols.update(names)
        compiled = super().rebuild(target, ((name, kind, (machine_code, _nothing())), *others))
        compiled.library._get_module_for_linking = cache(lambda: llvm.parse_bitcode(to_link))
        return compiled


def _names(module: Any, *, defined: bool) -> list[str]:
    """Return the names of all functions and variables that a module defines, or that it only declares."""
    every = (*module.functions, *module.global_variables)
    return [one.name for one in every if one.is_declaration != defined]


def _is_whole(module: Any) -> bool:
    """Whether machine code calls nothing of Numba's but what `_name_helpers` names."""
    absent = _names(module, defined=False)
    calls = {name for name in absent if name.startswith("NRT_")}
    return calls <= set(_helpers()) and not any(name.startswith(_LOOKED_FOR) for name in absent)


@cache
def _helpers() -> dict[str, int]:
    """Return the functions in C that compiled code may call, as Numba names them, and their addresses."""
    return {name if name.startswith("_") else f"NRT_{name}": place for name, place in c_helpers.items()}


@cache
def _name_helpers() -> None:
    for name, address in _helpers().items():
        llvm.add_symbol(name, address)


@cache
def _nothing() -> bytes:
    code: bytes = llvm.parse_assembly("").as_bitcode()
    return code
