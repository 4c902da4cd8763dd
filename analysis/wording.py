"""Numbers as text: the one place where a number of a result becomes characters.

Minus signs are typographic; ratios are told as percentage changes. What a result is taken to say stands in its verdict.
"""

from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.plan.clusters import too_few

if TYPE_CHECKING:
    import pandas as pd

DASH = "–"
NO_INTERVAL = "no interval"


@dataclass(frozen=True)
class Change:
    """A change with its interval, in per cent or percentage points; positive is more.

    Attributes
    ----------
    estimate, low, high : float
        The ends are missing where clusters are too few to tell an interval.
    unit : {"%", " points"}
    few : bool
        Whether clusters are too few for clustered errors, so that its interval is that of randomisation.
    """

    estimate: float
    low: float
    high: float
    unit: Literal["%", " points"]
    few: bool = False

    @property
    def known(self) -> bool:
        """Whether it has an interval."""
        return not (isnan(self.low) or isnan(self.high))

    def signed(self) -> str:
        """With its sign, for instance ``−4.0%``."""
        return signed(self.estimate, self.unit)

    def interval(self) -> str:
        """Its interval, ``−6.0% to −1.9%`` or ``−10.2 to −4.4 points``; that it has none is said."""
        if not self.known:
            return NO_INTERVAL
        low = signed(self.low, "%" if self.unit == "%" else "")
        return f"{low} to {signed(self.high, self.unit)}"


def signed(value: float, unit: str = "", decimals: int = 1) -> str:
    """A number with so many decimals, a sign and a unit; zero has no sign, and what is missing is a dash."""
    if isnan(value):
        return DASH
    text = f"{abs(value):.{decimals}f}" if isfinite(value) else "∞"
    sign = "" if text.strip("0.") == "" else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{text}{unit}"


def change(scale: str, estimate: float, low: float, high: float) -> Change:
    """A row of the table of estimates as a change: a ratio in per cent, points as they are."""
    if scale == "ratio":
        return Change(100 * (estimate - 1), 100 * (low - 1), 100 * (high - 1), unit="%")
    return Change(estimate, low, high, unit=" points")


def changed(row: "pd.Series[Any]") -> Change:
    """A row of the table of estimates as a change with its interval."""
    worded = change(row["scale"], row["estimate"], row["ci_low"], row["ci_high"])
    few = bool(too_few(row.get("treated_clusters", 0), row.get("comparison_clusters", 0)))
    return replace(worded, few=few)


def p_value(value: float) -> str:
    """A p-value as journals print it."""
    if isnan(value):
        return "p not known"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}" if value < 0.1 else f"p = {value:.2f}"


def fixed(value: float, decimals: int) -> str:
    """A number with so many decimals and commas; what is missing, or has no bound, is a dash."""
    return f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") if isfinite(value) else DASH


def percentage(part: float, whole: float) -> str:
    """A share in per cent with one decimal; one that would be printed as none is below a tenth, one of none a dash."""
    if not whole or isnan(part):
        return DASH
    share = 100 * part / whole
    return "< 0.1%" if 0 < share < 0.05 else f"{share:.1f}%"


def counted(number: float) -> str:
    """A whole number with commas."""
    return fixed(number, 0)


def plural(count: float, one: str, many: str = "") -> str:
    """The noun for so many things: ``practice`` for one, ``practices`` for any other number."""
    return one if count == 1 else many or f"{one}s"


def number_of(count: float, one: str, many: str = "") -> str:
    """So many things: ``1 practice``, ``2 practices``, ``1,200 practices``."""
    return f"{counted(count)} {plural(count, one, many)}"


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(count: int) -> str:
    """A number of things: ``no``, ``one`` … ``ten``, and from there on in figures."""
    return NUMBERS[count] if count < len(NUMBERS) else counted(count)


def listed(parts: list[str], last: str = "and") -> str:
    """A list in words: ``a``, ``a and b``, ``a, b and c``; ``none`` where there is nothing."""
    if not parts:
        return "none"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


MEASURES = {
    "see_preferred_gp": "the share of patients who see the GP they prefer",
    "see_preferred_professional": "the share of patients who see the healthcare professional they prefer",
    "list_size": "the number of registered patients",
    "weighted_list": "the weighted number of patients",
    "imd": "the deprivation score",
    "gp_fte": "the number of full-time-equivalent GPs",
    "share_65plus": "the share of patients aged 65 and over",
    "payments_per_patient": "the payment per patient",
    "ae_attendances_0_4": "the rate of A&E attendances among children under five",
}


def measured(name: str) -> str:
    """A measure of the practice data in words: a noun in the singular with its article, lower case."""
    return MEASURES.get(name, f"the value of {name.replace('_', ' ')}")
