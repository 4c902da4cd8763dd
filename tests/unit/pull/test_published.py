"""The transcribed evidence: what must hold of the files, and a handful of figures written out by hand."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "data" / "raw" / "published"
BIBLIOGRAPHY = ROOT / "reports" / "references.bib"

Row = dict[str, str]

COLUMNS = [
    "evidence_id", "study", "programme", "outcome", "outcome_detail", "population", "measure", "estimate", "ci_low",
    "ci_high", "p_value", "direction", "significant", "followup", "design", "controlled", "n_intervention",
    "n_comparison", "unit", "role", "doi", "url", "table", "certainty", "note",
]  # fmt: skip
NUMBERS = ("estimate", "ci_low", "ci_high", "p_value", "n_intervention", "n_comparison")
OUTCOMES = {
    "emergency_admissions", "elective_admissions", "outpatient_attendances", "ae_attendances", "secondary_care_cost",
    "bed_days", "continuity", "patient_experience", "gp_contacts", "mortality", "life_expectancy", "spending",
    "care_plans", "other",
}  # fmt: skip
MEASURES = {
    "percent_change", "rate_ratio", "rate_difference_per_1000_month", "points", "currency_gbp", "percent_growth",
    "hazard_ratio", "smd", "years", "direction_only",
}  # fmt: skip
DESIGNS = {
    "matched_difference_in_differences", "difference_in_differences", "synthetic_control", "panel_regression",
    "matched_cohort", "before_after_survey", "uncontrolled", "randomised", "meta_analysis", "systematic_review",
    "synthetic_difference_in_differences", "formative",
}  # fmt: skip
ALLOWED = {
    "significant": {"yes", "no", "not_stated"},
    "controlled": {"yes", "no"},
    "role": {"estimate", "arm", "comparator"},
    "certainty": {"F", "F-2nd", "F-code", "C"},
    "unit": {"patients", "practices", "areas", "sites", "residents", "studies", ""},
}
UNCONTROLLED = {"before_after_survey", "uncontrolled", "formative", "cross_sectional", "cohort", "descriptive"}
NULL_VALUE = {"rate_ratio": 1.0, "hazard_ratio": 1.0}


def read(name: str) -> list[Row]:
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bibliography() -> str:
    return BIBLIOGRAPHY.read_text(encoding="utf-8")


def keys() -> list[str]:
    return re.findall(r"^@\w+\{([^,\s]+),", bibliography(), flags=re.MULTILINE)


EVALUATIONS = read("evaluations.csv")
CONTINUITY = read("continuity.csv")
EVIDENCE = {row["evidence_id"]: row for row in [*EVALUATIONS, *CONTINUITY]}


def offending(wrong: Callable[[Row], object]) -> dict[str, object]:
    """What is wrong, by evidence_id, over all rows; empty where nothing is."""
    return {evidence_id: found for evidence_id, row in EVIDENCE.items() if (found := wrong(row))}


def descriptive(row: Row) -> bool:
    return row["design"] == "formative" or row["measure"] == "share"


def numbers(evidence_id: str) -> tuple[float, float, float]:
    row = EVIDENCE[evidence_id]
    return float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"])


def test_files_are_plain_utf8_with_unix_line_ends() -> None:
    for name in ("evaluations.csv", "continuity.csv", "pilots.csv", "concerns.csv"):
        content = (PUBLISHED / name).read_bytes()
        assert b"\r" not in content, name
        assert content.endswith(b"\n"), name
        assert not content.startswith(b"\xef\xbb\xbf"), name
        content.decode("utf-8")


def test_columns() -> None:
    assert list(EVALUATIONS[0]) == list(CONTINUITY[0]) == COLUMNS


def test_evidence_ids_are_unique_and_kebab_case() -> None:
    assert len(EVIDENCE) == len(EVALUATIONS) + len(CONTINUITY)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", evidence_id) for evidence_id in EVIDENCE)


def test_values_come_from_the_agreed_lists() -> None:
    assert offending(lambda row: {name: row[name] for name, known in ALLOWED.items() if row[name] not in known}) == {}


def test_evaluations_keep_to_their_lists() -> None:
    assert {row["outcome"] for row in EVALUATIONS} <= OUTCOMES
    assert {row["measure"] for row in EVALUATIONS} <= MEASURES
    assert {row["design"] for row in EVALUATIONS} == DESIGNS


def test_continuity_keeps_to_its_lists() -> None:
    assert {row["outcome"] for row in CONTINUITY} <= OUTCOMES | {"acsc_admissions"}
    extra = {"percent_difference", "share", "points_per_log_list_size"}
    assert {row["measure"] for row in CONTINUITY} <= MEASURES | extra
    assert {row["design"] for row in CONTINUITY} <= {"cross_sectional", "cohort", "descriptive", "panel_regression"}


def test_nothing_from_memory() -> None:
    def from_memory(row: Row) -> list[str]:
        ungraded = ["certainty"] * (row["certainty"] in {"M", "NF", ""})
        return ungraded + [each for each in row.values() if re.search(r"\[(M|NF)\b", each) or "from memory" in each]

    assert offending(from_memory) == {}


def test_second_hand_figures_say_so() -> None:
    assert offending(lambda row: row["certainty"] == "F-2nd" and "second-hand" not in row["note"].lower()) == {}


def test_numbers_are_numbers() -> None:
    plain = re.compile(r"(-?\d+(\.\d+)?)?")
    assert offending(lambda row: [row[name] for name in NUMBERS if not plain.fullmatch(row[name])]) == {}


def test_intervals_have_two_ends() -> None:
    assert offending(lambda row: bool(row["ci_low"]) != bool(row["ci_high"])) == {}


def test_interval_holds_the_estimate() -> None:
    def outside(row: Row) -> bool:
        return bool(row["ci_low"]) and not float(row["ci_low"]) <= float(row["estimate"]) <= float(row["ci_high"])

    assert offending(outside) == {}


def test_direction_only_rows_carry_no_estimate() -> None:
    assert offending(lambda row: (row["measure"] == "direction_only") != (row["estimate"] == "")) == {}


def test_descriptions_have_no_direction() -> None:
    assert offending(lambda row: descriptive(row) and row["direction"] != "") == {}


def test_direction_agrees_with_estimate_and_significance() -> None:
    def disagrees(row: Row) -> bool:
        if descriptive(row):
            return False
        if row["direction"] not in {"up", "down", "none", "mixed"}:
            return True
        if (row["direction"] == "none") != (row["significant"] == "no"):
            return True
        above = bool(row["estimate"]) and float(row["estimate"]) > NULL_VALUE.get(row["measure"], 0.0)
        return bool(row["estimate"]) and row["direction"] not in {"none", "up" if above else "down"}

    assert offending(disagrees) == {}


def test_significance_agrees_with_the_interval() -> None:
    def disagrees(row: Row) -> bool:
        if not row["ci_low"] or row["measure"] == "share":
            return False
        null = NULL_VALUE.get(row["measure"], 0.0)
        outside = not float(row["ci_low"]) <= null <= float(row["ci_high"])
        return row["significant"] != ("yes" if outside else "no")

    assert offending(disagrees) == {}


def test_designs_without_a_comparison_are_not_called_controlled() -> None:
    assert offending(lambda row: row["controlled"] != "no" and row["design"] in UNCONTROLLED) == {}


def test_every_row_says_who_what_and_where() -> None:
    names = ("study", "programme", "outcome", "outcome_detail", "population", "measure", "design", "table", "note")
    assert offending(lambda row: [name for name in names if not row[name].strip()]) == {}


def test_addresses() -> None:
    def misaddressed(row: Row) -> list[str]:
        wrong = [row["doi"]] * (row["doi"] != "" and not re.fullmatch(r"10\.\d{4,9}/[^\s\"<>]+", row["doi"]))
        wrong += [row["url"]] * (row["url"] != "" and not re.fullmatch(r"https://\S+", row["url"]))
        return wrong + ["both doi and url"] * bool(row["doi"] and row["url"])

    assert offending(misaddressed) == {}


def test_every_study_is_in_the_bibliography_under_the_same_doi() -> None:
    dois = {}
    for entry in re.split(r"^@\w+\{", bibliography(), flags=re.MULTILINE)[1:]:
        found = re.search(r"^\s*doi\s*=\s*\{(.+)\}", entry, flags=re.MULTILINE)
        dois[entry.split(",")[0]] = found[1] if found else ""
    assert {row["evidence_id"] for row in EVIDENCE.values() if row["study"] not in dois} == set()
    assert {i for i, row in EVIDENCE.items() if row["doi"] != dois[row["study"]]} == set()


def test_bibliography_keys_are_unique() -> None:
    assert len(keys()) == len(set(keys()))


def test_six_case_management_sites() -> None:
    rows = [EVIDENCE[f"icp-six-{outcome}"] for outcome in ("emergency", "elective", "outpatient", "cost-percent")]
    assert [row["estimate"] for row in rows] == ["9", "-21", "-22", "-9"]
    assert {(row["n_intervention"], row["n_comparison"]) for row in rows} == {("3646", "17311")}
    assert {(row["study"], row["certainty"]) for row in rows} == {("roland2012", "F")}
    assert EVIDENCE["icp-six-cost-gbp"]["estimate"] == "-223"


def test_all_pilot_sites_are_kept_apart_from_the_six() -> None:
    rows = [EVIDENCE[f"icp-all-{outcome}"] for outcome in ("emergency", "elective", "outpatient", "cost-gbp")]
    assert [row["estimate"] for row in rows] == ["2", "-4", "-20", "-37"]
    assert {(row["n_intervention"], row["n_comparison"]) for row in rows} == {("8691", "42206")}
    assert {row["certainty"] for row in rows} == {"F-2nd"}
    assert EVIDENCE["icp-all-cost-gbp"]["significant"] == "no"


def test_surveys_have_no_controls() -> None:
    surveys = [row for row in EVALUATIONS if row["design"] == "before_after_survey"]
    assert {row["controlled"] for row in surveys} == {"no"}
    assert {row["programme"].split(",")[0] for row in surveys} == {"Integrated Care Pilots"}


def test_arms_of_pioneers_and_vanguards() -> None:
    assert numbers("pioneer-vanguard-growth-none") == (12, 9.5, 13.6)
    assert numbers("pioneer-vanguard-growth-pioneer") == (6.4, 3.8, 9.0)
    assert numbers("pioneer-vanguard-growth-vanguard") == (8.8, 4.5, 13.1)
    assert numbers("pioneer-vanguard-growth-both") == (3.5, -0.3, 7.2)
    roles = {i: row["role"] for i, row in EVIDENCE.items() if row["study"] == "morciano2021"}
    assert roles.pop("pioneer-vanguard-growth-none") == "comparator"
    assert set(roles.values()) == {"arm"}


def test_growth_of_pioneers_and_others() -> None:
    pioneers, others = (EVIDENCE[f"pioneers-emergency-growth-{group}"] for group in ("pioneers", "others"))
    assert (pioneers["estimate"], pioneers["p_value"], pioneers["role"]) == ("1.93", "0.0379", "arm")
    assert (others["estimate"], others["role"]) == ("4.84", "comparator")
    assert EVIDENCE["pioneers-emergency-2015-16"]["p_value"] == "0.1879"


INTERVALS = {
    "rushcliffe-emergency": (-23, -39, -3),
    "rushcliffe-ae": (-29, -43, -11),
    "slic-outpatient": (0.921, 0.908, 0.935),
    "slic-elective": (0.938, 0.902, 0.975),
    "slic-emergency": (1.011, 0.971, 1.052),
    "tower-hamlets-elective": (1.27, 1.08, 1.49),
    "liverpool-emergency": (15, 5, 24),
    "gm-life-expectancy": (0.196, 0.182, 0.210),
    "gm-life-expectancy-men": (0.338, 0.315, 0.362),
    "gm-life-expectancy-women": (0.057, 0.040, 0.074),
    "gm-life-expectancy-deprived": (0.390, 0.369, 0.412),
    "busby-continuity": (9, 8, 11),
    "hetlevik-upc-patient": (-8.1, -9.1, -7.1),
    "hetlevik-upc-list": (-1.9, -3.5, -0.2),
    "tammes-emergency": (2.27, 1.37, 3.76),
}


def test_intervals_as_published() -> None:
    assert {evidence_id: numbers(evidence_id) for evidence_id in INTERVALS} == INTERVALS


def test_ratios_agree_with_the_rates_of_their_own_table() -> None:
    """Table 1 of Exley 2019: observed and expected per 1,000 a year. Its abstract swaps elective and outpatient."""
    for outcome, observed, expected in (("elective", 153, 164), ("outpatient", 1220, 1324), ("ae", 144, 153)):
        assert abs(observed / expected - numbers(f"slic-{outcome}")[0]) < 0.006


def test_known_traps() -> None:
    assert EVIDENCE["gm-ae-reattendance"]["estimate"] == "-2.7"
    assert EVIDENCE["barker-acsc"]["estimate"] == "-6"
    assert EVIDENCE["barker-acsc"]["ci_low"] == ""
    assert EVIDENCE["nehf-emergency"]["ci_low"] == ""
    torbay = [row for row in EVALUATIONS if row["programme"] == "Torbay Care Trust"]
    assert {row["controlled"] for row in torbay} == {"no"}
    assert {row["certainty"] for row in torbay if row["measure"] == "percent_change"} == {"C"}


@pytest.mark.parametrize(
    ("evidence_id", "before", "after"), [("torbay-beds-1998-2008", 750, 528), ("torbay-beds-1999-2009", 750, 502)]
)
def test_calculated_changes(evidence_id: str, before: int, after: int) -> None:
    assert float(EVIDENCE[evidence_id]["estimate"]) == round(100 * (after - before) / before, 1)


def test_shares_are_proportions() -> None:
    assert all(0 < float(row["estimate"]) < 1 for row in CONTINUITY if row["measure"] == "share")


def test_sixteen_pilots() -> None:
    pilots = read("pilots.csv")
    assert list(pilots[0]) == ["pilot", "name", "focus", "focus_certainty", "source"]
    assert [int(row["pilot"]) for row in pilots] == list(range(1, 17))
    assert len({row["name"] for row in pilots}) == 16
    assert [row["pilot"] for row in pilots if row["focus"]] == [str(number) for number in range(1, 12)]
    assert all(row["focus_certainty"] == ("F" if row["focus"] else "") for row in pilots)
    assert {key for row in pilots for key in row["source"].split(";")} <= set(keys())


def test_twelve_concerns() -> None:
    concerns = read("concerns.csv")
    assert list(concerns[0]) == ["concern", "concern_text", "quantifiable", "why"]
    assert [int(row["concern"]) for row in concerns] == list(range(1, 13))
    assert [row["concern"] for row in concerns if row["quantifiable"] == "yes"] == ["4", "5", "11"]
    assert {row["quantifiable"] for row in concerns} <= {"yes", "partly", "no"}
    assert all(row["concern_text"] and row["why"] for row in concerns)
