"""Build the documentation without Quarto: ``python docs/build.py``.

quartodoc writes the reference as Markdown; the pandoc of the lock file turns every page into HTML in the
paper's style. The result is in ``docs/site``.
"""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypandoc

DOCS = Path(__file__).resolve().parent
SITE, REFERENCE, STYLES = DOCS / "site", DOCS / "reference", DOCS.parent / "reports" / "styles"
OPTIONS = [
    "--from=markdown", "--to=html5", "--standalone", "--template=page.html", "--lua-filter=interlinks.lua", "--toc",
    "--toc-depth=3", "--syntax-highlighting=none", "--fail-if-warnings",
]  # fmt: skip


def main() -> None:
    """Build everything anew and say where it is."""
    for folder in (SITE, REFERENCE):
        shutil.rmtree(folder, ignore_errors=True)
    quartodoc = [sys.executable, "-m", "quartodoc", "build", "--config", "_quarto.yml"]
    subprocess.run(quartodoc, cwd=DOCS, check=True, stdout=subprocess.DEVNULL)
    copy_styles()
    sources = sorted([*DOCS.glob("*.md"), *REFERENCE.glob("*.qmd")])
    with ThreadPoolExecutor() as pool:
        pages = list(pool.map(page, sources))
    print(f"{len(pages)} pages: {SITE.relative_to(DOCS.parent) / 'index.html'}")


def copy_styles() -> None:
    """Put the paper's style sheet, its web fonts and the pictures beside the pages."""
    fonts = SITE / "styles" / "fonts"
    fonts.mkdir(parents=True)
    for font in (STYLES / "fonts").glob("*.woff2"):
        shutil.copyfile(font, fonts / font.name)
    for style in (STYLES / "policy.css", DOCS / "docs.css"):
        shutil.copyfile(style, SITE / "styles" / style.name)
    for picture in DOCS.glob("*.png"):
        shutil.copyfile(picture, SITE / picture.name)


def page(source: Path) -> Path:
    """Turn one source into a page at the same place below ``docs/site``."""
    place = source.relative_to(DOCS)
    out = SITE / place.with_suffix(".html")
    out.parent.mkdir(parents=True, exist_ok=True)
    own = [f"--variable=root:{'../' * (len(place.parts) - 1)}", f"--metadata=root:{'../' * (len(place.parts) - 1)}"]
    order = [pypandoc.get_pandoc_path(), *OPTIONS, *own, f"--metadata=pagetitle:{title(source)}"]
    subprocess.run([*order, f"--output={out}", str(place)], cwd=DOCS, check=True)
    return out


def title(source: Path) -> str:
    """The text of a page's first heading."""
    heading = source.read_text(encoding="utf-8").split("\n", 1)[0]
    return heading.removeprefix("# ").split(" {")[0]


if __name__ == "__main__":
    main()
