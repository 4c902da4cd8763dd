"""What is asked about survey shares: beside the practice's other waves and the other practices."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.prepare.check_data.outliers import limit, scores, standing_out
from analysis.prepare.check_data.plausible import alike_names, question, thin_times
from analysis.prepare.contract.faults import Question, number
from analysis.prepare.contract.raw_files import Raw
from analysis.wording import plural

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 5


def survey_questions(survey: Raw, practices: Raw | None, odd: float) -> list[Question]:
    """What is asked about the table of the survey.

    Parameters
    ----------
    survey : Raw
        Shares by practice, wave and item; a row that is broken is not looked at.
    practices : Raw, optional
        For the sizes of the lists.
    odd : float
        From where on a value stands out, see :mod:`analysis.prepare.check_data.outliers`.
    """
    questions = [*alike_names(survey, "item"), *thin_times(survey, "wave", "item")]
    good = survey.frame[survey.frame["value"].between(0, 1) & (survey.frame["responses"] > 0)]
    good = good.drop_duplicates(["practice_id", "wave", "item"])
    for item, rows in good.groupby("item", sort=True):
        questions += [*_constant(survey, str(item), rows), *_shares(survey, str(item), rows, odd)]
    return questions + _responses(survey, good, practices, odd)


def _constant(survey: Raw, item: str, rows: "pd.DataFrame") -> list[Question]:
    """Waves in which every practice answered alike."""
    waves = rows.groupby("wave")["value"].agg(["nunique", "size", "first"])
    same = waves[(waves["nunique"] == 1) & (waves["size"] >= FEWEST)]
    if same.empty:
        return []
    found = f"all {same['size'].iloc[0]} practices have {item} {number(same['first'].iloc[0])} in {same.index[0]}"
    there = rows.index[rows["wave"].isin(same.index)]
    return [question(survey, "constant", "value", there, found, f"every practice in {same.index[0]}")]


def _shares(survey: Raw, item: str, rows: "pd.DataFrame", odd: float) -> list[Question]:
    """Shares that stand out from the wave, or whose change since the wave before stands out."""
    # The arcsine of the root of a share spreads alike whatever the share (Anscombe 1948).
    angles = rows.assign(row=rows.index, angle=2 * np.arcsin(np.sqrt(rows["value"])))
    wide = angles.pivot(index="practice_id", columns="wave", values="angle")
    rows_at = angles.pivot(index="practice_id", columns="wave", values="row").to_numpy()
    values = wide.to_numpy("float64")
    if len(values) < FEWEST:
        return []
    change = np.diff(values, axis=1)
    far = np.zeros_like(values)
    for at in range(values.shape[1]):
        far[:, at] = np.abs(scores(values[:, at], least=0.05))
    for at in range(change.shape[1]):
        # Of two waves that differ so, the one is told that is further from its peers.
        moved = np.abs(scores(change[:, at], least=0.05))
        later = far[:, at + 1] >= far[:, at]
        far[:, at + 1] = np.maximum(far[:, at + 1], np.where(later, moved, 0))
        far[:, at] = np.maximum(far[:, at], np.where(later, 0, moved))
    outlying = np.argwhere(far > limit(int(np.isfinite(values).sum()), odd))
    if not len(outlying):
        return []
    unit, at = divmod(int(far.argmax()), far.shape[1])
    place = f"practice {wide.index[unit]} in {wide.columns[at]}"
    usual = float(np.sin(np.nanmedian(values[:, at]) / 2) ** 2)
    sentence = (
        f"{place} has {item} {number(float(np.sin(values[unit, at] / 2) ** 2))}, the middle practice {number(usual)}"
    )
    sentence += f"; {len(outlying)} values stand out so" * (len(outlying) > 1)
    return [
        question(survey, "share", "value", [int(rows_at[unit, at]) for unit, at in outlying.tolist()], sentence, place)
    ]


def _responses(survey: Raw, good: "pd.DataFrame", practices: Raw | None, odd: float) -> list[Question]:
    """Numbers of responses that stand out, or that no list could give."""
    if len(good) < FEWEST:
        return []
    questions, responses = [], good["responses"].to_numpy("float64")
    far = standing_out(np.log(responses), odd, least=0.1)
    if practices is not None:
        lists = practices.frame.drop_duplicates("practice_id").set_index("practice_id")["list_size"]
        more = (good["responses"] > good["practice_id"].map(lists)).to_numpy()
        if more.any():
            row = good.iloc[int(np.flatnonzero(more)[0])]
            place = f"practice {row['practice_id']} in {row['wave']}"
            found = f"{place} has {_answers(row['responses'])} and a list of {number(lists[row['practice_id']])}"
            questions.append(question(survey, "responses", "responses", good.index[more], found, place))
            far &= ~more
    if far.any():
        row = good[far].iloc[int(np.abs(np.log(responses[far] / np.median(responses))).argmax())]
        place, middle = f"practice {row['practice_id']} in {row['wave']}", float(np.median(responses))
        found = f"{place} has {_answers(row['responses'])}, the middle practice {number(middle)}"
        questions.append(question(survey, "value", "responses", good.index[far], found, place))
    return questions


def _answers(responses: float) -> str:
    return f"{number(responses)} {plural(responses, 'response')}"
