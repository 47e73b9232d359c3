"""Names become identities: a printed name goes in, its key, its short hash or its IRI comes out.

Apart because every step must agree on it: whatever is called by one name (design, section 3, "Identity") has one IRI,
and nothing else ever makes two things one.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jixiao.ontology.errors import BaseIriMalformedError, HashMalformedError, NamelessError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jixiao.ontology.numbers import DocumentNumber

DEFAULT_BASE = "http://localhost:8000/"
"""The base of the IRIs of a store that was made without one."""

_TITLE_MARKS = frozenset("《》〈〉<>「」『』“”‘’\"'")
_BRACKETS = str.maketrans("〔〕【】[]", "()()()")
_MINUS = "\u2212"  # the minus sign is a dash to a reader, but no Pd to Unicode
_BODY_SCOPE = re.compile(r"[(〔【\[](?:本级|汇总)[)〕】\]]$")
# White space beside these is layout: Han, kana and full-width signs (by width, below), and brackets and quotes.
_CLOSE_SET = frozenset("()[]〔〕【】《》〈〉「」『』“”‘’·…—")
_PARTS = frozenset("igcbksnftm")
_SHA16 = re.compile(r"[0-9a-f]{16,64}")


def key(text: str) -> str:
    """Give the form by which names are compared: the same for every way to print one name.

    NFKC; white space, control characters and title marks dropped; dashes, brackets and letter case made one.
    Running it again changes nothing.
    """
    return _settled(_key_once, text)


def h13(text: str) -> str:
    """Give the first 13 characters of the lower-case base32 of the SHA-256 of the text's key."""
    digest = hashlib.sha256(key(text).encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:13]


def label(text: str) -> str:
    """Give a name as it is shown: NFKC, without the white space that only lays it out.

    White space beside a CJK character, a bracket or a quotation mark goes; between other words one blank stays;
    control and format characters go.
    """
    return _settled(_label_once, text)


def title(text: str) -> str:
    """Give a document's title as it is shown: as printed, without the white space that only lays it out."""
    return _settled(_without_layout, text)


def plain_body(name: str) -> str:
    """Give a body's name (as a label) without a trailing （本级） or （汇总）, in whatever brackets."""
    plain = label(name)
    while (shorter := _BODY_SCOPE.sub("", plain)) not in (plain, ""):
        plain = shorter
    return plain


def _settled(step: Callable[[str], str], text: str) -> str:
    # Dropping a character can bring two together that Unicode composes, so one pass is not always the last.
    while (after := step(text)) != text:
        text = after
    return text


def _key_once(text: str) -> str:
    kept = (
        "-" if unicodedata.category(c) == "Pd" or c == _MINUS else c
        for c in unicodedata.normalize("NFKC", text)
        if c not in _TITLE_MARKS and unicodedata.category(c)[0] not in "ZC"
    )
    return "".join(kept).translate(_BRACKETS).casefold()


def _label_once(text: str) -> str:
    # Twice: NFKC makes `，` and `（` ASCII, after which their white space no longer looks like layout.
    return _without_layout(unicodedata.normalize("NFKC", _without_layout(text)))


def _without_layout(text: str) -> str:
    blanked = "".join(
        " " if c.isspace() or unicodedata.category(c)[0] == "Z" else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    words = blanked.split()
    shown = words[:1]
    for before, word in pairwise(words):
        if not (_closes_up(before[-1]) or _closes_up(word[0])):
            shown.append(" ")
        shown.append(word)
    return "".join(shown)


def _closes_up(char: str) -> bool:
    return char in _CLOSE_SET or unicodedata.east_asian_width(char) in ("W", "F")


@dataclass(frozen=True)
class Iris:
    """The IRIs of one store: every method takes what a thing is called and gives its IRI, all ASCII, below `base`.

    Raises BaseIriMalformedError for a base that is no absolute http(s) IRI; the methods raise NamelessError for a name
    with nothing in it and HashMalformedError for a hash that is none.
    """

    base: str

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.base)
        except ValueError as error:
            raise BaseIriMalformedError(f"不是可用的基准 IRI / not a usable base IRI: {self.base!r}") from error
        sound = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
        if not sound or not re.fullmatch(r"[!$&-;=@-Z_a-z~%\[\]]+", self.base):
            raise BaseIriMalformedError(f"不是可用的基准 IRI / not a usable base IRI: {self.base!r}")
        if not self.base.endswith("/"):
            object.__setattr__(self, "base", self.base + "/")

    def org(self, name: str) -> str:
        """Name a department; a name with （本级） is another body than the plain one."""
        return f"{self.base}id/org/{_named(name)}"

    def filing(self, body: str | None, year: int | None, *, sha256: str | None = None) -> str:
        """Name one body's filings of one fiscal year; where no body is known, the source stands for it."""
        return f"{self.base}id/filing/{_owner(body, sha256)}/{year or 0}"

    def project(
        self, body: str | None, year: int | None, name: str, repeat: int = 1, *, sha256: str | None = None
    ) -> str:
        """Name a project; `repeat` counts the projects of that name within the filing, from 1, in their order."""
        suffix = f"-{repeat}" if repeat > 1 else ""
        return f"{self.base}id/project/{_owner(body, sha256)}/{year or 0}/{_named(name)}{suffix}"

    def series(self, body: str | None, name: str, *, sha256: str | None = None) -> str:
        """Name the project over the years."""
        return f"{self.base}id/series/{_owner(body, sha256)}/{_named(name)}"

    def part(self, project_iri: str, letter: str, n: int) -> str:
        """Name a project's n-th part: i indicator, g goal, c citation, b stated basis, k cost item, s section,
        n inference, f stated figure, t cost subtotal, m calculation."""
        if letter not in _PARTS or n < 1:
            raise NamelessError(f"没有这样的部分 / no such part of a project: {letter}{n}")
        return f"{project_iri}#{letter}{n}"

    def basis(self, number: DocumentNumber | None, title: str | None) -> str:
        """Name a legal basis by its number; an order by number and title, as their serials restart; else by title."""
        if number is None:
            return f"{self.base}id/basis/t-{_named(title or '')}"
        if number.year is not None:
            return f"{self.base}id/basis/{_named(number.code)}-{number.year}-{number.serial}"
        order = f"{self.base}id/basis/{_named(number.code)}-o{number.serial}"
        return f"{order}-{_named(title)}" if title and key(title) else order

    def source(self, sha256: str) -> str:
        """Name a file as received."""
        return f"{self.base}id/source/{_sha16(sha256)}"

    def source_graph(self, sha256: str) -> str:
        """Name the graph of what a source says."""
        return f"{self.base}graph/source/{_sha16(sha256)}"

    def report_graph(self, sha256: str) -> str:
        """Name the graph of what the validation of a source found."""
        return f"{self.base}graph/report/{_sha16(sha256)}"

    def decision(self, number: int) -> str:
        """Name a steward's decision."""
        return f"{self.base}id/decision/{number}"

    @property
    def vocabulary_graph(self) -> str:
        """Name the graph of the ontology and its schemes."""
        return f"{self.base}graph/vocabulary"

    @property
    def registry_graph(self) -> str:
        """Name the graph of a steward's decisions."""
        return f"{self.base}graph/registry"


def _owner(body: str | None, sha256: str | None) -> str:
    if body is not None and key(body):
        return _named(plain_body(body))
    return f"s-{_sha16(sha256 or '')}"


def _named(name: str) -> str:
    if not key(name):
        raise NamelessError(f"名称为空，无法标识 / a name without a character cannot be identified: {name!r}")
    return h13(name)


def _sha16(sha256: str) -> str:
    if not _SHA16.fullmatch(sha256):
        raise HashMalformedError(f"不是 SHA-256 摘要 / not the hexadecimal digits of a SHA-256: {sha256!r}")
    return sha256[:16]
