"""Read the visible text of PDF pages as paragraphs and rows of tables with rules.

A table that continues on the next page keeps its columns, and a paragraph cut by a page break is joined. Pages that are
pictures are recognised first, and then read like all others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from operator import itemgetter

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.grids import Grid, Region, all_column_edges, column_of, grids, has_edges, same_table
from jixiao.ingest.formats.rendering import WORDING, Rendering, Shown, Written
from jixiao.ingest.readers.pdf.cut_rows import Part, whole_rows
from jixiao.ingest.readers.pdf.laid_over import Place, laid_over, lines_of_cell
from jixiao.ingest.readers.pdf.objects import Attached, attached
from jixiao.ingest.readers.pdf.over_edges import over_edges
from jixiao.ingest.readers.pdf.pages import Page, is_scan, is_useless, opened, page_of, pages, says_more, without_struck
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.readers.pdf.paragraphs import Line, goes_on, is_cut, joined, lines, paragraphs_of_cell
from jixiao.ingest.recognition import UNREAD, Box, Recognition, around, extra, holds
from jixiao.ingest.rendition import LeftOut, Rendition, Where, occurring
from jixiao.ingest.scan import recognising
from jixiao.ontology.grouping import by_key

MEDIA_TYPE = "application/pdf"
_STRUCK = 0.25  # share of a glyph's height: a glyph that extends further beyond a rule is struck through by it
_MARGIN = 0.12  # share of a page's height at its top and bottom, where page numbers and running headers are
_HAIR = 0.1  # points: a glyph nearer to an edge of a cell may be in the cell beside it, too
_SAME_HEIGHT = 2.0  # points: lines on several pages whose positions differ by less are at one height
_FEWEST_RUNNING = 3  # pages that a running header or footer must appear on, at the least
_LARGER = 1.25  # times the median height of lines: a larger line is a title, not a running header
_UNREAD_SHARE = 0.02  # of the glyphs: up to this share, glyphs without a character are taken for ornaments


def read(content: bytes, recognition: Recognition | None = None) -> Rendition:
    """Return the paragraphs and rows in reading order.

    Pages that are pictures are recognised, unless an earlier `recognition` is given. Raises UnreadableError for a
    broken or encrypted file, for fonts without characters, and for a file of scans alone if recognition is not
    installed.
    """
    document = opened(content)
    files = attached(document)
    laid_out: dict[int, _LaidOut] = {}
    scans: dict[int, Page] = {}
    glyphs = undefined = remarks = 0
    shown = Shown()
    for page in map(without_struck, pages(document)):
        laid_out[page.number] = _laid_out(page)
        shown.struck += page.struck
        shown.unseen += page.unseen
        remarks += page.remarks
        files += page.attached
        if is_scan(page):
            scans[page.number] = page
        glyphs += len(page.shown)
        undefined += page.shown.count(UNREAD)
    if scans and recognition is None and extra.is_installed():
        recognition = recognising.recognised(content, list(scans))
        # The text layer of a page is kept if it has about as much text.
        more = (page for page in recognition.pages if says_more(page, scans[page.number]))
        recognition = recognition._replace(pages=tuple(more))
    if recognition is not None:
        for each in recognition.pages:
            laid_out[each.number] = _laid_out(page_of(each))
        for number in {each.number for each in recognition.given_up} & scans.keys():
            if is_useless(scans[number].shown):
                laid_out[number] = _laid_out(replace(scans[number], glyphs=()))
    elif scans and not glyphs and "Collection" not in document.catalog:  # the pages of a portfolio are its cover
        raise extra.missing()
    elif undefined > _UNREAD_SHARE * glyphs:
        raise UnreadableError(
            "PDF 的字体没有字符映射，文字无法辨认", "the fonts of the PDF do not tell which characters they paint"
        )
    files = list(dict.fromkeys(files))  # one may be shown on a page, too
    remarks += sum(page.laid_over for page in laid_out.values())
    doubtful = (number for number, page in laid_out.items() if any(line.doubtful for line in page.lines()))
    rendition = _rendition(list(laid_out.values()), MEDIA_TYPE, recognition, files)
    aside = [
        *shown.left_out,
        LeftOut("批注、图章、水印和签名", "remarks, stamps, watermarks and signatures", remarks),
        LeftOut.named("附件", "attached files", (each.name for each in files)),
        LeftOut.named(
            "有文字被遮盖或互相重叠、分辨不出的页", "pages with texts covered or printed on each other", doubtful
        ),
    ]
    return replace(rendition, left_out=(*rendition.left_out, *occurring(aside)))


def of_pictures(recognition: Recognition, media_type: str) -> Rendition:
    """Return the rendition of recognised pictures: paragraphs and rows. Raises UnreadableError without any text."""
    return _rendition([_laid_out(page_of(each)) for each in recognition.pages], media_type, recognition)


def _rendition(
    read_pages: Sequence["_LaidOut"],
    media_type: str,
    recognition: Recognition | None,
    files: Sequence[Attached] = (),
) -> Rendition:
    """Return the paragraphs and rows of all pages, and which pages were left out.

    Raises UnreadableError if no page has text, unless files are attached (`files`) and recognition gave up no page.
    """
    rendition = _written(read_pages, media_type)
    given_up = recognition.given_up if recognition else ()
    with_text = {line.page for line in rendition.lines if line.text.strip()}
    if not with_text:
        for number, zh, en in given_up:
            raise UnreadableError(f"第 {number} 页：{zh}", f"page {number}: {en}")
        if not files:
            raise UnreadableError("页上没有可以辨认的文字", "pages without text that can be made out")
    known = with_text.union(each.number for each in given_up)
    blank = (page.number for page in read_pages if page.number not in known)
    left_out = [LeftOut.named("没有文字的页（空白或图片）", "pages without text (blank or images)", blank)]
    for zh, en in dict.fromkeys((each.zh, each.en) for each in given_up):
        numbers = (each.number for each in given_up if each.zh == zh)
        left_out.append(LeftOut.named(f"没有识别的页：{zh}", f"pages not recognised: {en}", numbers))
    shapes = {page.number: (*page.box.rounded, page.turns) for page in read_pages}
    return replace(rendition, left_out=occurring(left_out), pages=shapes, recognition=recognition, attached=files)


def _written(read_pages: Sequence["_LaidOut"], media_type: str) -> Rendition:
    running = _running_lines(read_pages)
    ends = by_key((laid_out.width, laid_out.right) for laid_out in read_pages)  # right ends of lines, by page width
    writer = _Writer()
    for number, line in running.values():  # each running header or footer is written once
        writer.out.paragraph(line.text, _where(number, line.box))
    for laid_out in read_pages:
        free = tuple(line for line in laid_out.free if laid_out.running_key(line) not in running)
        writer.page(replace(laid_out, free=free), max(ends[laid_out.width]))
    return writer.rendition(media_type)


def _laid_out(page: Page) -> "_LaidOut":
    """Return the tables and lines of a page."""
    found = grids(page.rules)
    cells = {(g, r): region for g, grid in enumerate(found) for r, region in enumerate(grid.regions)}
    places = [*_places(page.glyphs, cells)]
    aside, uncertain = laid_over(page, places, cells)
    settled = over_edges(page.glyphs, places, cells)
    doubtful = uncertain | {at for at, place in settled.items() if place is None}
    glyphs = (
        (settled.get(at) or place, glyph._replace(doubtful=True) if at in doubtful else glyph)
        for at, (place, glyph) in enumerate(zip(places, page.glyphs, strict=True))
        if at not in aside
    )
    over = {page.looks[page.glyphs[at].string] for at in aside}
    return _LaidOut(page.number, page.box, page.turns, *_tables(page, found, by_key(glyphs)), len(over))


def _places(glyphs: Iterable[Glyph], cells: Mapping[Place, Region]) -> Iterator[Place | None]:
    """Yield the numbers of the table and the cell in which each glyph stands; None if it is in no cell."""
    place = None
    for glyph in glyphs:  # which mostly follow others of their cell
        if place is None or not holds(cells[place].box, glyph.box, -_HAIR):
            place = next((place for place, region in cells.items() if holds(region.box, glyph.box)), None)
        yield place


@dataclass(frozen=True)
class _LaidOut:
    """One page: its number, its box, the quarter turns that set it upright, its tables, and the other lines.

    `laid_over` counts the looks of texts that lie over the page.
    """

    number: int
    box: Box
    turns: int
    tables: tuple[Part, ...]
    free: tuple[Line, ...]
    laid_over: int = 0

    @property
    def width(self) -> int:
        return round(self.box.x1 - self.box.x0)

    def lines(self) -> Iterator[Line]:
        """Yield all lines of the page, outside and inside of tables."""
        yield from self.free
        yield from (line for table in self.tables for _, written in table.cells for line in written)

    @property
    def right(self) -> float:
        """The right end of the line that extends furthest to the right, in points."""
        return max((line.box.x1 for line in self.free), default=0.0)

    def is_outside(self, line: Line) -> bool:
        """Return whether a line is in the upper or lower margin of the page."""
        margin = _MARGIN * (self.box.bottom - self.box.top)
        return not self.box.top + margin < line.box.top < self.box.bottom - margin

    def is_number(self, line: Line) -> bool:
        """Return whether a line is a page number: it is in the upper or lower margin, and has the form of one."""
        return self.is_outside(line) and WORDING.patterns.page_number.fullmatch(line.text) is not None

    def running_key(self, line: Line) -> tuple[str, int] | None:
        """Return a key that is equal for a running header or footer on all pages; None for a line of the text.

        The key is the text, with digits replaced, and the height on the page.
        """
        if not self.is_outside(line) or self.is_number(line):
            return None
        return re.sub(r"\d+", "#", line.text), round(line.box.top / _SAME_HEIGHT)


def _running_lines(read_pages: Sequence[_LaidOut]) -> dict[tuple[str, int] | None, tuple[int, Line]]:
    """Return the running headers and footers by key, each with the page and line where it first appears.

    They are no larger than the text, and at the same height on at least half of the pages (and at least three), or part
    a table. The title of a form that is repeated on each page is larger, or not in a margin.
    """
    heights = sorted(line.height for page in read_pages for line in page.lines())
    found = by_key(
        (key, (page.number, line))
        for page in read_pages
        for line in page.free
        if (key := page.running_key(line)) and line.height <= _LARGER * heights[len(heights) // 2]
    )
    fewest = max(_FEWEST_RUNNING, len(read_pages) / 2)
    running: dict[tuple[str, int] | None, tuple[int, Line]] = {
        key: lines[0] for key, lines in found.items() if len({number for number, _ in lines}) >= fewest
    }
    for number, line, key in _parting_lines(read_pages):
        if key in found and not (
            (WORDING.patterns.telling.match(line.text) or WORDING.patterns.item.search(line.text))
            and found[key][0][0] == number
        ):
            running.setdefault(key, found[key][0])
    return running


def _parting_lines(read_pages: Sequence[_LaidOut]) -> Iterator[tuple[int, Line, tuple[str, int] | None]]:
    """Yield each line that stands alone between two parts of a table, with its page and its key.

    A part that begins like an earlier one, or has column edges of its own, may belong to another table.
    """
    begun: set[str] = set()
    for before, after in pairwise(read_pages):
        begun.update(table.beginning for table in before.tables)
        parts = (*before.tables[-1:], *after.tables[:1])
        if len(parts) < 2 or parts[1].beginning in begun or not has_edges(parts[0].grid, parts[1].grid):
            continue
        foot = [(before, line) for line in before.free if line.box.top > parts[0].grid.box.top]
        head = [(after, line) for line in after.free if line.box.top < parts[1].grid.box.top]
        between = [
            (page.number, line, page.running_key(line)) for page, line in foot + head if not page.is_number(line)
        ]
        if len(between) == 1:
            yield from between


@dataclass
class _Writer:
    """A writer of pages to a rendition; a paragraph or table is written when the next item shows that it is complete.

    `paragraph` has the lines of the last paragraph, each with its page number, and `tables` the parts of the last
    table, while they are not written yet.
    """

    out: Rendering = field(default_factory=lambda: Rendering(bounded=False))  # a PDF has bounds of its own
    paragraph: list[tuple[int, Line]] = field(default_factory=list)
    tables: list[Part] = field(default_factory=list)

    def page(self, page: _LaidOut, right: float) -> None:
        """Write a page; `right` is the furthest right end of lines on pages of this width, in points."""
        items: list[Part | Line] = [*page.tables, *page.free]
        for item in sorted(items, key=lambda item: item.grid.box.top if isinstance(item, Part) else item.box.top):
            if isinstance(item, Part):
                self._flush_paragraph()
                if self.tables and not same_table(self.tables[-1].grid, item.grid):
                    self._flush_tables()
                self.tables.append(item)
            elif page.is_number(item):
                # A page number between two halves of a paragraph or table must not end either.
                self.out.paragraph(item.text, _where(page.number, item.box))
            else:
                self._flush_tables()
                waiting = self.paragraph
                if waiting and not goes_on(waiting[0][1], waiting[-1][1], item, right, _pitch(waiting, page.number)):
                    self._flush_paragraph()
                self.paragraph.append((page.number, item))

    def _flush_paragraph(self) -> None:
        waiting, self.paragraph = self.paragraph, []
        if len(waiting) == 1:
            [(page, line)] = waiting
            pieces = (Written(column, text, _where(page, box)) for column, (text, box) in enumerate(line.pieces))
            self.out.row(pieces, closed=False)
        elif waiting:
            boxes = [(page, around(line.box for _, line in lines)) for page, lines in groupby(waiting, itemgetter(0))]
            self.out.paragraph(joined([line for _, line in waiting]), _where(*boxes[0], boxes[1:]))

    def _flush_tables(self) -> None:
        tables, self.tables = whole_rows(self.tables), []
        edges = all_column_edges(table.grid for table in tables)
        for table in tables:
            rows: dict[int, list[Written]] = {region.row: [] for region, _ in table.cells}
            for region, written in table.cells:
                column = column_of(region, edges)
                text = "\n".join(joined(paragraph, region.box) for paragraph in paragraphs_of_cell(written, region.box))
                rows[region.row].append(Written(column, text, _cell_where(table.page, region, written)))
                for row in rows.keys() & range(region.row + 1, region.last_row + 1):
                    rows[row].append(Written(column, "", _where(table.page, region.box)))
            for row in sorted(rows):
                if len(rows[row]) > 1 or rows[row][0].text:
                    self.out.row(sorted(rows[row], key=lambda cell: cell.column))

    def rendition(self, media_type: str) -> Rendition:
        self._flush_paragraph()
        self._flush_tables()
        return self.out.rendition(media_type)


def _tables(
    page: Page, found: Sequence[Grid], inside: Mapping[Place | None, Sequence[Glyph]]
) -> tuple[tuple[Part, ...], tuple[Line, ...]]:
    """Return the tables of a page with the lines in their cells, and the lines outside of tables.

    `found` are the tables' grids, and `inside` are the glyphs by their places.
    """
    free = inside.get(None, ())
    printed = {place: [glyph for glyph in held if not glyph.doubtful] for place, held in inside.items()}
    tables = []
    outside: list[Line] = []
    for g, grid in enumerate(found):
        cells = tuple(
            (region, _certain(lines_of_cell(page, inside.get((g, r), ()), region)))
            for r, region in enumerate(grid.regions)
        )
        text = "".join("".join(line.text for _, written in cells for line in written).split())
        if _is_overprinted(g, grid, printed):  # the cells that its texts belong to are not certain
            outside.append(Line(((text, grid.box),), grid.box, 0.0, 0.0))
        elif text:  # a grid without text is a drawing
            tables.append(Part(page.number, grid, cells))
    for line in lines(free):
        if line.doubtful and not any(holds(line.box, glyph.box) for glyph in free if not glyph.covered):
            continue  # a line that is covered wholly
        for t, table in enumerate(tables):
            if taken := _with_overflow(table, line):
                tables[t] = taken
                break
        else:
            outside.append(line)
    return tuple(tables), tuple(outside)


def _certain(written: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines of a cell; if any is doubtful, return only the first doubtful line, in place of all."""
    doubtful = next((line for line in written if line.doubtful), None)
    return written if doubtful is None else (doubtful,)


def _is_overprinted(g: int, grid: Grid, inside: Mapping[Place | None, Sequence[Glyph]]) -> bool:
    """Return whether glyphs of a cell extend over its rule into another cell that has text.

    `g` is the number of the grid on its page; `inside` has the glyphs by grid and cell.
    """
    filled = [(region.box, inside[g, r]) for r, region in enumerate(grid.regions) if inside.get((g, r))]
    for own, glyphs in filled:
        for box in (glyph.box for glyph in glyphs):
            x, margin = (box.x0 + box.x1) / 2, _STRUCK * (box.bottom - box.top)
            outside = box.top < own.top - margin or box.bottom > own.bottom + margin
            if outside and any(
                other.x0 <= x <= other.x1 and other.top + margin < box.bottom and box.top < other.bottom - margin
                for other, _ in filled
                if other is not own
            ):
                return True
    return False


def _with_overflow(table: Part, line: Line) -> Part | None:
    """Return the table with `line` added to its last row, if the line overflows the lower edge of a cell there.

    Returns None if the line does not belong to the table.
    """
    if not line.box.top < table.grid.box.bottom < line.box.bottom:
        return None
    for at, (region, written) in enumerate(table.cells):
        under = (
            region.box.bottom == table.grid.box.bottom and region.box.x0 <= line.box.x0 < line.box.x1 <= region.box.x1
        )
        if under and written and is_cut(written, [line], region.box):
            return replace(table, cells=(*table.cells[:at], (region, (*written, line)), *table.cells[at + 1 :]))
    return None


def _pitch(waiting: Sequence[tuple[int, Line]], page: int) -> float | None:
    """Return the distance in points between the last two lines of a paragraph; None unless both are on `page`.

    `waiting` has the lines of the paragraph so far, each with its page number.
    """
    tops = [line.box.bottom for number, line in waiting[-2:] if number == page]
    return tops[1] - tops[0] if len(tops) > 1 else None


def _where(page: int, box: Box, later: Iterable[tuple[int, Box]] = ()) -> Where:
    """Return the place of a line in the file; `later` are the pages and boxes of its parts on later pages."""
    place: dict[str, int | tuple[float, ...]] = {"page": page, "box": box.rounded}
    if then := tuple(figure for page, box in later for figure in (page, *box.rounded)):
        place["then"] = then
    return place


def _cell_where(page: int, region: Region, written: Sequence[Line]) -> Where:
    """Return the place of a cell that begins on a page, including lines joined to it from later pages."""
    boxes = by_key((line.carried or page, line.box) for line in written)
    own = boxes.pop(page, [])
    return _where(page, around(own) if own else region.box, [(each, around(found)) for each, found in boxes.items()])
