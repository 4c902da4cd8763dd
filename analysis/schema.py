"""The JSON Schemas of the study and the register, for editors and for the documentation.

``python -m analysis.schema --out workflow/schemas``
"""

from pathlib import Path

from analysis.steps import command, write_json
from analysis.study import Study


def schema(*, out: Path) -> None:
    """Write study.schema.json from the typed study; never edit it by hand.

    Parameters
    ----------
    out : Path
        The folder of schemas.
    """
    write_json(out / "study.schema.json", study_schema())


def study_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of a study file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}


if __name__ == "__main__":
    command(schema, shared=True)
