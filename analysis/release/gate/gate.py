"""The gate: reads a finished release and refuses it where anything stands in it that must not get out.

It shares no code with the disclosure control before it: it reads what a stranger would read, in every format, and holds
it to a private record of what must not appear.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.release.gate.leaks import Leak, Private, leaks_of_persons
from analysis.release.gate.machine import leaks_of_machine
from analysis.release.gate.reader import Grid, Seen, read_release
from analysis.steps import Paths, Problem, read_json

# An id of a person is looked for where it is long enough to be nothing else.
_TOKEN = re.compile(r"(?<![\w.-])[\w-]*\d[\w-]*(?![\w-])")
_SHORTEST, _DIGITS_ALONE = 6, 9
# So many leaks are told one by one.
_MOST = 5


def check_release(folder: Path, record: Path, ids: Path, public: Paths) -> None:
    """Refuse a release with a leak.

    Parameters
    ----------
    folder : Path
        The finished release.
    record, ids : Path
        The private record and the ids of persons.
    public : tuple of Path
        Files and folders of what anybody may know: the plan, the paper's sources, published tables.

    Raises
    ------
    Problem
        Says where the first leaks stand, and of what kind they are, without repeating them whole.
    """
    if leaked := list(dict.fromkeys(leaks(folder, record, ids, public))):
        clauses = "; ".join(leak.clause() for leak in leaked[:_MOST])
        more = f"; and {len(leaked) - _MOST} more" if len(leaked) > _MOST else ""
        raise Problem(
            f"Nothing is released: the paper would give away what must stay here. {clauses}{more}.",
            "take it out of the study file or the text; where neither has it, the pipeline let it through: please "
            "report that, without the number itself",
        )


def leaks(folder: Path, record: Path, ids: Path, public: Paths) -> Iterator[Leak]:
    """Every leak in a release, in the order of its files."""
    secrets = read_json(record)
    seen = read_release(folder)
    anyway = _public(public)
    yield from leaks_of_machine(seen, secrets["machine"], anyway)
    if secrets["guarded"]:
        private = Private(frozenset(secrets["counts"]), tuple(secrets["shares"]), frozenset(secrets["dates"]), anyway)
        yield from leaks_of_persons(seen, private)
        yield from _named(seen, ids)


def _public(paths: Paths) -> str:
    """What anybody may know, as one text without markup of words."""
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    read = [file.read_text(encoding="utf-8", errors="replace") for file in files if file.suffix in _TEXTS]
    return " ".join(re.sub(r"[*_`\[\]]", "", " ".join(read)).split())


_TEXTS = {".qmd", ".md", ".yaml", ".yml", ".bib", ".csv", ".json", ".py"}


def _named(seen: Iterable[Seen], ids: Path) -> Iterator[Leak]:
    """Ids of persons that stand anywhere."""
    import duckdb

    tokens: dict[str, str] = {}
    for each in seen:
        texts = (
            [" ".join(map(" ".join, [each.header, *each.rows]))] if isinstance(each, Grid) else [each.text, each.file]
        )
        for text in texts:
            tokens |= {part.lower(): each.file for token in _TOKEN.findall(text) for part in _parts(token)}
    with duckdb.connect() as connection:
        ids_seen = connection.execute(
            "SELECT DISTINCT lower(id) FROM read_parquet(?) WHERE lower(id) IN (SELECT unnest(?::VARCHAR[]))",
            [str(ids), list(tokens)],
        ).fetchall()
    yield from (Leak(tokens[id], "the id of a person", id) for (id,) in ids_seen)


def _parts(token: str) -> set[str]:
    """A word, and what stands in it between hyphens or underscores, where it may be an id."""
    return {part for part in (token, *re.split(r"[-_]", token)) if re.search(r"\d", part) and _may_be_id(part)}


def _may_be_id(token: str) -> bool:
    return len(token) >= (_DIGITS_ALONE if token.isdigit() else _SHORTEST)
