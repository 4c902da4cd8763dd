"""A clean copy of the project in a folder of its own, with the environment of this one."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Clone:
    """A copy of the project in a folder of its own, with the environment of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the copy; standard error comes with the output."""
        path = f"{self.folder / '.venv/bin'}:{os.environ['PATH']}"
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run make; the environment is never touched from a copy."""
        return self.run("make", "--old-file", ".venv/installed", *words)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text in a file, which must hold it."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        """Add text at the end of a file."""
        with (self.folder / path).open("a", encoding="utf-8") as stream:
            stream.write(text)

    def write(self, path: str, text: str) -> None:
        """Write a file, and the folders above it where they are missing."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.folder / path).read_text(encoding="utf-8")


def fresh(folder: Path) -> Clone:
    """A copy of what git knows of, or would, without results and releases."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith("reports/releases/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return Clone(folder)
