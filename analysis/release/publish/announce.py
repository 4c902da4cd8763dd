"""Say where the paper is and what it found.

``python -m analysis.release.publish.announce --help``
"""

from pathlib import Path

from analysis.present.document.questioned_table import decisive
from analysis.release.publish.sums import damaged
from analysis.release.publish.version import DRAFT
from analysis.steps import Problem, again, command, read_json

# The exit code of a paper that was published without a part of its plan; 1 is an error, 2 a wrong command line.
PARTIAL = 3


# So many questions about the data are told here; `make check-data` tells all.
MOST = 3


def announce(*, published: Path, questioned: Path | None = None, influence: Path | None = None) -> None:
    """Print where the released paper stands and its headline findings, after checking that it is whole.

    Parameters
    ----------
    published : Path
        What the publish step wrote.
    questioned : Path, optional
        What was asked about the data; a study without pilots has no such file.
    influence : Path, optional
        Whether one practice decides a finding; a study without counts has no such file.

    Raises
    ------
    Problem
        When a file of the release is missing or was changed.
    SystemExit
        With 3 where the paper is partial: a part of the plan could not be estimated.
    """
    record = read_json(published)
    folder = Path(record["folder"])
    wrong = damaged(folder)
    if wrong:
        remove = f"rm -r {folder} {published}" if folder.exists() else f"rm {published}"
        raise Problem(
            f"The release {folder} is not whole: {wrong[0]} is missing or was changed.", f"`{remove} && {again()}`"
        )
    draft = record["version"] == DRAFT
    print("\nDraft of the paper, not released:" if draft else f"\nVersion {record['version']} of the paper:")
    for name in ("paper.html", "paper.pdf", "paper.docx"):
        print(f"  {folder / name}")
    print("\nHeadline findings:")
    for number, headline in enumerate(record["headlines"], start=1):
        print(f"  {number}. {headline}")
    ask(read_json(questioned)["questions"] if questioned and questioned.is_file() else [])
    for each in decisive(read_json(influence) if influence and influence.is_file() else {}, {}):
        print(
            f"\nOne practice decides what is found for {each.label}: without {each.practice} the change is "
            f"{each.without} and not {each.estimate}, which lies outside the interval without it."
        )
    if record["partial"]:
        count = record["not_estimated"]
        what = "1 estimate" if count == 1 else f"{count} estimates"
        print(f"\nPartial: {what} of the plan could not be made; see {folder / 'not_estimated.csv'}")
        raise SystemExit(PARTIAL)


def ask(questions: list[dict[str, str]]) -> None:
    """Print what was asked about the data: the first questions, and how many there are."""
    if questions:
        print(f"\nQuestions about the data: {len(questions)}")
    for each in questions[:MOST]:
        print(f"  ? {each['table']}: {each['sentence']}")
    if len(questions) > MOST:
        print(f"  {len(questions) - MOST} more: `{again('check-data')}` tells all.")


if __name__ == "__main__":
    command(announce)
