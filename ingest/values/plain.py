"""Remove mark-up of Word, HTML and LaTeX that was left in the text of a cell, such as `&nbsp;` or `<br>`."""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_BOOKMARK = re.compile(r"\[bookmark:[^\]]{0,200}\]")
_TAG = re.compile(r"</?(?:p|br|span|div|b|i|u|strong|em|font|sup|sub)\b[^>]{0,200}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5});")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARKED = re.compile(r"[<&$\[\u00ad\u200b-\u200f\u2060\ufeff]")  # first characters of mark-up
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
    """Return the text without bookmarks, HTML tags, LaTeX mark-up, characters of no width and outer blanks.

    HTML entities become their characters; full-width characters and brackets are kept.
    """
    if not _MARKED.search(text):
        return text.strip()
    text = _UNSEEN.sub("", _TAG.sub("", _BOOKMARK.sub("", text)))
    text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    return _MATH.sub(lambda match: _without_latex(match.group(1)), text).strip()


def remains(text: str) -> Iterator[tuple[str, str]]:
    """Yield the mark-up in a text that `plain` removes, as pairs of kind and mark-up.

    The kinds are bookmark, tag, entity, unseen (a character of no width, given as U+200B) and formula.
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


@lru_cache(maxsize=8192)  # the same cells are often compared with labels
def folded(text: str) -> str:
    """Return `plain` text in NFKC without white space, for comparing labels, numbers and targets."""
    return "".join(unicodedata.normalize("NFKC", plain(text)).split())


def _without_latex(text: str) -> str:
    for mark, char in _LATEX.items():
        text = text.replace(mark, char)
    return re.sub(r"\\(?:text|mathrm|mathbf)\{([^}]{0,200})\}", r"\1", text)
