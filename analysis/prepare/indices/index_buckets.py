"""Contacts sorted by patient in bounded memory: spread over buckets, to disk where memory is full, read one by one.

The work is the same for each contact, however many there are: it is written once to its bucket, and a bucket is small
enough to be sorted in a processor's cache.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.prepare.indices.index_keys import Keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.prepare.indices.index_kernel import Integers, Words

    # Patients and everything else, of the same contacts.
    Batch = tuple[Integers, Words]


class Buckets:
    """Contacts by bucket, as keys in no order.

    Parameters
    ----------
    keys : Keys
        How contacts are written as numbers.
    room : int
        Bytes that the contacts may take up in memory; at least one block for each bucket is taken.
    folder : Path
        Where what does not fit is written, to one file that has no name and goes with the process.
    """

    def __init__(self, keys: Keys, room: int, folder: Path) -> None:
        import numpy as np

        from analysis.prepare.indices.index_kernel import BLOCK

        self.keys, self.count, self._rule, self._block = keys, 1 << keys.bucket_bits, keys.rule(), BLOCK
        wanted = keys.rows // BLOCK + self.count + 2
        blocks = max(min(wanted, room // (8 * BLOCK)), self.count + 2)
        # Not numpy's, which asks for large pages: on a virtual machine these can cost a second per gigabyte.
        self._pool = np.frombuffer(mmap(-1, 8 * BLOCK * blocks), np.uint64)
        self._before = np.zeros(blocks, np.int64)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the process or by `close`
        self._written: list[NDArray[np.int64]] = []
        self._empty()

    def fill(self, batches: "Iterable[Batch]") -> None:
        """Put contacts into their buckets."""
        from analysis.prepare.indices.index_kernel import scatter

        for patients, rests in batches:
            done = 0
            while done < len(patients):
                if done or self._before[0] == len(self._before):
                    self._spill()
                done = scatter(patients, rests, done, self._rule, self._pool, self._before, self._cursors, self._blocks)

    def sizes(self) -> "NDArray[np.int64]":
        """How many contacts each bucket has."""
        here = self._here()
        return here + sum((written[1:] - written[:-1] for written in self._written), here * 0)

    def take(self, bucket: int, size: int) -> "Words":
        """The keys of a bucket, from memory and from disk."""
        import numpy as np

        from analysis.prepare.indices.index_kernel import collect

        out, at = np.empty(size, np.uint64), 0
        for written in self._written:
            first, end = int(written[bucket]), int(written[bucket + 1])
            # Several threads take buckets, so the file has no place that they could share.
            os.preadv(self._file.fileno(), [out[at : at + end - first].data], 8 * first)
            at += end - first
        collect(self._pool, self._before, self._cursors[bucket], out[at:])
        return out

    def close(self) -> None:
        """Give back what was on disk."""
        self._file.close()

    def _here(self) -> "NDArray[np.int64]":
        """How many contacts each bucket has in memory."""
        return self._blocks * self._block - (-self._cursors % self._block)

    def _spill(self) -> None:
        """Write the buckets to disk one after the other, and begin again with empty ones."""
        import numpy as np

        from analysis.prepare.indices.index_kernel import collect

        sizes = self._here()
        begun = self._written[-1][-1] if self._written else 0
        for bucket, size in enumerate(sizes):
            out = np.empty(size, np.uint64)
            collect(self._pool, self._before, self._cursors[bucket], out)
            self._file.write(out.data)
        self._written.append(begun + np.concatenate([[0], np.cumsum(sizes)]))
        self._empty()

    def _empty(self) -> None:
        import numpy as np

        self._cursors, self._blocks = np.zeros((2, self.count), np.int64)
        self._before[0] = 1


def jobs(sizes: "NDArray[np.int64]", rows: int) -> Iterator[list[int]]:
    """Buckets that follow each other, so many at a time that they have about so many rows, at least one."""
    taken: list[int] = []
    total = 0
    for bucket, size in enumerate(sizes.tolist()):
        if taken and total + size > rows:
            yield taken
            taken, total = [], 0
        taken.append(bucket)
        total += size
    yield taken
