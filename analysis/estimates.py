"""The one tidy table that every model writes and everything after it reads.

A model returns :class:`Estimate` rows; ``write_part`` keeps them with their lineage;
:mod:`analysis.estimate.table` joins the parts and adds what only the whole study knows. On the scale ``ratio`` the
estimate and its interval are ratios and ``std_error`` is that of the log ratio; on ``points`` and ``difference`` all
are in the unit itself. On ``level`` the estimate is a mean and no change: per cent for a share, events per 1,000 for a
count.

Where clusters are too few for clustered errors (:mod:`analysis.plan.clusters`) no row holds any. Such a row without a
standard error has the interval and the p-value of randomisation inference, or none where assignments are too few.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import reduce
from importlib.machinery import ModuleSpec
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from analysis.plan.clusters import too_few
from analysis.reasons import NotEstimable, Why, read_why
from analysis.steps import Problem, again
from analysis.tables import Lineage, validated, write_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pandera.pandas as pa
    from numpy.typing import NDArray

Scale = Literal["ratio", "difference", "points", "level", "rate", "pounds", "statistic"]
MISSING = float("nan")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One row of the table, as a model knows it.

    Attributes
    ----------
    term : str
        What is estimated: ``effect``, ``period`` (an event-study coefficient), ``pre_trend`` (joint test),
        ``pre_trend_slope``,
        ``pooled``, ``tau2``, ``i2``, ``study`` (one published estimate), ``arm_mean``, ``arm_effect`` (an arm against
        the reference arm; `subgroup` names it), or a column of a published specification; of a question to
        practice-level data ``slope``, ``mean``, ``fitted``, ``gap`` and others that its model names.
    horizon : str
        When: ``after``, or the event-study period relative to the start, or a study's id, or a year; for ``mean`` and
        ``fitted`` of a cross-section the value of the exposure.
    scale : {"ratio", "difference", "points", "level", "rate", "pounds", "statistic"}
        The unit of the estimate and its interval; a rate is events per person and year; pounds are per 1,000
        patients a year.
    baseline : float
        Level before the start in the pilot group, in the outcome's own unit; missing where it has none.
    treated_clusters, comparison_clusters : int
        Clusters that the intervention reaches, and those that it does not; 0 where the estimate is no comparison of
        clusters. Where they are too few, :func:`write_part` drops what is clustered.
    expected : float
        Events per 1,000 patients a year that the pilot group would have had after the start without the pilots, by the
        model: what a ratio is told in events of. Missing where nobody worked it out.
    """

    outcome: str
    population: str
    design: str
    estimator: str
    term: str
    scale: Scale
    estimate: float
    std_error: float = MISSING
    ci_low: float = MISSING
    ci_high: float = MISSING
    p_value: float = MISSING
    n_obs: int = 0
    n_units: int = 0
    n_clusters: int = 0
    treated_clusters: int = 0
    comparison_clusters: int = 0
    baseline: float = MISSING
    expected: float = MISSING
    horizon: str = "after"
    subgroup: str = "all"
    specification: str = "primary"


@dataclass(frozen=True, kw_only=True)
class NotEstimated:
    """An estimate of the plan that could not be made, and why; the other names are those of :class:`Estimate`.

    Attributes
    ----------
    reason : str
        A :class:`~analysis.reason_codes.ReasonCode`.
    reason_values : str
        What its words need, as canonical JSON.
    step, data_digest : str
        The module that tried, and the data that it had; known once all parts are joined.
    """

    outcome: str
    design: str
    reason: str
    reason_values: str = "{}"
    estimator: str = ""
    specification: str = "primary"
    subgroup: str = "all"
    step: str = ""
    data_digest: str = ""

    @classmethod
    def of(cls, why: Why, **labels: str) -> "NotEstimated":
        """The row of a reason."""
        return cls(reason=why.code, reason_values=why.text, **labels)

    @property
    def why(self) -> Why:
        """The reason with its values."""
        return read_why(self.reason, self.reason_values, "not_estimated.csv")


Row = Estimate | NotEstimated
# By outcome's name in the study, its measure in the activity table.
Measures = dict[str, str]


def attempt(make: Callable[[], Sequence[Row]], **labels: str) -> list[Row]:
    """The rows that `make` returns; where the data do not let it, one row that says why.

    Anything else that is wrong, such as a damaged file, is no reason of a paper, and stops the step.

    Parameters
    ----------
    make : callable
        Fits one model and returns its rows.
    **labels
        outcome and design; also estimator, specification, subgroup where they are not the usual ones.
    """
    try:
        return list(make())
    except NotEstimable as error:
        return [NotEstimated.of(error.why, **labels)]


COLUMNS = [
    "study", "outcome", "population", "subgroup", "design", "estimator", "specification", "term", "horizon", "scale",
    "estimate", "std_error", "ci_low", "ci_high", "p_value", "p_adjusted", "n_obs", "n_units", "n_clusters",
    "treated_clusters", "comparison_clusters", "baseline", "expected", "step", "simulated", "plan_digest",
    "data_digest",
]  # fmt: skip
# The columns of a part that say why a row holds no estimate.
REASON = ["reason", "reason_values"]
WHOLE = ["n_obs", "n_units", "n_clusters", "treated_clusters", "comparison_clusters"]
# The term and the specification by which an outcome is read, by design.
VERDICT_TERMS = {"difference_in_differences": "effect", "synthesis": "pooled"}
VERDICT_SPECIFICATIONS = {"difference_in_differences": "primary", "synthesis": "in_synthesis"}
# The outcome that is the sum of what the changes in activity cost.
NET_COST = "net_cost"
KEY = ["outcome", "population", "subgroup", "design", "estimator", "specification", "term", "horizon", "scale"]


def settled(row: Estimate) -> Estimate:
    """The row without a standard error, and the interval and p-value that come with it, where clusters are too few."""
    if row.std_error != row.std_error or not too_few(row.treated_clusters, row.comparison_clusters):
        return row
    return replace(row, std_error=MISSING, ci_low=MISSING, ci_high=MISSING, p_value=MISSING)


def write_part(path: Path, rows: Iterable[Row], lineage: Lineage, step: ModuleSpec) -> None:
    """Write one model's rows with the lineage of the data behind them; what was not estimated stands among them.

    Each row keeps the name of the step that computed it, whose ``__spec__`` is given: run as a command, a module has no
    other that tells its name. Clustered errors of too few clusters end here, whatever model gave them, so that nothing
    that follows can tell them.
    """
    import pandas as pd

    columns = [*(field.name for field in fields(Estimate)), *REASON]
    kept = [settled(row) if isinstance(row, Estimate) else row for row in rows]
    frame = pd.DataFrame([asdict(row) for row in kept], columns=columns)
    write_table(path, frame.assign(step=step.name), lineage)


def read_estimates(path: Path) -> "pd.DataFrame":
    """Read the one table back from its CSV."""
    import pandas as pd

    text = dict.fromkeys(["horizon", "plan_digest", "data_digest", "study"], str)
    table = pd.read_csv(path, dtype=text)
    # Releases of before these columns stood in the table.
    earlier = {name: 0 for name in WHOLE if name not in table} | ({} if "step" in table else {"step": ""})
    return validated(table.assign(**earlier), contract(), str(path))


def read_unmade(path: Path) -> list[NotEstimated]:
    """Read back what could not be estimated."""
    import pandas as pd

    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [_unmade(row) for row in rows.to_dict("records")]


def _unmade(row: "Mapping[Hashable, str]") -> NotEstimated:
    return NotEstimated(**{str(name): value for name, value in row.items()})


def pick(estimates: "pd.DataFrame", **where: str) -> "pd.DataFrame":
    """The rows whose columns equal the values given."""
    return estimates.iloc[_places(estimates, where)] if where else estimates


def _places(estimates: "pd.DataFrame", where: Mapping[str, str]) -> "NDArray[np.intp]":
    """Where these rows stand. Arrays are compared, not series: the text of a paper picks a thousand times."""
    import numpy as np

    same = (np.asarray(estimates[column].array == value, dtype=bool) for column, value in where.items())
    return np.flatnonzero(reduce(and_, same, np.ones(len(estimates), dtype=bool)))


def one(estimates: "pd.DataFrame", **where: str) -> "pd.Series[Any] | None":
    """The one row with these values, on the ratio scale where there are several scales; None where there is none.

    Raises
    ------
    Problem
        When several rows have these values, so that one of them would be told in the name of another.
    """
    places = _places(estimates, where)
    ratios = [place for place in places if estimates["scale"].array[place] == "ratio"]
    chosen = ratios if len(ratios) else places
    if len(chosen) > 1:
        rows = estimates.iloc[chosen]
        differing = [key for key in KEY if rows[key].nunique() > 1]
        raise Problem(
            f"Of the table of estimates {len(rows)} rows answer to {where}; they differ in {', '.join(differing)}.",
            "give the check or the outcome of that name another name in the study file",
        )
    return estimates.iloc[chosen[0]] if len(chosen) else None


def sole(estimates: "pd.DataFrame", **where: str) -> "pd.Series[Any]":
    """The row that has these values, where a model always writes exactly one.

    Raises
    ------
    Problem
        When there is none, or several have them.
    """
    row = one(estimates, **where)
    if row is None:
        raise Problem(f"The table of estimates has no row for {where}.", f"estimate it again: run `{again()}`")
    return row


def verdict_row(estimates: "pd.DataFrame", outcome: str, design: str) -> "pd.Series[Any] | None":
    """The one row by which an outcome is read under a design, in the outcome's own unit; None where there is none."""
    key = {"term": VERDICT_TERMS[design], "specification": VERDICT_SPECIFICATIONS[design]}
    rows = pick(estimates, outcome=outcome, design=design, **key)
    return one(rows[rows["scale"].isin(["ratio", "points"])], subgroup="all")


def contract() -> "type[pa.DataFrameModel]":
    """The contract of the one table, which is read where a table is checked: pandera takes its time to load."""
    import pandas as pd
    import pandera.pandas as pa

    class Contract(pa.DataFrameModel):
        """Types and rules of the one table."""

        scale: str = pa.Field(isin=list(get_args(Scale)))
        estimate: float = pa.Field(nullable=False)
        std_error: float = pa.Field(nullable=True, ge=0)
        p_value: float = pa.Field(nullable=True, in_range={"min_value": 0, "max_value": 1})
        n_obs: int = pa.Field(ge=0)
        simulated: bool
        plan_digest: str = pa.Field(str_length=64)
        data_digest: str = pa.Field(str_length=64)

        @pa.dataframe_check(description="the interval holds the estimate")
        def interval(cls, frame: "pd.DataFrame") -> "pd.Series[bool]":
            return frame["ci_low"].isna() | frame["estimate"].between(frame["ci_low"], frame["ci_high"])

        @pa.dataframe_check(description="no clustered errors of too few clusters")
        def clustered(cls, frame: "pd.DataFrame") -> "pd.Series[bool]":
            few = [too_few(*each) for each in zip(frame["treated_clusters"], frame["comparison_clusters"], strict=True)]
            return ~pd.Series(few, index=frame.index, dtype=bool) | frame["std_error"].isna()

        @pa.dataframe_check(description="one row per key")
        def unique(cls, frame: "pd.DataFrame") -> "pd.Series[bool]":
            return ~frame.duplicated(KEY)

    return Contract
