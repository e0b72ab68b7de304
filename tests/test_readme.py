"""The README does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def blocks(language: str) -> list[str]:
    """Return the README's code blocks in a language."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python example runs as written, beats the obvious choice, and leaves its seeds behind."""
    monkeypatch.chdir(tmp_path)

    scope: dict[str, object] = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), scope)

    assert (tmp_path / "seeds.csv").exists()
    assert scope["plan"].reach.low > scope["obvious"].reach.high  # type: ignore[attr-defined]
    assert "Certificate" in capsys.readouterr().out


def test_the_first_two_blocks_set_up_and_run() -> None:
    """The first block runs the demonstration and the second the tests, each on one line."""
    job, tests = blocks("sh")[:2]

    assert job.count("\n") == 1
    assert "seeding demo" in job
    assert tests.count("\n") == 1
    assert "pytest" in tests


def test_links_lead_somewhere() -> None:
    """Every relative link of the README leads to a file."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [link for link in re.findall(r"\]\((?!http)([^)#]+)\)", text) if not (ROOT / link).exists()]

    assert missing == []
