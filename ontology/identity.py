"""Keys, hashes and IRIs that identify things by their printed names (docs/design.md, "Identity").

Reading, storing and serving share this module: things with equal names get one IRI, things with other names another.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partialmethod
from itertools import pairwise
from typing import Literal
from urllib.parse import urlsplit

from jixiao.ontology import errors, properties, terms
from jixiao.ontology.text.folding import Characters

DEFAULT_BASE = "http://localhost:8000/"
"""Base of the IRIs in a store that was made without one."""

COLLECTIONS: Mapping[str, str] = {
    "org": terms.Department,
    "place": terms.Place,
    "filing": terms.Filing,
    "project": terms.Project,
    "evaluation": terms.Evaluation,
    "series": terms.ProjectSeries,
    "basis": terms.LegalBasis,
    "source": terms.SourceDocument,
}
"""Kinds of things that have an IRI of their own, by its first segment below `id/`, with their class."""

_TITLE_MARKS = frozenset("《》〈〉<>「」『』“”‘’\"'")
_BRACKETS = str.maketrans("〔〕【】[]", "()()()")
_MINUS = "\u2212"  # readers take the minus sign for a dash, but its Unicode category is not Pd
_CODE = re.compile(r"^\d[0-9a-z]{11,}-(?=.)")
_BODY_SCOPE = re.compile(r"[(（〔【\[［](?:本级|汇总)[)）〕】\]］]$")
_IN_SYSTEM = re.compile(r"(?:(?<=[局厅])|(?<=委员会))(?:本级|部门)$")
# White space beside these is layout, as it is beside Han, kana and full-width signs (recognised by width, below).
_CLOSE_SET = frozenset("()[]〔〕【】《》〈〉「」『』“”‘’·…—")
_PLACED = "/placed"
_SHA16 = re.compile(r"[0-9a-f]{16,64}")


def key(text: str) -> str:
    """Return the form by which names are compared, which is equal for every way to print one name.

    NFKC; white space, control characters and title marks are dropped; dashes, brackets and letter case are unified.
    The key of a key is the key itself.
    """
    return _until_stable(_key_once, text)


def without_code(name_key: str) -> str:
    """Return a project's name, given as a key, without a code of the budget system in front.

    51130021t000000229367-养护 gives 养护.
    """
    return _CODE.sub("", name_key)


def digest(text: str, letters: int = 13) -> str:
    """Return the SHA-256 of a text in base32 (lower-case letters and digits), cut to `letters` characters."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode("ascii").lower()[:letters]


def h13(text: str) -> str:
    """Return the first 13 characters of the digest of the text's key."""
    return digest(key(text))


def label(text: str) -> str:
    """Return a name as it is shown: as printed, without white space that is only layout.

    White space beside a CJK character, a bracket or a quotation mark is dropped; between other words one space stays;
    control and format characters are dropped. NFKC is for keys only: a label keeps full-width signs.
    """
    return _until_stable(_without_layout, text)


@lru_cache(maxsize=4096)  # every project of a filing asks for the names of its bodies
def without_system_word(name: str) -> str:
    """Return a body's name (as a label) without 部门 or 本级, which finance systems put behind the name of an organ."""
    return _IN_SYSTEM.sub("", label(name))


def plain_body(name: str) -> str:
    """Return a body's name (as a label) without a trailing （本级） or （汇总） in brackets of any kind.

    Words of finance systems behind the name of an organ (某局部门, 某局本级) are left out, too.
    """
    plain = without_system_word(name)
    while (shorter := _BODY_SCOPE.sub("", plain)) not in (plain, ""):
        plain = shorter
    return plain


def alike(printed: str, year: int | None, name: str, *, placed: bool, evaluated: bool = False) -> str:
    """Return a text that is equal for all projects with one printed body, year and name.

    With `evaluated`, the text is that of a self-evaluation of such a project. `placed` is true if the source states
    where the body is; such projects have another text than those whose body has no known place.
    """
    return f"{'e/' if evaluated else ''}{h13(plain_body(printed))}/{year or 0}/{h13(name)}{_PLACED if placed else ''}"


def twins(project: str) -> tuple[str, ...]:
    """Return the texts (see alike()) of the projects that may be the same as the one with the text `project`.

    A project with a known place may be one with a project without; a project without may be one with either.
    """
    return (project.removesuffix(_PLACED),) if project.endswith(_PLACED) else (project, f"{project}{_PLACED}")


def told_apart(evaluation: str, sha16: str) -> str:
    """Return the IRI of a self-evaluation whose figures differ from those of another source.

    `evaluation` is the IRI that both would have, and `sha16` begins the SHA-256 of this self-evaluation's source.
    """
    return f"{evaluation}-{sha16}"


def _until_stable(step: Callable[[str], str], text: str) -> str:
    """Apply a step to a text until the text no longer changes."""
    # Dropping a character can bring together two that Unicode composes, so one pass may not be enough.
    while (after := step(text)) != text:
        text = after
    return text


def _in_key(char: str) -> str | None:
    """Return a character as it is in a key; None if keys do not have it."""
    kind = unicodedata.category(char)
    if char in _TITLE_MARKS or kind[0] in "ZC":
        return None
    return "-" if kind == "Pd" or char == _MINUS else char.translate(_BRACKETS)


def _in_label(char: str) -> str | None:
    """Return a character as it is in a label, a space for any white space; None if labels do not have it."""
    kind = unicodedata.category(char)
    if char.isspace() or kind[0] == "Z":
        return " "
    return None if kind in ("Cc", "Cf", "Cs") else char


_KEY, _LABEL = Characters(_in_key), Characters(_in_label)


def _key_once(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_KEY).casefold()


def _without_layout(text: str) -> str:
    words = text.translate(_LABEL).split()
    shown = words[:1]
    for before, word in pairwise(words):
        if not (_closes_up(before[-1]) or _closes_up(word[0])):
            shown.append(" ")
        shown.append(word)
    return "".join(shown)


def _closes_up(char: str) -> bool:
    """Return whether white space beside a character is only layout."""
    return char in _CLOSE_SET or unicodedata.east_asian_width(char) in ("W", "F")


@dataclass(frozen=True)
class DocumentNumber:
    """A document's number (发文字号), as `jixiao.ontology.numbers` reads it.

    `code` is the issuer's code (松委发) or an order's issuer (上海市人民政府), joint issuers without a separator;
    `year` is None for an order; `serial` is text without leading zeros (`97`, `2-1`).
    """

    code: str
    year: int | None
    serial: str

    @property
    def canonical(self) -> str:
        """The number in its canonical form."""
        return f"{self.code}令第{self.serial}号" if self.year is None else f"{self.code}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True)
class Iris:
    """The IRIs of one store: every method takes a thing's name and returns its IRI, all ASCII, below `base`.

    A name is given as printed, a body by its full name (jx:fullName). `sha256` is the hash of a document: its first 16
    digits stand for a body that the document does not name. `alone` is true for a body whose place the document does
    not state: the digits then precede the body's name, so that the IRI is not that of a body in another document.
    Raises BaseIriMalformedError for a base that is not an absolute http(s) IRI; the methods raise NamelessError for an
    empty name and HashMalformedError for a malformed hash.
    """

    base: str

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.base)
        except ValueError as error:
            raise errors.BaseIriMalformedError(f"不是可用的基准 IRI / not a usable base IRI: {self.base!r}") from error
        sound = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
        if not sound or not re.fullmatch(r"[!$&-;=@-Z_a-z~%\[\]]+", self.base):
            raise errors.BaseIriMalformedError(f"不是可用的基准 IRI / not a usable base IRI: {self.base!r}")
        if not self.base.endswith("/"):
            object.__setattr__(self, "base", self.base + "/")

    def org(self, name: str, *, sha256: str | None = None) -> str:
        """Return the IRI of a department; a name with （本级） is another body than the same name without it.

        With `sha256` the body is that document's alone: its place is unknown, and many bodies have its name.
        """
        return f"{self.base}id/org/{f's-{_sha16(sha256)}-' if sha256 else ''}{_named(name)}"

    def place(self, code: str) -> str:
        """Return the IRI of an administrative division by its code of GB/T 2260."""
        return f"{self.base}id/place/{code}"

    def filing(self, body: str | None, year: int | None, *, sha256: str | None = None, alone: bool = False) -> str:
        """Return the IRI of one body's filing of one fiscal year."""
        return f"{self.base}id/filing/{_owner(body, sha256, alone)}/{year or 0}"

    def project(  # noqa: PLR0913 - everything that identifies a project
        self,
        body: str | None,
        year: int | None,
        name: str,
        repeat: int = 1,
        *,
        sha256: str | None = None,
        alone: bool = False,
        kind: Literal["project", "evaluation"] = "project",
    ) -> str:
        """Return the IRI of a project or, if `kind` is "evaluation", of a self-evaluation of a project in a year.

        `repeat` numbers the projects with the same name within a filing from 1, in their order, and the
        self-evaluations within a source.
        """
        suffix = f"-{repeat}" if repeat > 1 else ""
        return f"{self.base}id/{kind}/{_owner(body, sha256, alone)}/{year or 0}/{_named(name)}{suffix}"

    evaluation = partialmethod(project, kind="evaluation")

    def series(self, body: str | None, name: str, *, sha256: str | None = None, alone: bool = False) -> str:
        """Return the IRI of the series that a body's projects with this name form over the years."""
        return f"{self.base}id/series/{_owner(body, sha256, alone)}/{_named(name)}"

    @staticmethod
    def part(project_iri: str, letter: str, n: int) -> str:
        """Return the IRI of a project's or evaluation's n-th part of a kind, from 1.

        `letter` is the letter that the ontology gives to the kind. Raises NamelessError for another letter.
        """
        if n < 1 or all(part.letter != letter for part in properties.parts().values()):
            raise errors.NamelessError(f"没有这样的部分 / no such part: {letter}{n}")
        return f"{project_iri}#{letter}{n}"

    def basis(self, number: DocumentNumber | None, title: str | None) -> str:
        """Return the IRI of a legal basis, by its number, or by its title if it has none.

        An order is identified by number and title, since the serials of orders begin again from time to time.
        """
        if number is None:
            return f"{self.base}id/basis/t-{_named(title or '')}"
        if number.year is not None:
            return f"{self.base}id/basis/{_named(number.code)}-{number.year}-{number.serial}"
        order = f"{self.base}id/basis/{_named(number.code)}-o{number.serial}"
        return f"{order}-{_named(title)}" if title and key(title) else order

    def issuer(self, name: str) -> str:
        """Return the IRI of a body that issued documents, by its full name or by the code of place and organ."""
        return f"{self.base}id/issuer/{_named(name)}"

    def source(self, sha256: str) -> str:
        """Return the IRI of a file as received."""
        return f"{self.base}id/source/{_sha16(sha256)}"

    def source_graph(self, sha256: str) -> str:
        """Return the IRI of the graph with the statements of a source."""
        return f"{self.base}graph/source/{_sha16(sha256)}"

    def report_graph(self, sha256: str) -> str:
        """Return the IRI of the graph with the validation results of a source."""
        return f"{self.base}graph/report/{_sha16(sha256)}"

    def origin_graph(self, sha256: str) -> str:
        """Return the IRI of the graph with the origins of a source."""
        return f"{self.base}graph/origin/{_sha16(sha256)}"

    def origin(self, sha256: str, address: str) -> str:
        """Return the IRI of the origin of a source at an address."""
        return f"{self.source(sha256)}#o{hashlib.sha256(address.encode()).hexdigest()[:16]}"

    def decision(self, number: int) -> str:
        """Return the IRI of the steward's decision with a number."""
        return f"{self.base}id/decision/{number}"

    @property
    def vocabulary_graph(self) -> str:
        """The IRI of the graph of the ontology and its schemes."""
        return f"{self.base}graph/vocabulary"

    @property
    def registry_graph(self) -> str:
        """The IRI of the graph of a steward's decisions."""
        return f"{self.base}graph/registry"


def _owner(body: str | None, sha256: str | None, alone: bool) -> str:
    """Return the segment of an IRI for a body or, if the body is unknown, for the source.

    For a body whose place is unknown (`alone`), the segment has both.
    """
    named = _named(plain_body(body)) if body is not None and key(body) else None
    if named and not alone:
        return named
    return "-".join(("s", _sha16(sha256 or ""), *([named] if named else ())))


@lru_cache(maxsize=4096)
def _named(name: str) -> str:
    """Return the segment of an IRI for a name. Raises NamelessError if the name is empty."""
    if not key(name):
        raise errors.NamelessError(f"名称为空，无法标识 / a name without a character cannot be identified: {name!r}")
    return h13(name)


def _sha16(sha256: str) -> str:
    if not _SHA16.fullmatch(sha256):
        raise errors.HashMalformedError(f"不是 SHA-256 摘要 / not the hexadecimal digits of a SHA-256: {sha256!r}")
    return sha256[:16]
