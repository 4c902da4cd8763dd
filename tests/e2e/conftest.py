"""A clean copy of the project, built once: what somebody has who cloned it and ran `make paper`."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.clone import Clone, fresh


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Clone:
    """Both papers, built from a clean copy; not to be changed. Tests that run side by side share them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "built"
    with alone(folder.with_suffix(".lock")):
        if not (folder / "evidence.txt").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            build(fresh(folder))
    return Clone(folder)


def build(clone: Clone) -> None:
    """Build both papers and keep what was said."""
    for study in ("default", "evidence"):
        done = clone.make("paper", f"STUDY={study}")
        assert done.returncode == 0, done.stdout
        (clone.folder / f"{study}.txt").write_text(done.stdout, encoding="utf-8")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other test process is in this block."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def copy(built: Clone, tmp_path: Path) -> Clone:
    """A copy of the built project that a test may change."""
    shutil.copytree(built.folder, tmp_path / "copy", symlinks=True)
    return Clone(tmp_path / "copy")
