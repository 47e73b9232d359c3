"""Keep the state in which a PDF paints: its clip, its colours and its transparency (ISO 32000-1, section 8.4)."""

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfinterp import PDFGraphicState
from pdfminer.utils import Rect

from jixiao.ingest.readers.pdf.covering import Colour

_OPAQUE = 0.95  # an alpha constant: paint with more hides what is below it
_UNTOLD = frozenset({"Separation", "DeviceN", "Indexed", "Pattern", "Lab"})  # spaces whose colours are not followed


class State(PDFGraphicState):
    """A graphics state of pdfminer with the clip in addition: the area in which paint is visible.

    `exact` is false if the clip is not the rectangle that it is taken for; `alpha` and `outline` are the constants of
    fills and of strokes; `masked` or `blended` paint is mixed with what is below it, as is all paint of a `faint`
    form; fills are `tiled` if their pattern may have gaps.
    """

    clip: Rect = (0.0, 0.0, 0.0, 0.0)
    exact = True
    alpha = outline = 1.0
    masked = blended = faint = tiled = False

    def copy(self) -> "State":
        """Return a state of its own."""
        other = State()
        other.__dict__.update(self.__dict__)
        return other

    def opaque(self, alpha: float) -> bool:
        """Return whether paint of a constant alpha hides what is below it."""
        return alpha >= _OPAQUE and not (self.masked or self.blended or self.faint)


def rgb(space: PDFColorSpace, colour: object) -> Colour | None:
    """Return a colour as red, green and blue (0 to 1), None if its space does not tell them (section 8.6)."""
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
    """Return the part of a rectangle that is within a clip, whose sides are in the wrong order if there is none."""
    return (max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3]))
