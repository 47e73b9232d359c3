"""Write text as its file shows it, from runs with the properties that their format gives them.

Each reader finds runs: stretches of text that share their properties. This module alone decides what becomes of them,
so that all formats agree. A raised run is written in superscript characters, as plain text has it: `120.50¹`. What a
reader of the file does not see, or sees crossed out, is left out and counted. Text in the fonts Symbol and Wingdings is
written in the characters that these fonts paint (Adobe Symbol encoding), and as UNREAD if these are no signs of forms.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from jixiao.ingest.formats.rendering import WORDING
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import LeftOut

_RAISED = str.maketrans(WORDING.text("flat"), WORDING.text("raised"))
_MARKS = frozenset(WORDING.text("raised") + WORDING.text("reference_marks"))
_SYMBOLS = {int(code, 16): sign for code, sign in WORDING.meanings("symbols").items()}
_DINGBATS = {
    name.replace("_", " "): {int(code, 16): sign for code, sign in WORDING.meanings(name).items()}
    for name in ("wingdings", "wingdings_2", "wingdings_3", "webdings")
}


class Run(NamedTuple):
    """A stretch of text with the properties that its format gives it.

    `unseen` is text that is hidden, covered, as white as its paper, or on a layer that is off; `symbols` is text in the
    font Symbol; `dingbats` is the name of another font of signs, in small letters.
    """

    text: str
    raised: bool = False
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
    """A writer of runs, which counts the runs that are not shown."""

    struck: int = 0
    unseen: int = 0

    def text(self, runs: Iterable[Run]) -> str:
        """Return the text of a line, paragraph or cell; if all of it is raised, it is written plainly."""
        given = list(runs)
        if all(run[1:] == _PLAIN for run in given):
            return "".join([run.text for run in given])
        seen = list(self._seen(given))
        mixed = any(not run.raised and run.text.strip() for run in seen)
        return "".join(_raised(run.text) if run.raised and mixed else run.text for run in seen)

    @property
    def left_out(self) -> Iterator[LeftOut]:
        """The kinds of text that were left out, with the number of their runs."""
        yield LeftOut("划去的文字", "struck-out texts", self.struck)
        yield LeftOut("看不见的文字", "texts that are not seen", self.unseen)

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


def _raised(text: str) -> str:
    """Return a raised text in superscript characters if it is a mark or a power, otherwise as it is."""
    raised = text.translate(_RAISED)
    return raised if _MARKS.issuperset(raised.strip()) else text


class Backgrounds:
    """The backgrounds of elements: `gives` is true for an element that gives one, `everywhere` if all have one."""

    def __init__(self, gives: Callable[[etree._Element], bool], *, everywhere: bool) -> None:
        self._gives, self._everywhere = gives, everywhere
        self._known: dict[etree._Element, bool] = {}

    def below(self, element: etree._Element | None) -> bool:
        """Return whether an element or one around it gives a background; each element is looked at once."""
        path = []
        while element is not None and element not in self._known:
            path.append(element)
            element = element.getparent()
        found = self._everywhere if element is None else self._known[element]
        for each in reversed(path):
            found = self._known[each] = found or self._gives(each)
        return found
