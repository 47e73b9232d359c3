"""Collect what a page of a PDF paints: glyphs, rules and areas (ISO 32000-1).

Text that is clipped away (sections 8.5.4 and 14.11.2), painted invisibly (section 9.3.6) or on a layer that is off
(section 8.11) is stored in the file but cannot be seen, so it is left out. The state of painting has its clip, colours
and transparency (section 8.4).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import NamedTuple, cast

from pdfminer.casting import safe_rect_list
from pdfminer.layout import LTChar
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream
from pdfminer.utils import Matrix, PathSegment, Rect, apply_matrix_pt, apply_matrix_rect

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.colours import Colour
from jixiao.ingest.formats.rendering import WORDING
from jixiao.ingest.readers.pdf.covering import Area, Point
from jixiao.ingest.readers.pdf.objects import Attached, Layers
from jixiao.ingest.recognition import UNREAD, Box, holds

MOST_FORMS = 20_000  # forms painted on a page; each costs about 40 microseconds
_OPAQUE = 0.95  # an alpha constant: paint with more hides what is below it
_UNTOLD = frozenset({"Separation", "DeviceN", "Indexed", "Pattern", "Lab"})  # spaces whose colours are not followed
_THIN = 3.0  # points: a filled rectangle thinner than this is a rule
_BESIDE, _INNER = 0.5, 0.9  # points from the edge of a rule to the marks beside it; of its half, to the marks within it
_SHARES = (0.04, 0.5, 0.96)  # of a rule's length: where its marks are, of which the ends may be in a table's head
_MANY = 10_000  # rules of a page: with each time as many more, a rule has fewer marks, and is not seen without any
_INVISIBLE = (3, 7)  # text rendering modes that paint nothing
_STROKED = {1: (True,), 5: (True,), 2: (False, True), 6: (False, True)}  # text rendering modes that paint outlines
_WHOLE = 0.8  # share of a page's area: a larger picture covers the page and hides text painted before it
# Entries of a picture that make it transparent.
_SEEN_THROUGH = (("SMask",), ("Mask",), ("ImageMask", "IM"), ("SMaskInData",))
_BLACK = (0.0, 0.0, 0.0)
_SLANTED = 6  # degrees: text that leans more is a watermark
_UNSEEN = 0.05  # an alpha constant: paint with less is not seen
_RADICALS = str.maketrans(WORDING.text("radicals"), WORDING.text("ideographs"))
_IDEOGRAPH, _RADICAL = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", r"[\u2e80-\u2fdf]"
_NAMED_TWICE = re.compile(f"{_RADICAL}(?={_IDEOGRAPH})|(?<={_IDEOGRAPH}){_RADICAL}")
_AGAIN = re.compile(rf"({_IDEOGRAPH})\1+")
_EVERYWHERE = 1 << 60  # marks painted before a remark

_Sign = tuple[str, float, float | tuple[float | None, float]]
"""A character, its width, and its displacement, as a font gives them."""


class State(PDFGraphicState):
    """A graphics state of pdfminer with the clip in addition: the area in which paint is visible.

    `exact` is false if the clip is not exactly the rectangle `clip`; `alpha` and `outline` are the opacity (0 to 1) of
    fills and of strokes; `masked` or `blended` paint is mixed with what is below it, as is all paint of a `faint` form.
    `share` is the opacity of the form around the paint; the form that is painted next is `grouped` if it is painted as
    one, in the opacity of the state.
    """

    clip: Rect = (0.0, 0.0, 0.0, 0.0)
    exact = True
    alpha = outline = share = 1.0
    masked = blended = faint = grouped = False

    def copy(self) -> "State":
        """Return an independent copy of the state."""
        other = State()
        other.__dict__.update(self.__dict__)
        return other

    def ink(self, *, stroke: bool) -> tuple[Colour | None, float]:
        """Return the colour and the opacity of strokes or of fills."""
        return (rgb(self.scs, self.scolor), self.outline) if stroke else (rgb(self.ncs, self.ncolor), self.alpha)

    def is_faded(self, alpha: float) -> bool:
        """Return whether paint with the opacity `alpha` is not seen in this state."""
        return self.share * alpha < _UNSEEN

    def opaque(self, alpha: float) -> bool:
        """Return whether paint with the opacity `alpha` hides what is below the paint in this state."""
        return alpha >= _OPAQUE and not (self.masked or self.blended or self.faint)


def rgb(space: PDFColorSpace, colour: object) -> Colour | None:
    """Return a colour as red, green and blue (0 to 1), None if its colour space does not define these (section 8.6)."""
    if space.name in _UNTOLD:
        return None
    parts = colour if isinstance(colour, tuple) else (colour,)
    match parts:
        case (float() | int() as grey,):
            return (grey, grey, grey)
        case (float() | int() as red, float() | int() as green, float() | int() as blue):
            return (red, green, blue)
        case (float() | int() as cyan, float() | int() as magenta, float() | int() as yellow, float() | int() as black):
            return (1 - min(1, cyan + black), 1 - min(1, magenta + black), 1 - min(1, yellow + black))
    return None


def within(box: Rect, clip: Rect) -> Rect:
    """Return the part of a rectangle within a clip; without a common part, its sides are in the wrong order."""
    return (max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3]))


class Look(NamedTuple):
    """The look of a text: the direction in which it runs, in degrees; its size in points; its colour on white paper.

    Directions are counterclockwise. A colour that is not known counts as black.
    """

    angle: int
    size: float
    colour: Colour = _BLACK


UNKNOWN = Look(0, 0.0)


class Glyph(NamedTuple):
    """A character as painted: its text, and its box in points.

    `order` is the number of its mark in painting order, -1 if that is not known; `drop` the share of its height that is
    below the base line; `doubtful` is true if the glyph may be invisible; a `covered` glyph is doubtful, too. `string`
    is the number of the text on its page that an operator painted at once. A `figure` is in the size of most figures of
    its page, and no raised mark.
    """

    text: str
    box: Box
    order: int = -1
    drop: float = 0.0
    doubtful: bool = False
    covered: bool = False
    string: int = 0
    figure: bool = False


class Device(PDFTextDevice):
    """A collector of all visible paint on one page; the paint of a remark covers the page and adds no glyphs.

    Glyphs and rules have marks by which it is decided whether they are seen: `middles` with their `colours`, None where
    a colour is not known. A glyph has one, and `rules` are given with the numbers of theirs.
    `looks` are the looks of texts, by their numbers, and `cut` the numbers of texts of which a part is clipped away;
    `unseen` counts texts on layers that are off, `remarks` annotations with text; `attached` are the files of
    annotations, `strikes` the boxes of texts that annotations strike out; `bounds` are the bounds of the form that is
    painted next, and `state` is the graphics state in which a picture is painted, which pdfminer does not hand on.
    """

    ctm: Matrix

    def __init__(self, resources: PDFResourceManager, layers: Layers) -> None:
        super().__init__(resources)
        self.layers = layers
        self._known: dict[PDFFont, dict[int, _Sign]] = {}  # the signs of each font, by their numbers in it
        self.glyphs: list[Glyph] = []
        self.middles: list[Point] = []
        self.colours: list[Colour | None] = []
        self.areas: list[Area] = []
        self.rules: list[tuple[Box, range]] = []
        self.cut: set[int] = set()
        self.looks: list[Look] = []
        self.pictured = 0.0
        self.outlined = 0
        self._forms = 0
        self.unseen = self.remarks = 0
        self.attached: list[Attached] = []
        self.strikes: list[Rect] = []
        self._is_off = self._is_remark = False
        self.state = State()
        self.bounds: Rect | None = None

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Note the height and the crop box of the page, and the matrix that sets the page upright."""
        _, bottom, _, top = apply_matrix_rect(ctm, page.mediabox)
        self._height = top - bottom
        self.upright = ctm
        self.crop: Rect = apply_matrix_rect(ctm, page.cropbox)

    def begin_form(self) -> None:
        """Count a form that the page paints. Raises UnreadableError if there are too many (forms can be nested)."""
        self._forms += 1
        if self._forms > MOST_FORMS:
            raise UnreadableError(
                f"PDF 的一页画了 {MOST_FORMS:,} 个以上的图形（Form）",
                f"a page of the PDF that paints more than {MOST_FORMS:,} forms",
            )

    def begin_content(self, layer: object = None) -> bool:
        """Begin content of a layer, which is not seen if the layer is off; return the argument for `end_content`."""
        was_off = self._is_off
        self._is_off = was_off or self.layers.hides(layer)
        return was_off

    def end_content(self, was_off: bool) -> None:
        """End content; `was_off` is what `begin_content` returned for it."""
        self._is_off = was_off

    @contextmanager
    def remark(self, *, has_text: bool) -> Iterator[None]:
        """Return a context in which all paint counts as that of a remark (an annotation, which lies over the page).

        `has_text` is true if the remark has text; remarks with text are counted.
        """
        self.remarks += has_text
        self._is_remark = True
        try:
            yield
        finally:
            self._is_remark = False

    def render_string(
        self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState
    ) -> None:
        """Add the visible glyphs of a text, in the colour and opacity of the graphics state.

        Texts on layers that are off are counted in `unseen`.
        """
        state = cast(State, graphicstate)
        inks = [state.ink(stroke=stroke) for stroke in _STROKED.get(textstate.render, (False,))]
        alpha = max(density for _, density in inks)
        colour = inks[0][0]
        self._colour = colour if colour == inks[-1][0] and not getattr(textstate.font, "coloured", False) else None
        (right, up, *_), (a, b, c, d, *_) = textstate.matrix, self.ctm
        step = right * a + up * c, right * b + up * d
        look, slanted = _look(step, textstate.fontsize, self._colour or _BLACK, state.share * alpha)
        self.looks.append(look)
        self._invisible = textstate.render in _INVISIBLE or state.is_faded(alpha) or slanted
        self._shown = False
        self._signs = self._known.setdefault(cast(PDFFont, textstate.font), {})
        super().render_string(textstate, seq, ncs, graphicstate)
        self.unseen += self._shown and self._is_off

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
        """Add a glyph, if it is seen; return its advance, the distance to the next glyph."""
        text, width, shift = self._signs.get(cid) or self._sign_of(font, cid)
        char = LTChar(matrix, font, fontsize, scaling, rise, text, width, shift, ncs, graphicstate)
        if not self._invisible:
            if holds(cast(State, graphicstate).clip, char.bbox):
                self._glyph(text, char.bbox, -font.get_descent())
            elif text.strip():
                self.cut.add(len(self.looks) - 1)
        return char.adv

    def _sign_of(self, font: PDFFont, cid: int) -> _Sign:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNREAD
        return self._signs.setdefault(cid, (_character(text), font.char_width(cid), font.char_disp(cid)))

    def _glyph(self, text: str, bbox: Rect, drop: float) -> None:
        if self._is_off:
            self._shown = self._shown or bool(text.strip())
        elif self._is_remark:
            self.areas.append(Area((), bbox, _EVERYWHERE, None, opaque=True, sure=False))
        else:
            self.glyphs.append(Glyph(text, self.box(bbox), len(self.middles), drop, string=len(self.looks) - 1))
            self.middles.append(((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2))
            self.colours.append(self._colour)

    def write(self, text: str, bbox: Rect) -> None:
        """Add the text of a form field, which no operator paints, as a glyph in a box of the page."""
        self._colour = None
        if holds(self.crop, bbox):
            self.looks.append(UNKNOWN)
            self._glyph(text, bbox, 0.0)

    def paint_path(
        self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Add the horizontal and vertical lines of a path to the rules, and filled rectangles as thin as a line.

        Larger parts that are filled become an area.
        """
        if self._is_off:
            return
        state = cast(State, graphicstate)
        filled: list[list[Point]] = []
        lines: list[Rect] = []
        for points, curved in self._outlines(path):
            box = bounds(points)
            if not _is_thin(box):
                filled.append(points)
            if not curved:
                lines += [box] if _is_thin(box) else map(bounds, pairwise(points if stroke else ()))
        if fill and filled:
            box = bounds([point for outline in filled for point in outline])
            self._area(box, state, *state.ink(stroke=False), filled, evenodd)
        for line in lines:  # which lie on the areas of the same path
            self._rule(line, state, stroke=stroke)

    def _outlines(self, path: Sequence[PathSegment]) -> Iterator[tuple[list[Point], bool]]:
        """Yield the corner points of each part of a path, and whether it has curves; parts with curves are counted."""
        points: list[Point] = []
        curved = False
        for segment in [*path, ("m", 0.0, 0.0)]:
            if segment[0] == "m":
                self.outlined += curved and not self._is_remark
                if len(points) > 1:
                    yield points, curved
                points, curved = [], False
            if segment[0] == "h":
                points.extend(points[:1])
            else:
                curved = curved or segment[0] not in "ml"
                points.append(apply_matrix_pt(self.ctm, cast(Point, segment[-2:])))

    def _rule(self, box: Rect, state: State, *, stroke: bool) -> None:
        """Add a straight line with marks at its edges and on both sides, and the area of a thick stroke."""
        colour, alpha = state.ink(stroke=stroke)
        half = state.linewidth / 2
        beside, inner = half + _BESIDE, half * _INNER
        x0, y0, x1, y1 = within(box, state.clip)
        if min(x1 - x0, y1 - y0) < -beside or not _is_thin(box) or self._is_remark or state.is_faded(alpha):
            return
        if x1 - x0 >= y1 - y0:
            y0 = y1 = (box[1] + box[3]) / 2
            band = (x0, y0 - half, x1, y0 + half)
        else:
            x0 = x1 = (box[0] + box[2]) / 2
            band = (x0 - half, y0, x0 + half, y1)
        if stroke and state.linewidth >= _THIN:
            self._area(band, state, colour, alpha)
        if max(x1 - x0, y1 - y0) > _THIN:
            marks = [
                (x0 + (x1 - x0) * share + aside, y0 + (y1 - y0) * share + aside)
                for share in _SHARES[len(self.rules) // _MANY :]
                for aside in (-beside, -inner, inner, beside)
            ]
            first = len(self.middles)
            self.middles += marks
            self.colours += [colour] * len(marks)
            self.rules.append((self.box((x0, y0, x1, y1)), range(first, len(self.middles))))

    def _area(  # noqa: PLR0913, PLR0917 - what is painted, and how
        self,
        around: Rect,
        state: State,
        colour: Colour | None,
        alpha: float,
        outlines: Sequence[Sequence[Point]] = (),
        evenodd: bool = False,
    ) -> None:
        """Add an area that is painted, as far as it is within the clip."""
        box = within(around, state.clip)
        if box[0] < box[2] and box[1] < box[3] and not state.is_faded(alpha):
            opaque = state.opaque(alpha)
            sure = state.exact and not self._is_remark and state.ncs.name != "Pattern"  # which may have gaps
            after = _EVERYWHERE if self._is_remark else len(self.middles)
            self.areas.append(Area(outlines, box, after, colour if opaque and sure else None, opaque, sure, evenodd))

    def shade(self, state: State) -> None:
        """Add the clip as an area painted with a shading; the area is not `sure`, since parts of it may stay blank."""
        if not self._is_off:
            uneven = state.copy()
            uneven.exact = False
            self._area(state.clip, uneven, None, state.alpha)

    def box(self, box: Rect) -> Box:
        """Return a box of the page measured from the page's top instead of its bottom."""
        return Box(box[0], self._height - box[3], box[2], self._height - box[1])

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:
        """Note the bounds of a form; forms and pictures paint like the page itself."""
        self.bounds = safe_rect_list(bbox)

    def render_image(self, name: str, stream: PDFStream) -> None:
        """Add a picture's area, which is the unit square in the picture's own coordinates (section 8.9.5).

        An opaque picture as large as the page hides the text painted before it: scanning programs put the text that
        they recognised after the scan.
        """
        if self._is_off:
            return
        corners = [apply_matrix_pt(self.ctm, corner) for corner in ((0, 0), (1, 0), (1, 1), (0, 1))]
        a0, b0, a1, b1 = self.crop
        x0, y0, x1, y1 = within(bounds(corners), self.crop)
        area = max(0.0, x1 - x0) * max(0.0, y1 - y0)
        opaque = self.state.opaque(self.state.alpha) and not any(stream.get_any(names) for names in _SEEN_THROUGH)
        if not self._is_remark:
            self.pictured += area
            if area > _WHOLE * (a1 - a0) * (b1 - b0) and opaque:
                for painted in (self.glyphs, self.middles, self.colours, self.areas, self.rules):
                    painted.clear()
        self._area(bounds(corners), self.state, None, self.state.alpha if opaque else _UNSEEN, [corners])


def bounds(points: Sequence[Point]) -> Rect:
    """Return the bounding box of points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _is_thin(box: Rect) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) < _THIN


@lru_cache(maxsize=1024)
def _look(step: Point, size: float, colour: Colour, alpha: float) -> tuple[Look, bool]:
    """Return the look of a text, and whether it is slanted; `step` is where one unit along its line leads to."""
    angle = round(degrees(atan2(step[1] * size, step[0] * size))) % 360
    red, green, blue = (1 - alpha * (1 - part) for part in colour)
    look = Look(angle, round(hypot(*step) * abs(size), 1), (red, green, blue))
    return look, abs((angle + 45) % 90 - 45) > _SLANTED


@lru_cache(maxsize=4096)
def _character(text: str) -> str:
    """Return a glyph's text in Unicode's composed form, with radicals replaced by the ideographs they look like.

    Some fonts give both the radical and its ideograph for one glyph, which is the ideograph once.
    """
    named = _NAMED_TWICE.sub("", text).translate(_RADICALS)
    return _AGAIN.sub(r"\1", unicodedata.normalize("NFKC" if re.search(_RADICAL, named) else "NFC", named))
