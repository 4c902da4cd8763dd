"""The annex of reporting checklists: where the paper answers each item, with links to what is there."""

import re
from pathlib import Path
from typing import Any

from analysis.present.look.markdown import Table
from analysis.yaml_files import read_yaml

# A heading with its id, and the id of a figure or a table.
HEADING = re.compile(r"^#+ (?P<title>.+?) \{#(?P<id>sec-[\w-]+)[^}]*\}\s*$", re.MULTILINE)
FLOAT = re.compile(r"\{#(?P<id>(?:fig|tbl)-[\w-]+)")


def checklists(path: Path, text: str) -> str:
    """A table for each checklist that fits the paper; nothing where the project has none.

    Parameters
    ----------
    path : Path
        The checklists (YAML): items with what they ask and the ids of the places that answer.
    text : str
        The paper's whole text; only places that it has are named.
    """
    if not path.is_file():
        return ""
    titles = {match["id"]: match["title"] for match in HEADING.finditer(text)}
    places = titles | {match["id"]: f"@{match['id']}" for match in FLOAT.finditer(text)}
    lists = [each for each in read_yaml(path) if each.get("needs", "") in {"", *places}]
    return "\n".join(_table(each, places, set(titles)).markdown() for each in lists)


def _table(checklist: dict[str, Any], places: dict[str, str], sections: set[str]) -> Table:
    items = checklist["items"]
    columns = {
        "Item": [item["item"] for item in items],
        "What is asked, in our words": [item["asks"] for item in items],
        "Where": [_where(item, places, sections) for item in items],
    }
    return Table(f"checklist-{checklist['name']}", checklist["caption"].strip(), columns, False, (16, 40, 44))


def _where(item: dict[str, Any], places: dict[str, str], sections: set[str]) -> str:
    """Where an item is answered, as links; what the paper cannot answer is said."""
    there = [place for place in item["where"] if place in places]
    links = "; ".join(f"{_link(place, places, sections)}{_page(place)}" for place in there)
    where = f"{links}." if links else item.get("otherwise", "Not in this paper.")
    return f"{where} {item.get('note', '')}".strip()


def _link(place: str, places: dict[str, str], sections: set[str]) -> str:
    return f"[{places[place]}](#{place})" if place in sections else places[place]


def _page(place: str) -> str:
    return f'`, p. #policy-page("{place}")`{{=typst}}'
