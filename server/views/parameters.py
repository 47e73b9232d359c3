"""Parameters of views: how each is declared, and how typed text becomes RDF terms or an error that names the fault.

The parameter's kind reads the text. One typed text may give several terms: a range of years, the concepts that a word
such as 满意度 is part of, or a region with all divisions below it. Terms are serialised by pyoxigraph, so typed text
never becomes part of a query's text.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache, partial
from urllib.parse import quote, urljoin

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import errors, identity, numbers, terms
from jixiao.ontology.places import coded, division, lineage, named, places, within
from jixiao.ontology.reference import Term as Defined, below, concepts, reference
from jixiao.ontology.text import folding
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.units import spellings
from jixiao.server.errors import ParameterError
from jixiao.server.http.requests import MOST_VALUES, several
from jixiao.server.query.binding import Term
from jixiao.server.views import amounts
from jixiao.server.words import WORDS
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
    of GROUPS. If no others than some terms are taken, `among` returns these.
    """

    read: Read
    expected: Bilingual
    splits: bool = False
    names: str | None = None
    choices: str | None = None
    mode: str = "text"
    group: str = "text"
    among: Callable[[], Sequence[Defined]] = list


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
            raise self._error("不能为空。", "is empty.")
        if len(typed) > MAX_LENGTH:
            raise self._error(f"过长，最多 {MAX_LENGTH} 个字。", f"is longer than {MAX_LENGTH} characters.")
        try:
            read = [term for term in self.reads.read(Typed(typed.strip(), text, base_iri)) if term is not None]
        except errors.NamelessError:
            read = []
        if not read:
            expected, among = self.reads.expected, self.reads.among()
            zh = "、".join(f"{each.label.zh}（{each.name}）" for each in among)
            en = ", ".join(f"{each.label.en} ({each.name})" for each in among)
            raise self._error(
                f"应为{expected.zh}，{f'有：{zh}' if among else f'例如 {self.example}'}；收到的是“{typed}”。",
                f'takes {expected.en}, {f"one of {en}" if among else f"such as {self.example}"}; it was "{typed}".',
            )
        return read

    def values(self, typed: str | Sequence[str]) -> list[str]:
        """Return the typed values, each once; a text with commas is split if the parameter's kind says so.

        Raises ParameterError for too many values.
        """
        texts = several(typed)
        if self.reads.splits:
            texts = [part for text in texts for part in split(text) or [text]]
        if len(texts) > MOST_VALUES:
            raise self._error(f"最多有 {MOST_VALUES} 个值。", f"takes {MOST_VALUES} values at most.")
        if len(texts) > 1 and not self.repeats:
            raise self._error("只能有一个值。", "takes one value.")
        return list(dict.fromkeys(texts))

    def shown(self, typed: str) -> Bilingual:
        """Return a typed value for readers: codes of regions, concepts, properties and rules as their names.

        A text with an unknown or ambiguous part is returned as typed, in both languages.
        """
        codes = {each.name: each.label for each in self.reads.among()}
        known_codes = {**called(), **codes, **dict(_CODED.get(self.kind, ()))}
        named = known_codes if self.kind in _CODED or codes or ":" in typed else {}
        known = _regions(typed) if self.kind == "region" else named
        if not typed or not all(part in known for part in split(typed)):
            return Bilingual(typed, typed)
        parts = [known[part] for part in split(typed)]
        return Bilingual("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))

    def _error(self, zh: str, en: str) -> ParameterError:
        return ParameterError(
            f"参数 {self.name}（{self.label.zh}）{zh}", f"Parameter {self.name} ({self.label.en}) {en}"
        )


_PARTS = ("cites", "hasStatedBasis", "hasIndicator", "hasGoal", "hasSection", "amount", "year", "evaluates")
_STATED = (
    *("totalScore", "grade", "initialBudget", "adjustedBudget", "received", "executed", "executionRate", "evaluates"),
    "reasonText",
)
_FUNDS = (
    *("totalAmount", "annualRequest", "fiscalFunds", "currentYearAppropriation", "carriedOver"),
    *("otherFunds", "annualOtherFunds"),
)
_CODED: Mapping[str, Sequence[tuple[str, Bilingual]]] = {
    **dict.fromkeys(("fault", "part", "stated", "fund", "level", "category", "function", "indicator-type"), ()),
    **dict.fromkeys(("severity", "property", "amount-kind", "iri"), ()),
    "own-fault": (("all", Bilingual("文件本身的问题", "What the filing gets wrong")),),
}
"""Kinds of parameters whose values have names in both languages, each with names that only this kind has."""


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


def _closed(
    zh: str, en: str, among: Callable[[], Sequence[Defined]], group: str = "text", *, narrower: bool = False
) -> Kind:
    """Return a kind of parameters that take some terms and no others; names mean narrower ones, too, if asked for."""
    return Kind(
        lambda value: _one_of(among(), value, narrower=narrower),
        Bilingual(zh, en),
        splits=True,
        group=group,
        among=among,
    )


def _property(among: Sequence[str], value: Typed) -> Iterable[Term | None]:
    """Return the terms of those properties in `among` that a text names, by whole name or by a part of the name."""
    return [NamedNode(term.iri) for term in _named(value, [reference()[each] for each in among])]


def _exactly(value: Typed, among: Sequence[Defined]) -> list[Defined]:
    """Return the terms in `among` with exactly this name, code or IRI."""
    given = value.iri or _prefixed(value.typed)
    return [term for term in among if value.text.casefold() in _names(term) or NamedNode(term.iri) == given]


def _named(value: Typed, among: Sequence[Defined]) -> list[Defined]:
    """Return the terms in `among` that a text is exactly, otherwise the terms whose names contain the text."""
    containing = (term for term in among if any(value.text.casefold() in name for name in _names(term)))
    return _exactly(value, among) or [*containing]


def _names(term: Defined) -> set[str]:
    return {name.casefold() for name in (term.label.zh, term.label.en, term.name, *term.others)}


def _word(words: Mapping[str, Term], value: Typed) -> Iterable[Term | None]:
    """Return the term for one of a few fixed words, in a list that is empty for another word.

    A key of `words` has all words for one term, with spaces between them. A term of the vocabulary has its names, too,
    and its IRI, in full or abbreviated.
    """
    said, given = {value.typed.casefold(), value.text.casefold()}, value.iri or _prefixed(value.typed)
    defined = {term: reference().get(term.value) for term in words.values()}
    return [
        term
        for several, term in words.items()
        if term == given or said & {*several.split(), *(_names(known) if (known := defined[term]) else ())}
    ]


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


_OPERATORS = {
    "= ==": NamedNode(terms.eq),
    ">= ≥ 》=": NamedNode(terms.ge),
    "<= ≤ 《=": NamedNode(terms.le),
    "> 》": NamedNode(terms.gt),
    "< 《": NamedNode(terms.lt),
    "~ ≈ 约": NamedNode(terms.approx),
    "- 至": NamedNode(terms.between),
}
_OUTCOMES = {
    "missed 未达到 没达到 未完成": Literal("missed"),
    "met 正好 正好达到 exactly reached 达到 完成": Literal("met"),
    "exceeded 超过 超额 超额完成 reached 达到 完成": Literal("exceeded"),
    "within 限度内 reached 达到 完成": Literal("within"),
}
_SEVERITIES = {
    f"violation 违例 没有读准 {terms.SH}violation": NamedNode(terms.SH_Violation),
    f"warning 警告 {terms.SH}warning": NamedNode(terms.SH_Warning),
    f"info 提示 {terms.SH}info": NamedNode(terms.SH_Info),
}
_STATUSES = {"open 待办": Literal("open"), "accepted 已认可": Literal("accepted")}

KINDS: Mapping[str, Kind] = {
    "document-number": Kind(
        lambda value: [Literal(number.canonical)] if (number := numbers.parse(value.typed)) else [],
        Bilingual("一个发文字号或令号", "a document number, in any kind of brackets"),
        splits=True,
        names="basis",
    ),
    "iri": Kind(
        lambda value: [value.iri or _prefixed(value.typed)],
        Bilingual("一个 IRI、本站的 /id/ 路径或 前缀:名称", "an IRI, a path of this site below /id/, or prefix:name"),
    ),
    "department": Kind(
        # All spellings of a body's name give one IRI.
        lambda value: [value.iri or NamedNode(identity.Iris(value.base_iri).org(value.typed))],
        Bilingual("机构名称（或其一部分）或 IRI", "a body's name, or part of it, or its IRI"),
        splits=True,
        names="org",
        choices="org",
        group="place",
    ),
    "region": Kind(
        lambda value: region_terms(region_codes(value.text), value.base_iri),
        Bilingual("行政区划的名称或代码", "the name or code of an administrative division"),
        splits=True,
        choices="place",
        group="place",
    ),
    "level": _closed("区划层级", "a level of places", partial(concepts, "place-level"), "place"),
    "document-kind": _closed("文件的种类", "a kind of document", partial(concepts, "document-kind")),
    "section-kind": _closed("章节的种类", "a kind of section", partial(concepts, "section-kind")),
    "amount-period": _closed("期间", "a period", partial(concepts, "amount-period"), "money"),
    "type-of-indicator": _closed("指标类型", "a type of indicator", partial(concepts, "indicator-type"), narrower=True),
    "kind-of-fund": _closed("资金", "a fund", partial(concepts, "fund")),
    "amount-kind": _closed(
        "资金的环节（金额取自哪一项，用 amountSource）",
        "a phase of money (amountSource is the property that an amount is taken from)",
        partial(concepts, "funding-decision"),
        "other",
    ),
    "basis": Kind(
        _basis,
        Bilingual("文件的字号、标题（或其一部分）或 IRI", "a document's number, its title or part of that, or its IRI"),
        names="basis",
        choices="basis",
    ),
    "year": Kind(
        _year, Bilingual("四位数的年度", "a four-digit year"), splits=True, choices="year", mode="numeric", group="time"
    ),
    # Years of documents' numbers are not those of projects, which the index lists.
    "number-year": Kind(
        _year, Bilingual("四位数的年份", "a four-digit year"), splits=True, mode="numeric", group="time"
    ),
    "period": Kind(
        lambda value: (
            [Literal(value.text)] if _DAY.fullmatch(value.text) else (Literal(str(year)[1:5]) for year in _year(value))
        ),
        Bilingual("年、月或日，如 2023-11", "a year, month or day, such as 2023-11"),
        splits=True,
        group="time",
    ),
    "yuan": Kind(
        lambda value: [_number(amount)] if (amount := amounts.amount(value.text)) is not None else [],
        Bilingual("金额（元，可写作万元）", "an amount in yuan (million, 万 and 亿 are understood)"),
        group="money",
    ),
    "decimal": Kind(_decimal, Bilingual("一个数", "a number"), mode="decimal", group="other"),
    "operator": Kind(
        partial(_word, _OPERATORS),
        Bilingual("比较符 =、≥、≤、>、<、约 或 至", "one of eq, ge, le, gt, lt, approx, between"),
        splits=True,
        choices="operator",
        group="other",
    ),
    "outcome": Kind(
        partial(_word, _OUTCOMES),
        Bilingual(
            "未达到、正好、超过、限度内或达到（后三种）",
            "one of missed, met, exceeded, within, or reached (the last three)",
        ),
        splits=True,
        group="other",
    ),
    "indicator-type": Kind(
        partial(_concept, ("indicator-type",)),
        Bilingual("指标类型", "a type of indicator"),
        splits=True,
        choices="level1",
    ),
    "indicator-name": Kind(
        lambda value: searched(value.text),
        Bilingual("指标名称的一部分", "part of an indicator's name"),
        choices="indicator-name",
    ),
    "category": Kind(
        partial(_concept, ("project-category", "project-nature")),
        Bilingual("项目类别或性质", "a category or nature of projects"),
        splits=True,
        choices="category",
    ),
    "function": Kind(partial(_concept, ("function",)), Bilingual("支出功能的代码或名称", "a function"), splits=True),
    "unit": Kind(
        lambda value: [Literal(each) for each in spellings(value.text)],
        Bilingual("计量单位", "a unit"),
        splits=True,
        choices="unit",
        group="other",
    ),
    "fault": Kind(_fault, Bilingual("规则的名称", "names of rules"), splits=True, choices="rule", group="other"),
    # All rules on a project are those on what its filing gets wrong.
    "own-fault": Kind(
        lambda value: _fault(replace(value, text={"all": "own"}.get(value.text.casefold(), value.text))),
        Bilingual("规则的名称", "names of rules"),
        splits=True,
        choices="rule",
        group="other",
    ),
    "part": Kind(
        partial(_property, [terms.JX + name for name in _PARTS]),
        Bilingual("引用文件、依据、指标、目标、说明、金额、年度或自评", f"one of {', '.join(_PARTS)}"),
        splits=True,
        group="other",
    ),
    "stated": Kind(
        partial(_property, [terms.JX + name for name in _STATED]),
        Bilingual(
            "总分、等级、年初预算、全年预算、到位、执行、执行率、所评项目或偏差原因", f"one of {', '.join(_STATED)}"
        ),
        group="other",
    ),
    "fund": Kind(
        partial(_property, [terms.JX + name for name in _FUNDS]),
        Bilingual("各种财政资金、其他资金或项目资金总额", f"one of {', '.join(_FUNDS)}"),
        group="money",
    ),
    "severity": Kind(
        partial(_word, _SEVERITIES),
        Bilingual("没有读准、警告或提示", "Violation, Warning or Info"),
        splits=True,
        group="other",
    ),
    "status": Kind(partial(_word, _STATUSES), Bilingual("待办或已认可", "open or accepted"), group="other"),
    "source": Kind(
        # A number, the address of a page, or an IRI in this store.
        lambda value: (NamedNode(f"{value.base_iri}id/source/{each}") for each in _SOURCE.findall(value.text)),
        Bilingual("来源文件的编号", "the number of a source"),
        group="other",
    ),
    "text": Kind(lambda value: searched(value.text), Bilingual("文字", "text")),
    # These are for addresses of tables.
    "exact": Kind(lambda value: [Literal(value.typed)], Bilingual("原样的文字", "text as it stands")),
    # Forms print kinds that no scheme has.
    "concept": Kind(
        lambda value: (
            _one_of([each for each in reference().values() if each.kind == "concept"], value) or [Literal(value.typed)]
        ),
        Bilingual("概念的名称、代码或 IRI", "a concept's name, code or IRI"),
    ),
    "flag": Kind(partial(_word, {"1 是 yes": Literal("1")}), Bilingual("1", "1"), group="other"),
    "until": Kind(
        lambda value: [Literal(value.text + "-12-31"[len(value.text) - 4 :])] if _UNTIL.fullmatch(value.text) else [],
        Bilingual("年、月或日，如 2023-11", "a year, month or day, such as 2023-11"),
        group="time",
    ),
    "property": Kind(
        lambda value: _property([each.iri for each in reference().values() if each.kind == "property"], value),
        Bilingual("一个属性的名称", "the name of a property"),
        splits=True,
        group="other",
    ),
    **{
        kind: Kind(
            partial(_word, {f"{code} {words.zh}".casefold(): Literal(code) for code, words in WORDS[kind].items()}),
            Bilingual("、".join(words.zh for words in WORDS[kind].values()), f"one of {', '.join(WORDS[kind])}"),
            splits=True,
            group="other",
        )
        for kind in ("reading", "roles")
    },
}
