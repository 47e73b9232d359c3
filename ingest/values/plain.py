"""Remove remains of Word, HTML and LaTeX from printed text. The rendition keeps the text as printed."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_BOOKMARK = re.compile(r"\[bookmark:[^\]]{0,200}\]")
_TAG = re.compile(r"</?(?:p|br|span|div|b|i|u|strong|em|font|sup|sub)\b[^>]{0,200}>", re.IGNORECASE)
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
    """Return the text without bookmarks, HTML tags, LaTeX mark-up and outer blanks; width and brackets stay."""
    text = _TAG.sub("", _BOOKMARK.sub("", text))
    return _MATH.sub(lambda match: _without_latex(match.group(1)), text).strip()


def remains(text: str) -> Iterator[tuple[str, str]]:
    """Yield what `plain` leaves out, each with its kind: a bookmark, a tag, a formula."""
    if "[bookmark:" in text:
        yield from (("bookmark", found.group()) for found in _BOOKMARK.finditer(text))
    if "<" in text:
        yield from (("tag", found.group()) for found in _TAG.finditer(text))
    if "$" in text and "\\" in text:
        yield from (("formula", found.group()) for found in _MATH.finditer(text) if "\\" in found.group())


@lru_cache(maxsize=8192)  # the same cells are compared with labels again and again
def folded(text: str) -> str:
    """Return `plain` text in NFKC without white space, for comparing labels, numbers and targets."""
    return "".join(unicodedata.normalize("NFKC", plain(text)).split())


def _without_latex(text: str) -> str:
    for mark, char in _LATEX.items():
        text = text.replace(mark, char)
    return re.sub(r"\\(?:text|mathrm|mathbf)\{([^}]{0,200})\}", r"\1", text)
