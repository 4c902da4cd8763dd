"""What is asked about practices and sites: beside the other practices, and the other sites."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.months import month_number
from analysis.prepare.check_data.outliers import rank_correlation, scores, standing_out
from analysis.prepare.check_data.plausible import Kind, alike_names, question
from analysis.prepare.contract.faults import Question, number
from analysis.prepare.contract.raw_files import Raw
from analysis.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from analysis.prepare.check_data.outliers import Floats

# With fewer practices or sites nothing can be said to be usual.
FEWEST = 5
FEWEST_SITES = 4
# ASSUME: England has about 2,000 registered patients for each full-time GP, and no more than a few practices outside
# this range; where the middle practice lies outside, the columns hold something else.
PATIENTS_PER_GP = (500, 10_000)
# ASSUME: of so many practices, the larger ones have more GPs; a rank correlation below this is that of a column which
# was sorted or pasted without the other.
MANY, WITH_GPS = 20, 0.3


def _logs(values: "Floats") -> "Floats":
    """Logarithms; nought lies far below everything."""
    return np.log(np.where(values > 0, values, np.where(np.isnan(values), np.nan, 1e-9)))


def _logits(values: "Floats") -> "Floats":
    """Log odds of shares; none and all are as far as half a per cent."""
    inside = np.clip(values, 0.005, 0.995)
    return np.log(inside / (1 - inside))


# By column: the scale on which practices spread alike, and the least spread that is taken for real.
SCALES: "dict[str, tuple[Callable[[Floats], Floats], float]]" = {
    "list_size": (_logs, 0.1),
    "imd": (np.sqrt, 0.1),
    "gp_fte": (_logs, 0.1),
    "share_65plus": (_logits, 0.1),
}


def practice_questions(practices: Raw, odd: float) -> list[Question]:
    """What is asked about the table of practices; `odd` as in :mod:`analysis.prepare.check_data.outliers`."""
    questions = alike_names(practices, "region", misspelt=False)
    for column in SCALES:
        questions += _values(practices, column, odd) + _constant(practices, column)
    return questions + _patients_per_gp(practices, odd)


def _values(practices: Raw, column: str, odd: float) -> list[Question]:
    """Values that are far from those of the other practices."""
    scale, least = SCALES[column]
    values = practices.frame[column].to_numpy("float64")
    if np.isfinite(values).sum() < FEWEST:
        return []
    scaled = scale(values)
    outlying = np.flatnonzero(standing_out(scaled, odd, least))
    if not len(outlying):
        return []
    row = int(outlying[np.abs(scores(scaled, least))[outlying].argmax()])
    return [_outlying(practices, "value", column, outlying, row, values, float(np.nanmedian(values)))]


def _outlying(
    practices: Raw, kind: Kind, column: str, places: "npt.NDArray[np.intp]", row: int, values: "Floats", middle: float
) -> Question:
    place = f"practice {practices.frame['practice_id'].iloc[row]}"
    what = "patients for each full-time GP" if kind == "gps" else column
    sentence = f"{place} has {what} {number(values[row])}, the middle practice {number(middle)}"
    sentence += f"; {len(places)} practices stand out so" * (len(places) > 1)
    return question(practices, kind, column, practices.frame.index[places], sentence, place)


def _constant(practices: Raw, column: str) -> list[Question]:
    """Columns that tell practices apart, and hold one value."""
    values = practices.frame[column].dropna()
    if len(values) < FEWEST or values.nunique() > 1:
        return []
    found = f"all {len(values)} practices have {column} {number(values.iloc[0])}"
    return [question(practices, "constant", column, (), found, "every practice")]


def _patients_per_gp(practices: Raw, odd: float) -> list[Question]:
    """Lists that do not go with their GPs."""
    frame = practices.frame
    values = (frame["list_size"] / frame["gp_fte"].where(frame["gp_fte"] > 0)).to_numpy("float64")
    finite = np.isfinite(values)
    if finite.sum() < FEWEST:
        return []
    middle, (low, high) = float(np.median(values[finite])), PATIENTS_PER_GP
    if not low <= middle <= high:
        many = f"{number(middle)} {plural(middle, 'patient')}"
        found = f"the middle practice has {many} for each full-time GP; {low} to {high:,} are usual"
        return [question(practices, "gps", "list_size, gp_fte", (), found, "the middle practice")]
    together = rank_correlation(frame["list_size"].to_numpy("float64"), frame["gp_fte"].to_numpy("float64"))
    if finite.sum() >= MANY and together < WITH_GPS:
        found = f"gp_fte does not go with list_size: their rank correlation over practices is {together:.2f}"
        return [question(practices, "unrelated", "list_size, gp_fte", (), found, "every practice")]
    outlying = np.flatnonzero(standing_out(np.log(values), odd, least=0.1))
    # A list or a number of GPs that stands out by itself is asked about once.
    alone = any(_values(practices, name, odd) for name in ("list_size", "gp_fte"))
    if not len(outlying) or alone:
        return []
    row = int(outlying[np.abs(np.log(values[outlying] / middle)).argmax()])
    return [_outlying(practices, "gps", "list_size, gp_fte", outlying, row, values, middle)]


def site_questions(sites: Raw, practices: Raw) -> list[Question]:
    """What is asked about the table of sites."""
    frame, pilots = sites.frame, set(practices.frame["site_id"])
    questions = alike_names(sites, "model", misspelt=False)
    lacking = frame[~frame["site_id"].isin(pilots)]
    if len(lacking) and len(lacking) < len(frame):
        place = f"site {lacking['site_id'].iloc[0]}"
        questions.append(question(sites, "empty_site", "site_id", lacking.index, f"{place} has no practice", place))
    return questions + _starts(sites)


def _starts(sites: Raw) -> list[Question]:
    """A start whole years from that of all other sites: a slip in the year."""
    starts = sites.frame.loc[sites.frame["start_month"].str.fullmatch(r"\d{4}-\d{2}"), "start_month"]
    usual = starts.mode()
    if len(starts) < FEWEST_SITES or len(usual) != 1:
        return []
    odd = starts[starts != usual.iloc[0]]
    if len(odd) != 1 or (month_number(odd.iloc[0]) - month_number(usual.iloc[0])) % 12:
        return []
    place = f"site {sites.frame.loc[odd.index[0], 'site_id']}"
    found = f"{place} starts in {odd.iloc[0]}, and every other site in {usual.iloc[0]}"
    return [question(sites, "start", "start_month", odd.index, found, place)]
