"""Represent a file as numbered lines, and as rows of cells that refer to these lines.

Readers make a rendition from bytes, the stages of reading work on it without knowing the format, and the server shows
it. A paragraph is a row with one cell, so that these stages work on rows only.

A rendition names the parts of the file that its reader does not look into, such as images, notes and hidden sheets, so
that an account of the file names what was not read. Their counts come from the file's own declarations; ECMA-376 part 1
names the parts of Office archives.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from jixiao.ingest.recognition import UNREAD, Box, Certainty, Recognition, Word, certainty, words_of
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.display import MASK

LOST = re.compile(f"[{UNREAD}\ue000-\uefff]")
"""Characters that stand for lost ones: U+FFFD, and those for private use in which fonts have no symbols."""
MOST_NAMED = 10  # names of parts of one kind that were not read


class Place(NamedTuple):
    """A position in a rendition: the number of a line (from 1), and the column of a cell in its row (from 0)."""

    line: int
    column: int


Where = Mapping[str, int | float | str | tuple[float, ...]]
"""The place of a line in the file itself, counted from 1: `page` and `box` (points from the top left), or `sheet` and
`cell`, or `table`, `row` and `cell`. `then` lists the page and box of each part on a later page."""


class Line(NamedTuple):
    """One line of the rendition: its number (from 1), its text, and its position in the file.

    `where` has that position (page and box, or table, row and cell); None in a format without such positions.
    """

    number: int
    text: str
    where: Where | None = None

    @property
    def page(self) -> int | None:
        """The page, or None if the format has no pages."""
        page = (self.where or {}).get("page")
        return page if isinstance(page, int) else None

    @property
    def boxes(self) -> tuple[tuple[int, Box], ...]:
        """The page and box of each part of the line; empty if the format has no boxes."""
        where = self.where or {}
        page, box, then = self.page, where.get("box"), where.get("then", ())
        if page is None or not isinstance(box, tuple) or not isinstance(then, tuple):
            return ()
        later = tuple((round(then[at]), Box(*then[at + 1 : at + 5])) for at in range(0, len(then), 5))
        return ((page, Box(*box)), *later)


@dataclass(frozen=True)
class Cell:
    """One cell: the parts of its text, one per line, and its column in the row.

    `printed` is the original column of a cell that was moved to its header's column. `closed` is true if a bar or the
    edge of a grid ends the cell, and false if only a line end or a blank does; a closed cell is whole.
    `taken_for` is the word that the cell stands for where that is not the printed one, else empty. `text` is this word,
    or else the parts joined by line breaks, or without any if the text was `wrapped` at a fixed width, wherever its
    words end.
    """

    parts: tuple[tuple[int, str], ...]
    column: int = 0
    printed: int | None = None
    closed: bool = False
    wrapped: bool = False
    taken_for: str = ""
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Every stage uses the text, so that computing it on demand would save nothing.
        object.__setattr__(self, "text", self.taken_for or self.printed_text)

    @property
    def printed_text(self) -> str:
        """The parts joined, whatever the cell is taken for."""
        if len(self.parts) == 1:
            return self.parts[0][1].strip()
        if self.wrapped:
            return "".join(text for _, text in self.parts).strip()
        return "\n".join(filter(None, (text.strip() for _, text in self.parts)))

    def moved(self, column: int) -> "Cell":
        """Return the cell with another column; its place in the rendition stays that of the printed column."""
        return replace(self, column=column, printed=self.printed_column)

    @property
    def printed_column(self) -> int:
        """The column in the rendition, whatever column the cell was moved to."""
        return self.column if self.printed is None else self.printed

    @property
    def in_one_line(self) -> str:
        """The printed text without the breaks between its lines."""
        return "".join(text.strip() for _, text in self.parts)

    def place(self, line: int) -> Place:
        """Return the place of the cell's text on line number `line`: this line, and the cell's printed column."""
        return Place(line, self.printed_column)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Return the places of the cell's lines that have text; for an empty cell, the place of its first line."""
        filled = tuple([self.place(line) for line, text in self.parts if text.strip()])
        return filled or (self.place(self.parts[0][0]),)

    @property
    def line(self) -> int:
        """Return the number of the first line of the cell that has text, or of its first line if it is empty."""
        return self.places[0].line

    def __bool__(self) -> bool:
        return bool(self.text)


def places_of(cells: Iterable[Cell]) -> tuple[Place, ...]:
    """Return the places of all lines of the cells that have text."""
    return tuple(place for cell in cells for place in cell.places)


class Piece(NamedTuple):
    """A cell of a divided text: the position of its column in the header, its offsets, its cost and its margin.

    The next best division has another cell at its first character, and costs more by the margin. `rival` has the column
    and offsets of that cell; None if no division is nearly as good.
    """

    at: int
    start: int
    end: int
    cost: float
    margin: float
    rival: tuple[int, int, int] | None


class Division(NamedTuple):
    """The cells into which a row of a table's text was divided; `meanings` are those of the columns in order."""

    text: str
    meanings: Sequence[str | None]
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Row:
    """Cells side by side, including empty ones.

    `withheld` are local names of properties that the row prints but whose cells cannot be divided with certainty;
    `division` says how cells without trusted borders were divided, and `filled` are the cells with text.
    """

    cells: tuple[Cell, ...]
    withheld: frozenset[str] = frozenset()
    division: Division | None = field(default=None, repr=False, compare=False)
    filled: tuple[Cell, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "filled", tuple([cell for cell in self.cells if cell.text]))

    @cached_property
    def text(self) -> str:
        """Return the texts of the cells, separated by tabs."""
        return "\t".join(cell.text for cell in self.cells)

    @property
    def closed(self) -> bool:
        """Return whether the cells of the row end at bars or edges (see Cell); False for a row without text.

        The first cell with text decides, since all cells of a row are alike in this.
        """
        return bool(self.filled) and self.filled[0].closed

    @property
    def first_line(self) -> int:
        """The line on which the row begins."""
        return self.cells[0].parts[0][0]

    @property
    def last_line(self) -> int:
        """The line on which the row ends."""
        return self.cells[-1].parts[-1][0]


def joined(rows: Sequence[Row], join: Callable[[Sequence[Row], int], tuple[Iterable[Row], int]]) -> list[Row]:
    """Return the rows, with groups of successive rows replaced by what `join` returns for them.

    `join(rows, at)` returns the rows to put in place of the group that begins at index `at`, and the number of rows in
    this group; with the number 0, the row at `at` stays.
    """
    found: list[Row] = []
    at = 0
    while at < len(rows):
        new, taken = join(rows, at)
        found += new if taken else [rows[at]]
        at += taken or 1
    return found


@dataclass
class Marks:
    """Places of cells that hold no facts, noted while a rendition is read; places of facts are kept with the facts.

    `aside` are values of known labels that are not kept: they do not make the reading incomplete. `figures` are numbers
    that belong to the form: weights and page numbers. `at_once` are the first and last lines of forms that are divided
    into cells at once rather than step by step.
    """

    boilerplate: set[Place] = field(default_factory=set)
    aside: set[Place] = field(default_factory=set)
    figures: set[Place] = field(default_factory=set)
    persons: set[Place] = field(default_factory=set)
    at_once: list[tuple[int, int]] = field(default_factory=list)

    def known(self, cells: Iterable[Cell]) -> None:
        """Note cells as the form's own words: labels, headings, lines of strokes."""
        self.boilerplate.update(places_of(cells))

    def figure(self, cell: Cell) -> None:
        """Note a cell as a number that belongs to the form, such as a weight or a page number."""
        self.known([cell])
        self.figures.update(cell.places)

    def set_aside(self, cells: Iterable[Cell]) -> None:
        """Note cells as values of known labels that are not kept."""
        self.aside.update(places_of(cells))

    def person(self, *cells: Cell) -> None:
        """Note cells that name a contact person, or label one."""
        self.persons.update(places_of(cells))


@dataclass(frozen=True)
class LeftOut:
    """A kind of parts that were not read: its Chinese and English names, their number, and up to ten of their names."""

    zh: str
    en: str
    count: int
    names: tuple[str, ...] = ()

    @classmethod
    def named(cls, zh: str, en: str, names: Iterable[int | str]) -> "LeftOut":
        """Return a kind of parts that were not read, by the names of all its parts, of which the first ten are kept."""
        shown = tuple(map(str, names))
        return cls(zh, en, len(shown), shown[:MOST_NAMED])

    def __str__(self) -> str:
        return self.counted(f"{self.zh} {self.en}")

    def counted(self, kind: str) -> str:
        """Return `kind` (`zh` or `en`), followed by the number and names of its parts: 附件 2（甲、乙）."""
        more = "…" if self.count > len(self.names) else ""
        return f"{kind} {self.count}" + (f"（{'、'.join(self.names)}{more}）" if self.names else "")


def ways_out(kinds: Sequence[LeftOut]) -> Bilingual:
    """Return a sentence that names the parts that were not read, and how to have them read."""
    zh, en = "、".join(each.counted(each.zh) for each in kinds), ", ".join(each.counted(each.en) for each in kinds)
    return Bilingual(
        f"没有读取的部分：{zh}；表在其中的，请用浏览器或原来的软件打开，另存那一部分或打印成 PDF 再提交",
        f"not read: {en}; if the form is in one of these, open it in a browser or its own program, save that part or "
        "print it to a PDF, and give that",
    )


def occurring(kinds: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Return the kinds of which the file has at least one part."""
    return tuple(kind for kind in kinds if kind.count)


def attachments(names: Iterable[str], folder: str) -> Iterator[LeftOut]:
    """Yield the numbers of images, charts, embedded files and macros in an Office archive.

    `names` are the names of its files in small letters; `folder` is the folder of the document in the archive, and ends
    in `/`.
    """
    for zh, en, inner in (
        ("图片", "images", "media/"),
        ("图表", "charts", "charts/chart"),
        ("嵌入的文件", "embedded files", "embeddings/"),
        ("宏", "macros", "vbaproject.bin"),
    ):
        yield LeftOut(zh, en, sum(name.startswith(folder + inner) and not name.endswith("/") for name in names))


class Attached(Protocol):
    """A file that another one carries along."""

    @property
    def name(self) -> str:
        """The name of the file within the other one."""

    def content(self) -> bytes:
        """Return the bytes of the file. Raises UnreadableError if they cannot be had."""


@dataclass(frozen=True)
class Rendition:
    """A file as its reader shows it: IANA media type, encoding, lines and rows.

    `cut` is true if the file ends within a character, row or table; `left_out` names the parts that the reader does not
    read. `pages` has the four edges of each page's box and the clockwise quarter turns that set it upright, by the
    page's number.
    `recognition` is the text recognised in pictures, from which lines were made. `attached` are files that the file
    carries along: one of them may be read instead if the file itself is no filing.
    """

    media_type: str
    encoding: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    cut: bool = False
    left_out: tuple[LeftOut, ...] = ()
    pages: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    recognition: Recognition | None = None
    attached: Sequence[Attached] = ()

    @cached_property
    def end(self) -> Line:
        """The last line with text; without any, an empty line with the number 0."""
        return next((line for line in reversed(self.lines) if line.text.strip()), Line(0, ""))

    @property
    def gaps(self) -> frozenset[int]:
        """The numbers of pages on which text recognition failed."""
        return frozenset(each.number for each in self.recognition.given_up) if self.recognition else frozenset()

    @cached_property
    def lost(self) -> Mapping[int, frozenset[int]]:
        """Return by line number the columns of cells in which a character is lost.

        An empty set of columns stands for the whole line. Text recognised in pictures is left out, since its characters
        have scores.
        """
        if not any(LOST.search(line.text) for line in self.lines):
            return {}
        found: dict[int, frozenset[int]] = {}
        for row in self.rows:
            for cell in row.filled:
                if LOST.search(cell.text):
                    columns = frozenset() if len(row.filled) == 1 else frozenset([cell.column])
                    found |= {line: found.get(line, frozenset()) | columns for line, _ in cell.parts}
        return {line: columns for line, columns in found.items() if line not in self.recognised}

    def is_lost(self, place: Place) -> bool:
        """Return whether the cell at a place has a character that was lost, such as a broken byte."""
        columns = self.lost.get(place.line)
        return columns is not None and (not columns or place.column in columns)

    @cached_property
    def recognised(self) -> Mapping[int, tuple[Word, ...]]:
        """Return the recognised words of each line that comes from a picture, by line number."""
        if self.recognition is None:
            return {}
        return words_of(((line.number, line.text, line.boxes) for line in self.lines), self.recognition)

    @property
    def certainty(self) -> Mapping[int, Certainty]:
        """Return the certainty of each line that comes from a picture, by line number."""
        return {line: certainty(words) for line, words in self.recognised.items()}

    def filled_places(self) -> Iterator[Place]:
        """Yield every place with text, in reading order."""
        for row in self.rows:
            for cell in row.filled:
                yield from cell.places

    def to_json(self, hidden: Mapping[int, tuple[str, ...]]) -> dict[str, Any]:
        """Return the rendition as JSON, the form in which the store keeps it; `hidden` are the texts to mask, by line.

        A line that lacks such a text is masked entirely. In formats whose cells are lines, each line that is a cell of
        a row of several also has `cell`: the number of the row, from 1, and the column, from 0.
        """
        # Each line that is one of several cells of a row, with the row (from 1) and the column (from 0).
        cells = {
            line: (number, cell.column)
            for number, row in enumerate(self.rows if any(line.where for line in self.lines) else (), 1)
            if len(row.cells) > 1
            for cell in row.cells
            for line, _ in cell.parts
        }
        lines = []
        for line in self.lines:
            text = line.text
            if line.number in hidden:
                for person in sorted(hidden[line.number], key=len, reverse=True):
                    # Cells may be in other characters than their line, which is then masked as a whole.
                    text = text.replace(person, MASK) if person in text or MASK in text else MASK
            where: dict[str, Any] = {"where": dict(line.where)} if line.where else {}
            if line.where and line.number in cells:
                where["cell"] = cells[line.number]
            lines.append({"n": line.number, "text": text, "page": line.page, **where})
        written: dict[str, Any] = {"media_type": self.media_type, "encoding": self.encoding, "lines": lines}
        if self.pages:
            written["pages"] = {str(number): shape for number, shape in self.pages.items()}
        return written
