"""Read a view's parameters as RDF terms, or raise an error that says what was expected.

A parameter's kind decides how its text is read. Terms are serialised by pyoxigraph, so typed text never becomes part of
a query's text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import identity, numbers, terms
from jixiao.ontology.errors import NamelessError
from jixiao.server.errors import ParameterError
from jixiao.server.queries.binding import Term
from jixiao.shapes.catalogue import SHAPES

MAX_LENGTH = 500
_UNITS = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "": Decimal(1)}
_AMOUNT = re.compile(r"(?P<figure>[+-]?(?:\d[\d,]*\.?\d*|\.\d+))(?P<unit>亿|万|)元?")
_FIGURE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_YEAR = re.compile(r"(\d{4})年?(度)?")
_SOURCE = re.compile(r"(?:.*/)?(?:id/)?(?:source/)?([0-9a-f]{16})")
_FAULT = re.compile(rf"(?:{re.escape(SHAPES)}|jxs:|/?quality/)?([A-Z][A-Za-z0-9]*)")
_SEVERITIES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("violation", "违例"), terms.SH_Violation),
        **dict.fromkeys(("warning", "警告"), terms.SH_Warning),
        **dict.fromkeys(("info", "提示"), terms.SH_Info),
    }
)
_STATUSES: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys(("open", "待办"), "open"), **dict.fromkeys(("accepted", "已认可"), "accepted")}
)
_OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("eq", "=", "=="), terms.eq),
        **dict.fromkeys(("ge", ">=", "≥", "》="), terms.ge),
        **dict.fromkeys(("le", "<=", "≤", "《="), terms.le),
        **dict.fromkeys(("gt", ">", "》"), terms.gt),
        **dict.fromkeys(("lt", "<", "《"), terms.lt),
        **dict.fromkeys(("approx", "~", "≈", "约"), terms.approx),
        **dict.fromkeys(("between", "-", "至"), terms.between),
    }
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a view, as declared in the header of the view's file."""

    name: str
    kind: str
    required: bool
    example: str
    label_zh: str
    label_en: str

    def term(self, typed: str, base_iri: str) -> Term:
        """Return the RDF term for the typed text. An IRI may be typed in full or as a path of this store.

        Raises ParameterError.
        """
        text = unicodedata.normalize("NFKC", typed).strip()
        if not text:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）不能为空。", f"Parameter {self.name} ({self.label_en}) is empty."
            )
        if len(typed) > MAX_LENGTH:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）过长，最多 {MAX_LENGTH} 个字。",
                f"Parameter {self.name} ({self.label_en}) is longer than {MAX_LENGTH} characters.",
            )
        kind = KINDS[self.kind]
        term = kind.read(text, typed.strip(), base_iri)
        if term is None:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）应为{kind.expected_zh}，例如 {self.example}；收到的是“{typed}”。",
                f"Parameter {self.name} ({self.label_en}) takes {kind.expected_en}, such as {self.example};"
                f' it was "{typed}".',
            )
        return term


@dataclass(frozen=True)
class Kind:
    """A kind of parameter: `read` takes NFKC text, text as typed and base IRI, and returns a term or None."""

    read: Callable[[str, str, str], Term | None]
    expected_zh: str
    expected_en: str


def _document_number(text: str, typed: str, base_iri: str) -> Term | None:
    number = numbers.parse(typed)
    return None if number is None else Literal(number.canonical)


def _iri(text: str, typed: str, base_iri: str) -> Term | None:
    if not re.match(r"https?://|urn:|/?id/", typed):
        return None
    try:
        return NamedNode(urljoin(base_iri, typed.removeprefix("/")))
    except ValueError:
        return None


def _department(text: str, typed: str, base_iri: str) -> Term | None:
    """Read an IRI, or a body's name in any spelling that has the same identity."""
    try:
        return _iri(text, typed, base_iri) or NamedNode(identity.Iris(base_iri).org(typed))
    except NamelessError:
        return None


def _year(text: str, typed: str, base_iri: str) -> Term | None:
    found = _YEAR.fullmatch(text)
    return Literal(int(found[1])) if found else None


def _yuan(text: str, typed: str, base_iri: str) -> Term | None:
    found = _AMOUNT.fullmatch(re.sub(r"\s", "", text))
    if found is None:
        return None
    return _number(Decimal(found["figure"].replace(",", "")) * _UNITS[found["unit"]])


def _decimal(text: str, typed: str, base_iri: str) -> Term | None:
    figure = text.removesuffix("%").strip()
    return _number(Decimal(figure)) if _FIGURE.fullmatch(figure) else None


def _number(value: Decimal) -> Literal:
    return Literal(f"{value:f}", datatype=NamedNode(terms.XSD_decimal))


def _operator(text: str, typed: str, base_iri: str) -> Term | None:
    iri = _OPERATORS.get(typed.casefold()) or _OPERATORS.get(text.casefold())
    return NamedNode(iri) if iri else None


def _fault(text: str, typed: str, base_iri: str) -> Term | None:
    """Read a rule's name or IRI, without checking that the rule exists."""
    found = _FAULT.fullmatch(text)
    return NamedNode(f"{SHAPES}{found[1]}") if found else None


def _severity(text: str, typed: str, base_iri: str) -> Term | None:
    iri = _SEVERITIES.get(text.removeprefix(terms.SH).casefold())
    return NamedNode(iri) if iri else None


def _status(text: str, typed: str, base_iri: str) -> Term | None:
    status = _STATUSES.get(text.casefold())
    return Literal(status) if status else None


def _source(text: str, typed: str, base_iri: str) -> Term | None:
    """Read a source's number, the address of its page, or its IRI in this store."""
    found = _SOURCE.fullmatch(text)
    return NamedNode(f"{base_iri}id/source/{found[1]}") if found else None


def _text(text: str, typed: str, base_iri: str) -> Term | None:
    return Literal(text)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "document-number": Kind(_document_number, "一个发文字号或令号", "a document number, in any kind of brackets"),
        "iri": Kind(_iri, "一个 IRI 或本站的 /id/ 路径", "an IRI, or a path of this site below /id/"),
        "department": Kind(_department, "单位名称或其 IRI", "a department's name or IRI"),
        "year": Kind(_year, "四位数的年度", "a year of four digits"),
        "yuan": Kind(_yuan, "金额（元，可写作万元）", "an amount in yuan (万 and 亿 are understood)"),
        "decimal": Kind(_decimal, "一个数", "a number"),
        "operator": Kind(_operator, "比较符 =、≥、≤、>、<、约 或 至", "one of eq, ge, le, gt, lt, approx, between"),
        "fault": Kind(_fault, "一条规则的名称", "the name of a rule"),
        "severity": Kind(_severity, "违例、警告或提示", "Violation, Warning or Info"),
        "status": Kind(_status, "待办或已认可", "open or accepted"),
        "source": Kind(_source, "来源文件的编号", "the number of a source"),
        "text": Kind(_text, "文字", "text"),
    }
)
