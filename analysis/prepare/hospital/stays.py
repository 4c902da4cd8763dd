"""Some persons' episodes, or stays that were given, as numbers, and the spells that are made of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.prepare.hospital import spell_kernel as kernel
from analysis.prepare.hospital.spell_rules import FEW, METHODS, method_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.plan.hospital import HospitalRules

    Table = NDArray[np.int32]

# Columns that a spell has as its first row has them.
AS_FIRST = (
    "provider", "practice_id", "admission_method", "diagnosis_1", "other_diagnoses", "procedure_1", "other_procedures",
)  # fmt: skip
# Codes of transfers: of the source of admission and the destination, of the method of admission, of discharge.
PLACES, METHODS_OF_TRANSFER, DISCHARGES = ("51", "52", "53"), ("2B", "81"), ("8", "9")


@dataclass(frozen=True)
class Ranks:
    """A column of texts: the number of each row's text in the order of the texts; none has the number after the last.

    Attributes
    ----------
    numbers : array of int32
        One for each row.
    words : pyarrow.Array
        The texts in order.
    """

    numbers: "NDArray[np.int32]"
    words: Any

    def among(self, words: Collection[str]) -> "NDArray[np.bool_]":
        """Whether each row has one of some words."""
        return np.array([*(word in words for word in self.words.to_pylist()), False])[self.numbers]


def ranks(column: Any) -> Ranks:
    """Number the texts of an Arrow column."""
    cells = column.combine_chunks()
    cells = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    words = cells.dictionary
    order, filled = pc.sort_indices(words).to_numpy(), len(words) - words.null_count
    places = np.full(len(words) + 1, filled, np.int32)
    places[order[:filled]] = np.arange(filled)
    return Ranks(places[pc.fill_null(cells.indices, len(words)).to_numpy()], words.take(pa.array(order[:filled])))


def text_column(words: Any, numbers: "Table") -> Any:
    """A column of texts as Arrow writes it fastest; a number that is none of a word's is no text."""
    return pa.DictionaryArray.from_arrays(pa.array(numbers, mask=(numbers < 0) | (numbers >= len(words))), words)


def days(column: Any) -> "Table":
    """The days of an Arrow column since 1970."""
    numbers: Table = pc.fill_null(column.combine_chunks().cast(pa.int32()), kernel.NEVER).to_numpy()
    return numbers


class PersonsPart:
    """The rows of some persons: a table of Arrow with the columns of :mod:`analysis.prepare.hospital.spell_rules`."""

    def __init__(self, table: Any, rules: "HospitalRules") -> None:
        self.table, self.rules = table, rules
        self.of_episodes = "episode_key" in table.column_names
        self.patients = ranks(table["patient_id"])
        self.words = {name: ranks(table[name]) for name in FEW if name in table.column_names}
        method = self.words["admission_method"]
        self.methods = {word: method_of(word, rules) for word in method.words.to_pylist()}

    def numbers(self) -> "Table":
        """The rows as :mod:`analysis.prepare.hospital.spell_kernel` has them."""
        rows = np.zeros((len(self.table), kernel.COLUMNS), np.int32)
        rows[:, kernel.PATIENT], rows[:, kernel.FIRST] = self.patients.numbers, np.arange(len(rows))
        for column, name in (
            (kernel.PROVIDER, "provider"), (kernel.METHOD, "admission_method"), (kernel.DIAGNOSIS, "diagnosis_1"),
            (kernel.PROCEDURE, "procedure_1"),
        ):  # fmt: skip
            rows[:, column] = self.words[name].numbers
        for column, name in (
            (kernel.BEGAN, "began"), (kernel.ENDED, "ended"), (kernel.ADMITTED, "admitted"),
            (kernel.DISCHARGED, "discharged"),
        ):  # fmt: skip
            rows[:, column] = days(self.table[name])
        rows[:, kernel.EPISODES], rows[:, kernel.FLAGS] = 1, self.flags()
        if self.of_episodes:
            turn, transit = (
                pc.fill_null(self.table["episode_order"].combine_chunks(), kernel.NEVER),
                self.words["transit"],
            )
            rows[:, kernel.TURN] = np.clip(turn.to_numpy(), kernel.NEVER, -kernel.NEVER - 1)
            rows[:, kernel.TRANSIT] = np.where(transit.numbers < len(transit.words), transit.numbers, -1)
            ended = rows[:, kernel.DISCHARGED] != kernel.NEVER
            rows[:, kernel.DISCHARGED] = np.where(ended, rows[:, kernel.DISCHARGED], rows[:, kernel.ENDED])
        return rows

    def flags(self) -> "Table":
        """What the loops need to know of the codes of each row."""
        words = self.words
        method = words["admission_method"]
        urgent = method.among([word for word, kind in self.methods.items() if kind == "emergency"])
        came = method.among(METHODS_OF_TRANSFER) | words["admission_source"].among(PLACES)
        left = words["destination"].among(PLACES)
        flags: Table = kernel.LEFT * left + kernel.CAME * came + kernel.EMERGENCY * urgent
        return flags + kernel.PASSED * words["discharge_method"].among(DISCHARGES) if self.of_episodes else flags

    def stays(self) -> "Table":
        """One row per stay, a patient's together."""
        rows = self.numbers()
        order = kernel.by_patient(rows)
        if not self.of_episodes:
            self.settle(rows, np.arange(len(rows)), "tie")
            return rows[order]
        kernel.arrange(rows, order, kernel.OF_EPISODES)
        if len(alike := kernel.tied(rows, order, kernel.OF_EPISODES)):
            self.settle(rows, alike, "episode_key")
            kernel.arrange(rows, order, kernel.OF_EPISODES)
        return kernel.stays_of(rows, order)

    def settle(self, rows: "Table", places: "NDArray[np.int64]", column: str) -> None:
        """Number some rows in the order of a column that says which of those that are alike comes first."""
        order = pc.sort_indices(self.table[column].take(pa.array(places))).to_numpy()
        rows[places[order], kernel.TIE] = np.arange(len(order))

    def spells(self) -> tuple[Any, dict[str, int]]:
        """The spells as a table of Arrow, without their condition, and what became of the rows of others."""
        stays, left_out, rules = self.stays(), np.zeros(2, np.int64), self.rules
        backwards = (stays[:, kernel.DISCHARGED] < stays[:, kernel.ADMITTED]) & (
            stays[:, kernel.DISCHARGED] != kernel.NEVER
        )
        fates = {"ends before it begins": int(stays[backwards, kernel.EPISODES].sum())}
        stays = stays[~backwards] if backwards.any() else stays
        order = np.arange(len(stays))
        kernel.arrange(stays, order, kernel.OF_STAYS)
        stays = kernel.merged(stays, order, left_out)
        order = np.arange(len(stays))
        kernel.arrange(stays, order, kernel.OF_SPELLS)
        numbers = kernel.joined(stays, order, rules.transfer_days, rules.readmission_days)
        return self.finished(stays[order], numbers), fates | {
            "twice": int(left_out[0]),
            "overlapping": int(left_out[1]),
        }

    def finished(self, spells: "Table", numbers: "Table") -> Any:
        """Spells in Arrow, what the loops found out about them beside what their first rows say."""
        first, marks = spells[:, kernel.FIRST], numbers[:, kernel.MARKS]
        admitted, discharged = spells[:, kernel.ADMITTED], spells[:, kernel.DISCHARGED]
        never = discharged == kernel.NEVER
        as_first = {
            name: text_column(self.words[name].words, self.words[name].numbers[first])
            for name in AS_FIRST
            if name in self.words
        }
        as_first |= {name: self.table[name].take(pa.array(first)) for name in AS_FIRST if name not in self.words}
        kinds = np.array([*(METHODS.index(kind) for kind in self.methods.values()), METHODS.index("other")], np.int32)
        return pa.table({
            "patient_id": self.patients.words.take(pa.array(spells[:, kernel.PATIENT])),
            "spell": numbers[:, kernel.SPELL].astype(np.int64), "cips": numbers[:, kernel.CIPS].astype(np.int64),
            "first_of_cips": marks & kernel.OPENS > 0, "last_of_cips": marks & kernel.CLOSES > 0,
            "admitted": pa.array(admitted).cast(pa.date32()),
            "discharged": pa.array(discharged, mask=never).cast(pa.date32()),
            "method": pa.DictionaryArray.from_arrays(kinds[self.words["admission_method"].numbers[first]], METHODS),
            "length_of_stay": pa.array(discharged.astype(np.int64) - admitted, mask=never),
            "readmitted": marks & kernel.READMITTED > 0, "episodes": spells[:, kernel.EPISODES].astype(np.int64),
        } | as_first)  # fmt: skip
