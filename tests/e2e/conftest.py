"""A clean copy of the project, built once: what somebody has who cloned it and ran `make paper`."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.clone import Clone, fresh


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Both papers, built from a clean copy; not to be changed."""
    clone = fresh(tmp_path_factory.mktemp("built"))
    for study in ("default", "evidence"):
        done = clone.make("paper", f"STUDY={study}")
        assert done.returncode == 0, done.stdout
        (clone.folder / f"{study}.txt").write_text(done.stdout, encoding="utf-8")
    return clone


@pytest.fixture
def copy(built: Clone, tmp_path: Path) -> Clone:
    """A copy of the built project that a test may change."""
    shutil.copytree(built.folder, tmp_path / "copy", symlinks=True)
    return Clone(tmp_path / "copy")
