"""Indices of Deprivation by neighbourhood (File 7), averaged over a practice's patients."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from analysis.plan.terms import Plan
from analysis.pull.connectors.base import PRACTICES, Connector, Tidy, measure_rows, parsed, practices_only
from analysis.pull.connectors.cells import numbers
from analysis.pull.connectors.source import Columns, header_of, matched, read_columns
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

# The census whose neighbourhoods (LSOAs) an edition of the index uses.
CENSUS = {2019: 2011, 2025: 2021}
SCORE = ("Index of Multiple Deprivation (IMD) Score",)
PATIENTS: Columns = {
    "practice_id": ("PRACTICE_CODE",), "lsoa": ("LSOA_CODE",), "sex": ("SEX",), "patients": ("NUMBER_OF_PATIENTS",)
}  # fmt: skip
# About one neighbourhood in twenty got a new code in 2021, so lists of the other census miss far more than this.
FEWEST_KNOWN = 0.99
MEMBERS = r"(file[ _-]*7|gp-reg-pat-prac-lsoa-all)[^/]*\.csv$"


class DeprivationParameters(Plan):
    """What the register says of the index."""

    index: Literal[2019, 2025] = Field(description="Edition of the Indices of Deprivation.")


class Deprivation(Connector):
    """The list-weighted mean score of a practice, from two files: the index, and patients by neighbourhood."""

    name = "deprivation"
    title = "the Indices of Deprivation, File 7, with patients registered by LSOA"

    def check(self, path: Path, parameters: Mapping[str, Any]) -> None:
        """Check that a file is one of the two."""
        given, header = parsed(DeprivationParameters, parameters, self.name), header_of(path, MEMBERS)
        columns = PATIENTS if _is_of_patients(header) else _index_columns(given.index)
        matched(header, columns, path, self.title)

    def check_whole(self, path: Path, parameters: Mapping[str, Any]) -> None:
        """Read one of the two files by itself."""
        self.check(path, parameters)
        if _is_of_patients(header_of(path, MEMBERS)):
            self._patients(path)
        else:
            self._scores(path, parsed(DeprivationParameters, parameters, self.name).index)

    def read(self, paths: tuple[Path, ...], parameters: Mapping[str, Any]) -> Tidy:
        """The score of each practice, higher for poorer; the base is the patients whose neighbourhood has one."""
        given = parsed(DeprivationParameters, parameters, self.name)
        of_patients = [path for path in paths if _is_of_patients(header_of(path, MEMBERS))]
        of_index = [path for path in paths if path not in of_patients]
        if len(of_patients) != 1 or len(of_index) != 1:
            raise Problem(
                f"The connector {self.name} needs two files, {self.title}; it has {', '.join(map(str, paths))}.",
                "give both under `files` of the data set in data/raw/datasets.yaml",
            )
        scores, patients = self._scores(of_index[0], given.index), self._patients(of_patients[0])
        scored = _joined(patients, scores, given.index, of_patients[0])
        return Tidy(_means(scored, given.index), scored[["practice_id"]].drop_duplicates().pipe(_nothing_more))

    def _scores(self, path: Path, index: int) -> "pd.Series[float]":
        columns = _index_columns(index)
        frame = read_columns(path, matched(header_of(path, MEMBERS), columns, path, self.title), MEMBERS)
        return numbers(frame["score"], SCORE[0], path).set_axis(frame["lsoa"].str.strip())

    def _patients(self, path: Path) -> "pd.DataFrame":
        frame = read_columns(path, matched(header_of(path, MEMBERS), PATIENTS, path, self.title), MEMBERS)
        rows = practices_only(frame[frame["sex"] == "ALL"], path, self.title)
        return rows.assign(
            patients=numbers(rows["patients"], "NUMBER_OF_PATIENTS", path), lsoa=rows["lsoa"].str.strip()
        )


def _is_of_patients(header: list[str]) -> bool:
    return "PRACTICE_CODE" in {name.strip("\ufeff ").upper() for name in header}


def _index_columns(index: int) -> Columns:
    return {"lsoa": (f"LSOA code ({CENSUS[index]})",), "score": SCORE}


def _joined(patients: "pd.DataFrame", scores: "pd.Series[float]", index: int, path: Path) -> "pd.DataFrame":
    """Patients with their neighbourhood's score; patients who live outside England, or nowhere known, have none."""
    english = patients[patients["lsoa"].str.startswith("E")]
    score = english["lsoa"].map(scores)
    share = float(english["patients"][score.notna()].sum() / max(english["patients"].sum(), 1))
    if share < FEWEST_KNOWN:
        raise Problem(
            f"{path}: the index of {index} knows the neighbourhoods of only {share:.1%} of the patients. It uses LSOAs "
            f"of the census of {CENSUS[index]}; the lists seem to use those of another census, and a mean over the "
            "rest would be of the wrong patients.",
            f"take patients registered by LSOA of {CENSUS[index]}: lists of about 2024 and later use those of 2021",
        )
    return english.assign(score=score).dropna(subset=["score"])


def _means(scored: "pd.DataFrame", index: int) -> "pd.DataFrame":
    """The mean score over a practice's patients."""
    weighted = scored.assign(product=scored["score"] * scored["patients"])
    sums = weighted.groupby("practice_id", as_index=False)[["product", "patients"]].sum()
    sums = sums[sums["patients"] > 0]
    mean = sums["product"] / sums["patients"]
    return measure_rows(sums, "imd", mean, year=index, series=f"imd_{index}", base=sums["patients"])


def _nothing_more(practices: "pd.DataFrame") -> "pd.DataFrame":
    return practices.reindex(columns=PRACTICES, fill_value="").reset_index(drop=True)
