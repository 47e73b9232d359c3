"""Write one segment of an index: units are staged in any order, then written in the order of their ranks.

Rows are staged in a file beside the segment, so that memory is bounded. Texts are divided into the tokens of the
full-text index, and queries into phrases of such tokens: every two adjacent characters are a token, and so is the last
character of a run (预算法 has tokens 预算, 算法, 法). A phrase of tokens therefore matches exactly the texts that
contain its characters side by side. A token that no query can have separates the texts of one row, so that no phrase
matches across two of them.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

from jixiao.ontology.text import folding
from jixiao.store import files
from jixiao.store.index import entries
from jixiao.store.index.facts import Cell

_APART = "\ue000"  # a character for private use, which folding removes from queries, as it is no letter
LONGEST = 200
"""The most characters of a query that are used; more would only take time."""
_MOST_TERMS = 12


def tokens_of(texts: Iterable[str]) -> str:
    """Return the tokens of a row's texts, separated by blanks."""
    return f" {_APART} ".join(" ".join(_of_text(text)) for text in texts)


def _of_text(text: str) -> Iterator[str]:
    """Yield the tokens of a text: every two adjacent characters of a run, and its last character."""
    for run in folding.runs(text):
        yield from (run[at : at + 2] for at in range(len(run)))


@dataclass(frozen=True)
class Query:
    """A query's terms: words between blanks, each a list of folded runs, all of which a row must have.

    Within a term other signs than letters and digits are ignored, as they are in texts.
    """

    terms: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(text: str) -> "Query":
        """Parse the text that was typed into a search box."""
        terms = (tuple(folding.runs(word)) for word in text[:LONGEST].split())
        return Query(tuple(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS])

    @property
    def bare(self) -> str:
        """The query's letters and digits, joined without blanks."""
        return "".join(run for term in self.terms for run in term)

    @property
    def short(self) -> bool:
        """Return whether no term has two characters side by side: almost every text would match."""
        return all(len(run) < 2 for term in self.terms for run in term)

    def match(self) -> str:
        """Return the query in FTS5's syntax: all terms must occur in a row, and at least one in the row's own texts."""
        phrases = [_phrase(term) for term in self.terms]
        own = f"{{own}} : ({' OR '.join(phrases)})"
        return own if len(phrases) == 1 else f"({' AND '.join(phrases)}) AND {own}"


def _phrase(term: tuple[str, ...]) -> str:
    """Return a term as a phrase in FTS5's syntax.

    In a text, further characters may follow the term's last one. The token of this character alone is therefore left
    out or, if its run has no other token, matches as the beginning of a token. Tokens have letters and digits alone, so
    none needs escaping.
    """
    tokens = list(_of_text(" ".join(term)))
    return f'"{" ".join(tokens[:-1])}"' if len(term[-1]) > 1 else f'"{" ".join(tokens)}" *'


KIND_BIT = 40
"""The bit of a row's number from which it has the number of its kind; the lower bits count the kind's rows."""

_NUMBERS = {kind: number for number, kind in enumerate(entries.KINDS, start=1)}
_YEARS = 4096  # bound on years in a rank
_LONGEST = 1 << 20  # characters; longer texts have the rank of this length
_NAMELESS = ("indicator", "goal", "section", "stated-basis", "cost-item")
_TALLIES_HELD = 200_000  # tallies kept in memory before they are added to the file
_FACTS_AT_ONCE = 5000  # rows kept in memory before they are written to SQLite
_UNSAFE = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA page_size = 8192;"
_STAGED = """
PRAGMA staging.journal_mode = OFF; PRAGMA staging.synchronous = OFF;
CREATE TABLE staging.row (kind INTEGER, rank INTEGER, unit TEXT, part TEXT, own TEXT, context TEXT);
CREATE TABLE staging.name (unit TEXT, kind INTEGER, folded TEXT, text TEXT);
"""
_COLUMNS = (
    "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY cid"
)


@dataclass(frozen=True)
class Part:
    """One segment of an index: its file's name without suffix, and the numbers of its rows and units."""

    name: str
    rows: int
    units: int

    def path(self, directory: Path) -> Path:
        """Return the path of the segment in an index's directory."""
        return directory / f"{self.name}.sqlite"


def number_range(kind: str) -> tuple[int, int]:
    """Return the range of row numbers that a kind has: the smallest and the largest."""
    first = _NUMBERS[kind] << KIND_BIT
    return first, first + (1 << KIND_BIT) - 1


def rank(texts: Iterable[str], year: int) -> int:
    """Return the rank of a row, by which rows are sorted: shorter texts first, and of equal length later years.

    `texts` are the row's own; `year` is the project's, or 0.
    """
    return min(sum(len(text) for text in texts), _LONGEST) * _YEARS + (_YEARS - 1 - min(year, _YEARS - 1))


class Segment:
    """A segment that is being written at `path`, complete after `finish`; `close` must be called in any case."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = self.units = 0
        self._beside = path.with_suffix(".staging")
        self._tallies: Counter[tuple[str, str]] = Counter()
        self._things = 0  # units with facts
        self._words: dict[Cell, int] = {}
        self._cells: dict[tuple[Cell, Cell], int] = {}
        self._facts: defaultdict[str, list[tuple[Cell, ...]]] = defaultdict(list)  # rows to be written, by table
        self._columns: defaultdict[str, list[str]] = defaultdict(list)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_UNSAFE)
        self._connection.execute("ATTACH ? AS staging", (str(self._beside),))
        self._connection.executescript(_STAGED + _script("segment.sql"))
        for table, column in self._connection.execute(_COLUMNS):
            self._columns[table].append(column)
        self._connection.execute("BEGIN")

    def stage(self, unit: entries.Unit, *, counting: bool = True) -> None:
        """Stage a unit's rows, names and facts; with `counting`, add it to the tallies."""
        self.units += 1
        self.rows += len(unit.rows) + len(unit.facts)
        self._add_facts(unit)
        if counting:
            self.count(unit.tallies.items())
        for row in unit.rows:
            kind = _NUMBERS[row.kind]
            own = tokens_of(row.own) if row.kind != "series" else ""
            staged = kind, rank(row.own, row.year), unit.name, row.part, own, tokens_of(row.context)
            self._connection.execute("INSERT INTO staging.row VALUES (?, ?, ?, ?, ?, ?)", staged)
            if row.kind not in _NAMELESS:
                names = [(unit.name, kind, folded, text) for text in row.own if (folded := folding.bare(text))]
                self._connection.executemany("INSERT INTO staging.name VALUES (?, ?, ?, ?)", names)

    def count(self, tallies: Iterable[tuple[tuple[str, str], int]]) -> None:
        """Add numbers of projects to the tallies, which are identified by kind and value."""
        for pair, projects in tallies:
            self._tallies[pair] += projects
        if len(self._tallies) > _TALLIES_HELD:
            self._write_tallies()

    def replace(self, rows: Iterable[tuple[str, int]]) -> None:
        """Mark rows of older segments as replaced or removed.

        `rows` are pairs of a segment's name and a row's number.
        """
        self._connection.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", rows)

    def finish(self) -> Part:
        """Write all rows, make the file durable, and return its record. May raise OSError."""
        self._write_tallies()
        self._facts["word"] += [(number, word, str(word).lower()) for word, number in self._words.items()]
        self._facts["cell"] += [(number, *cell) for cell, number in self._cells.items()]
        self._write_facts()
        for statement in _script("finish.sql").split(";"):  # executescript() would commit at each
            self._connection.execute(statement)
        self.close()
        with self.path.open("rb+") as stream:
            files.sync(stream)
        return Part(self.path.stem, self.rows, self.units)

    def close(self) -> None:
        """Close the files and remove what was staged."""
        self._connection.close()
        self._beside.unlink(missing_ok=True)

    def _write_tallies(self) -> None:
        self._connection.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, value) DO UPDATE SET projects = projects + excluded.projects",
            [(kind, value, number, folding.bare(value)) for (kind, value), number in self._tallies.items()],
        )
        self._tallies.clear()

    def _add_facts(self, unit: entries.Unit) -> None:
        if not unit.facts:
            return
        self._things += 1
        self._facts["thing"].append((self._things, unit.name))
        for table, values in unit.facts:
            self._facts[table].append(tuple(self._cell(values, column) for column in self._columns[table]))
        if sum(map(len, self._facts.values())) > _FACTS_AT_ONCE:
            self._write_facts()

    def _cell(self, values: Mapping[str, Cell], column: str) -> Cell:
        """Return what a table stores in a column for a row with the given values by column.

        Columns whose names end in `_word` store the number of the text, `cell` that of the pair of body and year, and
        `unit` that of the unit.
        """
        if column == "unit":
            return self._things
        if column == "cell":
            return self._cells.setdefault((values["body"], values["year"]), len(self._cells) + 1)
        value = values.get(column)
        if value is None or not column.endswith("_word"):
            return value
        return self._words.setdefault(value, len(self._words) + 1)

    def _write_facts(self) -> None:
        for table, rows in self._facts.items():
            marks = ", ".join("?" * len(self._columns[table]))
            self._connection.executemany(f"INSERT INTO main.{table} VALUES ({marks})", rows)  # noqa: S608 - our own tables
            rows.clear()


def _script(name: str) -> str:
    return resources("jixiao.store.index").joinpath(name).read_text(encoding="utf-8")
