"""A contact as one number: patient, practice, window, day, clinician and registered GP side by side in 64 bits.

The order of these numbers is the order in which the indices need the contacts. Ids that are texts, or whole numbers too
far apart, are first replaced by their place among all ids, which keeps their order; no id is ever hashed, so no two ids
can be taken for one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from analysis.steps import Problem

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

IDS = ("patient_id", "practice_id", "clinician_id")
WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
# One bit stays free, so that no shift is by all 64.
BITS = 63
# Contacts in a bucket, about: they fit in the cache of a processor core, and so do the ends of all buckets.
ROWS, MOST_BUCKETS = 65_536, 13
# An odd number near 2^64 over the golden ratio spreads neighbouring patients over all buckets (Knuth, The Art of
# Computer Programming, volume 3, section 6.4). Multiplying by it can be undone: no two patients become one.
FACTOR = 0x9E3779B97F4A7C15
DAYS = "(date::DATE - DATE '1970-01-01')"
# Whether it was with the registered GP: 2 yes, 1 no, 0 not known.
KNOWN = "CASE WHEN registered::BOOLEAN THEN 2 WHEN NOT registered::BOOLEAN THEN 1 ELSE 0 END"


@dataclass(frozen=True)
class Field:
    """Where a column stands in a key: its lowest value, and how many bits it needs."""

    low: int
    bits: int

    @classmethod
    def of(cls, low: int, high: int) -> "Field":
        """The field of the values from `low` to `high`."""
        return cls(low, max(high - low, 0).bit_length())


@dataclass(frozen=True)
class Keys:
    """How contacts are written as numbers, and how many buckets their patients are spread over."""

    rows: int
    patient: Field
    practice: Field
    part: Field
    date: Field
    clinician: Field
    registered: Field

    @property
    def rest_bits(self) -> int:
        """Bits of everything but the patient."""
        return sum(each.bits for each in self._rest())

    @property
    def bucket_bits(self) -> int:
        """The number of buckets is 2 to this power: enough that a bucket is small, and that the rest fits in a key."""
        small = max(self.rows // ROWS, 1).bit_length() - 1
        needed = self.patient.bits + self.rest_bits - BITS
        return min(max(small, needed), MOST_BUCKETS, self.patient.bits)

    @property
    def fits(self) -> bool:
        """Whether a contact within its bucket is one number."""
        return self.patient.bits - self.bucket_bits + self.rest_bits <= BITS

    @property
    def patient_in_bucket(self) -> int:
        """Bits of the patient that the bucket does not say already."""
        return self.patient.bits - self.bucket_bits

    def rule(self) -> "NDArray[np.uint64]":
        """What :func:`analysis.prepare.indices.index_kernel.scatter` needs."""
        low = self.patient_in_bucket
        values = (self.patient.low, FACTOR, (1 << self.patient.bits) - 1, low, (1 << low) - 1, self.rest_bits)
        return _words(values)

    def fields(self) -> "NDArray[np.uint64]":
        """What :func:`analysis.prepare.indices.index_kernel.measure` needs."""
        unit = self.registered.bits + self.clinician.bits + self.date.bits
        return _words((self.registered.bits, (1 << self.clinician.bits) - 1, unit, self.part.bits, self.practice.bits))

    def places(self, contacts: int) -> "tuple[NDArray[np.uint64], int]":
        """What :func:`analysis.prepare.indices.index_kernel.arrange` needs for so many contacts, and how many places.

        About one for each contact: by patient, and where there are fewer patients, by what follows the practice, of
        which most patients have one.
        """
        first, behind = max(contacts.bit_length(), 1), self.rest_bits - self.practice.bits
        bits = min(max(first - self.patient_in_bucket, 0), behind)
        above = self.rest_bits + max(self.patient_in_bucket - first, 0)
        return _words((above, bits, behind - bits)), 1 << min(self.patient_in_bucket, first) + bits

    def patients(self, codes: "NDArray[np.uint64]") -> "NDArray[np.int64]":
        """The patients, from the codes that buckets and keys have of them."""
        import numpy as np

        size = 1 << self.patient.bits
        plain = (codes * np.uint64(pow(FACTOR, -1, size) if size > 1 else 0)) & np.uint64(size - 1)
        return plain.astype(np.int64) + self.patient.low

    def query(self, contacts: str) -> str:
        """Two whole numbers for each contact: the patient, and everything else."""
        terms, shift = ["0::UBIGINT"], 0
        columns = (KNOWN, "clinician_id", DAYS, "part", "practice_id")
        for column, each in zip(columns, reversed(self._rest()), strict=True):
            terms += [f"({column} - ({each.low}))::UBIGINT * {1 << shift}::UBIGINT"] * (each.bits > 0)
            shift += each.bits
        return f"SELECT patient_id::BIGINT AS patient, {' + '.join(terms)} AS rest FROM ({contacts})"

    def _rest(self) -> tuple[Field, ...]:
        return self.practice, self.part, self.date, self.clinician, self.registered


@dataclass(frozen=True)
class Numbered:
    """Contacts whose ids are whole numbers, how they fit into keys, and the tables of the ids that were replaced."""

    query: str
    keys: Keys
    tables: dict[str, str]


def numbered(connection: "DuckDBPyConnection", contacts: str) -> Numbered:
    """Contacts as whole numbers. The query is run once for what it holds, and once for each column to be replaced.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the tables of replaced ids are made, as temporary tables.
    contacts : str
        As for :func:`analysis.prepare.indices.indices.patient_indices`.

    Raises
    ------
    Problem
        When an id, a window or a day is missing, or when no numbering makes a contact fit into one number.
    """
    kinds = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {contacts}").fetchall()}
    query = contacts if "registered" in kinds else f"SELECT *, NULL AS registered FROM ({contacts})"
    replaced = {name: _table(connection, query, name) for name in IDS if kinds[name] not in WHOLE_NUMBERS}
    keys = _keys(connection, query, replaced)
    for name in IDS:
        if not keys.fits and name not in replaced:
            replaced[name] = _table(connection, query, name)
            keys = _keys(connection, query, replaced)
    if not keys.fits:
        raise Problem(
            f"The contacts have too many patients, practices, clinicians, windows and days together: {keys}.",
            "work out fewer windows, or a part of the practices, at once",
        )
    joins = "".join(f" JOIN {table} ON c.{name} = {table}.id" for name, (table, _) in replaced.items())
    places = ", ".join(f"{table}.place AS {name}" for name, (table, _) in replaced.items())
    select = f"SELECT c.*{f' REPLACE ({places})' * bool(places)} FROM ({query}) c{joins}"
    return Numbered(select, keys, {name: table for name, (table, _) in replaced.items()})


def _table(connection: "DuckDBPyConnection", query: str, name: str) -> tuple[str, int]:
    """Make the table of a column's values in their order, each with its place; and how many there are."""
    table = f"places_of_{name}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place "
        f"FROM (SELECT DISTINCT {name} AS id FROM ({query}))"
    )
    filled, rows = connection.execute(f"SELECT count(id), count(*) FROM {table}").fetchall()[0]
    _complete(name, rows - filled)
    return table, rows


def _keys(connection: "DuckDBPyConnection", query: str, replaced: dict[str, tuple[str, int]]) -> Keys:
    """What the columns hold, from the files' own statistics where these say it."""
    plain = [name for name in (*IDS, "part", "date") if name not in replaced]
    each = ", ".join(f"count({name}), min({name}), max({name})" for name in plain)
    rows, *ranges = connection.execute(f"SELECT count(*), {each} FROM ({query})").fetchall()[0]
    listed = connection.execute(f"SELECT 1 FROM ({query}) WHERE registered IS NOT NULL LIMIT 1").fetchall()
    fields = {name: Field.of(0, count - 1) for name, (_, count) in replaced.items()}
    for at, name in enumerate(plain):
        count, low, high = ranges[3 * at : 3 * at + 3]
        _complete(name, rows - count)
        fields[name] = Field.of(*(_whole(value) for value in (low, high)))
    registered = Field(0, 2 * bool(listed))
    return Keys(
        rows=rows, patient=fields["patient_id"], practice=fields["practice_id"], part=fields["part"],
        date=fields["date"], clinician=fields["clinician_id"], registered=registered,
    )  # fmt: skip


def _whole(value: int | date | None) -> int:
    """A number or a day as a whole number; 0 where there are no rows."""
    day = value.date() if isinstance(value, datetime) else value
    return (day - date(1970, 1, 1)).days if isinstance(day, date) else int(day or 0)


def _complete(name: str, missing: int) -> None:
    if missing:
        raise Problem(
            f"Of the contacts to be measured {missing:,} have no {name}.", "leave them out, and say how many they were"
        )


def _words(values: tuple[int, ...]) -> "NDArray[np.uint64]":
    import numpy as np

    return np.array([value % 2**64 for value in values], dtype=np.uint64)
