"""The words of one synthesis: what the published evaluations say together."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.estimate.evidence.synthesis import REVIEWS
from analysis.estimates import pick, verdict_row
from analysis.present.evidence.evidence_table import reported, size_text
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.present.provenance.not_estimated_words import why
from analysis.study import Synthesis
from analysis.wording import changed, counted, in_words, listed, plural, sentence

if TYPE_CHECKING:
    import pandas as pd

# Of fewer studies the share of the scatter that goes beyond chance is hardly known (von Hippel 2015, BMC Med Res
# Methodol 15:35), so no verdict is built on it.
ENOUGH = 10


def synthesis_words(context: Context, name: str, synthesis: Synthesis, published: "pd.DataFrame") -> dict[str, str]:
    """Everything the paper says of one synthesis, by key.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    name : str
        The synthesis's name in the study.
    synthesis : Synthesis
        Its plan.
    published : DataFrame
        The prepared evidence: it also has what cannot be told as a ratio and so is no row of the table of estimates.
    """
    pooled = verdict_row(context.estimates, name, "synthesis")
    studies = pick(context.estimates, outcome=name, design="synthesis", term="study")
    words = {
        "label": synthesis.label,
        "counts": _counts(context, name, studies, published[published["outcome"] == synthesis.outcome]),
        "reasons": _reasons(context, name, published, synthesis.leave_out),
    }
    together = int((studies["specification"] == "in_synthesis").sum())
    if pooled is None:
        few = f"only {in_words(together)} {'gives' if together == 1 else 'give'} an interval"
        found = f"cannot be pooled: {_reason(context, name) or few}"
        whole = f"The published evaluations of {synthesis.label} {found}."
        return words | {
            "found": found, "together": whole, "heterogeneity": "With nothing pooled, there is no spread to measure."
        }  # fmt: skip
    told = _pooled(context, name, synthesis, pooled, together)
    many = f"{sentence(in_words(together))} published evaluations of {synthesis.label} can be pooled."
    whole = f"{many} They {told['average']}. {_unpooled(context, name, studies)}"
    return words | told | {"together": whole.strip()}


def _reason(context: Context, name: str) -> str:
    """Why estimates were not pooled that are enough to be, in a clause; empty where they are too few."""
    reason = why(context.unmade, name, "synthesis").removeprefix("Not estimated: ").removesuffix(".")
    return f"{reason[:1].lower()}{reason[1:]}"


def _pooled(context: Context, name: str, synthesis: Synthesis, row: "pd.Series[Any]", together: int) -> dict[str, str]:
    told = changed(row)
    change = context.cite(f"synthesis.{name}.pooled", told.signed(), row)
    interval = context.cite(f"synthesis.{name}.interval", told.interval(), row)
    size = context.cite(f"synthesis.{name}.size", told.size(), row)
    more = "more" if told.estimate > 0 else "fewer"
    known = "leaves out" if told.clear else "includes"
    average = (
        f"average {size} {more} {synthesis.label}, {'and' if told.clear else 'but'} the interval ({interval}) {known} "
        "no change"
    )
    found = f"can be pooled in {in_words(together)} cases, which {average}"
    words = {"pooled": change, "interval": interval, "average": average, "found": found}
    return words | {"heterogeneity": _spread(context, name, together)}


def _unpooled(context: Context, name: str, studies: "pd.DataFrame") -> str:
    """Which way those point that give no interval; empty where there are none."""
    rows = pick(studies, specification="no_interval")
    if rows.empty:
        return ""
    told = rises_and_falls(rows["estimate"] - 1)
    return f"Of {in_words(len(rows))} more {plural(len(rows), 'estimate')} without an interval, {told}."


def rises_and_falls(changes: "pd.Series[float]") -> str:
    """How many of some changes are rises and how many falls: ``five are rises and one is a fall``."""
    ways = {"rise": int((changes > 0).sum()), "fall": int((changes < 0).sum())}
    ways |= {"unchanged": len(changes) - sum(ways.values())}
    kinds = {way: (f"a {way}", f"{way}s") for way in ("rise", "fall")} | {"unchanged": ("unchanged", "unchanged")}
    return listed([f"{in_words(n)} {plural(n, 'is', 'are')} {plural(n, *kinds[way])}" for way, n in ways.items() if n])


def _spread(context: Context, name: str, together: int) -> str:
    row = context.row(outcome=name, design="synthesis", term="i2")
    assert row is not None
    share = context.cite(f"synthesis.{name}.i2", f"{100 * row['estimate']:.0f}%", row)
    agree = "one average hides real differences" if row["estimate"] >= 0.5 else "they agree fairly well"
    verdict = f"so {agree}" if together >= ENOUGH else "but from so few that share is hardly known itself"
    among = f"Of the variation among the {in_words(together)} that are pooled"
    return f"{among}, {share} is more than chance would give, {verdict}."


def _reasons(context: Context, name: str, published: "pd.DataFrame", leave_out: dict[str, str]) -> str:
    """Which estimates are left out, and why: a list with one line for each programme and reason."""
    lines: dict[tuple[str, str], list[str]] = {}
    for id, reason in leave_out.items():
        for _, row in published[published["evidence_id"] == id].iterrows():
            lines.setdefault((row["programme"], reason), []).append(_size(context, name, row))
    return "\n".join(f"- {programme}, {listed(sizes)}. {reason}" for (programme, reason), sizes in lines.items())


def _size(context: Context, name: str, row: "pd.Series[Any]") -> str:
    """A published estimate as the annex prints it, with its address."""
    origin = Origin(
        f"evaluations.csv: evidence_id={row['evidence_id']}", "analysis.prepare.evidence.evidence", "published-evidence"
    )
    return context.book.cite(f"synthesis.{name}.{row['evidence_id']}", size_text(row), origin)


def _counts(context: Context, name: str, studies: "pd.DataFrame", published: "pd.DataFrame") -> str:
    """How many controlled estimates there are, what becomes of each, and how many were told in words alone."""
    count = studies["specification"].value_counts()
    data = context.data(studies["data_digest"].iloc[0]) if len(studies) else "published-evidence"
    step = "analysis.estimate.evidence.synthesis"

    def cite(key: str, number: int, where: str = f"rows of estimates.csv: outcome={name}, term=study") -> str:
        return context.book.cite(f"synthesis.{name}.{key}", counted(number), Origin(where, step, data))

    controlled = _controlled(published)
    other = controlled[controlled["estimate"].notna() & controlled["log_ratio"].isna()]
    pooled, bare, left = (int(count.get(each, 0)) for each in ("in_synthesis", "no_interval", "left_out"))
    whole = int(len(studies) - count.get("uncontrolled", 0)) + len(other)
    parts = [
        f"{cite('pooled_count', pooled)} with an interval{_of(studies, published)}",
        f"{cite('no_interval', bare)} without one" * bool(bare),
        f"{cite('left_out', left)} left out for a reason that the annex gives" * bool(left),
        *(
            f"one that cannot be told in per cent: {row['programme']}, {_size(context, name, row)}"
            for _, row in other.iterrows()
        ),
    ]
    kinds = listed([each for each in parts if each])
    said = f"The register holds {cite('estimates', whole)} controlled estimates: {kinds}."
    wordy = _in_words(controlled, lambda key, number: cite(key, number, "rows of evaluations.csv without an estimate"))
    return f"{said} {wordy}".strip()


def _controlled(published: "pd.DataFrame") -> "pd.DataFrame":
    """The rows that compare with somebody, without growths of single groups and without reviews."""
    rows = published[(published["controlled"] == "yes") & (published["role"] == "estimate")]
    return rows[~rows["design"].isin(REVIEWS)]


def _of(studies: "pd.DataFrame", published: "pd.DataFrame") -> str:
    """Which programmes are pooled, in brackets."""
    names = published.set_index("evidence_id")["programme"].to_dict()
    pooled = [names[id] for id in pick(studies, specification="in_synthesis")["horizon"] if id in names]
    return f" ({'; '.join(pooled)})" if pooled else ""


def _in_words(controlled: "pd.DataFrame", cite: "Callable[[str, int], str]") -> str:
    """What was reported without a figure; empty where nothing was."""
    rows = controlled[controlled["estimate"].isna()]
    if rows.empty:
        return ""
    ways = rows["direction"].map(reported).value_counts()
    if len(rows) == 1:
        return f"One more is told in words alone: {ways.index[0]}."
    told = listed([f"{way} ({cite(f'words_{way}', number)})" for way, number in ways.items()])
    return f"Another {cite('words', len(rows))} are told in words alone: {told}."
