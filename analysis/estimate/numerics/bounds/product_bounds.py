"""Bounds of a product of two estimates, of which one is known only between limits; and their confidence limits."""

from dataclasses import dataclass

from analysis.estimate.numerics.errors.intervals import interval


@dataclass(frozen=True)
class Uncertain:
    """A number with its standard error and its degrees of freedom."""

    value: float
    std_error: float
    df: float

    def limits(self, confidence: float) -> tuple[float, float]:
        """Its confidence limits."""
        return interval(self.value, self.std_error, self.df, confidence)


@dataclass(frozen=True)
class Bound:
    """A bound and its confidence limits, as log ratios."""

    value: float
    low: float
    high: float


def at_most(moved: Uncertain, slope: Uncertain, confidence: float) -> tuple[Bound, Bound]:
    """The bounds of what runs through continuity where it does between nothing and as much as associated.

    The bounds are 0 and the product of both numbers, in their order. 0 is known, so an interval holds all between them
    when it holds 0 and the product: the product's own limits, stretched to 0, cover the whole set at the confidence
    level (Horowitz & Manski 2000, J American Statistical Association 95:77-84). The limits of Imbens & Manski (2004,
    Econometrica 72:1845-1857), which are narrower, would cover each single value of the set and not all of them.

    Parameters
    ----------
    moved : Uncertain
        The change of continuity, in steps.
    slope : Uncertain
        The log ratio of admissions for one step.
    confidence : float
        Confidence level.
    """
    value = moved.value * slope.value
    low, high = product_limits(moved, slope, confidence)
    return Bound(min(value, 0), min(low, 0), min(high, 0)), Bound(max(value, 0), max(low, 0), max(high, 0))


def between_limits(moved: Uncertain, slope: Uncertain, confidence: float) -> tuple[Bound, Bound]:
    """The bounds of what runs through continuity where one step may do all that the association's interval holds.

    The bounds take the change of continuity as estimated; their outer limits take its limits too.
    """
    value = Uncertain(moved.value, 0, moved.df)
    low, high = (min(_products(value, slope, confidence)), max(_products(value, slope, confidence)))
    outer_low, outer_high = product_limits(moved, slope, confidence)
    # The limits within: over the possible changes of continuity, the least that the set reaches to each side.
    ends, sides = moved.limits(confidence), slope.limits(confidence)
    changes = [*ends, *([0.0] if ends[0] < 0 < ends[1] else [])]
    inner_low = max(min(change * side for side in sides) for change in changes)
    inner_high = min(max(change * side for side in sides) for change in changes)
    return Bound(low, outer_low, inner_low), Bound(high, inner_high, outer_high)


def product_limits(moved: Uncertain, slope: Uncertain, confidence: float) -> tuple[float, float]:
    """Confidence limits of the product: the least and the greatest over both intervals.

    Each interval has half of the error (Bonferroni's inequality), so that both hold at the confidence level whatever
    the correlation of the two: they come from the same practices, and nothing is known of it.
    """
    products = _products(moved, slope, (1 + confidence) / 2)
    return min(products), max(products)


def _products(moved: Uncertain, slope: Uncertain, confidence: float) -> list[float]:
    return [change * side for change in moved.limits(confidence) for side in slope.limits(confidence)]
