"""What starting each step costs: processor time of importing it, less Python's own, and the heavy libraries it loads.

``python tests/bench/imports.py`` looks at every module of `analysis` that is a command. A step imports what it uses
when it uses it, so that none should load a heavy library before it runs.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = [
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "diff_diff",
    "duckdb",
    "matplotlib",
    "pyarrow",
    "pandera",
    "pydantic",
]
LOADED = f"import sys; print(*[name for name in {HEAVY} if name in sys.modules])"


def used(code: str) -> tuple[float, str]:
    """Processor seconds of a fresh Python and what it prints, the better of two."""
    runs = []
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            sys.exit(f"failed: {code}")
        runs.append((usage.ru_utime + usage.ru_stime, text.strip()))
    return min(runs)


if __name__ == "__main__":
    steps = [path for path in sorted((ROOT / "analysis").rglob("*.py")) if "\n    command(" in path.read_text("utf-8")]
    empty, _ = used("pass")
    print("| step | import, s | heavy libraries |\n|---|---:|---|")
    for path in steps:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        seconds, loaded = used(f"import {module}; {LOADED}")
        print(f"| {module} | {max(0, seconds - empty):.2f} | {loaded.replace(' ', ', ')} |", flush=True)
