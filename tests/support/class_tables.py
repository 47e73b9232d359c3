"""Tables of the classes for people who write queries: properties, how many values, of what kind, an example of each.

They are made from the ontology, the rules on a document and a store. `section` is the part of
docs/ontology-reference.md that tests/ontology/test_class_tables.py compares.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from jixiao.ontology import terms
from jixiao.ontology.properties import amounts
from jixiao.ontology.reference import Term, facts, reference
from jixiao.shapes import bundles

START, END = "<!-- classes -->\n", "<!-- /classes -->\n"

_TOGETHER = (terms.Goal, terms.Mention, terms.Decision)  # their subclasses share a table with them
BY_SUBCLASS = (terms.Decision,)
"""Classes that are not stated of the things of their subclasses."""
_WITHOUT = (terms.Operator, terms.Calculation)  # operators are concepts, and calculations are among the mentions
_RESULT = f"{terms.SH}ValidationResult"
_ADDRESS = re.compile(r"<http://localhost:8000/[^#>]*(#[a-z]\d{1,3})?(?:#\w+)?>")
_FIRST_ZH = re.compile("，单位元|，从1起|[；。]")
_FIRST_EN = re.compile(r"; |: |\. (?=[A-Z])|, (?:as|such as|from|which|where|in|of|mostly) ")
"""Where the first clause of a definition ends."""
_FEW = 2
"""Tables in which a property may be before only the first of them has its definition, as for the line in the source."""
_LONGEST = 28  # characters of an example
_FAULTS = (terms.misprint, terms.repetition, terms.misquotedDocument, terms.unequalCounts, terms.impossibleDate)
_FAULTS += (terms.wrongCalculation, terms.nameVariant, terms.breaksOffAt, terms.lookAlike)
_OF_MENTIONS = (terms.stage, terms.statedCount, terms.listedFewest, terms.listedMost)
_UNSEEN = frozenset({terms.withheld, terms.leftBlank, terms.possiblyEvaluates, terms.acceptedBy, terms.linkedFrom})
_UNSEEN |= {*_FAULTS, *_OF_MENTIONS}
"""Properties that are listed though no store of the tests has them."""
_KINDS = {f"{terms.RDF}langString": "@zh"}
"""Kinds of values by the range of a property, where they are not the range itself."""
_GENERAL = {
    terms.RDFS_label: ("名称", "name"),
    terms.SKOS_altLabel: ("其他写法", "other names"),
    terms.DCTERMS_title: ("标题", "title"),
    terms.DCTERMS_isVersionOf: ("所属系列", "series"),
    f"{terms.DCTERMS}references": ("引用文件", "cited document"),
    terms.PROV_wasDerivedFrom: ("来源", "source"),
    terms.PROV_alternateOf: ("数不同的另一份", "another that disagrees"),
    terms.DCTERMS_format: ("格式", "format"),
    terms.DCTERMS_extent: ("字节数", "bytes"),
    f"{terms.DCTERMS}identifier": ("区划代码", "code of the division"),
    f"{terms.DCTERMS}description": ("理由", "reason"),
    f"{terms.DCTERMS}date": ("日期", "date"),
    f"{terms.DCTERMS}source": ("网址", "address"),
    f"{terms.DCTERMS}publisher": ("发布者", "publisher"),
    f"{terms.SCHEMA}containedInPlace": ("上级区划", "contained in"),
    f"{terms.SH}focusNode": ("所涉事物", "about"),
    f"{terms.SH}sourceShape": ("规则", "rule"),
    f"{terms.SH}resultSeverity": ("程度", "severity"),
    f"{terms.SH}resultMessage": ("说明", "message"),
    f"{terms.SH}resultPath": ("所涉属性", "property concerned"),
    f"{terms.SH}sourceConstraintComponent": ("约束的种类", "kind of constraint"),
}
_OF_RESULT = tuple(f"{terms.SH}{name}" for name in ("focusNode", "resultSeverity", "sourceConstraintComponent"))
_SINGLE = {
    _RESULT: (*_OF_RESULT, f"{terms.SH}sourceShape", f"{terms.SH}resultPath", terms.PROV_wasDerivedFrom),
    terms.Mention: (terms.RDFS_label, terms.sourceLine),
    terms.Place: (f"{terms.DCTERMS}identifier", f"{terms.SCHEMA}containedInPlace"),
}
"""Properties of which a thing has one value at most, by its class, where no rule says so (for results: SHACL says)."""
_BARE = tuple(f"{terms.XSD}{name}" for name in ("decimal", "integer", "boolean"))
_COUNTS = {(True, True): "1", (False, True): "0-1", (True, False): "1-n", (False, False): "0-n"}


@dataclass(frozen=True)
class Row:
    """One property of a class: if each thing has it, if it has one value at most, kinds of values, an example or ""."""

    name: str
    required: bool
    single: bool
    kinds: tuple[str, ...]
    example: str


def curie(iri: str) -> str:
    """Return an IRI with its prefix, or in angle brackets if it has none."""
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w-]+", iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


@cache
def classes() -> tuple[str, ...]:
    """Return the classes that have a table, in the order of the ontology; findings come last."""
    own = (term.iri for term in _of_kind("class") if _above(term.iri).isdisjoint(_TOGETHER))
    return (*(name for name in own if name not in _WITHOUT), _RESULT)


def members(name: str) -> tuple[str, ...]:
    """Return a class, with the subclasses that share its table."""
    return name, *(term.iri for term in _of_kind("class") if name in _TOGETHER and name in _above(term.iri))


def _above(name: str) -> set[str]:
    """Return the classes of the ontology above a class."""
    known = reference().get(name)
    return {each for above in known.above for each in (above, *_above(above))} if known else set()


@cache
def rows(store: Store, name: str) -> list[Row]:
    """Return the properties of a class: those that its things have in a store, and those that the ontology gives it."""
    order = {term.iri: number for number, term in enumerate(_of_kind("property"))}
    seen = _seen(store, name)
    required, single = _bounds(name)
    unseen = {
        term.iri: ((_KINDS.get(term.range, curie(term.range)),) if term.range else (), "")
        for term in _of_kind("property")
        if not {*members(name)}.isdisjoint(term.domains) and term.iri in single | _UNSEEN
    }
    known = unseen | seen
    found = sorted(known, key=lambda iri: (iri != terms.RDFS_label, order.get(iri, -1), iri))
    single |= functional()
    return [Row(each, each in required, each in single, *known[each]) for each in found if each != terms.sourcePage]


def section(store: Store) -> str:
    """Return the part of docs/ontology-reference.md about the classes."""
    counts = Counter(row.name for name in classes() for row in rows(store, name))
    common = {name for name, tables in counts.items() if tables > _FEW}
    defined = set[str]()
    tables = []
    for name in classes():
        tables.append(_table(store, name, common & defined))
        defined |= {row.name for row in rows(store, name)}
    return START + "\n".join(tables) + END


def _table(store: Store, name: str, defined: Set[str]) -> str:
    """Return the table of a class; properties in `defined` have their definitions in a table above."""
    known = reference().get(name)
    title = f"{known.label.zh} {known.label.en}" if known else "检查结果 finding"
    below = "、".join(f"`{curie(each)}`" for each in members(name)[1:])
    head = "|属性<br>Property|定义<br>Definition|个数<br>Count|值<br>Values|例<br>Example|\n|-|-|-|-|-|\n"
    body = "".join(
        f"|`{curie(row.name)}`|{_definition(row.name, again=row.name in defined)}|{_COUNTS[row.required, row.single]}"
        f"|{'元 yuan' if row.name in amounts() else '、'.join(row.kinds)}|{_code(row.example)}|\n"
        for row in rows(store, name)
    )
    below += f"：`?x a/rdfs:subClassOf {curie(name)}`" if name in BY_SUBCLASS else ""
    return f"### `{curie(name)}` {title}\n\n" + (f"{below}\n\n" if below else "") + head + body


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


def _definition(name: str, *, again: bool) -> str:
    """Return the beginning of a property's definitions, or its names if a table above has the definitions (`again`)."""
    known = reference().get(name)
    if known is None:
        return "<br>".join(_GENERAL.get(name, ()))
    if again:
        return f"{known.label.zh}<br>{known.label.en}"
    zh, en = _FIRST_ZH.split(known.definition.zh)[0], _FIRST_EN.split(known.definition.en.removesuffix("."))[0]
    return f"{zh}<br>{en.removeprefix('The ')}".replace("|", "\\|")


def _of_kind(kind: str) -> Iterator[Term]:
    return (term for term in reference().values() if term.kind == kind)


def _seen(store: Store, name: str) -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Return the kinds of the values of each property of the things of a class, and the shortest value."""
    listed = " ".join(str(NamedNode(each)) for each in members(name))
    answer = store.query(
        f"SELECT DISTINCT ?name ?value {{ VALUES ?class {{ {listed} }} ?thing a ?class ; ?name ?value }}"
    )
    assert isinstance(answer, QuerySolutions)
    values: dict[str, list[NamedNode | Literal]] = {}
    for solution in answer:
        property_, value = solution["name"], solution["value"]
        if isinstance(property_, NamedNode) and isinstance(value, NamedNode | Literal):
            values.setdefault(property_.value, []).append(value)
    values.pop(terms.RDF_type, None)
    kinds = {each: {_kind(store, value) for value in found} for each, found in values.items()}
    if name == _RESULT:
        kinds[f"{terms.SH}focusNode"] |= {curie(each) for each in _checked()}
    return {each: (tuple(sorted(kinds[each])), _example(found)) for each, found in values.items()}


def _checked() -> Iterator[str]:
    """Return the classes with a table whose things rules look at, other than decisions."""
    rules = bundles.facts()
    targets = {iri for shape in rules for iri in rules.iris(shape, f"{terms.SH}targetClass")}
    return (each for each in classes() if each != terms.Decision and not targets.isdisjoint(members(each)))


def _kind(store: Store, value: NamedNode | Literal) -> str:
    if isinstance(value, Literal):
        return f"@{value.language}" if value.language else curie(value.datatype.value)
    if (known := reference().get(value.value)) is not None:
        kind = "rdf:Property" if known.kind == "property" else "owl:Class"
        return f"vocab/{known.scheme.rpartition('/')[2]}" if known.scheme else kind
    types = {
        quad.object.value
        for quad in store.quads_for_pattern(value, NamedNode(terms.RDF_type), None)
        if isinstance(quad.object, NamedNode)
    }
    table = [each for each in classes() if not types.isdisjoint(members(each))]
    return curie(min([*table, *(each for each in types if not table)], default=f"{terms.RDFS}Resource"))


def _example(values: Iterable[NamedNode | Literal]) -> str:
    """Return the shortest value that says something, as Turtle writes it."""
    shown = (_turtle(value) for value in values if value.value not in ("", "0"))
    return min(shown, key=lambda text: (len(text) < 4, len(text), text), default="")


def _turtle(value: NamedNode | Literal) -> str:
    if isinstance(value, NamedNode):
        return _ADDRESS.sub(r"<…\1>", curie(value.value))
    if value.datatype.value in _BARE:
        return value.value
    text = " ".join(value.value.split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    tag = f"@{value.language}" if value.language else ""
    typed = "" if tag or value.datatype.value == f"{terms.XSD}string" else f"^^{curie(value.datatype.value)}"
    return f'"{text}"{tag}{typed}'


def _bounds(name: str) -> tuple[set[str], set[str]]:
    """Return the properties of which the rules want a value of each thing of a class, and those with one at most."""
    told = [_told(each) for each in members(name)[1:] or members(name)]
    required = set.intersection(*(required for required, _ in told)) | {*(_OF_RESULT if name == _RESULT else ())}
    return required, set.union({*_SINGLE.get(name, ())}, *(single for _, single in told))


def functional() -> set[str]:
    """Return the properties of which nothing has two values: those of owl:FunctionalProperty."""
    kind = f"{terms.OWL}FunctionalProperty"
    return {each.value for each in facts() if kind in facts().iris(each, terms.RDF_type)}


def _told(name: str) -> tuple[set[str], set[str]]:
    rules, required, single = bundles.facts(), set[str](), set[str]()
    for shape in rules:
        targets = rules.iris(shape, f"{terms.SH}targetClass")
        if name in targets and rules.iris(shape, f"{terms.SH}severity") == (f"{terms.SH}Violation",):
            for each in (shape, *rules.values(shape, f"{terms.SH}property")):
                paths = rules.iris(each, f"{terms.SH}path")
                required |= {*paths} if rules.texts(each, f"{terms.SH}minCount") == ("1",) else set()
                single |= {*paths} if rules.texts(each, f"{terms.SH}maxCount") == ("1",) else set()
    return required, single
