"""The JSON Schema in the repository is the one that the typed study makes, and the ready studies keep it."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from analysis.schema import study_schema

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow/schemas/study.schema.json"
STUDIES = [ROOT / "config.yaml", *sorted((ROOT / "studies").glob("*.yaml"))]


def test_schema_in_the_repository_is_up_to_date() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == study_schema(), "run `make schemas`"


def test_every_key_of_the_schema_is_described() -> None:
    parts = [study_schema(), *study_schema()["$defs"].values()]  # type: ignore[attr-defined]
    silent = [key for part in parts for key, value in part.get("properties", {}).items() if "description" not in value]
    assert silent == []


@pytest.mark.parametrize("path", STUDIES, ids=[path.stem for path in STUDIES])
def test_ready_studies_keep_the_schema(path: Path) -> None:
    text = json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str)
    jsonschema.validate(json.loads(text), study_schema())
