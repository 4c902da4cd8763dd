"""Check the cells of a raw table against its contract, and collect everything that is wrong."""

import re
from typing import TYPE_CHECKING

from analysis.prepare.contract import marks
from analysis.prepare.contract.contract import HIDDEN, LARGE, MONTH, MONTH_OR_EMPTY, PLAIN
from analysis.prepare.contract.faults import Fault, looked_up, shown
from analysis.prepare.contract.raw_files import Raw

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import pandera.pandas as pa

NUMBERS = {"float64": "a number with a decimal point", "int64": "a whole number"}
# What pandera calls a check, and what people call it.
RULES = {
    r"greater_than\((.*)\)": "a value above {}",
    r"greater_than_or_equal_to\((.*)\)": "a value of {} or more",
    r"in_range\((.*), (.*)\)": "a value from {} to {}",
    r"str_length\(1, None\)": "a value, not an empty cell",
    r"isin\(\[(.*)\]\)": "one of {}",
}
PATTERNS = {
    MONTH: ("a month as YYYY-MM, for instance 2009-04", "write every month as YYYY-MM"),
    MONTH_OR_EMPTY: (
        "a month as YYYY-MM, for instance 2009-04, or an empty cell",
        "write every month as YYYY-MM, and leave the cell empty where there is none",
    ),
    PLAIN: (
        "a plain name of up to 200 characters: it begins with a letter or a digit and holds no formula, no markup and "
        "no line break",
        "correct the name",
    ),
}
MENDS = {
    "of 0 or more": "write what was counted; where a negative row takes back an earlier one, give one row with the sum",
    "from 0 to 1": "give shares, not percentages: divide by 100 where the column holds per cent",
    "site_id": "keep one row; where a site started in steps, make it several sites",
    "practice_id": "keep the row that is right: a practice belongs to one site or to none",
}


def checked(raw: Raw, contract: "type[pa.DataFrameModel]") -> tuple[Raw, list[Fault]]:
    """The table with typed columns, and every fault of its cells.

    Rows with a fault of type are left out of the further checks, so that one mistake is told once; columns that the
    table lacks are another's to tell.
    """
    present = [name for name in contract.to_schema().columns if name in raw.frame]
    raw, said = marks.as_meant(raw, contract)
    faults: list[Fault] = []
    frame, wrong = raw.frame, raw.frame.index[:0]
    for name in present:
        column = contract.to_schema().columns[name]
        typed = _number if str(column.dtype) in NUMBERS else _text
        values, broken = typed(raw, name, column)
        frame, faults = frame.assign(**{name: values}), faults + broken[0]
        wrong = wrong.union(broken[1])
    rest = frame.drop(index=wrong)
    faults += [] if rest.empty else _broken(raw, rest, contract)
    types = {name: "int64" for name in present if str(contract.to_schema().columns[name].dtype) == "int64"}
    return Raw(raw.table, frame if faults else frame.astype(types), raw.parts, said), faults


Found = tuple[list[Fault], "pd.Index[int]"]


def _number(raw: Raw, name: str, column: "pa.Column") -> "tuple[pd.Series[float], Found]":
    import numpy as np

    cells, dtype, nullable = raw.frame[name], str(column.dtype), column.nullable
    kind = NUMBERS[dtype]
    values = _as_float(cells)
    if values is None:
        return cells, _of_type(raw, name, kind)
    empty = cells.isna() | (cells == "")
    good = values.where(np.isfinite(values) & ((values % 1 == 0) | (dtype == "float64")))
    texts = cells.fillna("").astype(str)
    lacking, hidden = marks.missing_words(texts), marks.suppressed(texts)
    bad = good.isna() & ~empty & ~lacking & ~hidden
    empty |= lacking
    mend = marks.written(texts[bad]) or looked_up(name)
    mend += ", or leave the cell empty where the value is unknown" * nullable
    faults = [
        _fault(raw, "types", name, bad, f"{kind}, without a thousands separator", mend),
        _fault(
            raw, "values", name, hidden & good.isna(), f"{kind}, and no sign for a hidden one", marks.SUPPRESSED_MEND
        ),
    ]
    huge = good.abs() > LARGE
    mend_huge = f"{looked_up(name)}: the number is no measurement"
    faults.append(_fault(raw, "values", name, huge, f"at most {LARGE:,.0f}", mend_huge))
    good = good.where(~huge)
    if not nullable:
        mend = f"give the value: {name} may not be unknown, and is never taken for 0"
        faults.append(_fault(raw, "values", name, empty, kind, mend))
    return good, ([fault for fault in faults if fault], raw.frame.index[bad | hidden | huge | (empty & (not nullable))])


def _as_float(cells: "pd.Series") -> "pd.Series[float] | None":
    """Cells as numbers, what is none as missing; None where the whole column is of another type."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(cells):
        return None
    if pd.api.types.is_numeric_dtype(cells) or cells.isna().all():
        return cells.astype("float64")
    if pd.api.types.is_string_dtype(cells):
        return pd.to_numeric(cells.where(cells != "", None), errors="coerce").astype("float64")
    return None


def _text(raw: Raw, name: str, column: "pa.Column") -> "tuple[pd.Series[str], Found]":
    import pandas as pd

    cells = raw.frame[name]
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        return cells, _of_type(raw, name, "text as YYYY-MM: a time with a time zone is no month")
    if pd.api.types.is_datetime64_any_dtype(cells):
        # A date column of a Parquet file stands for its month.
        return cells.dt.strftime("%Y-%m").fillna(""), ([], raw.frame.index[:0])
    if not (pd.api.types.is_string_dtype(cells) or cells.isna().all()):
        return cells, _of_type(raw, name, "text, so that an id such as 0012 keeps its zeros")
    # A column of numbers with gaps gives each of them a point: 101.0 is the practice 101, here as in tables of events.
    values = cells.fillna("").astype("str").str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    broken = values.str.contains(HIDDEN, regex=True)
    mend = "take the line break, control or invisible character out of the cell"
    cut = marks.rounded_ids(values) & name.endswith("_id")
    # What may be missing is empty by now.
    lacking = values.isin([]) if marks.lists_values(column) else marks.missing_words(values)
    faults = [
        _fault(raw, "values", name, broken, "text on one line without hidden characters", mend),
        _fault(raw, "values", name, cut, "the whole id", marks.ROUNDED_MEND),
        _fault(raw, "values", name, lacking, "a value, and no word for a missing one", marks.MISSING_MEND),
    ]
    return values, ([fault for fault in faults if fault], raw.frame.index[broken | cut | lacking])


def _of_type(raw: Raw, name: str, expected: str) -> Found:
    found = f"the column's type is {raw.frame[name].dtype}"
    mend = f"write column {name} as {expected.split(',')[0].removeprefix('a ')}"
    return [raw.fault("types", name, (), found, expected, mend)], raw.frame.index


def _fault(raw: Raw, check: str, column: str, wrong: "pd.Series[bool]", expected: str, mend: str) -> Fault | None:
    rows = raw.frame.index[wrong]
    return raw.fault(check, column, rows, _values(raw.frame.loc[rows, column]), expected, mend) if len(rows) else None


def _values(values: "pd.Series[str]", most: int = 3) -> str:
    """The first different values."""
    different = [shown(value) if value else "an empty cell" for value in values.fillna("").drop_duplicates().head(most)]
    return f"found {' and '.join(different)}"


def _broken(raw: Raw, typed: "pd.DataFrame", contract: "type[pa.DataFrameModel]") -> list[Fault]:
    """What pandera finds in the typed rows, told in words and with the cells as they stand in the file."""
    import pandera.errors

    schema = contract.to_schema()
    if lacking := [name for name in schema.columns if name not in typed]:
        schema = schema.remove_columns(lacking)
        schema.checks = [each for each in schema.checks if not {*lacking} & {*_named(each.description)}]
    try:
        schema.validate(typed, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.dropna(subset="index")
        groups = cases.groupby(["schema_context", "column", "check"], sort=False, dropna=False)
        faults = [_rule(raw, str(key[0]), str(key[1]), str(key[2]), rows, contract) for key, rows in groups]
        return list(dict.fromkeys(fault for fault in faults if fault))
    return []


def _rule(
    raw: Raw, context: str, column: str, check: str, cases: "pd.DataFrame", contract: "type[pa.DataFrameModel]"
) -> Fault | None:
    rows = sorted({int(row) for row in cases["index"]})
    if context == "DataFrameSchema":
        return _across(raw, check, rows, contract)
    if check == "field_uniqueness":
        values = raw.frame.loc[rows, column]
        rows = list(values.index[values.duplicated(keep=False)])
        found = f"{shown(values.iloc[0])} stands {int((values == values.iloc[0]).sum())} times"
        return raw.fault("keys", column, rows, found, f"each {column} once", MENDS.get(column, "keep one row of each"))
    expected, mend = _words(check)
    mend = mend or next((MENDS[rule] for rule in MENDS if expected.endswith(rule)), looked_up(column))
    return raw.fault("values", column, rows, _values(raw.frame.loc[rows, column]), expected, mend)


def _across(raw: Raw, check: str, rows: list[int], contract: "type[pa.DataFrameModel]") -> Fault:
    """A rule over several columns: a key that stands twice, or what the contract says of it."""
    rules: dict[str, Callable[..., object]] = {each.name: each for each in contract.to_schema().checks}
    expected = str(getattr(rules.get(check), "description", None) or check)
    first = raw.frame.loc[rows[0]]
    keys = [name for name in contract.to_schema().columns if name in _named(expected)]
    found = f"a second row for {', '.join(str(first[name]) for name in contract.to_schema().columns if name in keys)}"
    if check != "unique":
        return raw.fault("values", "", rows, "a row breaks this rule", expected, "correct the row")
    time = next((name for name in ("month", "wave", "year") if name in keys), "")
    mend = f"correct the {time} of the row that is another {time}'s; or " * bool(time)
    mend += "keep the row that is right, or add up the counts"
    return raw.fault("keys", ", ".join(keys), rows, found, expected, mend)


def _named(description: str | None) -> list[str]:
    """The words of a rule, among them the columns that it is about."""
    return str(description).replace(",", " ").split()


def _words(check: str) -> tuple[str, str]:
    for pattern, words in PATTERNS.items():
        if check == f"str_matches({pattern!r})" or pattern in check:
            return words
    for rule, text in RULES.items():
        if match := re.fullmatch(rule, check):
            return text.format(*match.groups()), ""
    return check, ""
