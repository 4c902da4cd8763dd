"""Whether a release tells what its rows say: a reader of the finished release that shares no code with the words."""

import json
import re
from collections.abc import Iterator
from html import unescape
from math import isnan
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import yaml

NUMBER = re.compile(r"[+−]?£?\d[\d,]*(?:\.\d+)?")
# A word that a missing or endless number leaves behind where it is printed.
NOT_A_NUMBER = re.compile(r"(?<![\w./-])[+−-]?(?:nan|NaN|inf|Infinity)(?![\w-])")
VALUES = ["estimate", "ci_low", "ci_high", "std_error", "p_value", "p_adjusted", "baseline", "expected"]
COUNTS = ["n_obs", "n_units", "n_clusters", "treated_clusters", "comparison_clusters"]
# Files that an address may name and no release holds.
STAYS, COMMITTED = "which stays in results/", "reports/calibration/"
INTERVAL = r"([+−]?[\d.]+)(?:%| points)? to ([+−]?[\d.]+)"
LEVEL = r"\d+% confidence interval(?: by [a-z ]+)?"
CLEAR = re.compile(rf"(rose|fell) by [\d.]+(?:%| percentage points) \({LEVEL} {INTERVAL}")
VAGUE = re.compile(rf"did not clearly change \([+−]?[\d.]+(?:%| points)?; {LEVEL} {INTERVAL}")
POOLED = re.compile(
    rf"average [\d.]+% (more|fewer) [^,.]*, (?:and|but) the interval \({INTERVAL}%?\) (leaves out|includes) no change"
)
COMPARED = re.compile(rf"there were [\d.]+% (more|fewer) [^(.]*\({LEVEL} {INTERVAL}")
RELATED = re.compile(rf"is (higher|lower): [^(.]*\({LEVEL} {INTERVAL}")
# Numbers of rows, and distances from a planted truth, which stand in no row.
DERIVED = ("from_truth", "experiment.times", "experiment.decimals")
# Of fewer published estimates with an interval none is pooled.
FEWEST = 3
# A number, a size or an interval, and no name with a number in it such as a year or a group.
TOLD = re.compile(r"(?:p [<=] )?[+−]?£?[\d,.]+(?:%| points| percentage points)?(?: to [+−]?£?[\d,.]+(?:%| points)?)?")


def faults(release: Path, results: Path) -> list[str]:
    """Everything that a release tells otherwise than its rows; `results` has the headlines of the terminal."""
    estimates = pd.read_csv(release / "estimates.csv", dtype={"horizon": str})
    plan = yaml.safe_load((release / "plan.yaml").read_text(encoding="utf-8"))
    published = json.loads((results / "release/published.json").read_text(encoding="utf-8"))
    return [
        *missing_numbers(release),
        *addressed_numbers(release, estimates),
        *directions(release),
        *headlines(published["headlines"], plan.get("outcomes", {}), estimates),
        *judgements(release, plan.get("outcomes", {}), estimates),
        *syntheses(release, estimates),
        *captions(release, estimates),
        *empty_groups(release),
        *unsaid(release, estimates),
    ]


def texts(release: Path) -> dict[str, str]:
    """What a reader sees, by file: the papers, tables and figures, without markup."""
    found = {
        path.relative_to(release).as_posix(): path.read_text(encoding="utf-8")
        for path in release.rglob("*")
        if path.suffix in (".html", ".md", ".svg")
    }
    with ZipFile(release / "paper.docx") as word:
        found["paper.docx"] = word.read("word/document.xml").decode()
    return {name: visible(text) for name, text in found.items()}


def visible(text: str) -> str:
    """Text without style, script and tags."""
    bare = re.sub(r"(?s)<(style|script|metadata|defs).*?</\1>|<!--.*?-->", " ", text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", bare)))


def missing_numbers(release: Path) -> Iterator[str]:
    """Where a missing or endless number is printed."""
    for name, text in texts(release).items():
        for match in NOT_A_NUMBER.finditer(text):
            yield f"{name} prints {match[0]}: {text[max(0, match.start() - 60) : match.end() + 30]!r}"


def addressed_numbers(release: Path, estimates: pd.DataFrame) -> Iterator[str]:
    """Numbers whose address picks no row or several, is no file of the release, or is a row that does not hold them."""
    data = json.loads((release / "data.json").read_text(encoding="utf-8"))
    known = {Path(file["path"]).name for each in data for file in each["files"]}
    for key, entry in json.loads((release / "addresses.json").read_text(encoding="utf-8")).items():
        file, _, keys = entry["place"].partition(": ")
        counts, name = file.startswith("rows of "), file.removeprefix("rows of ")
        if name == "estimates.csv":
            rows = addressed(estimates, keys)
            told = TOLD.fullmatch(entry["text"]) and not counts and not any(each in key for each in DERIVED)
            if rows.empty or (len(rows) > 1 and not counts):
                yield f"{key}: {len(rows)} rows have the address {entry['place']}"
            elif told and not holds(entry["text"], rows.iloc[0].to_dict()):
                yield f"{key}: {entry['text']} is not in the row {entry['place']}"
        elif name == "not_estimated.csv":
            rows = addressed(pd.read_csv(release / name, dtype=str, keep_default_na=False), keys)
            values = [json.loads(each) for each in rows["reason_values"]]
            if len(values) != 1 or not any(same(entry["text"], each) for each in stated(values[0])):
                yield f"{key}: {entry['text']} is not among the values of the reason at {entry['place']}"
        elif not (
            (release / file).is_file()
            or name.partition(" ")[0] in known
            or file.endswith(STAYS)
            or file.startswith(COMMITTED)
        ):
            yield f"{key}: the address {entry['place']} names no file"


def stated(values: dict[str, Any]) -> Iterator[float]:
    """The numbers among the values of a reason, and of those that it rests on."""
    for each in values.values():
        if isinstance(each, dict):
            yield from stated(each["values"])
        elif isinstance(each, int | float):
            yield each


def addressed(rows: pd.DataFrame, keys: str) -> pd.DataFrame:
    """The rows whose columns hold the values of an address, as they are spelled."""
    for each in keys.split(", "):
        column, _, value = each.partition("=")
        rows = rows[rows[column] == value]
    return rows


def holds(text: str, row: dict[str, Any]) -> bool:
    """Whether each number of a text is one of a row's, in the unit or the per cent that it may be told in."""
    if text.startswith("p < "):
        return any(row[key] < float(text[4:]) for key in ("p_value", "p_adjusted"))
    known = [row[key] for key in (*VALUES, *COUNTS) if key in row]
    known += [5 * round(row[key] / 5) for key in COUNTS if key in row]  # as counts of people are told
    told = [
        each
        for value in known
        if not isnan(value)
        for each in (value, 100 * value, 100 * (value - 1), 100 * (1 - value))
    ]
    return all(any(same(number, value) for value in told) for number in NUMBER.findall(text))


def same(number: str, value: float) -> bool:
    """Whether a printed number is a value rounded, pounds perhaps to tens or more; without a sign it is a size."""
    digits = number.replace("£", "").replace(",", "").replace("−", "-")
    nought = len(digits) - len(digits.rstrip("0")) if "£" in number and "." not in digits else 0
    half = 0.5 * 10.0 ** (nought - len(digits.partition(".")[2])) + 1e-6 * max(1.0, abs(value))
    return abs(float(digits) - (value if number[0] in "+−" else abs(value))) <= half


def amount(text: str) -> float:
    return float(text.replace("−", "-"))


def directions(release: Path) -> Iterator[str]:
    """Sentences whose verb and interval disagree."""
    text = visible((release / "paper.html").read_text(encoding="utf-8"))
    for match in CLEAR.finditer(text):
        if not (amount(match[2]) >= 0 if match[1] == "rose" else amount(match[3]) <= 0):
            yield f"the interval does not say so: {match[0]}"
    for match in VAGUE.finditer(text):
        if not amount(match[1]) <= 0 <= amount(match[2]):
            yield f"the interval leaves out no change: {match[0]}"
    for match in POOLED.finditer(text):
        low, high = amount(match[2]), amount(match[3])
        if (match[4] == "includes") != (low <= 0 <= high) or (match[1] == "more") != (low + high > 0):
            yield f"the interval does not say so: {match[0]}"
    for pattern, more in ((COMPARED, "more"), (RELATED, "higher")):
        for match in pattern.finditer(text):
            low, high = amount(match[2]), amount(match[3])
            if not (low >= 0 if match[1] == more else high <= 0) and not low <= 0 <= high:
                yield f"the interval does not say so: {match[0]}"


def headlines(said: list[str], outcomes: dict[str, Any], estimates: pd.DataFrame) -> Iterator[str]:
    """Headlines that say another thing of an outcome than its row, or do not say that it is simulated."""
    told = " ".join(said)
    for name, plan in outcomes.items():
        for match in re.finditer(rf"{re.escape(plan['label'])} (\w+ \w+)", told, re.IGNORECASE):
            yield from outcome_faults(name, match[1], primary(name, estimates), told)
    simulated = bool(estimates.loc[estimates["term"] == "effect", "simulated"].any())
    if outcomes and simulated != said[0].startswith("In the simulated pilots"):
        yield f"whether the pilots are simulated is not said: {said[0]}"


def primary(name: str, estimates: pd.DataFrame) -> dict[str, Any]:
    """The row by which an outcome is read; empty where there is none."""
    rows = estimates[(estimates["outcome"] == name) & (estimates["design"] == "difference_in_differences")]
    rows = rows[(rows["term"] == "effect") & (rows["specification"] == "primary") & (rows["subgroup"] == "all")]
    rows = rows[rows["scale"].isin(["ratio", "points"])]
    return {str(key): value for key, value in rows.iloc[0].items()} if len(rows) else {}


def outcome_faults(name: str, said: str, row: dict[str, Any], headline: str) -> Iterator[str]:
    verb = said.partition(" ")[0]
    if not row:
        if said not in ("could not", "cannot be"):
            yield f"{name} has no row, and is told: {headline}"
        return
    null = 1 if row["scale"] == "ratio" else 0
    right = "rose" if row["ci_low"] > null else "fell" if row["ci_high"] < null else ""
    if (verb in ("rose", "fell") or right) and verb != right:
        yield f"{name}: its row says {right or 'nothing clear'}: {headline}"


KEY = ["outcome", "population", "subgroup", "design", "estimator", "specification", "term", "horizon", "scale"]


def judgements(release: Path, outcomes: dict[str, Any], estimates: pd.DataFrame) -> Iterator[str]:
    """Verdicts that rest on rows which are not there, or that the interval of an outcome does not bear."""
    table = pd.read_csv(release / "verdicts.csv", dtype=str, keep_default_na=False)
    keys = {tuple(map(str, key)) for key in estimates[KEY].itertuples(index=False)}
    for row in table.to_dict("records"):
        if not {tuple(key) for key in json.loads(row["estimates"])} <= keys:
            yield f"{row['subject']}, {row['question']}: it rests on rows that are not there"
    for name, plan in outcomes.items():
        own = table[(table["about"] == "outcome") & (table["subject"] == name) & (table["check"] == "")]
        said = own.set_index("question")["verdict"].to_dict()
        for question, right in interval_says(primary(name, estimates), plan).items():
            if said[question] != right:
                yield f"{name}: its row says {right} to {question}, and the verdict is {said[question]}"


def interval_says(row: dict[str, Any], plan: dict[str, Any]) -> dict[str, str]:
    """What an interval says of a change, and of a gain or a loss as large as the plan's smallest that matters."""
    if not row or isnan(row["ci_low"]) or isnan(row["ci_high"]):
        return dict.fromkeys(("direction", "better", "worse"), "unknown")
    ends = [100 * (row[key] - 1) if row["scale"] == "ratio" else row[key] for key in ("ci_low", "ci_high")]
    gains = ends if plan["good_direction"] == "up" else [-each for each in ends]
    told = {"direction": "rose" if min(ends) > 0 else "fell" if max(ends) < 0 else "unclear"}
    for question, sizes in (("better", gains), ("worse", [-each for each in gains])):
        reached = [size >= plan["smallest_change"] for size in sizes]
        told[question] = "shown" if all(reached) else "open" if any(reached) else "ruled_out"
    return told


# Sentences that say what results mean; of simulated pilots each says that they are.
MEANINGS = (
    "the promise (?:open )?that integrated care",
    "Seen together, ",
    "lost something that many patients",
    "of continuity large enough to matter is ruled out",
    "may have suffered",
)


def unsaid(release: Path, estimates: pd.DataFrame) -> Iterator[str]:
    """What results mean, how the paper is cited, what agreement is worth: where none says that it is simulated."""
    effects = estimates[estimates["term"] == "effect"]
    if effects.empty or not (effects["design"] == "difference_in_differences").any():
        return
    simulated, text = bool(effects["simulated"].any()), visible((release / "paper.html").read_text("utf-8"))
    for meaning in MEANINGS:
        for match in re.finditer(rf"[^.]*{meaning}[^.]*\.", text):
            if simulated != ("simulat" in match[0]):
                yield f"simulated is {simulated}: {match[0]}"
    # Only the worlds in which the intervals were tried are simulated, and these say so.
    tried = re.sub(
        r"(?i)simulated (?:pilots of \w+ sites|worlds)|tried on simulated pilots|simulated data sets", "", text
    )
    if simulated != ("simulated" in tried.lower()):
        yield f"whether the pilots are simulated is not said: simulated is {simulated}"
    if simulated != ("a worked example on simulated pilots" in text):
        yield f"the subtitle does not say what the pilots are: simulated is {simulated}"


def syntheses(release: Path, estimates: pd.DataFrame) -> Iterator[str]:
    """Syntheses that are pooled and told as not, or that are told with another number of intervals than they have."""
    text = visible((release / "paper.html").read_text(encoding="utf-8"))
    counts = ["no", "one", "two", "three", "four", "five", "six"]
    known = {}
    for name, rows in estimates[estimates["design"] == "synthesis"].groupby("outcome"):
        if not (rows["term"] == "pooled").any():
            known[name] = int((rows["specification"] == "in_synthesis").sum())
    said = set(re.findall(r"cannot be pooled: only (\w+) gives? an interval", text))
    if wrong := said ^ {counts[count] for count in known.values() if count < FEWEST}:
        yield f"not pooled are {known}, and the paper has another number of intervals: {sorted(wrong)}"
    spans = {match.groups()[1:3] for match in POOLED.finditer(text)}
    if len(spans) > int((estimates["term"] == "pooled").sum()):
        yield f"the paper tells of more pooled intervals than there are: {sorted(spans)}"


def captions(release: Path, estimates: pd.DataFrame) -> Iterator[str]:
    """Numbers with a sign or a unit in the words of a figure that its own data do not hold.

    Figures of continuity draw patients and are told by rows of the table of estimates.
    """
    for data in sorted((release / "figures").glob("*.csv")):
        text, table = data.with_suffix(".md").read_text(encoding="utf-8"), pd.read_csv(data)
        named = " ".join(table.select_dtypes(exclude="number").astype(str).to_numpy().ravel())
        known = numbers(table.select_dtypes("number")) + [float(each) for each in re.findall(r"\d+(?:\.\d+)?", named)]
        if data.stem.startswith("curve-"):
            known += shares(table)
        if data.stem.startswith("continuity-"):
            known += numbers(estimates[[key for key in VALUES if key in estimates]])
        for number in re.findall(r"[+−]\d+(?:\.\d+)?|\b\d+(?:\.\d+)?(?=%(?! (?:confidence )?interval))", text):
            if not any(same(number, each) for value in known for each in (value, 100 * value)):
                yield f"{data.name} does not hold {number} of its caption"
        if ("Simulated data." in text) != bool(table["simulated"].any()):
            yield f"{data.name}: whether it is simulated is not said"


def numbers(table: pd.DataFrame) -> list[float]:
    return [value for value in table.to_numpy(float).ravel().tolist() if not isnan(value)]


def empty_groups(release: Path) -> Iterator[str]:
    """Rows of the table of groups in which nothing stands: groups of another outcome."""
    for path in (release / "tables").glob("groups.md"):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("|") and cells and set(cells) == {"–"}:
                yield f"groups.md has nothing of {name}"


def shares(curve: pd.DataFrame) -> list[float]:
    """The shares of a specification curve that its caption tells, of the combinations that lose no site."""
    whole = curve[curve["whole"]] if curve["whole"].any() else curve
    sides = (whole["estimate"] < 0, whole["ci_high"] < 0, whole["ci_low"] > 0)
    return [100 * float(side.mean()) for side in sides]
