"""Judgements: what each result is taken to say. They are made once, in assess, and everything after it reads them.

A :class:`Verdict` is one row of ``verdicts.csv``: a question, its answer, and the rows of the table of estimates on
which it rests. Text, tables and figures ask ``verdict.shown`` and compare nothing. Each question has answers of its
own; ``unknown`` is one of every question, with the reason beside it, and is never told as any other.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.answers import ANSWERS, UNKNOWN, About, Question, Reason
from analysis.estimates import KEY, pick
from analysis.steps import Problem, again, canonical_json
from analysis.tables import validated, write_csv

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

MISSING = float("nan")
# The values of a row of the table of estimates in the columns of its key, which pick it and no other.
RowKey = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One judgement. It answers each name of an answer to its question with yes or no: ``verdict.ruled_out``.

    Attributes
    ----------
    about : About
        What is judged.
    subject : str
        Its name in the study: an outcome, a synthesis, a question, a test.
    check : str
        What of it, where there are several: a check, a design, a site, an arm, an indicator; empty otherwise.
    question : Question
    verdict : str
        One of the question's ``ANSWERS``, or ``unknown``.
    margin : float
        The change beside which it was judged, in per cent or points; missing where the question has none.
    rule : str
        The name of the rule, a function of ``analysis.assess.verdicts.rules``.
    estimates : tuple
        The keys of the rows of the table of estimates that it rests on.
    reason : str
        A code of ``Reason`` where it is unknown, or where an answer rests on too few clusters.
    simulated : bool
        Whether any of these rows is.
    data_digest : str
        Theirs; several, with blanks between, where they rest on different data.
    """

    about: About
    subject: str
    question: Question
    verdict: str
    rule: str
    check: str = ""
    margin: float = MISSING
    estimates: tuple[RowKey, ...] = ()
    reason: str = ""
    simulated: bool = False
    data_digest: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in (UNKNOWN, *ANSWERS[self.question]):
            raise ValueError(f"`{self.verdict}` is no answer to the question {self.question}")

    def __getattr__(self, name: str) -> bool:
        # While a copy is made, nothing of it is there yet.
        question = vars(self).get("question")
        if question is not None and name in ANSWERS[question]:
            return bool(self.verdict == name)
        raise AttributeError(f"`{name}` is no answer to the question `{question}`")

    def __dir__(self) -> list[str]:
        """What a template may ask it: the answers to its question among them."""
        return [*super().__dir__(), *ANSWERS[self.question]]

    @property
    def unknown(self) -> bool:
        """Whether nobody can tell."""
        return self.verdict == UNKNOWN

    @property
    def known(self) -> bool:
        """Whether there is an answer."""
        return not self.unknown

    @property
    def clear(self) -> bool:
        """Of a direction: whether it is known and clear."""
        return bool(self.fell or self.rose)

    @property
    def kept(self) -> bool:
        """Of a check or a design: whether what was found, a change or none, is found there too."""
        return bool(self.survives or self.stays_unclear)

    @property
    def lost(self) -> bool:
        """Of a check or a design: whether it finds something else."""
        return self.known and not self.kept


class Verdicts:
    """All judgements of a study, to be asked."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._all = tuple(verdicts)
        self._by: dict[tuple[str, str], list[Verdict]] = {}
        self._of_rows: dict[tuple[str, RowKey], Verdict] = {}
        for each in self._all:
            if each.about == About.ESTIMATE:
                self._of_rows[each.question, each.estimates[0]] = each
            else:
                self._by.setdefault((each.subject, each.question), []).append(each)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self._all)

    def of(self, subject: str, question: str, check: str = "", about: str = "") -> Verdict:
        """The one judgement with these labels.

        Parameters
        ----------
        subject : str
            An outcome, a synthesis, a question or a test, by its name in the study.
        question : str
            One of :class:`Question`.
        check : str
            A check, a design, a site, an arm or an indicator, where it is one of them that is judged.
        about : str
            One of :class:`About`, where a name alone is not enough.

        Raises
        ------
        Problem
            When there is none, or several answer.
        """
        rows = [each for each in self.each(subject, question, about) if each.check == check]
        if len(rows) == 1:
            return rows[0]
        where = f"{subject}, {question}{f', {check}' * bool(check)}"
        if rows:
            kinds = ", ".join(each.about for each in rows)
            raise Problem(f"Of the verdicts {len(rows)} answer to {where}: {kinds}.", "say about which of them")
        raise Problem(f"There is no verdict on {where}.", f"correct the name, or judge it again: run `{again()}`")

    def each(self, subject: str, question: str, about: str = "") -> tuple[Verdict, ...]:
        """All judgements of a subject on one question, whatever the check, in the order of the plan."""
        verdicts = self._by.get((subject, Question(question)), [])
        return tuple(each for each in verdicts if about in ("", each.about))

    def of_row(self, row: "pd.Series[Any]", question: str = "direction") -> Verdict:
        """The judgement on one row of the table of estimates.

        Raises
        ------
        Problem
            When the row was not judged: it has no change, such as a mean.
        """
        key = key_of(row)
        if (question, key) not in self._of_rows:
            raise Problem(f"The row {', '.join(key)} has no verdict on {question}.", "judge a row that holds a change")
        return self._of_rows[question, key]


def key_of(row: "pd.Series[Any]") -> RowKey:
    """The key of a row of the table of estimates."""
    return tuple(str(row[column]) for column in KEY)


def rows_of(verdict: Verdict, estimates: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the table of estimates that a judgement rests on."""
    import pandas as pd

    rows = [pick(estimates, **dict(zip(KEY, key, strict=True))) for key in verdict.estimates]
    return pd.concat(rows) if rows else estimates.iloc[:0]


COLUMNS = [
    "study", "about", "subject", "check", "question", "verdict", "margin", "rule", "estimates", "reason", "simulated",
    "plan_digest", "data_digest",
]  # fmt: skip


def write_verdicts(path: Path, verdicts: Iterable[Verdict], study: str, plan_digest: str) -> None:
    """Write the table of verdicts, whose `estimates` is a JSON list of keys of the table of estimates."""
    import pandas as pd

    rows = [
        vars(each) | {"estimates": canonical_json(each.estimates), "study": study, "plan_digest": plan_digest}
        for each in verdicts
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    typed = frame.astype({"margin": float, "simulated": bool})
    write_csv(path, validated(typed, _contract(), "the table of verdicts"))


def read_verdicts(path: Path) -> Verdicts:
    """Read the table of verdicts back from its CSV."""
    import pandas as pd

    text = dict.fromkeys(set(COLUMNS) - {"margin", "simulated"}, str)
    table = pd.read_csv(path, dtype=text, keep_default_na=False, na_values={"margin": [""]})
    table = validated(table.astype({"margin": float}), _contract(), str(path))
    return Verdicts(_verdict(row) for row in table.to_dict("records"))


def _verdict(row: "dict[Any, Any]") -> Verdict:
    keys = tuple(tuple(key) for key in json.loads(row["estimates"]))
    own = {name: row[name] for name in COLUMNS if name not in ("study", "plan_digest")}
    typed = {"about": About(row["about"]), "question": Question(row["question"]), "estimates": keys}
    return Verdict(**own | typed)


def _contract() -> "type[pa.DataFrameModel]":
    import pandas as pd
    import pandera.pandas as pa

    class Contract(pa.DataFrameModel):
        """Types and rules of the table of verdicts."""

        about: str = pa.Field(isin=list(About))
        subject: str
        question: str = pa.Field(isin=list(Question))
        margin: float = pa.Field(nullable=True, gt=0)
        rule: str = pa.Field(str_length={"min_value": 1})
        reason: str = pa.Field(isin=["", *Reason])
        simulated: bool
        plan_digest: str = pa.Field(str_length=64)

        @pa.dataframe_check(description="an answer to its question")
        def answers(cls, frame: "pd.DataFrame") -> "pd.Series[bool]":
            pairs = zip(frame["question"], frame["verdict"], strict=True)
            answered = [verdict in (UNKNOWN, *ANSWERS.get(Question(question), ())) for question, verdict in pairs]
            return pd.Series(answered, index=frame.index, dtype=bool)

        @pa.dataframe_check(description="what is unknown has a reason")
        def reasons(cls, frame: "pd.DataFrame") -> "pd.Series[bool]":
            return (frame["verdict"] != UNKNOWN) | (frame["reason"] != "")

        @pa.dataframe_check(description="one row per subject, check and question")
        def unique(cls, frame: "pd.DataFrame") -> "pd.Series[bool]":
            # A check's name does not tell the rows of the table of estimates apart; their own key does.
            rows = frame["estimates"].where(frame["about"] == About.ESTIMATE, "")
            return ~frame.assign(rows=rows).duplicated(["about", "subject", "check", "question", "rows"])

    return Contract
