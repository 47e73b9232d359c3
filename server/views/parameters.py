"""Parameters of views: how each is declared, and how typed text becomes RDF terms or an error that names the fault.

The parameter's kind reads the text. One typed text may give several terms: a range of years, the concepts that a word
such as 满意度 is part of, or a region with all divisions below it. Terms are serialised by pyoxigraph, so typed text
never becomes part of a query's text.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import errors, identity, numbers, terms
from jixiao.ontology.places import coded, division, lineage, named, places, within
from jixiao.ontology.reference import Term as Defined, below, concepts, reference
from jixiao.ontology.text import folding
from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.ontology.units import spellings
from jixiao.server.errors import ParameterError
from jixiao.server.http.requests import MOST_VALUES, several
from jixiao.server.query.binding import Term
from jixiao.server.views import amounts
from jixiao.server.views.sentences import refusal, sentence
from jixiao.shapes import catalogue

MAX_LENGTH = 500
MOST_YEARS = 50
_FIGURE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_YEAR = re.compile(r"(\d{4})年?(?:度|[-~至到](\d{4})年?度?)?")
_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")
_UNTIL = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_SOURCE = re.compile(r"\A(?:.*/)?(?:id/)?(?:source/)?([0-9a-f]{16})\Z")
_FAULT = re.compile(rf"(?:{re.escape(catalogue.SHAPES)}|jxs:|/?quality/)?([A-Z][A-Za-z0-9]*)")
_SEPARATORS = re.compile(r"[,，、;；]")
_WIDE = str.maketrans("(),:;?!", "（），：；？！")

Given = Mapping[str, str | Sequence[str]]
"""Parameters as they were typed: one text each, or several for a parameter that was given more than once."""


@dataclass(frozen=True)
class Typed:
    """A value as `typed`, without spaces around it; its `text` in the normal form NFKC; and the store's base IRI."""

    typed: str
    text: str
    base_iri: str

    @property
    def iri(self) -> NamedNode | None:
        """The IRI typed in full or as a path below /id/, None if another text was typed."""
        return iri(self.typed, self.base_iri)


GROUPS: Mapping[str, Bilingual] = {
    "money": Bilingual("金额", "Money"),
    "time": Bilingual("时间", "Time"),
    "place": Bilingual("地区和机构", "Place and body"),
    "text": Bilingual("文字和类别", "Words and kinds"),
    "other": Bilingual("数目和其他", "Figures and others"),
    "excluded": Bilingual("不要的", "Leave out"),
}
"""Groups of fields, in the order in which forms show them."""

Read = Callable[[Typed], Iterable[Term | None]]
"""A function that returns terms for a typed value."""


@dataclass(frozen=True)
class Kind:
    """A kind of parameter: `read` makes terms of text, and `expected` says in an error what text is expected.

    Text that cannot be read gives no term, or None, or raises NamelessError. `splits` means that commas separate
    several values. `names` is the kind under which the index has the things that may be named, `choices` the kind under
    which it lists known values, and `mode` the field's `inputmode` in HTML, which chooses a keyboard. `group` is a key
    of GROUPS. If no others than the concepts of a scheme are taken, `closed` names this. `named` values have names in
    both languages, and `aliases` stand for other texts.
    """

    read: Read
    expected: Bilingual
    splits: bool = False
    names: str | None = None
    choices: str | None = None
    mode: str = "text"
    group: str = "text"
    closed: str = ""
    named: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def among(self) -> Sequence[Defined]:
        """The terms that the kind takes and no others, none if it takes others."""
        return concepts(self.closed) if self.closed else ()


@dataclass(frozen=True)
class Parameter:
    """One parameter of a view, as declared in the header of the view's file; `kind` is a key of KINDS.

    `unlike` names another parameter that must be given no value of this one. `counted` means that a value finds exactly
    the projects which the index counts for the value, so that forms may show their number; `of` (`project` or
    `evaluation`) says whose values forms offer. `main` parameters have a field above an answer; an `excluding` one says
    what rows to leave out. `held_by` is a table and a column: a text must be
    one that the column has.
    """

    name: str
    kind: str
    required: bool
    example: str
    label: Bilingual
    unlike: str | None = None
    counted: bool = False
    main: bool = False
    excluding: bool = False
    of: str = "project"
    held_by: tuple[str, ...] = ()

    @property
    def reads(self) -> Kind:
        """The kind of the parameter, which reads typed text."""
        return KINDS[self.kind]

    @property
    def group(self) -> str:
        """The group of the parameter's field, a key of GROUPS."""
        return "excluded" if self.excluding else self.reads.group

    @property
    def repeats(self) -> bool:
        """Tell if several values may be given."""
        return self.kind not in ("yuan", "decimal", "status", "fund")

    def terms(self, typed: str, base_iri: str) -> list[Term]:
        """Return the RDF terms for one typed value, which may be an IRI in full or a path of this store.

        Raises ParameterError for text that the parameter's kind cannot read.
        """
        text = unicodedata.normalize("NFKC", typed).strip()
        if not text:
            raise self._refusal("parameter-empty")
        if len(typed) > MAX_LENGTH:
            raise self._refusal("parameter-long", most=MAX_LENGTH)
        try:
            value = Typed(typed.strip(), self.reads.aliases.get(text.casefold(), text), base_iri)
            read = [term for term in self.reads.read(value) if term is not None]
        except errors.NamelessError:
            read = []
        if read:
            return read
        expected, closed = self.reads.expected, self.reads.among
        if not closed:
            raise self._refusal("parameter-unread", expected=expected, example=self.example, typed=typed)
        terms_taken = [sentence("term-taken", label=term.label, code=term.name) for term in closed]
        raise self._refusal("parameter-not-taken", expected=expected, terms=terms_taken, typed=typed)

    def values(self, typed: str | Sequence[str]) -> list[str]:
        """Return the typed values, each once; a text with commas is split if the parameter's kind says so.

        Raises ParameterError for too many values.
        """
        texts = several(typed)
        if self.reads.splits:
            texts = [part for text in texts for part in split(text) or [text]]
        if len(texts) > MOST_VALUES:
            raise self._refusal("parameter-values", most=MOST_VALUES)
        if len(texts) > 1 and not self.repeats:
            raise self._refusal("parameter-one-value")
        return list(dict.fromkeys(texts))

    def shown(self, typed: str) -> Bilingual:
        """Return a typed value for readers: codes of regions, concepts, properties and rules as their names.

        A text with an unknown or ambiguous part is returned as typed, in both languages.
        """
        names: Mapping[str, Bilingual] = {}
        if self.kind == "region":
            names = _regions(typed)
        elif self.reads.named or self.reads.closed or ":" in typed:
            names = {**called(), **{term.name: term.label for term in self.reads.among}}
            names = {**names, **{alias: names[text] for alias, text in self.reads.aliases.items()}}
        parts = split(typed)
        if not parts or not all(part in names for part in parts):
            return Bilingual(typed, typed)
        return listed(names[part] for part in parts)

    def _refusal(self, code: str, /, **words: object) -> ParameterError:
        """Return an error that begins with the name and the label of the parameter."""
        return refusal("parameter", name=self.name, label=self.label, fault=sentence(code, **words))


def _regions(typed: str) -> Mapping[str, Bilingual]:
    """Return a dict from the parts of a text that mean exactly one region to the names of these regions."""
    return {
        text: division(text) or Bilingual(text, places()[min(codes)].english)
        for text, codes in ((text, region_codes(text)) for text in split(typed))
        if len(codes) == 1
    }


@cache
def called() -> Mapping[str, Bilingual]:
    """Return the names of what codes and Chinese names mean, by either: properties, concepts, rules and their families.

    Severities, and the word for all rules, are among them.
    """
    properties = [term for term in reference().values() if term.kind == "property"]
    rules = (
        pair
        for each in catalogue.faults()
        for pair in ((each.subject, each.family), (each.name, each.label), (f"jxs:{each.name}", each.label))
    )
    return (
        {term.label.zh: term.label for term in reference().values() if term.kind in ("property", "concept")}
        | {term.name: term.label for term in (*concepts("funding-decision"), *properties)}
        | {
            f"{prefix}:{term.iri.removeprefix(of)}": term.label
            for term in reference().values()
            for prefix, of in terms.PREFIXES.items()
            if term.iri.startswith(of)
        }
        | catalogue.LEVELS
        | {each.zh: each for each in catalogue.LEVELS.values()}
        | {
            "violation": catalogue.LEVELS["Violation"],
            "违例": catalogue.LEVELS["Violation"],
            "warning": catalogue.LEVELS["Warning"],
            "all": Bilingual("全部规则", "all rules"),
            "own": Bilingual("文件本身的问题", "What the filing gets wrong"),
            "unread": Bilingual("什么没有读准", "What we could not read"),
        }
        | dict(rules)
    )


def split(typed: str) -> list[str]:
    """Return the parts of a text between commas, semicolons and 、."""
    return [part.strip() for part in _SEPARATORS.split(typed) if part.strip()]


def iri(typed: str, base_iri: str) -> NamedNode | None:
    """Return the IRI typed in full or as a path of this site below /id/, or None if the text is neither."""
    if not re.match(r"https?://|urn:|/?id/", typed):
        return None
    try:
        return NamedNode(urljoin(base_iri, typed.removeprefix("/")))
    except ValueError:
        return None


def _prefixed(typed: str) -> NamedNode | None:
    """Return the IRI that a text such as jx:amount abbreviates, None for another text."""
    prefix, _, local = typed.partition(":")
    return NamedNode(terms.PREFIXES[prefix] + quote(local)) if prefix in terms.PREFIXES else None


def _basis(value: Typed) -> Iterable[Term | None]:
    """Return the term of the document that an IRI, a document number or a title means; the document need not be known.

    Raises NamelessError for the number of an order (第…号令), which many documents share.
    """
    number = numbers.parse(value.typed)
    return [value.iri or NamedNode(identity.Iris(value.base_iri).basis(number, None if number else value.typed))]


def _year(value: Typed) -> Iterable[Term | None]:
    years = _YEAR.fullmatch(re.sub(r"\s", "", value.text))
    if years is None:
        return []
    first, last = int(years[1]), int(years[2] or years[1])
    return [Literal(year) for year in range(first, last + 1)] if last - first < MOST_YEARS else []


def _decimal(value: Typed) -> Iterable[Term | None]:
    figure = value.text.removesuffix("%").strip()
    return [_number(Decimal(figure))] if _FIGURE.fullmatch(figure) else []


def _number(value: Decimal) -> Literal:
    return Literal(f"{value:f}", datatype=NamedNode(terms.XSD_decimal))


def _fault(value: Typed) -> Iterable[Term | None]:
    """Return the rules that a text means: `all`, a family (`arithmetic`), a severity (`warning`), or one name or IRI.

    `own` are the rules on what a filing gets wrong, `unread` those on what could not be read. One rule need not be
    known, and a retired rule gives its successor besides itself. Empty for another text.
    """
    if name := _FAULT.fullmatch(value.text):
        rule = f"{catalogue.SHAPES}{name[1]}"
        return [NamedNode(each) for each in dict.fromkeys((rule, catalogue.present(rule)))]
    said = value.text.casefold()
    return [
        NamedNode(fault.iri)
        for fault in catalogue.faults()
        if said in (fault.subject, fault.level.lower(), "unread" if fault.is_note else "own", "all")
    ]


def searched(text: str) -> list[Literal]:
    """Return the forms of a text to search for, as terms in lower case: as typed and in simplified characters.

    Each of the two stands with its own punctuation and with full-width punctuation; equal forms are given once.
    """
    each_way = (text.lower(), text.lower().translate(_WIDE))
    return [Literal(each) for each in dict.fromkeys((*each_way, *map(folding.simplified, each_way)))]


def _concept(schemes: Sequence[str], value: Typed) -> Iterable[Term | None]:
    """Return the concepts of the given schemes that a text names, with all narrower concepts, and the text itself.

    If no concept has exactly this name, the concepts whose names contain the text are returned.
    """
    among = [term for scheme in schemes for term in concepts(scheme)]
    named = dict.fromkeys(each for term in _named(value, among) for each in (term, *below(term.iri, among)))
    return [*(NamedNode(each.iri) for each in named), Literal(value.text, language="zh")]


def _one_of(among: Sequence[Defined], value: Typed, *, narrower: bool = False) -> Iterable[Term]:
    """Return the terms that a name, code or IRI means, each as its IRI and its Chinese name: columns have either.

    If `narrower`, a name or code means all narrower terms as well, and an IRI does not.
    """
    inner = among if narrower and not (value.iri or _prefixed(value.typed)) else ()
    named = (each for own in _exactly(value, among) for each in (own, *below(own.iri, inner)))
    return [term for each in named for term in (NamedNode(each.iri), Literal(each.label.zh))]


def _property(among: Sequence[str], value: Typed) -> Iterable[Term | None]:
    """Return the terms of those properties in `among` that a text names, by whole name or by a part of the name."""
    return [NamedNode(term.iri) for term in _named(value, [reference()[terms.JX + name] for name in among])]


def _exactly(value: Typed, among: Sequence[Defined]) -> list[Defined]:
    """Return the terms in `among` with exactly this name, code or IRI."""
    given = value.iri or _prefixed(value.typed)
    return [term for term in among if value.text.casefold() in _names(term) or NamedNode(term.iri) == given]


def _named(value: Typed, among: Sequence[Defined]) -> list[Defined]:
    """Return the terms in `among` that a text is exactly, otherwise the terms whose names contain the text."""
    containing = (term for term in among if any(value.text.casefold() in name for name in _names(term)))
    return _exactly(value, among) or [*containing]


def _names(term: Defined) -> set[str]:
    return {
        unicodedata.normalize("NFKC", name).casefold()
        for name in (term.label.zh, term.label.en, term.name, *term.others)
    }


def _word(words: Mapping[str, str], value: Typed) -> Iterable[Term | None]:
    """Return the terms for one of a few fixed words, in a list that is empty for another word.

    `words` has, by code, all words for it, with spaces between them. A term of the vocabulary has its names, too, and
    its IRI, in full or abbreviated.
    """
    typed, iri_typed = {value.typed.casefold(), value.text.casefold()}, value.iri or _prefixed(value.typed)
    for code, spelt in words.items():
        term = _prefixed(code) or Literal(code)
        defined = reference().get(term.value)
        names = _names(defined) if defined else ()
        if term == iri_typed or typed.intersection((*spelt.split(), *names)):
            yield term


def region_codes(text: str) -> frozenset[str]:
    """Return the codes of the divisions that a typed text may mean: several for a shared name, none for other text.

    The name of a province without its ending means the province alone: 河北 is no 河北区.
    """
    place = coded(text)
    meant = frozenset({place.code}) if place else named(text)
    return frozenset(each for each in meant if places()[each].level == "province") or meant


def outermost(meant: Collection[str]) -> list[str]:
    """Return the given codes of divisions, sorted, without any that lies in another: 吉林省, and not 吉林市 in it."""
    return sorted(code for code in meant if not any(within(code, other) for other in meant if other != code))


def region_terms(meant: Collection[str], base_iri: str, used: Collection[str] | None = None) -> list[NamedNode]:
    """Return the IRIs of the given divisions and of all divisions below them; only of divisions in `used`, if given.

    `meant` and `used` are codes.
    """
    inside = _inside(frozenset(meant))
    return [NamedNode(identity.Iris(base_iri).place(code)) for code in inside if used is None or code in used]


@lru_cache(maxsize=1024)
def _inside(meant: frozenset[str]) -> Sequence[str]:
    """Return the codes of divisions and of all divisions below them, sorted."""
    return [code for code in sorted(places()) if any(within(code, each) for each in meant)]


def outermost_terms(regions: Iterable[Term]) -> list[Term]:
    """Return the IRIs of divisions without those of any that lies in another of them."""
    of = {term.value.rpartition("/")[2]: term for term in regions}
    return [of[code] for code in outermost(of)]


def regions_of(iris: Iterable[str]) -> frozenset[str]:
    """Return the codes of the divisions with the given IRIs and of all divisions above them.

    IRIs of other things are passed over.
    """
    return frozenset(
        place.code for code in {node.rpartition("/")[2] for node in iris} & places().keys() for place in lineage(code)
    )


def _date(value: Typed) -> Iterable[Term | None]:
    return [Literal(value.text)] if _DAY.fullmatch(value.text) else (Literal(str(year)[1:5]) for year in _year(value))


def _until(value: Typed) -> Iterable[Term | None]:
    return [Literal(value.text + "-12-31"[len(value.text) - 4 :])] if _UNTIL.fullmatch(value.text) else []


def _yuan(value: Typed) -> Iterable[Term | None]:
    amount = amounts.amount(value.text)
    return [] if amount is None else [_number(amount)]


def _document_number(value: Typed) -> Iterable[Term | None]:
    number = numbers.parse(value.typed)
    return [Literal(number.canonical)] if number else []


def _vocabulary(kind: str) -> list[Defined]:
    return [term for term in reference().values() if term.kind == kind]


_READ: Mapping[str, Read] = {
    "document-number": _document_number,
    "iri": lambda value: [value.iri or _prefixed(value.typed)],
    # All spellings of a body's name give one IRI.
    "department": lambda value: [value.iri or NamedNode(identity.Iris(value.base_iri).org(value.typed))],
    "region": lambda value: region_terms(region_codes(value.text), value.base_iri),
    "basis": _basis,
    "year": _year,
    "number-year": _year,
    "period": _date,
    "until": _until,
    "yuan": _yuan,
    "decimal": _decimal,
    "text": lambda value: searched(value.text),
    "indicator-name": lambda value: searched(value.text),
    "unit": lambda value: map(Literal, spellings(value.text)),
    "fault": _fault,
    "own-fault": _fault,
    # A number, the address of a page, or an IRI in this store.
    "source": lambda value: (NamedNode(f"{value.base_iri}id/source/{sha}") for sha in _SOURCE.findall(value.text)),
    "exact": lambda value: [Literal(value.typed)],
    # Forms print kinds that no scheme has.
    "concept": lambda value: _one_of(_vocabulary("concept"), value) or [Literal(value.typed)],
    "property": lambda value: [NamedNode(term.iri) for term in _named(value, _vocabulary("property"))],
}
"""Functions that read the kinds of parameters of which kinds.toml does not say how they are read."""


_READ_BY: Mapping[str, Callable[[Any, Typed], Iterable[Term | None]]] = {
    "words": _word,
    "schemes": _concept,
    "properties": _property,
    "closed": lambda scheme, value: _one_of(concepts(scheme), value),
    "broad": lambda scheme, value: _one_of(concepts(scheme), value, narrower=True),
}
"""Functions that read other kinds, by the entry of kinds.toml that they take."""


def _kind(name: str, table: Mapping[str, Any]) -> Kind:
    """Return the kind of parameters that a table of kinds.toml states."""
    ways = [partial(read, table[entry]) for entry, read in _READ_BY.items() if entry in table]
    fields = {entry: value for entry, value in table.items() if entry not in ("expected", "closed", *_READ_BY)}
    closed = table.get("closed", table.get("broad", ""))
    return Kind(ways[0] if ways else _READ[name], Bilingual(*table["expected"]), closed=closed, **fields)


KINDS: Mapping[str, Kind] = {
    name: _kind(name, table)
    for name, table in tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")).items()
}
"""The kinds of parameters by name."""
