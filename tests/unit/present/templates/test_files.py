"""What an author writes is read as text, and an include of what is not there is told with its line."""

import re
from pathlib import Path

import pytest

from analysis.present.templates.files import included, read_source
from analysis.steps import Problem


def written(folder: Path, content: bytes) -> Path:
    path = folder / "reports" / "sections" / "room" / "one.qmd.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content", [b"a\nb \xc3\xa9\n", b"a\r\nb \xc3\xa9\r\n", b"\xef\xbb\xbfa\nb \xc3\xa9\n", b"a\rb \xc3\xa9\r"]
)
def test_text_is_the_same_however_an_editor_saves_it(tmp_path: Path, content: bytes) -> None:
    assert read_source(written(tmp_path, content), tmp_path) == "a\nb é\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a\ncaf\xe9\n", "line 2: the byte 0xe9 is no UTF-8"),
        ("a\n".encode("utf-16"), "line 1: the byte 0xff is no UTF-8"),
        (b"a\nb\x00c\n", r"line 2: there is a sign that nobody sees, U\+0000"),
        ("a\n\nb\u202ec".encode(), r"line 3: there is a sign that nobody sees, U\+202E"),
    ],
)
def test_what_is_no_text_is_told_with_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(Problem, match=rf"one\.qmd\.j2, {told}"):
        read_source(written(tmp_path, content), tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"<# nothing\nyet #>\n", b"<!-- later -->\n<# #>"])
def test_a_section_without_text_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Problem, match=r"one\.qmd\.j2 says nothing"):
        read_source(written(tmp_path, content), tmp_path)


def test_nothing_is_read_from_elsewhere(tmp_path: Path) -> None:
    path, reports = written(tmp_path, b"x"), tmp_path / "reports"
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (reports / "shared.md").write_text("shared", encoding="utf-8")
    path.unlink()
    path.symlink_to(reports / "shared.md")
    assert read_source(path, reports) == "shared"
    for target, told in (("secret.txt", "a link that leads out"), ("nothing", "no ordinary file")):
        path.unlink()
        path.symlink_to(tmp_path / target)
        with pytest.raises(Problem, match=told):
            read_source(path, reports)
    path.unlink()
    path.mkdir()
    with pytest.raises(Problem, match="no ordinary file"):
        read_source(path, reports)


@pytest.mark.parametrize(
    ("include", "told"),
    [
        ("sections/room/on.qmd", "write one.qmd, which is there"),
        ("/sections/room/other.qmd", "write .*other.qmd.j2"),
        ("sections/nowhere/one.qmd", "write .*nowhere/one.qmd.j2"),
        ("/notes.md", "write .*notes.md.j2"),
    ],
)
def test_a_section_that_is_not_there_is_told_where_it_is_included(tmp_path: Path, include: str, told: str) -> None:
    written(tmp_path, b"x")
    document = tmp_path / "reports" / "paper.qmd"
    document.write_text(f"\n\n{{{{< include {include} >}}}}\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"paper\.qmd, line 3: there is no section") as caught:
        list(included(document.read_text(encoding="utf-8"), document, document.parent))
    assert re.search(told, caught.value.mend)


def test_what_steps_make_is_left_out_and_what_leaves_its_folder_is_refused(tmp_path: Path) -> None:
    template = written(tmp_path, b"x")
    document = tmp_path / "reports" / "paper.qmd"
    document.touch()
    text = "{{< include /figures/a.md >}}\n{{< include /tables/b.md >}}\n{{< include sections/room/one.qmd >}}\n"
    assert list(included(text, document, document.parent)) == [template]
    document.write_text("\n{{< include /../../etc/passwd >}}", encoding="utf-8")
    with pytest.raises(Problem, match=r"paper\.qmd, line 2: the include /\.\./\.\./etc/passwd leaves its folder"):
        list(included(document.read_text(encoding="utf-8"), document, document.parent))


def test_a_section_that_stands_there_twice_is_told(tmp_path: Path) -> None:
    template = written(tmp_path, b"x")
    template.with_suffix("").write_text("y", encoding="utf-8")
    with pytest.raises(Problem, match="there are two of one section"):
        list(included("{{< include one.qmd >}}", template, tmp_path / "reports"))
