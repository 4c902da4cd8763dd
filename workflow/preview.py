"""Show an edited section for make: ``python workflow/preview.py``, with STUDY and SECTION in the environment.

Templates are rendered anew from the results that are there: no model runs, and nothing is released.
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from analysis.commands.arguments import flat, read_arguments  # noqa: E402
from analysis.plain_text import escaped_plan  # noqa: E402
from analysis.present.document.sections import sections  # noqa: E402
from analysis.release.assemble.document import check_document  # noqa: E402
from analysis.release.render.preview import lay_over, named, preview  # noqa: E402
from analysis.steps import Problem, again, leave, tell  # noqa: E402
from analysis.study import read_study, study_path  # noqa: E402

SECTIONS = "present_sections"


def main() -> int:
    """Write the page and say where it is; with Quarto on PATH, start its preview of the project instead."""
    os.umask(0o077)
    try:
        study = read_study(study_path(os.environ.get("STUDY", "default")))
        results, section = Path("results", study.name), os.environ.get("SECTION", "")
        out, project = results / "preview", results / "preview" / "project"
        source = assembled(results)
        check_document(study)
        render_templates(results / "steps" / f"{SECTIONS}.json", out)
        shutil.rmtree(project, ignore_errors=True)
        lay_over(source, Path("reports"), out, project, study.release.document)
        if quarto := shutil.which("quarto"):
            os.execv(quarto, [quarto, "preview", str(project / study.release.document)])
        section = named(section, project) if section else ""
        page = out / f"{section.replace('/', '-') or Path(study.release.document).stem}.html"
        preview(project, study.release.document, section, page)
        print(f"The text as it is now, over the results of the last run: {page}")
        return 0
    except BaseException as error:
        return tell(error)


def assembled(results: Path) -> Path:
    """The project that was assembled last, for a release or a draft."""
    made = [path for kind in ("release", "draft") if (path := results / kind / "source").is_dir()]
    if not made:
        raise Problem(f"There is no paper of this study yet: {results} holds none.", f"run `{again()}` first")
    return max(made, key=lambda path: (path.parent / "source.sha256").stat().st_mtime)


def render_templates(arguments: Path, out: Path) -> None:
    """Render the templates of the paper as its own step would, beside its results."""
    step = flat(sections)
    given = {name: escaped_plan(value) for name, value in read_arguments(step, arguments).items()}
    step(**given | {"out": out / "sections.json", "addresses": out / "addresses.json"})


if __name__ == "__main__":
    leave(main())
