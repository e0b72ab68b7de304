"""Write plans.json anew, or only the cases named: ``python tests/golden/write.py [NAME ...]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from golden_cases import CASES  # noqa: E402
from test_golden import golden  # noqa: E402

if __name__ == "__main__":
    path = HERE / "plans.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    for name in sys.argv[1:] or CASES:
        kept[name] = golden(name)
    # One line for each case, so that a change shows which of them changed.
    lines = [
        f"{json.dumps(name)}: {json.dumps(kept[name], ensure_ascii=False)}" for name in CASES if name in kept
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
