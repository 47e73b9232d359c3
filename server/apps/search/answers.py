"""Search a generation's index, and write what was found as JSON (docs/design.md, "Answers").

`QuotedLines` finds the exact line of a source that a hit quotes; the graph has only the first line of a goal or
narrative.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.ontology.places import long_name, places
from jixiao.ontology.text import folding
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import lookups, protocols
from jixiao.server.editions.metadata import Credit
from jixiao.server.http import requests
from jixiao.server.sentences import Sentences
from jixiao.server.views.parameters import KINDS as PARAMETERS, outermost, region_codes
from jixiao.server.words import worded
from jixiao.store import SourceMissingError, bounded_cache
from jixiao.store.index.found import Found, Hit, Name

_WORDS = worded(Path(__file__).with_name("kinds.toml"))
KINDS: Mapping[str, Bilingual] = _WORDS["kinds"]
"""Kinds that are searched, in the order in which they are shown."""
SUGGESTED: Mapping[str, Bilingual] = _WORDS["suggested"]
"""Kinds of things that are suggested while somebody types, with the word for a single thing."""
_sentence = Sentences(Path(__file__).with_name("sentences.toml"))

FILTERED = sorted({each.choices for each in PARAMETERS.values() if each.choices})
"""Kinds of values that fields of forms suggest."""

PLAIN: Mapping[str, str] = {"ask": "no"}
"""The parameter of searches that are never answered by a table."""

MAX_LENGTH = 500
"""Most characters of the text to search for."""
OVERVIEW, PAGE, MOST = 5, 50, 100
"""Numbers of hits: of each kind on the overview, on the page of one kind, and the highest that `limit` may ask for."""
_SHORTEST = 2  # letters that a text needs to be searched for in a region
LAST = 10_000
"""Largest offset of a page of hits; for later hits a reader must type more words."""
SUGGESTIONS = 10


@dataclass(frozen=True)
class Asked:
    """A request to search: the text, the kind of things (None for all kinds), and the page as limit and offset.

    `region` is the code of the division in which the projects and self-evaluations lie, "" for all. `plain` is True for
    a search that must not be taken for a question.
    """

    text: str
    kind: str | None
    limit: int
    offset: int
    region: str = ""
    plain: bool = False

    @property
    def is_whole(self) -> bool:
        """True if all kinds and regions are searched, from the first hit on."""
        return not (self.kind or self.offset or self.region)

    @staticmethod
    def of(given: Mapping[str, str]) -> "Asked":
        """Return the request to search that the parameters `given` make. Raises ParameterError."""
        requests.refuse_unknown(given, ("q", "kind", "region", "limit", "offset", "format", "ask"))
        kind = given.get("kind") or None
        if kind is not None and kind not in KINDS:
            raise _sentence.refusal("no-kind", kind=kind, kinds=[*KINDS])
        limit = requests.count(given, "limit", OVERVIEW if kind is None else PAGE, 0, MOST)
        region = _region(given.get("region", "").strip())
        ask = given.get("ask", "")
        if ask not in {"", PLAIN["ask"]}:
            raise _sentence.refusal("search-only")
        return Asked(text(given), kind, max(1, limit), requests.count(given, "offset", 0, 0, LAST), region, bool(ask))


def _region(typed: str) -> str:
    """Return the code of the division that a typed name or code means. Raises ParameterError for none or several."""
    meant = outermost(region_codes(typed)) if typed else [""]
    if len(meant) != 1:
        code = "several-regions" if meant else "no-region"
        raise _sentence.refusal(code, typed=typed, regions="、".join(map(long_name, meant)))
    return meant[0]


def text(given: Mapping[str, str]) -> str:
    """Return the text to search for, the parameter `q`. Raises ParameterError if it is too long."""
    typed = given.get("q", "").strip()
    if len(typed) > MAX_LENGTH:
        raise _sentence.refusal("too-long", most=MAX_LENGTH)
    return typed


def find(generation: protocols.Edition, asked: Asked) -> Found:
    """Return the hits in a generation, grouped by kind. Raises NoIndexError and QueryTimeoutError."""
    if asked.region and len(folding.bare(asked.text)) < _SHORTEST:
        raise _sentence.refusal("too-short")
    with lookups.index_of(generation) as index:
        return index.search(
            asked.text, () if asked.kind is None else (asked.kind,), asked.limit, asked.offset, asked.region
        )


def region_name(code: str) -> Bilingual:
    """Return the name of a division, given by code: in Chinese with the divisions above it, in English alone."""
    return Bilingual(long_name(code), places()[code].english)


def suggest(generation: protocols.Edition, typed: str, kind: str = "") -> list[dict[str, Any]]:
    """Return up to SUGGESTIONS names to complete a typed text or, of a `kind`, values of a filter, as JSON values.

    Raises ParameterError for an unknown kind, NoIndexError and QueryTimeoutError.
    """
    if kind and kind not in FILTERED:
        raise _sentence.refusal("no-kind", kind=kind, kinds=FILTERED)
    with lookups.index_of(generation) as index:
        if not kind:
            return names(index.suggest(typed, SUGGESTIONS))
        return [
            {"label": each.value, "kind": kind, "projects": each.projects}
            for each in index.choices(kind, typed, SUGGESTIONS)
        ]


def to_json(found: Found, credit: Credit) -> dict[str, Any]:
    """Return the result of a search in the version of the dataset that `credit` cites, as JSON values."""
    return {
        "q": found.text,
        "total": found.total,
        "dataset_version": credit.version,
        "version": credit.iri,
        "groups": [
            {"kind": group.kind, "count": group.count, "label": asdict(KINDS[group.kind]), "hits": hits(group.hits)}
            for group in found.groups
        ],
        "counts": dict(found.counts),
        "regions": [
            {"code": code, "label": asdict(region_name(code)), "count": number}
            for code, number in found.regions.items()
        ],
        "documents": hits(found.documents),
        "near": names(found.near),
    }


def hits(ranked: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as JSON values; members that do not apply to a kind are null."""
    return [
        {
            "iri": hit.iri,
            "label": hit.label,
            "page": hit.page,
            "snippet": hit.snippet.text,
            "marks": [list(mark) for mark in hit.snippet.marks],
            "source": hit.source,
            "line": hit.line,
            "matched": hit.matched,
            "how": hit.how,
            "project": hit.project,
            "projectName": hit.project_label,
            "department": hit.department,
            "year": hit.year,
            "projects": hit.projects,
            "evaluations": hit.evaluations,
            "disputed": hit.disputed,
            "others": list(hit.others),
            "amount": None if hit.amount is None else _number(hit.amount),
        }
        for hit in ranked
    ]


def _number(amount: Decimal) -> float:
    return float(amount) if amount % 1 else int(amount)


def names(found: Iterable[Name]) -> list[dict[str, Any]]:
    """Return names as JSON values; the name of an indicator has no IRI, since many indicators may have it."""
    return [
        {
            "label": name.label,
            "kind": name.kind,
            "kindLabel": asdict(SUGGESTED[name.kind]),
            "iri": name.iri or None,
            "matched": name.matched,
            "how": name.how,
            "projects": name.projects,
        }
        for name in found
    ]


_FURTHER = 400  # lines that are searched, from the first line of the goal or narrative
_SURE = 6  # least letters of a line that counts as a part of a longer quotation; shorter lines occur anywhere

_Lines = Sequence[tuple[int, str, int | None]]
"""Number, text and page of each line."""


class QuotedLines:
    """Finder of the lines that hits quote, in a store's sources.

    It keeps the sources' lines in memory, and is safe to share between threads.
    """

    def __init__(self, store: protocols.Publication) -> None:
        self._store = store
        self._kept: bounded_cache.BoundedCache[_Lines] = bounded_cache.BoundedCache(
            64
        )  # sources whose lines stay in memory

    def exact(self, found: Found) -> Found:
        """Return the result of a search in which each hit has the exact line of its quotation.

        Raises StoreUnusableError if a source's lines are damaged.
        """
        groups = tuple(replace(group, hits=tuple(map(self._exact, group.hits))) for group in found.groups)
        return replace(found, groups=groups)

    def _exact(self, hit: Hit) -> Hit:
        """Return a hit with the number and page of the line that the hit quotes, unchanged if no such line is found.

        The line is the first one, from the hit's own on, that contains the quotation, or that is a part of the
        quotation and has one of the hit's marked words. Only some lines after the hit's own are looked at.
        """
        quoted = folding.bare(hit.quoted)
        if not quoted or hit.source is None or hit.line is None:
            return hit
        marked = [folding.bare(piece) for piece, is_match in hit.snippet.pieces if is_match]
        following = [line for line in self._lines(hit.source.rpartition("/")[2]) if line[0] >= hit.line]
        for number, printed, page in following[:_FURTHER]:
            bare = folding.bare(printed)
            is_part = len(bare) >= _SURE and bare in quoted and any(each in bare for each in marked)
            if quoted in bare or is_part:
                return replace(hit, line=number, page=page)
        return hit

    def _lines(self, sha16: str) -> _Lines:
        try:
            record = self._store.source(sha16)
            return self._kept.get_or_make(
                (record.sha256, record.revision),
                lambda: [(line["n"], line["text"], line["page"]) for line in self._store.rendition(sha16)["lines"]],
            )
        except SourceMissingError:  # withdrawn meanwhile
            return ()
