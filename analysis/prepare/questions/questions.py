"""The practices that can answer each question, and what was left out and why.

``python -m analysis.prepare.questions.questions --help``
"""

from pathlib import Path

from analysis.plan.practices import Gradient, Growth, Inequality, Questions, Trend
from analysis.prepare.contract.series import check_series
from analysis.prepare.questions import question_frames as frames
from analysis.prepare.questions.practices import Frame, LeftOpen, OpenPractices
from analysis.steps import Problem, command, write_json
from analysis.tables import Lineage, read_table, union, write_table


def questions(
    *, measures: Path, register: Path, questions: Questions, smallest_list: float, cluster: str, fewest: int, out: Path
) -> None:
    """Make of the practice measures one table per question, ready for its model.

    Parameters
    ----------
    measures : Path
        Practice measures, one row per practice, year and measure (Parquet).
    register : Path
        Practices with their commissioner and region (Parquet).
    questions : dict
        The questions by name, as JSON.
    smallest_list : float
        Practices with fewer registered patients are left out.
    cluster : str
        ``commissioner`` or ``region``: what standard errors are clustered by.
    fewest : int
        A question is left open when fewer practices than this can answer it.
    out : Path
        Folder for NAME.parquet, one per question and empty where it was left open, and for questions.json: the state
        of each question, the reason where it was left open, and how many practices were left out and why.

    Raises
    ------
    Problem
        When a question compares years across a break in the series, or no question can be answered.
    """
    values, lineage = read_table(measures)
    clusters, registered = read_table(register)
    practices = OpenPractices(values, clusters, smallest_list, cluster, fewest)
    frames = {name: framed(practices, name, question) for name, question in questions.items()}
    _check_answerable(frames)
    every, measured = union(lineage, registered), set(values["dataset"])
    for name, frame in frames.items():
        write_table(out / f"{name}.parquet", frame.rows.reset_index(), behind(every, measured, frame.datasets))
    write_json(out / "questions.json", {name: frame.record() for name, frame in frames.items()})


def framed(practices: OpenPractices, name: str, question: Gradient | Trend | Inequality | Growth) -> Frame:
    """The rows that answer a question, or the reason why nothing does.

    Raises
    ------
    Problem
        When the question compares years across a break in the series.
    """
    if isinstance(question, Trend | Growth):
        compared = [question.outcome, *(["list_size"] if isinstance(question, Growth) else [])]
        for measure in compared:
            check_series(practices.values, measure, question.first, question.last, name)
    try:
        match question:
            case Gradient():
                return frames.gradient(practices, question)
            case Trend():
                return frames.trend(practices, question)
            case Inequality():
                return frames.inequality(practices, question)
            case Growth():
                return frames.growth(practices, question)
    except LeftOpen as reason:
        return Frame.left_open(str(reason))


def _check_answerable(frames: dict[str, Frame]) -> None:
    if all(frame.reason for frame in frames.values()):
        reasons = "; ".join(f"{name}: {frame.reason}" for name, frame in frames.items())
        raise Problem(
            f"None of the study's questions can be answered from the data on disk ({reasons}).",
            "run `make pull STUDY=<name>`, or put the files where data/raw/datasets.yaml says",
        )


def behind(lineage: Lineage, measured: set[str], used: frozenset[str]) -> Lineage:
    """The data sets behind some rows: those that the rows name, and those that hold facts on practices and no measure.

    Rows that name a data set which the lineage does not know descend from all of it.
    """
    if used - {source.id for source in lineage.sources}:
        return lineage
    return Lineage(tuple(each for each in lineage.sources if each.id in used or each.id not in measured))


if __name__ == "__main__":
    command(questions)
