"""What a run says where no step could: the essence of what Snakemake prints."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'InputFunctionException in rule a in file "x/prepare.smk", line 3:\nError:\n  MemoryError: Too much.\n'
            'Wildcards:\n\nTraceback:\n  File "x/contents.smk", line 34, in contents',
            "MemoryError: Too much",
        ),
        (
            'InputFunctionException in rule a in file "x/a.smk", line 3:\nError:\n  Problem: It is wrong.\n'
            "  To mend it: put it right\nWildcards:\n\nTraceback:\n",
            "Problem: It is wrong. To mend it: put it right",
        ),
        (
            "Traceback (most recent call last):\n  File x\nOSError: [Errno 5] Input/output error.\n",
            "OSError: [Errno 5] Input/output error",
        ),
        (
            "MissingInputException in rule a:\nMissing input files:\n  data/x.csv",
            "MissingInputException in rule a: Missing input files: data/x.csv",
        ),
    ],
)  # fmt: skip
def test_the_essence_of_what_snakemake_says(root: Path, text: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])  # the script puts its own folder there
    spec = importlib.util.spec_from_file_location("run", root / "workflow/run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.essence(text) == told
