"""The annexes that only the release knows: where each number comes from, and the version history."""

from typing import Any

from analysis.present.look.markdown import Table
from analysis.present.provenance.address import slug
from analysis.present.templates.language import Filters


def addresses_table(entries: dict[str, dict[str, str]], text: str, words: Filters) -> str:
    """Where each number of the text comes from.

    Parameters
    ----------
    entries : dict
        Text and origin of every number, by key.
    text : str
        The paper's text with variables put in; numbers that it does not use are left out.
    words : dict
        The filters of templates, with the library of phrases.
    """
    used = {key: each for key, each in sorted(entries.items()) if f'address="{slug(key)}"' in text}
    # Numbers of one address stand together, an effect beside its interval.
    numbers: dict[tuple[str, str, str], list[str]] = {}
    for key, each in used.items():
        address = each["place"], each["step"].removeprefix("analysis."), each["data"]
        numbers.setdefault(address, []).append(f"[{each['text']}]{{#address-{slug(key)}}}")
    steps = [step for _, step, _ in numbers]
    columns = {
        "Numbers": ["; ".join(each) for each in numbers.values()],
        "Row": [place for place, _, _ in numbers],
        "Computed by (in analysis)": [f"`{step}`" for step in steps],
        "Data": [data for _, _, data in numbers],
    }
    caption = words["say"](None, "document/tables/addresses")
    # The name of a step does not break across lines; a letter of it is one per cent of the PDF's page wide.
    widest = max(26, 2 + max(map(len, steps), default=0))
    return Table("addresses", caption, columns, False, (16, 65 - widest, widest, 19)).markdown()


def versions_table(record: dict[str, Any], words: Filters) -> str:
    """The version history, newest first."""
    rows = [*record["history"], record][::-1]
    columns = {
        "Version": [each["version"] for each in rows],
        "Date": [each["date"] for each in rows],
        "What changed": [", ".join(each["causes"]) for each in rows],
    }
    return Table("versions", words["say"](None, "document/tables/versions"), columns, False, (20, 25, 55)).markdown()
