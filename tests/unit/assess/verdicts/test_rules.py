"""The rules of judgement: every interval has just one answer, and equality is decided once."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.answers import ANSWERS, UNKNOWN, Question
from analysis.assess.verdicts.rules import changes, readings, robustness

NAN = float("nan")
# Of whole numbers ends and margins often coincide, which is where rules differ.
ENDS = st.integers(-8, 8).map(float)
SPANS = st.tuples(ENDS, ENDS).map(lambda ends: (min(ends), max(ends)))
MARGINS = st.integers(1, 6).map(float)
DIRECTIONS = st.sampled_from(["up", "down"])


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (0.1, 2, "rose"),
        (0, 2, "unclear"),
        (-1, 2, "unclear"),
        (-2, 0, "unclear"),
        (-2, -0.1, "fell"),
        (0, 0, "unclear"),
    ],
)
def test_an_interval_that_touches_no_change_does_not_leave_it_out(low: float, high: float, answer: str) -> None:
    assert changes.direction(low, high) == answer


@pytest.mark.parametrize("span", [(NAN, 2.0), (1.0, NAN), (NAN, NAN)])
def test_without_an_interval_nothing_is_known(span: tuple[float, float]) -> None:
    assert changes.direction(*span) == changes.better(span, "up", 3) == changes.worse(span, "down", 3) == UNKNOWN
    assert robustness.survives(span, (1, 2)) == robustness.survives((1, 2), span) == changes.holds(span, 1) == UNKNOWN


@pytest.mark.parametrize(
    ("low", "high", "better", "worse"),
    [
        (3, 8, "shown", "ruled_out"),
        (2.999, 8, "open", "ruled_out"),
        (0.5, 2.999, "ruled_out", "ruled_out"),  # clearly better, and no change that matters
        (0.5, 3, "open", "ruled_out"),
        (-2.999, 2.999, "ruled_out", "ruled_out"),
        (-3, 3, "open", "open"),
        (-9, 0.2, "ruled_out", "open"),
        (-9, -3, "ruled_out", "shown"),
        (-9, -2.999, "ruled_out", "open"),
    ],
)
def test_a_change_of_just_the_margin_matters(low: float, high: float, better: str, worse: str) -> None:
    for good, span in (("up", (low, high)), ("down", (-high, -low))):
        assert changes.better(span, good, 3) == better
        assert changes.worse(span, good, 3) == worse


@given(SPANS, DIRECTIONS, MARGINS)
def test_exactly_one_of_shown_ruled_out_and_open(span: tuple[float, float], good: str, margin: float) -> None:
    """Wholly at or beyond the margin, wholly short of it, or both: worked out from points of the interval."""
    low, high = span
    points = [low + (high - low) * step / 16 for step in range(17)]
    gains = points if good == "up" else [-each for each in points]
    for answer, sizes in (
        (changes.better(span, good, margin), gains),
        (changes.worse(span, good, margin), [-g for g in gains]),
    ):
        reached = {size >= margin for size in sizes}
        assert answer == {(True,): "shown", (False,): "ruled_out"}.get(tuple(reached), "open")


@given(SPANS, DIRECTIONS, MARGINS)
def test_better_and_worse_are_mirrored(span: tuple[float, float], good: str, margin: float) -> None:
    mirror = (-span[1], -span[0])
    assert changes.better(span, good, margin) == changes.worse(mirror, good, margin)
    assert changes.better(span, "up", margin) == changes.worse(span, "down", margin)
    both = (changes.better(span, good, margin), changes.worse(span, good, margin))
    assert both.count("shown") < 2
    if "shown" in both:
        assert "ruled_out" in both


@pytest.mark.parametrize(
    ("primary", "other", "fate"),
    [
        ((1, 4), (0.5, 9), "survives"),
        ((1, 4), (0, 9), "fades"),
        ((1, 4), (-4, -1), "turns"),
        ((-4, -1), (-4, 0), "fades"),
        ((-1, 4), (-2, 1), "stays_unclear"),
        ((-1, 4), (1, 2), "appears"),
        ((0, 4), (-2, -1), "appears"),
    ],
)
def test_what_becomes_of_a_finding(primary: tuple[float, float], other: tuple[float, float], fate: str) -> None:
    assert robustness.survives(primary, other) == fate


@given(SPANS, SPANS)
def test_a_finding_becomes_one_thing_under_a_check(primary: tuple[float, float], other: tuple[float, float]) -> None:
    fate = robustness.survives(primary, other)
    clear = changes.direction(*primary) != "unclear"
    assert fate in ANSWERS[Question.SURVIVES]
    assert (fate in ("survives", "fades", "turns")) == clear
    mirrored = robustness.survives((-primary[1], -primary[0]), (-other[1], -other[0]))
    assert mirrored == fate
    assert robustness.survives(primary, primary) in robustness.KEPT


@pytest.mark.parametrize(
    ("fates", "every", "site"),
    [
        ([], UNKNOWN, UNKNOWN),
        ([UNKNOWN], UNKNOWN, UNKNOWN),
        (["survives", "survives"], "all_leave", "none_decides"),
        (["survives", "turns"], "some_leave", "decides"),
        (["survives", UNKNOWN], "all_leave", UNKNOWN),
        (["turns", UNKNOWN], "none_leaves", "decides"),
        (["stays_unclear", "appears"], "some_leave", "decides"),
        (["fades"], "none_leaves", "decides"),
    ],
)
def test_one_that_decides_settles_it(fates: list[str], every: str, site: str) -> None:
    assert robustness.all_checks(fates) == every
    assert robustness.one_site(fates) == site


@pytest.mark.parametrize(("chance", "answer"), [(0.8, "strong"), (0.7999, "weak"), (0.5, "weak"), (0.0, "weak")])
def test_silence_says_something_from_a_chance_of_four_fifths(chance: float, answer: str) -> None:
    assert robustness.power(chance) == answer


@pytest.mark.parametrize(
    ("size", "drift", "bend"),
    [
        (NAN, UNKNOWN, UNKNOWN),
        (-0.1, "breaks", "breaks"),
        (0.0, "breaks", "breaks"),
        (0.99, "fragile", "survives"),
        (1.0, "survives", "survives"),
        (99.9, "survives", "survives"),
        (100.0, "survives_any", "survives_any"),
    ],
)
def test_how_much_a_finding_bears(size: float, drift: str, bend: str) -> None:
    assert (robustness.drift(size), robustness.bend(size)) == (drift, bend)


@pytest.mark.parametrize(
    ("p_values", "answer"),
    [
        ([], UNKNOWN),
        ([NAN], UNKNOWN),
        ([0.05], "silent"),
        ([0.9, NAN], "silent"),
        ([0.0499], "speaks"),
        ([0.049, 0.9], "speaks"),
        ([0.9, 0.0499], "speaks"),
    ],
)
def test_any_test_of_the_months_before_speaks(p_values: list[float], answer: str) -> None:
    assert robustness.pre_trend(p_values) == answer


FELL, ROSE, OPEN = (-4.0, -1.0), (1.0, 4.0), (-1.0, 1.0)


@pytest.mark.parametrize(
    ("primary", "slope", "answer"),
    [
        (FELL, FELL, "more"),
        (FELL, ROSE, "less"),
        (OPEN, ROSE, "more"),
        (FELL, OPEN, "unclear"),
        (FELL, (NAN, NAN), UNKNOWN),
    ],
)
def test_dose(primary: tuple[float, float], slope: tuple[float, float], answer: str) -> None:
    assert robustness.dose(primary, slope) == answer


@pytest.mark.parametrize(
    ("found", "below", "above", "answer"),
    [
        ("fell", 1.0, 0.0, "every"),
        ("fell", 0.5, 0.0, "most"),
        ("fell", 0.49, 0.0, "hangs"),
        ("fell", 0.9, 0.1, "hangs"),
        ("rose", 0.0, 1.0, "every"),
        ("unclear", 0.0, 0.0, "none"),
        ("unclear", 0.0, 0.1, "hangs"),
        ("unclear", 0.1, 0.1, "hangs"),
        ("fell", NAN, 0.0, UNKNOWN),
        (UNKNOWN, 1.0, 0.0, UNKNOWN),
    ],
)
def test_choices(found: str, below: float, above: float, answer: str) -> None:
    assert robustness.choices(found, below, above) == answer


@pytest.mark.parametrize(
    ("gain", "loss", "answer"),
    [
        (("gained", "shown"), ("lost", "shown"), "trade"),
        (("gained", "open"), ("lost", "open"), "trade"),
        (("unclear", "ruled_out"), ("lost", "shown"), "paid"),
        (("lost", "ruled_out"), ("lost", "open"), "paid"),
        (("gained", "ruled_out"), ("lost", "shown"), "paid"),  # a gain, but none that matters
        (("unclear", "open"), ("lost", "open"), "paid_gain_open"),
        (("gained", "shown"), ("unclear", "open"), "gained_loss_open"),
        (("gained", "shown"), ("lost", "ruled_out"), "gained"),
        (("unclear", "ruled_out"), ("unclear", "ruled_out"), "neither"),
        (("unclear", "open"), ("unclear", "open"), "undecided"),
        (("unclear", "ruled_out"), ("unclear", "open"), "undecided"),
        (("unclear", "open"), ("unclear", "ruled_out"), "undecided"),
        (("unclear", UNKNOWN), ("lost", "shown"), UNKNOWN),
    ],
)
def test_side_by_side(gain: tuple[str, str], loss: tuple[str, str], answer: str) -> None:
    assert readings.together(gain, loss) == answer


@given(SPANS, SPANS, MARGINS)
def test_did_not_gain_is_said_only_where_a_gain_that_matters_is_ruled_out(
    gain: tuple[float, float], loss: tuple[float, float], margin: float
) -> None:
    better, worse = changes.better(gain, "up", margin), changes.worse(loss, "up", margin)
    moved = {"rose": "gained", "fell": "lost", "unclear": "unclear"}
    answer = readings.together((moved[changes.direction(*gain)], better), (moved[changes.direction(*loss)], worse))
    if answer in ("paid", "neither"):
        assert better == "ruled_out"
    if answer in ("gained", "neither"):
        assert worse == "ruled_out"


@pytest.mark.parametrize(
    ("rule", "low", "high", "state"),
    [
        ("improves", 3, 8, "met"),
        ("improves", 2.999, 8, "uncertain"),
        ("improves", -2, 3, "uncertain"),
        ("improves", -2, 2.999, "not_met"),
        ("improves", -9, -4, "not_met"),
        ("no_worse", 4, 8, "met"),
        ("no_worse", -2.999, 8, "met"),
        ("no_worse", -3, 8, "uncertain"),
        ("no_worse", -8, -2.999, "uncertain"),
        ("no_worse", -8, -3, "not_met"),
        ("improves", NAN, NAN, "uncertain"),
    ],
)
def test_indicators_at_the_line(rule: str, low: float, high: float, state: str) -> None:
    # The interval is that of the gain; where less is better the change has the other sign.
    for good, span in (("up", (low, high)), ("down", (-high, -low))):
        asked = (changes.better(span, good, 3), changes.worse(span, good, 3))
        assert readings.indicator(rule, *asked) == state


@given(SPANS, MARGINS)
def test_an_improvement_is_never_worse(span: tuple[float, float], margin: float) -> None:
    asked = (changes.better(span, "up", margin), changes.worse(span, "up", margin))
    if readings.indicator("improves", *asked) == "met":
        assert readings.indicator("no_worse", *asked) == "met"


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([], "not_assessable"),
        (["not_assessable"], "not_assessable"),
        (["met"], "met"),
        (["not_met", "not_met"], "not_met"),
        (["met", "not_met"], "partly_met"),
        (["met", "uncertain"], "uncertain"),
        (["not_met", "uncertain", "met"], "uncertain"),
        (["met", "not_assessable"], "partly_met"),
        (["not_met", "not_assessable"], "not_met"),
        (["uncertain", "not_assessable"], "uncertain"),
        (["met", "not_met", "not_assessable"], "partly_met"),
    ],
)
def test_states_combine(states: list[str], state: str) -> None:
    assert readings.reading(states) == state


@given(st.lists(st.sampled_from(["met", "not_met", "uncertain", "not_assessable"]), max_size=5), st.randoms())
def test_order_does_not_matter_and_uncertainty_shows(states: list[str], random: "object") -> None:
    shuffled = list(states)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert readings.reading(shuffled) == readings.reading(states)
    assert (readings.reading(states) == "uncertain") == ("uncertain" in states)
    if readings.reading(states) == "met":
        assert set(states) == {"met"}


@pytest.mark.parametrize(("share", "studies", "answer"), [(0.5, 10, "differ"), (0.49, 10, "alike"), (0.9, 9, UNKNOWN)])
def test_of_few_studies_the_spread_is_hardly_known(share: float, studies: int, answer: str) -> None:
    assert readings.spread(share, studies) == answer


@pytest.mark.parametrize(("found", "claimed"), list(product(["fell", "rose", "unclear", UNKNOWN], ["up", "down"])))
def test_claims(found: str, claimed: str) -> None:
    told = {
        ("rose", "up"): "agrees",
        ("fell", "down"): "agrees",
        ("rose", "down"): "opposes",
        ("fell", "up"): "opposes",
    }
    assert readings.claim(found, claimed) == told.get((found, claimed), UNKNOWN if found == UNKNOWN else "open")


@pytest.mark.parametrize(
    ("value", "answer"), [(1.0, "holds"), (2.0, "holds"), (0.99, "leaves_out"), (2.01, "leaves_out"), (NAN, UNKNOWN)]
)
def test_a_value_at_the_end_is_held(value: float, answer: str) -> None:
    assert changes.holds((1.0, 2.0), value) == answer


@pytest.mark.parametrize(
    ("values", "answer"), [([0.01], UNKNOWN), ([0.01, NAN], UNKNOWN), ([0.01, 0.04], "agree"), ([0.04, 0.05], "differ")]
)
def test_methods(values: list[float], answer: str) -> None:
    assert robustness.methods(values) == answer


@pytest.mark.parametrize(
    ("before", "change", "answer"),
    [
        (-5.0, -2.0, "widened"),
        (5.0, 2.0, "widened"),
        (-5.0, 2.0, "narrowed"),
        (5.0, -4.9, "narrowed"),
        (1.5, -3.0, "turned_round"),
        (2.0, -2.0, "turned_round"),
    ],
)
def test_a_change_widens_a_gap_narrows_it_or_turns_it_round(before: float, change: float, answer: str) -> None:
    def told(value: float, half: float = 0.5) -> tuple[tuple[float, float], float]:
        return (value - abs(half), value + abs(half)), value

    for unit in (1, -1, 0.001, -1000):
        assert changes.gap(told(unit * before, unit / 2), told(unit * change, unit / 2)) == answer
    # Nothing becomes of a gap that is not clear, nor by a change that is not.
    assert changes.gap(told(before, 9), told(change)) == changes.gap(told(before), told(change, 9)) == UNKNOWN
    assert changes.gap(told(before), ((NAN, NAN), change)) == UNKNOWN


@pytest.mark.parametrize(("p_value", "answer"), [(0.0499, "bends"), (0.05, "unclear"), (NAN, UNKNOWN)])
def test_a_curve_says_more_than_a_line_below_the_level(p_value: float, answer: str) -> None:
    assert changes.straight(p_value, 0.95) == answer


@pytest.mark.parametrize(
    ("difference", "answer"), [(0.0999, "alike"), (0.1, "apart"), (-0.1, "apart"), (-0.05, "alike")]
)
def test_a_small_difference_is_below_a_tenth(difference: float, answer: str) -> None:
    """The line of Austin (2009): a standardised difference of 0.1 or more is not small."""
    assert robustness.balance([0.0, difference]) == answer


@pytest.mark.parametrize(
    ("ratio", "answer"), [(0.5, "alike"), (2.0, "alike"), (0.499, "apart"), (2.001, "apart"), (1.0, "alike")]
)
def test_a_ratio_of_variances_is_near_one_from_a_half_to_two(ratio: float, answer: str) -> None:
    assert robustness.variances([1.0, ratio]) == answer


@pytest.mark.parametrize(
    ("fewer", "more", "answer"),
    [
        ((-1.0, "fell"), (1.0, "rose"), "shown"),
        ((-1.0, "unclear"), (1.0, "rose"), "open"),
        ((0.0, "unclear"), (1.0, "rose"), "absent"),
        ((-1.0, "fell"), (0.0, "unclear"), "absent"),
    ],
)
def test_a_pattern_needs_less_of_one_and_more_of_the_other(
    fewer: tuple[float, str], more: tuple[float, str], answer: str
) -> None:
    assert readings.pattern(fewer, more) == answer


@pytest.mark.parametrize(
    ("p_value", "chance", "groups"),
    [(0.0499, "more", "differ"), (0.05, "possible", "unclear"), (NAN, UNKNOWN, UNKNOWN)],
)
def test_more_than_chance_is_below_the_level(p_value: float, chance: str, groups: str) -> None:
    assert changes.chance(p_value) == chance
    assert robustness.groups(p_value) == groups


@pytest.mark.parametrize(
    ("fates", "answer"),
    [
        ([], UNKNOWN),
        ([UNKNOWN], UNKNOWN),
        (["survives", "stays_unclear", UNKNOWN], "agree"),
        (["survives", "fades"], "some_agree"),
        (["turns", "appears"], "none_agrees"),
    ],
)
def test_designs_agree_where_the_finding_survives_each(fates: list[str], answer: str) -> None:
    assert robustness.designs(fates) == answer


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        ([], UNKNOWN),
        ([UNKNOWN, UNKNOWN], UNKNOWN),
        (["fell", "fell"], "less"),
        (["rose", "rose"], "more"),
        (["fell", "rose"], "hangs"),
        (["fell", "unclear"], "hangs"),
        (["unclear", "rose"], "hangs"),
        (["fell", UNKNOWN], "hangs"),
        (["unclear", "unclear"], "unclear"),
        (["unclear", UNKNOWN], "unclear"),
    ],
)
def test_a_cost_is_clear_where_it_is_at_every_price(found: list[str], answer: str) -> None:
    assert readings.prices(found) == answer
