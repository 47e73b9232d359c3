"""Extract the visible glyphs and straight rules of each page of a PDF (ISO 32000-1).

The module `reader` makes paragraphs and tables of them. Text that is clipped away (sections 8.5.4 and 14.11.2) or
painted invisibly (section 9.3.6) is stored in the file but cannot be seen, so it is left out.
"""

import io
import logging
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

from pdfminer.layout import LTChar
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psexceptions import PSException
from pdfminer.utils import Matrix, PathSegment, Rect, apply_matrix_pt, apply_matrix_rect

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.rendering import WORDING
from jixiao.ingest.recognition import Box, holds

# pdfminer logs every irregularity that it can handle; faults that it cannot handle are raised.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

LARGEST_PAGES = 2000
LARGEST_GLYPHS = 5_000_000
MOST_FORMS = 20_000  # forms painted on a page; each costs about 40 microseconds
UNDEFINED = "\ufffd"  # the text of a glyph for which the file names no character
_TAIL = 4096  # bytes at the end of a file within which the PDF's end mark must be; transport may add bytes after it
_THIN = 3.0  # points: a filled rectangle thinner than this is a rule
_INVISIBLE = (3, 7)  # text rendering modes that paint nothing
_WHOLE = 0.8  # share of a page's area: a larger picture covers the page and hides text painted before it
_SEEN_THROUGH = (("SMask",), ("Mask",), ("ImageMask", "IM"))  # entries of a picture that make it transparent
# Errors of pdfminer for a broken file.
_BROKEN = (
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
# Quarter turns, clockwise, that set a page upright, by the direction of most of its text.
_TURNS = {(0, 1): 1, (-1, 0): 2, (0, -1): 3}
_RADICALS = str.maketrans(WORDING.text("radicals"), WORDING.text("ideographs"))


class Glyph(NamedTuple):
    """A character as painted: its text and its box, in points."""

    text: str
    box: Box


@dataclass(frozen=True)
class Page:
    """One page: its number (from 1), its box, its glyphs in painting order, and its rules as boxes without thickness.

    If most text runs upwards, downwards or upside down, the page is turned to reading position by `turns` quarter
    turns, clockwise. `pictured` is the share of the page that pictures cover, from 0 to 1. `outlines` counts curved
    shapes, since some programs paint characters as shapes.
    """

    number: int
    box: Box
    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...]
    turns: int = 0
    pictured: float = 0.0
    outlines: int = 0

    @property
    def shown(self) -> str:
        """The text of the page without blanks, in painting order."""
        return "".join(glyph.text for glyph in self.glyphs if glyph.text.strip())


def pages(content: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF. Raises UnreadableError for one that is encrypted, broken, cut off or too long."""
    if b"startxref" not in content[-_TAIL:]:
        raise UnreadableError("PDF 不完整：没有结尾", "a PDF that is cut off: its end is missing")
    glyphs = 0
    try:
        document = PDFDocument(PDFParser(io.BytesIO(content)))
        resources = PDFResourceManager()
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            device = _Device(resources)
            _Interpreter(resources, device).process_page(page)
            glyphs += len(device.glyphs)
            if number > LARGEST_PAGES or glyphs > LARGEST_GLYPHS:
                raise UnreadableError(
                    f"PDF 太长（超过 {LARGEST_PAGES} 页或 {LARGEST_GLYPHS:,} 个字符）",
                    f"a PDF of more than {LARGEST_PAGES} pages or {LARGEST_GLYPHS:,} characters",
                )
            yield device.laid_out(number)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableError("PDF 已加密，需要密码", "an encrypted PDF that needs a password") from error
    except _BROKEN as error:
        raise UnreadableError("PDF 已损坏，无法解析", "a broken PDF that cannot be parsed") from error


class _State(PDFGraphicState):
    """A graphics state of pdfminer with the clip in addition: the area in which paint is visible."""

    clip: Rect = (0.0, 0.0, 0.0, 0.0)

    def copy(self) -> "_State":
        other = _State()
        other.__dict__.update(self.__dict__)
        return other


class _Device(PDFTextDevice):
    """A collector of all visible paint on one page."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.glyphs: list[Glyph] = []
        self.rules: list[Box] = []
        self._directions: Counter[tuple[int, int]] = Counter()  # of text, before the page is turned
        self._pictured = 0.0
        self._outlined = 0
        self.forms = 0

    def laid_out(self, number: int) -> Page:
        """Return the collected page, turned to reading position."""
        page = self._box(self.crop)
        turns = _TURNS.get(self._directions.most_common(1)[0][0], 0) if self._directions else 0
        glyphs = [glyph._replace(box=_turned(glyph.box, page, turns)) for glyph in self.glyphs]
        rules = [_turned(rule, page, turns) for rule in self.rules]
        area = (page.x1 - page.x0) * (page.bottom - page.top)
        pictured = min(1.0, self._pictured / area) if area else 0.0
        return Page(number, _turned(page, page, turns), tuple(glyphs), tuple(rules), turns, pictured, self._outlined)

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        _, bottom, _, top = apply_matrix_rect(ctm, page.mediabox)
        self._height = top - bottom
        self.crop: Rect = apply_matrix_rect(ctm, page.cropbox)

    def render_string(
        self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState
    ) -> None:
        self._invisible = textstate.render in _INVISIBLE
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(  # noqa: PLR0913, PLR0917 - the signature is pdfminer's
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNDEFINED
        width, shift = font.char_width(cid), font.char_disp(cid)
        char = LTChar(matrix, font, fontsize, scaling, rise, text, width, shift, ncs, graphicstate)
        slanted = abs(matrix[0] * matrix[1]) > 0.1 * (matrix[0] ** 2 + matrix[1] ** 2)  # slanted text is a watermark
        if not (self._invisible or slanted) and holds(_clip(graphicstate), char.bbox):
            self.glyphs.append(Glyph(_character(text), self._box(char.bbox)))
            self._directions[_sign(matrix[0]), _sign(matrix[1])] += 1
        return char.adv

    def paint_path(
        self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Add the horizontal and vertical lines of a path to the rules, and filled rectangles as thin as a line."""
        for points in self._outlines(path):
            x0, y0 = (min(point[axis] for point in points) for axis in (0, 1))
            x1, y1 = (max(point[axis] for point in points) for axis in (0, 1))
            if min(x1 - x0, y1 - y0) < _THIN:
                self._rule((x0, y0, x1, y1), graphicstate)
            elif stroke:
                for (ax, ay), (bx, by) in pairwise(points):
                    self._rule((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), graphicstate)

    def _outlines(self, path: Sequence[PathSegment]) -> Iterator[list[tuple[float, float]]]:
        """Yield the corner points of each part of a path; parts with curves are counted and skipped."""
        points: list[tuple[float, float]] = []
        curved = False
        for segment in [*path, ("m", 0.0, 0.0)]:
            if segment[0] == "m":
                self._outlined += curved
                if len(points) > 1 and not curved:
                    yield points
                points, curved = [], False
            if segment[0] == "h":
                points.extend(points[:1])
            elif segment[0] in "ml":
                x, y = cast(tuple[float, float], segment[1:])
                points.append(apply_matrix_pt(cast(Matrix, self.ctm), (x, y)))
            else:
                curved = True

    def _rule(self, box: Rect, state: PDFGraphicState) -> None:
        clip = _clip(state)
        x0, y0, x1, y1 = max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])
        # Half the thickness of a rule on the clip's edge is outside of the clip, which is allowed.
        if x1 - x0 < -_THIN or y1 - y0 < -_THIN or min(box[2] - box[0], box[3] - box[1]) >= _THIN:
            return
        if x1 - x0 >= y1 - y0:
            y0 = y1 = (box[1] + box[3]) / 2
        else:
            x0 = x1 = (box[0] + box[2]) / 2
        if max(x1 - x0, y1 - y0) > _THIN:
            self.rules.append(self._box((x0, y0, x1, y1)))

    def _box(self, box: Rect) -> Box:
        return Box(box[0], self._height - box[3], box[2], self._height - box[1])

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:
        """Do nothing: forms and pictures paint like the page itself."""

    def end_figure(self, name: str) -> None: ...

    def render_image(self, name: str, stream: PDFStream) -> None:
        """Add a picture's area, which is the unit square in the picture's own coordinates (section 8.9.5).

        An opaque picture as large as the page hides the text painted before it: scanning programs put the text that
        they recognised behind the scan.
        """
        x0, y0, x1, y1 = apply_matrix_rect(cast(Matrix, self.ctm), (0.0, 0.0, 1.0, 1.0))
        a0, b0, a1, b1 = self.crop
        area = max(0.0, min(x1, a1) - max(x0, a0)) * max(0.0, min(y1, b1) - max(y0, b0))
        self._pictured += area
        if area > _WHOLE * (a1 - a0) * (b1 - b0) and not any(stream.get_any(names) for names in _SEEN_THROUGH):
            self.glyphs.clear()
            self._directions.clear()


class _Interpreter(PDFPageInterpreter):
    """An interpreter of a page's operators that also follows clipping; a clipping path counts as its bounding box."""

    device: _Device
    outer: Rect | None = None  # the clip that applies where a form is painted

    def init_state(self, ctm: Matrix) -> None:
        super().init_state(ctm)
        self.graphicstate = _State()
        self.graphicstate.clip = self.outer or self.device.crop

    def dup(self) -> "_Interpreter":
        """Return the interpreter of a form. Raises UnreadableError if a page paints too many (forms can be nested)."""
        self.device.forms += 1
        if self.device.forms > MOST_FORMS:
            raise UnreadableError(
                f"PDF 的一页画了 {MOST_FORMS:,} 个以上的图形（Form）",
                f"a page of the PDF that paints more than {MOST_FORMS:,} forms",
            )
        other = _Interpreter(self.rsrcmgr, self.device)
        other.outer = _clip(self.graphicstate)
        return other

    def do_W(self) -> None:
        """Reduce the clip to the part within the bounding box of the current path (the PDF operator W)."""
        corners = [cast(tuple[float, ...], segment[1:]) for segment in self.curpath]
        xs, ys = ([value for points in corners for value in points[axis::2]] for axis in (0, 1))
        if xs and isinstance(self.graphicstate, _State):
            x0, y0, x1, y1 = self.graphicstate.clip
            a0, b0, a1, b1 = apply_matrix_rect(self.ctm, (min(xs), min(ys), max(xs), max(ys)))
            self.graphicstate.clip = (max(x0, a0), max(y0, b0), min(x1, a1), min(y1, b1))

    do_W_a = do_W


def _clip(state: PDFGraphicState) -> Rect:
    return state.clip if isinstance(state, _State) else (0.0, 0.0, 0.0, 0.0)


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-3 else 1 if value > 0 else -1


def _turned(box: Box, page: Box, turns: int) -> Box:
    """Return where a box of the page is after `turns` quarter turns, clockwise; `page` is the box of the page."""
    for _ in range(turns):
        box, page = (
            Box(page.bottom - each.bottom, each.x0 - page.x0, page.bottom - each.top, each.x1 - page.x0)
            for each in (box, page)
        )
    return box


def _character(text: str) -> str:
    """Return a glyph's text in Unicode's composed form, with radicals replaced by the ideographs they look like."""
    radical = len(text) == 1 and "\u2e80" <= text <= "\u2fdf"
    return unicodedata.normalize("NFKC", text.translate(_RADICALS)) if radical else unicodedata.normalize("NFC", text)
