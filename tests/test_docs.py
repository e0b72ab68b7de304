"""The figures of the documentation are those of the committed results."""

from __future__ import annotations

import pytest

from benchmarks import tables


@pytest.mark.parametrize("name", tables.TABLES)
def test_tables_are_those_of_the_committed_results(name: str) -> None:
    """Each table of docs/results.md is exactly what the committed CSV gives."""
    text = tables.PAGE.read_text(encoding="utf-8")

    assert f"<!-- {name} -->\n{tables.TABLES[name]()}\n<!-- end -->" in text
