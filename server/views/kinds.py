"""Read what is typed for a parameter as RDF terms, by the parameter's kind.

One typed text may give several terms: a range of years, or the concepts that a word such as 满意度 is part of. Terms
are serialised by pyoxigraph, so typed text never becomes part of a query's text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import identity, numbers, terms
from jixiao.ontology.errors import NamelessError
from jixiao.ontology.reference import Term as Defined
from jixiao.ontology.reference import below, reference
from jixiao.server.query.binding import Term
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import SHAPES

MOST_YEARS = 50
_UNITS = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "": Decimal(1)}
_AMOUNT = re.compile(r"(?P<figure>[+-]?(?:\d[\d,]*\.?\d*|\.\d+))(?P<unit>亿|万|)元?")
_FIGURE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_YEAR = re.compile(r"(\d{4})年?(?:度|[-~至到](\d{4})年?度?)?")
_SOURCE = re.compile(r"(?:.*/)?(?:id/)?(?:source/)?([0-9a-f]{16})")
_FAULT = re.compile(rf"(?:{re.escape(SHAPES)}|jxs:|/?quality/)?([A-Z][A-Za-z0-9]*)")
_SEPARATORS = re.compile(r"[,，、;；]")
_WIDE = str.maketrans("(),:;?!", "（），：；？！")
Read = Callable[[str, str, str], Iterable[Term | None]]


@dataclass(frozen=True)
class Kind:
    """A kind of parameter: `read` takes NFKC text, text as typed and base IRI, and returns terms.

    Text that cannot be read gives no term, or None. `splits` means that commas separate several values. `names` is the
    kind under which the index has the things that may be named, `choices` the kind under which it lists known values,
    and `mode` the field's `inputmode` in HTML, which chooses a keyboard.
    """

    read: Read
    expected_zh: str
    expected_en: str
    splits: bool = False
    names: str | None = None
    choices: str | None = None
    mode: str = "text"


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


def _document_number(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    number = numbers.parse(typed)
    return [None if number is None else Literal(number.canonical)]


def _iri(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    return [iri(typed, base_iri)]


def _department(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    """Read an IRI, or a body's name; all spellings of a name give one IRI."""
    try:
        return [iri(typed, base_iri) or NamedNode(identity.Iris(base_iri).org(typed))]
    except NamelessError:
        return []


def _basis(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    """Read an IRI, a document's number or its title; an order's number (第…号令) fits many documents, so gives none."""
    number, iris = numbers.parse(typed), identity.Iris(base_iri)
    try:
        return [iri(typed, base_iri) or NamedNode(iris.basis(number, None if number else typed))]
    except NamelessError:
        return []


def _year(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    found = _YEAR.fullmatch(re.sub(r"\s", "", text))
    if found is None:
        return []
    first, last = int(found[1]), int(found[2] or found[1])
    return [Literal(year) for year in range(first, last + 1)] if last - first < MOST_YEARS else []


def _yuan(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    found = _AMOUNT.fullmatch(re.sub(r"\s", "", text))
    return [] if found is None else [_number(Decimal(found["figure"].replace(",", "")) * _UNITS[found["unit"]])]


def _decimal(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    figure = text.removesuffix("%").strip()
    return [_number(Decimal(figure))] if _FIGURE.fullmatch(figure) else []


def _number(value: Decimal) -> Literal:
    return Literal(f"{value:f}", datatype=NamedNode(terms.XSD_decimal))


def _fault(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    """Read a rule's name or IRI, without checking that the rule exists; a retired name also gives its replacement."""
    found = _FAULT.fullmatch(text)
    if found is None:
        return []
    typed_iri = f"{SHAPES}{found[1]}"
    return [NamedNode(each) for each in dict.fromkeys((typed_iri, catalogue.present(typed_iri)))]


def _source(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    """Read a source's number, the address of its page, or its IRI in this store."""
    found = _SOURCE.fullmatch(text)
    return [NamedNode(f"{base_iri}id/source/{found[1]}")] if found else []


def _text(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    """Read text to search for in lower-case text, once as typed and once with full-width punctuation."""
    lower = text.lower()
    return [Literal(each) for each in dict.fromkeys((lower, lower.translate(_WIDE)))]


def _as_typed(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
    return [Literal(text)]


def _concept_of(scheme: str) -> Read:
    """Return a reader that gives the concepts with a text in their names, the concepts below, and the text itself."""

    def read(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
        return [*_concepts(text, scheme), Literal(text, language="zh")]

    return read


def _one_of(words: Mapping[str, Term]) -> Read:
    """Return a reader of fixed words; each key of `words` lists, separated by blanks, the words for one term."""
    known = {word: term for several, term in words.items() for word in several.split()}

    def read(text: str, typed: str, base_iri: str) -> Iterable[Term | None]:
        return [known.get(typed.casefold()) or known.get(text.casefold())]

    return read


def _concepts(text: str, scheme: str) -> list[NamedNode]:
    """Return concepts of a scheme with this name, else with the text in a name, and all concepts below them."""
    among = [
        term for term in reference().values() if term.kind == "concept" and term.scheme == f"{terms.VOCAB}{scheme}"
    ]
    whole = [term for term in among if text.casefold() in _names(term)]
    found = whole or [term for term in among if any(text.casefold() in name for name in _names(term))]
    return [
        NamedNode(each.iri)
        for each in dict.fromkeys(each for term in found for each in (term, *below(term.iri, among)))
    ]


def _names(term: Defined) -> set[str]:
    return {name.casefold() for name in (term.label.zh, term.label.en, term.name, *term.others)}


_OPERATORS = {
    "eq = ==": NamedNode(terms.eq),
    "ge >= ≥ 》=": NamedNode(terms.ge),
    "le <= ≤ 《=": NamedNode(terms.le),
    "gt > 》": NamedNode(terms.gt),
    "lt < 《": NamedNode(terms.lt),
    "approx ~ ≈ 约": NamedNode(terms.approx),
    "between - 至": NamedNode(terms.between),
}
_SEVERITIES = {
    f"violation 违例 {terms.SH}violation": NamedNode(terms.SH_Violation),
    f"warning 警告 {terms.SH}warning": NamedNode(terms.SH_Warning),
    f"info 提示 {terms.SH}info": NamedNode(terms.SH_Info),
}
_STATUSES = {"open 待办": Literal("open"), "accepted 已认可": Literal("accepted")}

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "document-number": Kind(
            _document_number,
            "一个发文字号或令号",
            "a document number, in any kind of brackets",
            splits=True,
            names="basis",
        ),
        "iri": Kind(_iri, "一个 IRI 或本站的 /id/ 路径", "an IRI, or a path of this site below /id/"),
        "department": Kind(
            _department, "单位名称（或其一部分）或 IRI", "a body's name, or part of it, or its IRI", True, "org", "org"
        ),
        "basis": Kind(
            _basis,
            "文件的字号、标题（或其一部分）或 IRI",
            "a document's number, its title or part of that, or its IRI",
            names="basis",
            choices="basis",
        ),
        "year": Kind(_year, "四位数的年度", "a year of four digits", True, None, "year", "numeric"),
        "yuan": Kind(_yuan, "金额（元，可写作万元）", "an amount in yuan (万 and 亿 are understood)"),
        "decimal": Kind(_decimal, "一个数", "a number", mode="decimal"),
        "operator": Kind(
            _one_of(_OPERATORS),
            "比较符 =、≥、≤、>、<、约 或 至",
            "one of eq, ge, le, gt, lt, approx, between",
            True,
            choices="operator",
        ),
        "indicator-type": Kind(
            _concept_of("indicator-type"), "指标类型", "a type of indicator", True, choices="level1"
        ),
        "indicator-name": Kind(_text, "指标名称的一部分", "part of an indicator's name", choices="indicator-name"),
        "category": Kind(
            _concept_of("project-category"), "项目类别", "a category of projects", True, choices="category"
        ),
        "unit": Kind(_as_typed, "计量单位", "a unit", True, choices="unit"),
        "fault": Kind(_fault, "一条规则的名称", "the name of a rule", choices="rule"),
        "severity": Kind(_one_of(_SEVERITIES), "违例、警告或提示", "Violation, Warning or Info", True),
        "status": Kind(_one_of(_STATUSES), "待办或已认可", "open or accepted"),
        "source": Kind(_source, "来源文件的编号", "the number of a source"),
        "text": Kind(_text, "文字", "text"),
    }
)
