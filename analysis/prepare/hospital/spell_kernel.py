"""Compiled loops of hospital stays: episodes become stays, stays that overlap are merged, and transfers are joined.

Episodes and stays are tables of whole numbers, a row for each; their columns are named here. Texts are numbers in the
order of the texts, days count from 1970. An order is the places of a table's rows, a person's together. The rules are
those of HFAnalyticsLab/HES_pipeline (src/spells.R). This module is imported where the loops run, for it compiles them.
"""

from typing import TYPE_CHECKING

import numba
import numpy as np

from analysis.prepare.indices.index_kernel import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int32]
    Integers = NDArray[np.int64]

(PATIENT, PROVIDER, BEGAN, ENDED, TURN, TRANSIT, TIE, ADMITTED, DISCHARGED, METHOD, DIAGNOSIS, PROCEDURE, FLAGS,
 EPISODES, FIRST) = range(15)  # fmt: skip
# A row fills a line of the processor's cache.
COLUMNS = 16
# The day of discharge where none is known.
NEVER = -(2**31)
# Flags: whether an episode ended in a transfer, and whether a stay left by one, came by one, and was an emergency.
PASSED, LEFT, CAME, EMERGENCY = 1, 2, 4, 8
# Columns of what :func:`joined` gives, with its marks.
SPELL, CIPS, MARKS = range(3)
OPENS, CLOSES, READMITTED = 1, 2, 4
# In this order episodes are looked at, stays for whether they overlap, and stays for whether they go on.
OF_EPISODES = np.array([PROVIDER, BEGAN, ENDED, TURN, TRANSIT, TIE])
OF_STAYS = np.array([ADMITTED, BEGAN, ENDED, METHOD, DIAGNOSIS, PROCEDURE, PROVIDER, TIE])
OF_SPELLS = np.array([ADMITTED, BEGAN, ENDED, PROVIDER, TIE])
TABLE, NUMBERS, CODE = numba.int32[:, ::1], numba.int64[::1], numba.int64


@compiled(TABLE)
def by_patient(table: "Table") -> "Integers":
    """The order of the rows by patient."""
    starts = np.zeros(table[:, PATIENT].max() + 2, np.int64)
    for i in range(len(table)):
        starts[table[i, PATIENT] + 1] += 1
    starts = np.cumsum(starts)
    order = np.empty(len(table), np.int64)
    for i in range(len(table)):
        order[starts[table[i, PATIENT]]] = i
        starts[table[i, PATIENT]] += 1
    return order


@compiled(TABLE, CODE, CODE, NUMBERS)
def before(table: "Table", one: int, other: int, columns: "Integers") -> bool:
    """Whether one row comes before another by some columns."""
    for column in columns:
        if table[one, column] != table[other, column]:
            return bool(table[one, column] < table[other, column])
    return False


@compiled(TABLE, NUMBERS, NUMBERS)
def arrange(table: "Table", order: "Integers", columns: "Integers") -> None:
    """Bring each patient's rows in order by some columns: Shell's sort, for most patients have few."""
    start = 0
    for end in range(1, len(order) + 1):
        if end < len(order) and table[order[end], PATIENT] == table[order[start], PATIENT]:
            continue
        gap = 1
        while 3 * gap < end - start:
            gap = 3 * gap + 1
        while gap > 0:
            for place in range(start + gap, end):
                row, free = order[place], place
                while free >= start + gap and before(table, row, order[free - gap], columns):
                    order[free] = order[free - gap]
                    free -= gap
                order[free] = row
            gap //= 3
        start = end


@compiled(TABLE, NUMBERS, NUMBERS)
def tied(table: "Table", order: "Integers", columns: "Integers") -> "Integers":
    """The rows that some columns do not tell apart from another of the same patient."""
    ties = np.zeros(len(table), np.bool_)
    for place in range(1, len(order)):
        one, other = order[place - 1], order[place]
        if table[one, PATIENT] == table[other, PATIENT] and not before(table, one, other, columns):
            ties[one] = ties[other] = True
    return np.flatnonzero(ties)


@compiled(TABLE, CODE, CODE)
def goes_on(episodes: "Table", one: int, other: int) -> bool:
    """Whether an episode is of the same stay as the one before it.

    It is at the same provider, and has the same day of admission or the same first day, or begins on the day on which
    the one before ended in a transfer.
    """
    a, b = episodes[one], episodes[other]
    return bool(
        a[PATIENT] == b[PATIENT]
        and a[PROVIDER] == b[PROVIDER]
        and (a[ADMITTED] == b[ADMITTED] or a[BEGAN] == b[BEGAN] or (a[FLAGS] & PASSED and a[ENDED] == b[BEGAN]))
    )


@compiled(TABLE, CODE, TABLE, CODE)
def leave(stays: "Table", stay: int, others: "Table", other: int) -> None:
    """Let a stay end as another row does, where that one ends last."""
    if others[other, ENDED] >= stays[stay, ENDED]:
        stays[stay, ENDED] = others[other, ENDED]
        stays[stay, FLAGS] = (stays[stay, FLAGS] & ~LEFT) | (others[other, FLAGS] & LEFT)


@compiled(TABLE, NUMBERS)
def stays_of(episodes: "Table", order: "Integers") -> "Table":
    """One stay for each run of episodes that go on.

    What is known at admission comes from the first, what is known at discharge from the one that ends last.
    """
    stays, count = np.empty((len(order), COLUMNS), np.int32), 0
    for place in range(len(order)):
        row = order[place]
        if place > 0 and goes_on(episodes, order[place - 1], row):
            stays[count - 1, EPISODES] += 1
            if episodes[row, ENDED] >= stays[count - 1, ENDED]:
                stays[count - 1, DISCHARGED] = episodes[row, DISCHARGED]
            leave(stays, count - 1, episodes, row)
        else:
            stays[count] = episodes[row]
            count += 1
    return stays[:count]


# Of two stays with the same days, method, first diagnosis and first procedure under codes of two providers one is a
# copy, as where a trust has a successor: HES takes such rows out after it has mapped providers' codes ("Methodology for
# identifying and removing duplicate records from the HES data set", NHS Digital), which a study cannot do.
@compiled(TABLE, CODE, CODE)
def same_stay(stays: "Table", one: int, other: int) -> bool:
    """Whether two stays of a patient are one, reported under the codes of two providers; without a code none is."""
    a, b = stays[one], stays[other]
    if a[PROVIDER] == b[PROVIDER]:
        return False
    differ = 0
    for column in (ADMITTED, BEGAN, ENDED, METHOD, DIAGNOSIS, PROCEDURE):
        differ += a[column] != b[column]
    return differ == 0


# ASSUME: nobody is in two beds; the earlier stay says how the person came, the one that ends last how the person left.
# Grouping stays that overlap is method one of Rees and others (BMC Medical Informatics and Decision Making 2019;19),
# where 0.2 % of episodes do. One that begins on the very day on which another ends is a stay of its own.
@compiled(TABLE, NUMBERS, NUMBERS)
def merged(stays: "Table", order: "Integers", left_out: "Integers") -> "Table":
    """Stays that are apart in time: one that begins before the last day of an earlier one is part of it.

    `told` gets how many episodes were of stays that are copies of others, and of others that overlap.
    """
    apart, count, latest = np.empty((len(order), COLUMNS), np.int32), 0, 0
    for place in range(len(order)):
        row = order[place]
        one = place > 0 and stays[order[place - 1], PATIENT] == stays[row, PATIENT]
        copy = one and same_stay(stays, order[place - 1], row)
        if copy or (one and stays[row, ADMITTED] < latest):
            left_out[0 if copy else 1] += stays[row, EPISODES]
            apart[count - 1, DISCHARGED] = max(apart[count - 1, DISCHARGED], stays[row, DISCHARGED])
            leave(apart, count - 1, stays, row)
        else:
            apart[count] = stays[row]
            count += 1
        last = stays[row, ADMITTED if stays[row, DISCHARGED] == NEVER else DISCHARGED]
        latest = max(latest, last) if one else last
    return apart[:count]


@compiled(TABLE, NUMBERS, CODE, CODE)
def joined(stays: "Table", order: "Integers", transfer_days: int, readmission_days: int) -> "Table":
    """Number a patient's spells and continuous inpatient spells, and mark those that open, close or are readmitted.

    A spell goes on from the one before when it begins at most `transfer_days` after that one ended, and either came or
    left by a transfer. A readmission is the next continuous spell that began as an emergency, within so many days.
    """
    spells = np.zeros((len(order), 3), np.int32)
    for place in range(len(order)):
        row, last = stays[order[place]], stays[order[max(place - 1, 0)]]
        one = place > 0 and last[PATIENT] == row[PATIENT]
        moved = one and (row[FLAGS] & CAME or last[FLAGS] & LEFT) and row[BEGAN] - last[ENDED] <= transfer_days
        spells[place, SPELL] = spells[place - 1, SPELL] + 1 if one else 1
        spells[place, CIPS] = spells[place - 1, CIPS] + (not moved) if one else 1
        spells[place, MARKS] = 0 if moved else OPENS
    again = -1
    for place in range(len(order) - 1, -1, -1):
        row, following = stays[order[place]], stays[order[min(place + 1, len(order) - 1)]]
        one = place + 1 < len(order) and following[PATIENT] == row[PATIENT]
        if not one:
            again = -1
        elif spells[place + 1, MARKS] & OPENS and following[FLAGS] & EMERGENCY:
            again = place + 1
        if not one or spells[place + 1, MARKS] & OPENS:
            spells[place, MARKS] |= CLOSES
            if again >= 0 and row[DISCHARGED] != NEVER:
                wait = stays[order[again], ADMITTED] - row[DISCHARGED]
                spells[place, MARKS] |= READMITTED * (0 <= wait <= readmission_days)
    return spells
