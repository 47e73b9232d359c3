"""Remove mark-up of Word, HTML and LaTeX that was left in the text of a cell, such as `&nbsp;` or `<br>`."""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from jixiao.ontology import numerals
from jixiao.ontology.text.spreadsheets import without_guard
from jixiao.ontology.text.wording import Wording

CHARACTERS = Wording("jixiao.ingest.values", "characters.toml")
_PRINTING = Wording("jixiao.ingest.formats", "printing.toml")
_RAISED = str.maketrans(_PRINTING.text("flat"), _PRINTING.text("raised"))
MARKS = "".join(CHARACTERS.text(name) for name in ("circled", "raised", "lowered", "others")) + "\u202e"
"""A class of the characters of which NFKC would make figures, and of U+202E, which turns figures round."""
_SINGLE, _POWERS = CHARACTERS.meanings("single"), CHARACTERS.meanings("powers")
_SIGNS = str.maketrans(_SINGLE)
_POWER = CHARACTERS.pattern("power")
_IS_MARK, _KEPT = re.compile(f"[{MARKS}]"), re.compile(f"([{MARKS}{''.join(_SINGLE)}]+)")
_NUMBERING = re.compile(rf"[{CHARACTERS.text('circled')}]\s*(?=[^\W\d{MARKS}])")
_HAN_YEAR, _ZEROS = CHARACTERS.pattern("year"), str.maketrans("◯o", "〇〇")
_BOOKMARK = re.compile(r"\[bookmark:[^\]]{0,200}\]")
_TAG = re.compile(r"</?(?:p|br|span|div|b|i|u|strong|em|font|sup|sub)\b[^>]{0,200}>", re.IGNORECASE)
_LOWERED = str.maketrans(_PRINTING.text("flat"), _PRINTING.text("lowered"))
_RAISED_TAG = re.compile(r"<sup\b[^<>]{0,200}>([^<]{1,12})</sup>", re.IGNORECASE)
_LOWERED_TAG = re.compile(r"(?<=[\d%])<sub\b[^<>]{0,200}>([^<]{1,12})</sub>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5});")
# Characters of no width, except for U+202E, which turns the order of figures round.
_NO_WIDTH = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202d\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_UNSEEN = re.compile(f"[{_NO_WIDTH}]")
_MARKED = re.compile(rf"[<&$\[{_NO_WIDTH}]|^\s*[='＝]")  # first characters of mark-up
_MATH = re.compile(r"\$([^$\n]*)\$")
_LATEX = {
    r"\geqslant": "≥",
    r"\leqslant": "≤",
    r"\geq": "≥",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\le": "≤",
    r"\times": "×",
    r"\approx": "≈",
    r"\sim": "~",
    r"\pm": "±",
    r"\%": "%",
    r"\ ": " ",
    r"\,": " ",
}


def plain(text: str) -> str:
    """Return a text without left-over mark-up: bookmarks, tags, LaTeX, zero-width characters, and outer spaces.

    Figures in <sup>, and in <sub> behind a figure, become superscript and subscript characters, and HTML entities their
    characters; full-width characters and brackets are kept. The apostrophe by which people mark a text in a spreadsheet
    is removed, too.
    """
    if not _MARKED.search(text):
        return text.strip()
    text = _RAISED_TAG.sub(lambda match: match.group(1).translate(_RAISED), text)
    text = _LOWERED_TAG.sub(lambda match: match.group(1).translate(_LOWERED), text)
    text = _UNSEEN.sub("", _TAG.sub("", _BOOKMARK.sub("", text)))
    text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    return without_guard(_MATH.sub(lambda match: _without_latex(match.group(1)), text).strip())


def remains(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of mark-up in a text that `plain` removes, as pairs of kind and piece.

    The kinds are bookmark, tag, entity, unseen (a character of no width, given by its code as in U+200B) and formula.
    """
    if "[bookmark:" in text:
        yield from (("bookmark", found.group()) for found in _BOOKMARK.finditer(text))
    if "<" in text:
        yield from (("tag", found.group()) for found in _TAG.finditer(text))
    if "&" in text:
        entities = (found.group() for found in _ENTITY.finditer(text))
        yield from (("entity", each) for each in entities if html.unescape(each) != each)
    yield from (("unseen", f"U+{ord(found.group()):04X}") for found in _UNSEEN.finditer(text.lstrip("\ufeff")))
    if "$" in text and "\\" in text:
        yield from (("formula", found.group()) for found in _MATH.finditer(text) if "\\" in found.group())


def narrow(char: str) -> str:
    """Return a character in its NFKC form if that is one character; other characters and footnote marks unchanged."""
    even = unicodedata.normalize("NFKC", char)
    return char if len(even) != 1 or _IS_MARK.match(char) else even


@lru_cache(maxsize=8192)  # the same cells are often compared with labels
def folded(text: str) -> str:
    """Return `plain` text in NFKC without white space, for comparing labels, numbers and targets.

    Footnote marks, such as ① and ¹, stay as they are, unless they number the text; years are in Arabic figures.
    """
    text = plain(text)
    even = _with_marks(text) if _KEPT.search(text) else unicodedata.normalize("NFKC", text)
    text = "".join(even.split())
    return _HAN_YEAR.sub(_year, text)


def unnumbered(text: str) -> str:
    """Return `plain` text without its leading number: a circled, bracketed or dotted figure before the words."""
    text = plain(text)
    number = _NUMBERING.match(text)
    return text[number.end() :] if number else text


def _with_marks(text: str) -> str:
    """Return a text in NFKC, except for its footnote marks.

    Units of one character and units with powers become one word.
    """
    text = _POWER.sub(lambda match: _POWERS[match.group()], text).translate(_SIGNS)
    number = _NUMBERING.match(text)
    first = unicodedata.normalize("NFKC", number.group()) if number else ""
    parts = _KEPT.split(text[number.end() if number else 0 :])
    return first + "".join(part if n % 2 else unicodedata.normalize("NFKC", part) for n, part in enumerate(parts))


def _year(match: re.Match[str]) -> str:
    return str(numerals.year(match.group().translate(_ZEROS)) or match.group())


def _without_latex(text: str) -> str:
    for mark, char in _LATEX.items():
        text = text.replace(mark, char)
    return re.sub(r"\\(?:text|mathrm|mathbf)\{([^}]{0,200})\}", r"\1", text)
