"""Which files of a folder count."""

from pathlib import Path

from analysis.release.publish.version import versioned_files

# Folders in reports/ that hold what was built.
BUILT = {"releases", "drafts"}


def files_below(*folders: str) -> list[str]:
    """Every file below some folders that tells the version; earlier releases and drafts do not."""
    return [str(path) for path in versioned_files(map(Path, folders)) if not BUILT & set(path.parts)]
