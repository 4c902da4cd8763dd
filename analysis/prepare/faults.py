"""What is wrong with a table, in a form that can be told in a sentence or counted in a grid."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one table.

    Attributes
    ----------
    table : str
        The table of the data contract, for instance ``practices``.
    check : str
        What was checked: ``readable``, ``columns``, ``types``, ``values``, ``keys``, ``references``, ``months``.
    file : str
        The file, as the user knows it.
    column : str
        The column or columns; empty where the fault is of the whole file.
    rows : tuple of int
        Line numbers in the file (the header is line 1), or row numbers of a Parquet file; at most ten.
    count : int
        How many rows fail.
    found : str
        What stands there, for instance the first failing value.
    expected : str
        What was expected.
    mend : str
        How to mend it.
    """

    table: str
    check: str
    file: str
    column: str
    rows: tuple[int, ...]
    count: int
    found: str
    expected: str
    mend: str
