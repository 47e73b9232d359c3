"""PDF with a text layer: what can be seen on its pages, as paragraphs and the rows of ruled tables.

A table that goes on over pages keeps its columns; so does a paragraph that a page break cuts. A PDF without a text
layer is a scan, and refused as one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.grids import Grid, Region, columns, grids
from jixiao.ingest.pages import UNDEFINED, Box, Glyph, Page, pages
from jixiao.ingest.paragraphs import Line, around, goes_on, in_cell, joined, lines, runs_over
from jixiao.ingest.rendering import Rendering, Written
from jixiao.ingest.rendition import Rendition, Where

NAME = "pdf"
MEDIA_TYPE = "application/pdf"
# A PDF's head may stand behind some bytes of transport (ISO 32000-1, annex H.3.4.1).
_HEAD_WITHIN = 1024
_PAGE_NUMBER = re.compile(r"[-—–－\s]*\d{1,4}[-—–－\s]*(?:/\s*\d{1,4})?|第\s*\d+\s*页.{0,12}")
_MARGIN = 0.12  # of a page's height: where its number stands
_UNDEFINED_SHARE = 0.02  # of the glyphs: fewer are ornaments
_SAME_EDGE = 6.0  # points


def accepts(content: bytes) -> bool:
    """Whether the content begins like a PDF."""
    return b"%PDF-" in content[:_HEAD_WITHIN] and content.lstrip(b"\x00\t\n\r \xef\xbb\xbf")[:1] == b"%"


def read(content: bytes) -> Rendition:
    """Paragraphs and rows in reading order. Raises UnreadableError for scans and for broken or encrypted files."""
    read_pages: list[_Page] = []
    seen = undefined = 0
    for page in pages(content):
        seen += sum(1 for glyph in page.glyphs if glyph.text.strip())
        undefined += sum(1 for glyph in page.glyphs if glyph.text == UNDEFINED)
        read_pages.append(_Page(page.number, page.box, *_tables(page)))
    if not seen:
        raise UnreadableError(
            "PDF 没有文字层：是扫描件，须先做文字识别（OCR）",
            "a PDF without a text layer: a scan, which needs OCR first",
        )
    if undefined > _UNDEFINED_SHARE * seen:
        raise UnreadableError(
            "PDF 的字体没有字符映射，文字无法辨认", "the fonts of the PDF do not tell which characters they paint"
        )
    ends: dict[int, float] = {}  # where the longest line ends, by the width of the page
    for laid_out in read_pages:
        ends[laid_out.width] = max(laid_out.right, ends.get(laid_out.width, 0.0))
    writer = _Writer()
    for laid_out in read_pages:
        writer.page(laid_out, ends[laid_out.width])
    return writer.rendition()


@dataclass(frozen=True)
class _Page:
    """One page: its number and box, its tables, and the lines outside of them."""

    number: int
    box: Box
    tables: tuple["_Table", ...]
    free: tuple[Line, ...]

    @property
    def width(self) -> int:
        return round(self.box.x1 - self.box.x0)

    @property
    def right(self) -> float:
        """Where its longest line ends."""
        return max((line.box.x1 for line in self.free), default=0.0)

    def is_number(self, line: Line) -> bool:
        """Whether a line above or below the text is the page's number."""
        margin = _MARGIN * (self.box.bottom - self.box.top)
        outside = not self.box.top + margin < line.box.top < self.box.bottom - margin
        return outside and _PAGE_NUMBER.fullmatch(line.text) is not None


@dataclass(frozen=True)
class _Table:
    """A table on its page, or its part on that page: the lines of each of its cells."""

    page: int
    grid: Grid
    cells: tuple[tuple[Region, tuple[Line, ...]], ...]


@dataclass
class _Writer:
    """Writes what pages hold; a paragraph and a table wait until it is known that they do not go on."""

    out: Rendering = field(default_factory=Rendering)
    paragraph: list[tuple[int, Line]] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)

    def page(self, page: _Page, right: float) -> None:
        """Write a page; `right` is where the lines of such pages end."""
        items: list[_Table | Line] = [*page.tables, *page.free]
        for item in sorted(items, key=_top):
            if isinstance(item, _Table):
                self._flush_paragraph()
                if self.tables and not _same_table(self.tables[-1].grid, item.grid):
                    self._flush_tables()
                self.tables.append(item)
            elif page.is_number(item):
                # It stands between two halves of what goes on over the page.
                self.out.paragraph(item.text, _where(page.number, item.box))
            else:
                self._flush_tables()
                waiting = self.paragraph
                if waiting and not goes_on(waiting[0][1], waiting[-1][1], item, right):
                    self._flush_paragraph()
                self.paragraph.append((page.number, item))

    def _flush_paragraph(self) -> None:
        waiting, self.paragraph = self.paragraph, []
        if not waiting:
            return
        page = waiting[0][0]
        if len(waiting) == 1:
            pieces = enumerate(waiting[0][1].pieces)
            self.out.row([Written(column, text, _where(page, box)) for column, (text, box) in pieces])
            return
        box = around(line.box for number, line in waiting if number == page)
        self.out.paragraph(joined([line for _, line in waiting]), _where(page, box))

    def _flush_tables(self) -> None:
        tables, self.tables = _whole_rows(self.tables), []
        edges = columns(edge for table in tables for edge in table.grid.edges)
        for table in tables:
            rows: dict[int, list[Written]] = {}
            covered: list[tuple[int, Written]] = []
            for region, written in table.cells:
                column = min(range(len(edges)), key=lambda index: abs(edges[index] - region.box.x0))
                text = "\n".join(joined(paragraph) for paragraph in in_cell(written, region.box))
                box = around(line.box for line in written) if written else region.box
                rows.setdefault(region.row, []).append(Written(column, text, _where(table.page, box)))
                blank = Written(column, "", _where(table.page, region.box))
                covered += [(row, blank) for row in range(region.row + 1, region.last_row + 1)]
            for row, blank in covered:
                if row in rows:
                    rows[row].append(blank)
            for row in sorted(rows):
                if len(rows[row]) > 1 or rows[row][0].text:
                    self.out.row(sorted(rows[row], key=lambda cell: cell.column))

    def rendition(self) -> Rendition:
        self._flush_paragraph()
        self._flush_tables()
        return self.out.rendition(MEDIA_TYPE)


def _tables(page: Page) -> tuple[tuple[_Table, ...], tuple[Line, ...]]:
    """The tables of a page with the text in their cells, and the lines outside of them."""
    found = grids(page.rules)
    inside: dict[tuple[int, int], list[Glyph]] = {}
    free: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.box.x0 + glyph.box.x1) / 2, (glyph.box.top + glyph.box.bottom) / 2
        place = next(_places(found, x, y), None)
        (inside.setdefault(place, []) if place else free).append(glyph)
    tables = []
    for g, grid in enumerate(found):
        cells = ((region, lines(inside.get((g, r), ()))) for r, region in enumerate(grid.regions))
        table = _Table(page.number, grid, tuple(cells))
        if any(written for _, written in table.cells):  # a drawing has none
            tables.append(table)
    return tuple(tables), lines(free)


def _whole_rows(tables: Sequence[_Table]) -> list[_Table]:
    """The parts of a table, a row that a page break cut made whole on the page where it begins."""
    whole: list[_Table] = []
    for table in tables:
        rest = table
        if whole and (joined_up := _joined_up(whole[-1], table)):
            whole[-1], rest = joined_up
        whole.append(rest)
    return whole


def _joined_up(before: _Table, after: _Table) -> tuple[_Table, _Table] | None:
    """Two parts of a table with the cut row in the first; None where the second begins with a row of its own.

    It is cut where all text of the second's first row runs on from the cell above it, and some cell beside is blank.
    """
    last = max(region.last_row for region, _ in before.cells)
    above = {round(region.box.x0): (region, written) for region, written in before.cells if region.last_row == last}
    first = {round(region.box.x0): written for region, written in after.cells if region.row == 0}
    if not any(first.values()) or all(first.values()) or not first.keys() <= above.keys():
        return None
    for left, written in first.items():
        region, lines_above = above[left]
        if written and not (lines_above and runs_over(lines_above, written, region.box)):
            return None
    gone_on = tuple(
        (region, written + first.get(round(region.box.x0), ()) if region.last_row == last else written)
        for region, written in before.cells
    )
    left_over = tuple((region, written) for region, written in after.cells if region.row > 0)
    return replace(before, cells=gone_on), replace(after, cells=left_over)


def _places(found: Sequence[Grid], x: float, y: float) -> Iterator[tuple[int, int]]:
    """The cell that holds a point, by the numbers of its grid and region."""
    for g, grid in enumerate(found):
        if grid.box.x0 <= x <= grid.box.x1 and grid.box.top <= y <= grid.box.bottom:
            for r, region in enumerate(grid.regions):
                if region.box.x0 <= x <= region.box.x1 and region.box.top <= y <= region.box.bottom:
                    yield g, r


def _top(item: _Table | Line) -> float:
    return item.grid.box.top if isinstance(item, _Table) else item.box.top


def _same_table(before: Grid, after: Grid) -> bool:
    """Whether two tables, one behind the other, begin and end at the same edges."""
    return abs(before.box.x0 - after.box.x0) < _SAME_EDGE and abs(before.box.x1 - after.box.x1) < _SAME_EDGE


def _where(page: int, box: Box) -> Where:
    return {"page": page, "box": tuple(round(edge, 1) for edge in box)}
