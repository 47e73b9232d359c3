"""Build a rendition from paragraphs and table rows; each paragraph and each cell becomes a line.

A cell with several paragraphs becomes several lines. A blank cell becomes an empty line, so that it can be pointed at
in the file.

The readers of Word and HTML find *blocks*: paragraphs, and tables whose cells have blocks. A table row with a single
cell becomes the paragraphs of that cell. If a cell holds an inner table, its text stays in its row, and the rows of the
inner table follow. A row in which only such a cell is filled is a layout frame: its content is read in order, without a
row of its own.

Pages in traditional characters keep their lines, but their cells are written in simplified ones, which forms, names and
titles officially use: mirrors convert pages of the mainland, and some add the reading of a character in brackets
(依據(jù)), and a body or document is the same from either page. Boxes to tick and choices are written as all formats
show them.

Readers also find *runs*: pieces of text that share their properties. `Shown` alone decides what becomes of them, so
that all formats agree. A raised run is written in superscript characters, as plain text has it: `120.50¹`. What a
reader of the file does not see, or sees crossed out, is left out and counted. Text in the fonts Symbol and Wingdings is
written in the characters that these fonts paint (Adobe Symbol encoding), and as UNREAD if these are no signs of forms.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import Cell, LeftOut, Line, Rendition, Row, Where
from jixiao.ontology.steps import Step, reached
from jixiao.ontology.text import folding
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.formats", "printing.toml")
"""Words and characters that printing adds to a text, such as page numbers."""
MOST_CELLS = 200_000  # cells and lines of a file, together; a filing of forty projects has about five thousand
DEEPEST = 16  # levels of tables within tables
_CHINESE = Wording("jixiao.ingest.formats", "traditional.toml")


class Written(NamedTuple):
    """One cell as a reader writes it: its column in the table's grid (from 0), its text, and its place in the file."""

    column: int
    text: str
    where: Where | None = None


def printed_width(text: str) -> int:
    """Return the width of a text in print, in columns; a wide character, such as an ideograph, takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@dataclass(frozen=True)
class Box:
    """One cell of a table: the grid column of its left edge (from 0), and its content.

    A merged cell has one box in its leftmost column. In each row below the first that it covers, it has a box without
    blocks, which keeps the column occupied.
    """

    column: int
    blocks: tuple["Block", ...] = ()

    @property
    def text(self) -> str:
        """The cell's paragraphs, without empty ones, joined by line breaks."""
        return "\n".join(block for block in self.blocks if isinstance(block, str) and block.strip())

    @property
    def tables(self) -> tuple["Table", ...]:
        """The tables nested in the cell."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True)
class Table:
    """A table as rows of cells, from the top down."""

    rows: tuple[tuple[Box, ...], ...]


Block = str | Table  # a str is a paragraph, which may contain line breaks


def check_size(cells: int) -> None:
    """Raise UnreadableError if `cells`, the number of a file's cells and lines, is larger than any filing needs."""
    if cells > MOST_CELLS:
        raise UnreadableError(
            f"单元格和文本行超过{MOST_CELLS}个", f"the file has more than {MOST_CELLS} cells and lines"
        )


def check_depth(depth: int) -> None:
    """Raise UnreadableError if `depth`, the number of tables nested in each other, exceeds sixteen."""
    if depth > DEEPEST:
        raise UnreadableError(f"表格嵌套超过{DEEPEST}层", f"tables are nested more than {DEEPEST} deep")


@dataclass
class Rendering:
    """A collector of lines and rows, in the order in which a reader adds them; `tables` counts the tables so far.

    Its methods raise UnreadableError for more lines than any filing needs, unless the format has another bound
    (`bounded` is false).
    """

    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    tables: int = 0
    bounded: bool = True

    def paragraph(self, text: str, where: Where | None = None) -> None:
        """Add a paragraph as a row with one cell; a blank paragraph is left out."""
        if text.strip():
            self.row([Written(0, text, where)], closed=False)

    def row(self, cells: Iterable[Written], *, closed: bool = True) -> None:
        """Add a table row, blank cells included; a merged cell is added once, in its first row and column.

        `closed` is true if a border ends each cell, and false if only spaces separate the cells.
        """
        written = tuple(Cell(tuple(self._parts(cell)), cell.column, closed=closed) for cell in cells)
        if written:
            self.rows.append(Row(written))
        reached(Step.LINE, len(self.lines))
        if self.bounded:
            check_size(len(self.lines))

    def blocks(self, blocks: Iterable[Block], where: Where | None = None) -> None:
        """Add paragraphs and tables; the place of each line from a table is its table, row and cell (numbers from 1).

        `where` is the place of the paragraphs.
        """
        for block in blocks:
            if isinstance(block, str):
                self.paragraph(block, where)
            else:
                self._table(block)

    def _table(self, table: Table) -> None:
        self.tables += 1
        number = self.tables
        for row, boxes in enumerate(table.rows, 1):
            places = [{"table": number, "row": row, "cell": cell} for cell, _ in enumerate(boxes, 1)]
            filled = [box for box in boxes if box.text or box.tables]
            if len(filled) == 1 and (len(boxes) == 1 or filled[0].tables):
                self.blocks(filled[0].blocks, places[boxes.index(filled[0])])
            elif filled:
                self.row(Written(box.column, box.text, where) for box, where in zip(boxes, places, strict=True))
                for box in filled:
                    self.blocks(box.tables)

    def _parts(self, cell: Written) -> Iterable[tuple[int, str]]:
        for text in without_pictures(cell.text).splitlines() or [""]:
            self.lines.append(Line(len(self.lines) + 1, text.strip(), cell.where))
            yield len(self.lines), text

    def rendition(self, media_type: str, encoding: str = "utf-8") -> Rendition:
        """Return the lines and rows written so far."""
        return Rendition(media_type, encoding, tuple(self.lines), tuple(self.rows))


def are_traditional(texts: Iterable[str]) -> bool:
    """Return whether texts have a word of filings in traditional characters, or one in simplified ones and readings."""
    text, words = "\n".join(texts), _CHINESE.patterns
    return bool(words.traditional.search(text) or (words.toned.search(text) and words.of_forms.search(text)))


def simplified(text: str) -> str:
    """Return a text in simplified characters, without readings in brackets after characters.

    Characters stay where simplified names have them, too: 乾县, while 乾旱 becomes 干旱.
    """
    words = _CHINESE.patterns.reading.sub("", text)
    kept = {found.start(): found.group() for found in _CHINESE.patterns.kept.finditer(words)}
    return "".join(kept.get(at, folding.simplified(char)) for at, char in enumerate(words))


def with_simplified_cells(rendition: Rendition) -> Rendition:
    """Return a rendition with all cells in simplified characters, if any cell has a word in traditional ones.

    Otherwise, the rendition is returned unchanged.
    """
    if not are_traditional(cell.text for row in rendition.rows for cell in row.cells):
        return rendition
    rows = (
        Row(
            tuple(
                replace(cell, parts=tuple((line, simplified(text)) for line, text in cell.parts)) for cell in row.cells
            ),
            row.withheld,
        )
        for row in rendition.rows
    )
    return replace(rendition, rows=tuple(rows))


def without_pictures(text: str) -> str:
    """Return a text with UNREAD for each formula that shows a picture in a cell, such as `=DISPIMG("ID_1",1)`."""
    return WORDING.patterns.picture.sub(UNREAD, text)


def box_to_tick(is_ticked: bool) -> str:
    """Return the character of a box to tick."""
    return WORDING.text("ticked" if is_ticked else "unticked")


def choice(text: str) -> str:
    """Return the chosen entry of a list of choices; empty if the entry only asks the reader to choose."""
    return "" if WORDING.patterns.no_choice.fullmatch(text) else text


_RAISED = str.maketrans(WORDING.text("flat"), WORDING.text("raised"))
_LOWERED = str.maketrans(WORDING.text("flat"), WORDING.text("lowered"))
_NEAR = 5  # characters: a figure and its unit
_MARKS = frozenset(WORDING.text("raised") + WORDING.text("reference_marks"))
_SYMBOLS = {int(code, 16): sign for code, sign in WORDING.meanings("symbols").items()}
_DINGBATS = {
    name.replace("_", " "): {int(code, 16): sign for code, sign in WORDING.meanings(name).items()}
    for name in ("wingdings", "wingdings_2", "wingdings_3", "webdings")
}


class Run(NamedTuple):
    """A piece of text with the properties that its format gives it.

    `unseen` is text that is hidden, covered, as white as its paper, or on a layer that is off; `symbols` is text in the
    font Symbol; `dingbats` is the name of another font of signs, in small letters. `lowered` text may be only smaller
    than the text around it, or that of a link or button.
    """

    text: str
    raised: bool = False
    lowered: bool = False
    struck: bool = False
    unseen: bool = False
    symbols: bool = False
    dingbats: str = ""

    def within(self, font: str) -> "Run":
        """Return the run in a font, given by its name in the file; only names of fonts of signs make a difference."""
        name = font.strip(" \"'").lower()
        return self._replace(symbols=name == "symbol", dingbats=name if name in _DINGBATS else "")


_PLAIN = Run("")[1:]


@dataclass
class Shown:
    """A writer of visible text, which counts the runs (pieces of one look) that are struck out or not seen."""

    struck: int = 0
    unseen: int = 0
    adrift: int = 0

    def text(self, runs: Iterable[Run]) -> str:
        """Return the text of a line, paragraph or cell as shown; if all of it is raised or lowered, none is a mark."""
        given = list(runs)
        if all(run[1:] == _PLAIN for run in given):
            return "".join([run.text for run in given])
        seen = list(self._seen(given))
        mixed = any(not (run.raised or run.lowered) and run.text.strip() for run in seen)
        text = ""
        for run, after in zip(seen, [*seen[1:], Run("")], strict=False):
            text += _set_apart(run, text[-_NEAR:], after.text) if mixed else run.text
        return text

    @property
    def left_out(self) -> Iterator[LeftOut]:
        """An iterator over the kinds of text that were left out, each with the number of its runs."""
        yield LeftOut("划去的文字", "struck-out texts", self.struck)
        yield LeftOut("看不见的文字", "texts that are not seen", self.unseen)
        yield LeftOut("不知显示在哪里的文字", "texts whose place is not known", self.adrift)

    def _seen(self, runs: Iterable[Run]) -> Iterator[Run]:
        for run in runs:
            if run.text.strip() and run.unseen:
                self.unseen += 1
            elif run.text.strip() and run.struck:
                self.struck += 1
            elif run.text:
                yield run._replace(text=_painted(run)) if run.symbols or run.dingbats else run


def _painted(run: Run) -> str:
    signs = _DINGBATS.get(run.dingbats)
    return "".join(map(symbol, run.text) if signs is None else (_dingbat(char, signs) for char in run.text))


def _dingbat(char: str, signs: Mapping[int, str]) -> str:
    code = ord(char)
    if char.isspace() or (code > 0xFF and not 0xF000 <= code <= 0xF0FF):
        return char
    return signs.get(code & 0xFF, UNREAD)


def symbol(char: str) -> str:
    """Return the character that the font Symbol paints for a character, which may be in the private use area.

    Ideographs, which that font lacks, are returned as they are.
    """
    code = ord(char)
    if code > 0xFF and not 0xF000 <= code <= 0xF0FF:
        return char
    plain = chr(code & 0xFF)
    is_plain = (plain.isprintable() or plain.isspace()) and not (code & 0x80 or plain.isalpha())
    return _SYMBOLS.get(code & 0xFF) or (plain if is_plain else UNREAD)


def _set_apart(run: Run, before: str, after: str) -> str:
    """Return the text of a run between others, in superscript or subscript characters if it is a mark.

    Raised text is a mark if it is that of a note or a power. Lowered text is a mark if it is a number that follows a
    figure or its unit, or begins the text before a figure; behind a letter, as in H2O, it is none. Raised figures that
    stand behind nothing which a note or power could belong to, as in ≥³⁰台, are UNREAD.
    """
    if run.raised:
        raised = run.text.translate(_RAISED)
        if not _MARKS.issuperset(raised.strip()):
            return run.text
        is_alone = WORDING.patterns.bears_no_mark.search(before) and (before.strip() or len(run.text.strip()) > 1)
        return UNREAD if is_alone and run.text.strip().isdecimal() and after[:1].strip() else raised
    stands = WORDING.patterns.figure.search(before) or (not before.strip() and after[:1].isdigit())
    is_mark = run.lowered and WORDING.patterns.mark.fullmatch(run.text) and stands
    return run.text.translate(_LOWERED) if is_mark else run.text
