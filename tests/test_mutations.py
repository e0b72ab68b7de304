"""The list of wrong changes is not stale: each fits the code as it is, and names tests that there are."""

from __future__ import annotations

import ast
import shutil
from functools import cache
from pathlib import Path

import pytest

from benchmarks.mutations import runner

ROOT = Path(__file__).parents[1]
MUTATIONS = runner.read_list()


@cache
def tree_of(file: str) -> str:
    """Parse a source as it is."""
    return ast.dump(ast.parse((ROOT / file).read_text("utf-8")))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_each_fits(tmp_path, mutation):
    """The old text stands once, what takes its place is another programme, and the tests exist."""
    source = tmp_path / mutation.file
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / mutation.file, source)
    mutation.apply(tmp_path)
    assert ast.dump(ast.parse(source.read_text("utf-8"))) != tree_of(mutation.file)
    for test in mutation.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / file).read_text("utf-8")


def test_the_list_is_as_long_as_was_asked():
    """Eleven that were not noticed once, and sixty others over all that decides."""
    areas = {mutation.area for mutation in MUTATIONS}
    assert areas >= {"first", "kernels", "bounds", "money", "rules", "acceptance"}
    assert sum(mutation.area == "first" for mutation in MUTATIONS) == 11
    assert len(MUTATIONS) >= 71


def test_a_stale_list_is_refused(tmp_path):
    """A text that stands nowhere, or twice, is named."""
    (tmp_path / "code.py").write_text("one\ntwo two\n")
    for old, times in (("three", 0), ("two", 2)):
        stale = runner.Mutation("stale", "first", "code.py", old, "new", "why", ())
        with pytest.raises(ValueError, match=f"stale: the old text stands {times} times in code.py"):
            stale.apply(tmp_path)


@pytest.mark.parametrize(
    ("test", "status", "said"),
    [
        ("assert 1 + 1 == 3", "noticed", "test_sum.py::test_sum"),
        ("assert 1 + 1 == 2", "survived", ""),
        ("pass\nimport nothing_of_that_name", "error", "1 error in"),
    ],
)
def test_what_became_of_it(tmp_path, test, status, said):
    """A failing test notices; a passing one does not; where nothing can be run, that is no notice."""
    (tmp_path / "test_sum.py").write_text(f"def test_sum():\n    {test}\n")
    outcome = runner.run_tests(tmp_path, ["test_sum.py"])
    assert outcome.status == status
    assert said in outcome.test
