"""Drafts that a killed process left behind where it was about to write a whole file."""

import os
import re
import shutil
from pathlib import Path


def sweep(folder: Path) -> None:
    """Remove the drafts that killed processes left below a folder; those of running ones stay.

    Parameters
    ----------
    folder : Path
        Where :func:`analysis.steps.whole` wrote; nothing happens where it is missing.
    """
    for path in sorted(folder.rglob(".*-*"), reverse=True):
        match = re.match(r"\.(\d+)-", path.name)
        if not match or _running(int(match[1])):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
