"""Follow the operators of a page of a PDF, with its fonts, layers, clips and transparency (ISO 32000-1)."""

import re
from collections.abc import Iterator
from typing import Any, cast

from pdfminer.cmapdb import CMap
from pdfminer.pdffont import PDFCIDFont, PDFFont, PDFSimpleFont, PDFType3Font
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager, PDFStackT
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import Matrix, apply_matrix_rect

from jixiao.ingest.formats.rendering import symbol
from jixiao.ingest.readers.pdf.covering import Point
from jixiao.ingest.readers.pdf.objects import entries, name as plain_name
from jixiao.ingest.readers.pdf.painting import Device, State, bounds, within

# Names of the font Symbol, whose own encoding pdfminer does not know.
_SYMBOL = re.compile(r"(?:[A-Z]{6}\+)?Symbol(?:MT|PS|Std)?(?:[,-].*)?")
# The beginning of a glyph in a Type 3 font that has no colour of its own (section 9.6.4).
_UNCOLOURED = re.compile(rb"\s*(?:[-+.\d]+\s+){6}d1\b")
_PLAIN = frozenset({"Normal", "Compatible"})  # blend modes that mix nothing
_BLACK: dict[int, Any] = {
    3: (0.0, 0.0, 0.0),
    4: (0.0, 0.0, 0.0, 1.0),
}  # the first colour of spaces, by their number of parts


class _Codes(CMap):
    """The codes of a font's text; a code that the font does not define stands for its glyph 0 (section 9.7.6.3).

    pdfminer drops such a code, so that a sign before a figure may be lost.
    """

    def __init__(self, codes: dict[int, object]) -> None:
        super().__init__()
        self.code2cid = codes
        self._in_pairs = all(isinstance(then, dict) for then in codes.values())

    def decode(self, code: bytes) -> Iterator[int]:
        """Yield the number of the glyph for each code in a text."""
        rest = iter(code)
        for first in rest:
            found = self.code2cid.get(first)
            if found is None and self._in_pairs:
                next(rest, None)
            while isinstance(found, dict):
                found = found.get(next(rest, None))
            yield found if isinstance(found, int) else 0


class Resources(PDFResourceManager):
    """The fonts of a document; a font named Symbol has Symbol's encoding unless it declares another one.

    A font of Type 3 is `coloured` if a glyph of it may have colours of its own.
    """

    def get_font(self, objid: object, spec: Any) -> PDFFont:
        """Return a font of the document; `spec` is its dictionary."""
        font = super().get_font(objid, spec)
        if isinstance(font, PDFType3Font):
            signs = [resolve1(sign) for sign in entries(spec.get("CharProcs")).values()]
            plain = (isinstance(sign, PDFStream) and _UNCOLOURED.match(sign.get_data()) for sign in signs)
            vars(font)["coloured"] = not all(plain)
        if isinstance(font, PDFCIDFont) and isinstance(font.cmap, CMap):
            font.cmap = _Codes(font.cmap.code2cid)
        if isinstance(font, (PDFSimpleFont, PDFCIDFont)) and _SYMBOL.fullmatch(str(getattr(font, "basefont", ""))):
            known = getattr(font.unicode_map, "cid2unichr", None)
            own = isinstance(resolve1(spec.get("Encoding")), dict) or "FontFile" in font.descriptor
            if isinstance(known, dict):
                known.update({code: symbol(text) for code, text in known.items() if "\uf000" <= text <= "\uf0ff"})
            elif isinstance(font, PDFSimpleFont) and not own:
                font.cid2unicode = {code: symbol(chr(code)) for code in range(256)}
        return font


class Interpreter(PDFPageInterpreter):
    """An interpreter of a page's operators that also follows clipping, transparency and layers.

    A clipping path counts as its bounding box.
    """

    device: Device
    outer: State | None = None  # the state in which a form is painted
    graphicstate: State

    def init_state(self, ctm: Matrix) -> None:
        """Set the graphics state of a new page or form; a form takes the state around it, clipped to its bounds."""
        super().init_state(ctm)
        self._tags: list[bool] = []  # what ends each marked content that is open
        if self.outer:
            self.graphicstate = self.outer.copy()
            self.graphicstate.faint = not self.outer.opaque(self.outer.alpha)
            if self.outer.grouped:
                self.graphicstate.share *= self.outer.alpha
                self.graphicstate.alpha = self.graphicstate.outline = 1.0
            if self.device.bounds:
                self.graphicstate.clip = within(apply_matrix_rect(ctm, self.device.bounds), self.outer.clip)
        else:
            self.graphicstate = State()
            self.graphicstate.clip = self.device.crop

    def dup(self) -> "Interpreter":
        """Return an interpreter for a form within the page. Raises UnreadableError if the page has too many forms."""
        self.device.begin_form()
        other = Interpreter(self.rsrcmgr, self.device)
        other.outer = self.graphicstate
        return other

    def do_Do(self, xobjid_arg: PDFStackT) -> None:
        """Paint a form or a picture, unless its layer is off (the PDF operator Do)."""
        stream = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        was_off = self.device.begin_content(stream.get("OC") if isinstance(stream, PDFStream) else None)
        self.device.state = self.graphicstate
        self.graphicstate.grouped = "Group" in entries(stream)
        super().do_Do(xobjid_arg)
        self.device.end_content(was_off)

    def do_EI(self, obj: PDFStackT) -> None:
        """Paint a picture that is written in the page's own stream (the PDF operator EI)."""
        self.device.state = self.graphicstate
        super().do_EI(obj)

    def do_BMC(self, tag: PDFStackT) -> None:
        """Begin marked content, which belongs to no layer (the PDF operator BMC)."""
        self._tags.append(self.device.begin_content())

    def do_BDC(self, tag: PDFStackT, props: PDFStackT) -> None:
        """Begin marked content, which may belong to a layer (the PDF operator BDC)."""
        content = None
        if literal_name(tag) == "OC":
            content = entries(entries(self.resources).get("Properties")).get(literal_name(props))
        self._tags.append(self.device.begin_content(content))

    def do_EMC(self) -> None:
        """End marked content (the PDF operator EMC)."""
        if self._tags:
            self.device.end_content(self._tags.pop())

    def do_gs(self, name: PDFStackT) -> None:
        """Set transparency (the PDF operator gs)."""
        given = entries(entries(entries(self.resources).get("ExtGState")).get(literal_name(name)))
        state = self.graphicstate
        alpha, outline = resolve1(given.get("ca")), resolve1(given.get("CA"))
        state.alpha = alpha if isinstance(alpha, (int, float)) else state.alpha
        state.outline = outline if isinstance(outline, (int, float)) else state.outline
        if "SMask" in given:
            state.masked = bool(entries(given["SMask"]))
        if "BM" in given:
            mode = resolve1(given["BM"])
            state.blended = plain_name(mode[0] if isinstance(mode, list) and mode else mode) not in _PLAIN

    def do_cs(self, name: PDFStackT) -> None:
        """Set the colour space of fills, and the colour to the space's initial colour (the PDF operator cs)."""
        super().do_cs(name)
        self.graphicstate.ncolor = _BLACK.get(self.graphicstate.ncs.ncomponents, 0.0)

    def do_F(self) -> None:
        """Fill the path (the PDF operator F, an older name of f)."""
        self.do_f()

    def do_sh(self, name: object) -> None:
        """Paint the area within the clip with a shading, whose colours may leave parts blank (the PDF operator sh)."""
        self.device.shade(self.graphicstate)

    def do_W(self) -> None:
        """Reduce the clip to the part within the bounding box of the current path (the PDF operator W)."""
        points = [cast(Point, segment[-2:]) for segment in self.curpath if segment[0] != "h"]
        if points:
            xs, ys = zip(*points, strict=True)
            box = apply_matrix_rect(self.ctm, bounds(points))
            rectangle = len(self.curpath) <= 6 and len(set(xs)) == len(set(ys)) == 2 and not self.ctm[0] * self.ctm[1]
            self.graphicstate.clip = within(box, self.graphicstate.clip)
            self.graphicstate.exact = self.graphicstate.exact and rectangle

    do_W_a = do_W
