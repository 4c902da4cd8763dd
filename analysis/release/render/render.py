"""Render an assembled Quarto project to HTML, PDF or Word with nothing but locked Python wheels.

    python -m analysis.release.render.render --source DIR --document paper.qmd --to pdf --out paper.pdf

The project stays a plain Quarto project: `quarto render` gives the same text and the same numbers.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.release.render.docx_reference import write_reference
from analysis.release.render.pandoc import run_pandoc
from analysis.release.render.pdf import compile_pdf
from analysis.release.render.project import Format, Project, read_project
from analysis.release.render.shortcodes import flatten
from analysis.steps import Problem, command, whole, write_text

_SETTINGS = ".metadata.json"
_SHARED = ["--from=markdown", "--wrap=none", f"--metadata-file={_SETTINGS}", "--number-sections", "--standalone"]
_FILTERS = ["--lua-filter=styles/quarto-compat.lua", "--lua-filter=styles/policy.lua", "--citeproc"]


def render(*, source: Path, document: str = "paper.qmd", to: Format, out: Path) -> None:
    """Render a document of an assembled project.

    Parameters
    ----------
    source : Path
        The project's folder: _quarto.yml, _cover.yml, _variables.yml, sections, figures, tables, styles.
        Nothing is written there.
    document : str
        The document in that folder.
    to : {"html", "pdf", "docx"}
        The format.
    out : Path
        The finished file, written whole or not at all.

    Raises
    ------
    Problem
        Anything that would leave a gap or a wrong link in the paper.
    """
    if not (source / document).is_file():
        raise Problem(f"There is no {document} in {source}.", "give --source the assembled project")
    with TemporaryDirectory() as place, whole(out.resolve()) as draft:
        folder = Path(place).resolve() / "project"
        shutil.copytree(source, folder)
        project = read_project(folder, to)
        text = flatten(folder, document, project.values)
        render_text(project, text, to, draft)


def render_text(project: Project, text: str, to: Format, out: Path) -> None:
    """Render a text whose shortcodes are resolved, with the settings of its project.

    Parameters
    ----------
    project : Project
        Settings and styles; nothing but these settings is written into its folder.
    text : str
        What :func:`flatten` gave.
    to : {"html", "pdf", "docx"}
        The format.
    out : Path
        The file.
    """
    write_text(project.folder / _SETTINGS, json.dumps(project.metadata))
    _RENDERERS[to](project, text, out)


def _html(project: Project, text: str, out: Path) -> None:
    own = [
        *_contents(project),
        "--to=html5",
        "--embed-resources",
        "--mathml",
        f"--template={project.options['template']}",
    ]
    _pandoc(project, text, [*own, "--email-obfuscation=none"], out)


def _pdf(project: Project, text: str, out: Path) -> None:
    between = project.folder / ".paper.typ"
    _pandoc(project, text, [*_contents(project), "--to=typst", "--template=styles/policy.typst"], between)
    compile_pdf(between, out, project.epoch)


def _docx(project: Project, text: str, out: Path) -> None:
    reference = project.folder / "styles" / "reference.docx"
    write_reference(project.folder, reference)
    own = ["--to=docx", f"--reference-doc={reference}", "--lua-filter=styles/docx-contents.lua"]
    _pandoc(project, text, own, out)


def _pandoc(project: Project, text: str, own: list[str], out: Path) -> None:
    run_pandoc([*_SHARED, *_layout(project), *_FILTERS, *own, f"--output={out}"], project.folder, project.epoch, text)


def _contents(project: Project) -> list[str]:
    return ["--toc"] if project.options.get("toc") == "true" else []


def _layout(project: Project) -> list[str]:
    options = project.options
    return [
        f"--toc-depth={options.get('toc-depth', 3)}",
        f"--shift-heading-level-by={options.get('shift-heading-level-by', 0)}",
        f"--default-image-extension={options.get('default-image-extension', 'png')}",
    ]


_RENDERERS: dict[Format, Callable[[Project, str, Path], None]] = {"html": _html, "pdf": _pdf, "docx": _docx}

if __name__ == "__main__":
    command(render)
