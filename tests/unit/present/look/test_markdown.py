"""Tables as Markdown: cells cannot break out, numbers stand to the right, simulated data say so."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.months import month_words
from analysis.present.document.quality_table import balance_table, quality_table
from analysis.present.document.tables import concerns_table, pilots_table, sources_table
from analysis.present.evidence.evidence_table import evidence_table
from analysis.present.look.markdown import Table, spelled_out
from analysis.present.look.style import SIMULATED, FigureText, placed
from analysis.present.provenance.address import Book, Origin, slug
from analysis.present.templates.formats import formats
from analysis.pull.package.receive import BROUGHT
from analysis.steps import read_json, write_json
from analysis.study import Study

WORDS = formats(Book(), Path(__file__).parents[4] / "reports" / "phrases")
LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1), min_size=1, max_size=4
)


@given(LINES, st.integers(1, 3))
def test_every_row_has_as_many_cells_as_headings(cells: list[str], width: int) -> None:
    text = Table("t", "A caption.", {f"Heading {each}": cells for each in range(width)}).markdown()
    rows = text.split("\n\n")[0].split("\n")
    assert [row.count("|") for row in rows] == [width + 1] * (len(cells) + 2)


def test_pipes_and_line_ends_stay_within_their_cell() -> None:
    text = Table("t", "A caption.", {"A": ["one|two\nthree"], "B|C": ["4"]}).markdown()
    assert text.splitlines()[0] == "| A | B∣C |"
    assert text.splitlines()[2] == "| one∣two three | 4 |"


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        (["1", "2.5"], "---:"),
        (["+1.9%", "−3.7%", "0.0%"], "---:"),
        (["−0.3 to +4.1", "–"], "---:"),
        (["1,234", "p < 0.001"], "---:"),
        (["−£595 to +£6,040", "£2,596"], "---:"),
        (["Emergency", "12"], ":---"),
        (["12 sites"], ":---"),
    ],
)
def test_numbers_stand_to_the_right(cells: list[str], rule: str) -> None:
    assert Table("t", "A caption.", {"A": cells}).markdown().splitlines()[1] == f"| {rule} |"


def test_caption_id_and_widths() -> None:
    assert Table("my-table", "A caption.", {"A": ["1"]}).markdown().endswith("\n\n: A caption. {#tbl-my-table}\n")
    wide = Table("t", "A caption.", {"A": ["1"], "B": ["2"]}, False, (30, 70)).markdown()
    assert wide.endswith('{#tbl-t tbl-colwidths="[30, 70]"}\n')


@pytest.mark.parametrize("simulated", [True, False])
def test_the_label_follows_the_rows(simulated: bool) -> None:
    assert (SIMULATED in Table("t", "A caption.", {"A": ["1"]}, simulated).markdown()) == simulated
    assert (SIMULATED in placed(FigureText("f", "A caption.", "Alt.", simulated))) == simulated


def test_columns_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        Table("t", "A caption.", {"A": ["1"], "B": []}).markdown()


def test_quotes_do_not_end_the_alternative_text() -> None:
    assert placed(FigureText("f", "Caption.", 'A "fall".', False)).count('"') == 2


def test_tables_of_the_small_world(prepared: Path, raw: Path, root: Path, study: Study) -> None:
    labels = {each.series: each.label for each in study.outcomes.values()}
    receipts = (raw / "published-evidence.json", raw / "reference-pilots.json")
    published = root / "data/raw/published"
    made = {
        "quality": quality_table(prepared / "quality.parquet", labels, WORDS),
        "balance": balance_table(prepared / "balance.parquet", WORDS),
        "evidence": evidence_table(prepared / "evidence.parquet", WORDS),
        "sources": sources_table(receipts, WORDS),
        "pilots": pilots_table(published / "pilots.csv", WORDS),
        "concerns": concerns_table(published / "concerns.csv", WORDS),
    }
    assert {name for name, each in made.items() if each.simulated} == {"quality", "balance"}
    for name, each in made.items():
        text = each.markdown()
        assert each.name == name
        assert "nan" not in text.split()
        assert "e+0" not in text
    assert len(made["pilots"].columns["Pilot"]) == 16
    # Means of practices stand beside levels of all patients in the text, which differ: the caption says so.
    assert "Each practice counts once" in made["balance"].caption
    assert len(made["concerns"].columns["Concern"]) == 12
    assert {"Elective admissions", "A&E attendances"} < set(made["quality"].columns["Series"])
    assert list(made["sources"].columns["Kind"]) == [read_json(path)["kind"] for path in receipts]


def test_no_register_vouches_for_what_a_study_brought(raw: Path, tmp_path: Path) -> None:
    registered, own = raw / "published-evidence.json", tmp_path / "ours.json"
    write_json(own, read_json(registered) | {"extract": BROUGHT})
    assert sources_table((registered,), WORDS).caption == "Data sets behind this paper, as registered and verified."
    both, alone = sources_table((registered, own), WORDS).caption, sources_table((own,), WORDS).caption
    assert "as registered and verified; what the study brought itself is in no register" in both
    assert "registered and verified" not in alone
    assert alone.startswith("Data sets behind this paper, as received; what the study brought itself")


def test_months_in_words() -> None:
    assert [month_words(f"2007-{month:02d}") for month in (1, 4, 12)] == ["January 2007", "April 2007", "December 2007"]


def test_a_cited_number_leads_to_its_address() -> None:
    book, origin = (
        Book(),
        Origin("estimates.csv: continuity", "analysis.estimate.continuity.continuity", "reference-pilots"),
    )
    text = book.cite("outcomes.emergency_admissions.change", "+1.9%", origin)
    assert text == '[+1.9%]{.number address="outcomes-emergency-admissions-change"}'
    assert book.entries == {"outcomes.emergency_admissions.change": ("+1.9%", origin)}


def test_short_forms_of_a_table_are_spelled_out() -> None:
    assert spelled_out(["Bournemouth & Poole Teaching PCT", "COPD"]) == (
        " PCT: primary care trust; COPD: chronic obstructive pulmonary disease."
    )
    assert spelled_out(["Dementia", "AFTER", "NHS Norfolk"]) == ""


@given(st.text())
def test_a_slug_is_an_id(key: str) -> None:
    assert set(slug(key)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(slug(key)) == slug(key)
