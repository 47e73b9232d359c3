"""Write the differences between two versions of the dataset, thing by thing, as text for people or as JSON.

Both formats are yielded piece by piece, since a comparison may be larger than memory. Amounts are in yuan.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import properties, reference, terms, turtle
from jixiao.ontology.text.display import shortened, visible
from jixiao.ontology.text.money import money
from jixiao.store.versions.differences import PLACES, Comparison, Difference, Totals, kinds

_LONGEST = 60  # characters of a value that are shown
_WORDS = {
    terms.SourceDocument: "来源 sources",
    terms.Filing: "申报 filings",
    terms.Department: "部门 departments",
    terms.Project: "项目 projects",
    terms.ProjectSeries: "历年项目 series",
    terms.Evaluation: "自评 self-evaluations",
    terms.LegalBasis: "依据 legal bases",
    terms.Goal: "目标 goals",
    terms.Indicator: "指标 indicators",
    terms.Citation: "引用 citations",
    terms.StatedBasis: "其他依据 stated bases",
    terms.NarrativeSection: "说明 sections",
    terms.CostItem: "费用 cost items",
    terms.Result: "结果 results",
    terms.Execution: "执行 executions",
    terms.Inference: "推断 inferences",
    terms.CostSubtotal: "合计行 cost subtotals",
    terms.Mention: "文中所述 mentions",
    terms.Variant: "异文 variants",
    terms.SH_ValidationResult: "发现 findings",
    terms.Decision: "决定 decisions",
}
_COUNTED = frozenset({terms.SH_ValidationResult, terms.ProjectSeries})
"""Kinds of things that the text counts but does not list."""

_NAMES = (terms.RDFS_label, terms.fileName, terms.printedNumber, terms.printedTitle, terms.targetText, terms.text)
_SIGNS = {(False, True): "+", (True, False): "-", (True, True): "~"}
_EVENTS = {"+": "added", "-": "removed", "~": "changed"}


class Wording:
    """A writer of one comparison of two versions, as text for people or as JSON.

    An instance can write once, since a comparison can be iterated once.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def text(self) -> Iterator[str]:
        """Yield the text line by line: the changed things in order, with a heading for each kind, then the totals."""
        last = None
        for difference in self._comparison:
            if (
                difference.kind is None
                or difference.kind in _COUNTED
                or difference.only_place
                or not (difference.was or difference.is_)
            ):
                continue
            if difference.kind != last:
                yield _WORDS[difference.kind]
                last = difference.kind
            yield from self._lines(difference)
        yield from _totals(self._comparison.totals)

    def json(self, before: str, after: str) -> Iterator[str]:
        """Yield a JSON object in pieces: `from`, `to`, `changes` and `totals`; terms have the prefixes of our Turtle.

        `before` and `after` are the names of the versions.
        """
        yield f'{{"from": {_json(before)}, "to": {_json(after)}, "changes": ['
        comma = "\n"
        for difference in self._comparison:
            if difference.was or difference.is_:
                yield f"{comma}{_json(self._as_json(difference))}"
                comma = ",\n"
        yield f'\n], "totals": {_json(_totals_as_json(self._comparison.totals))}}}\n'

    def _lines(self, difference: Difference, indent: str = "") -> Iterator[str]:
        """Yield the lines about a thing: its sign, name and IRI and, if it changed, its properties and parts.

        Changes of places alone are left out. `indent` is the white space before each line.
        """
        sign = _SIGNS[difference.was, difference.is_]
        kind = "" if not indent else f"{_WORDS[difference.kind].rstrip('s')} " if difference.kind else ""
        yield visible(f"{indent}{sign} {kind}{self._name(difference)}{self._distinction(difference)}  {difference.iri}")
        if sign != "~":
            return
        for property_ in difference.properties:
            removed, added = (
                [self._value_text(each) for each in triples if each.predicate.value == property_ and not _is_part(each)]
                for triples in (difference.removed, difference.added)
            )
            if property_ not in PLACES and (removed or added):
                name = f"{reference.labels().get((property_, 'zh'), '')} {_short(property_)}".strip()
                yield visible(f"{indent}    {name}: {'、'.join(removed) or '—'} → {'、'.join(added) or '—'}")
        for part in difference.parts:
            if not part.only_place:
                yield from self._lines(part, f"{indent}    ")

    def _name(self, difference: Difference) -> str:
        for property_ in _NAMES:
            if values := difference.values(property_):
                return _shorten("、".join(values))
        return _short(difference.iri)

    def _distinction(self, difference: Difference) -> str:
        """Return a text that distinguishes a thing from namesakes, such as a project's year, body and amount."""
        if difference.kind in (terms.Project, terms.Evaluation):
            asked_or_spent = terms.amount if difference.kind == terms.Project else terms.executed
            bodies, funds = difference.values(terms.department), difference.values(asked_or_spent)
            said = [
                *difference.values(terms.year),
                *(self._comparison.names.get(body, body) for body in bodies[:1]),
                *(_money(amount) for amount in funds[:1]),
            ]
            return f"（{'，'.join(said)}）" if said else ""
        if difference.kind == terms.SourceDocument:
            if difference.is_ and (earlier := difference.values(terms.PROV_wasRevisionOf)):
                return f"（取代 replaces {', '.join(iri.rpartition('/')[2] for iri in earlier)}）"
            if not difference.is_:
                return "（被取代 replaced）" if difference.kept else "（撤回 withdrawn）"
        return ""

    def _value_text(self, triple: Triple) -> str:
        """Return the object of a triple as people read it: an amount, a short text, or a thing's name."""
        term = triple.object
        if isinstance(term, Literal):
            return _money(term.value) if triple.predicate.value in properties.amounts() else _shorten(term.value)
        iri = term.value if isinstance(term, NamedNode) else str(term)
        return self._comparison.names.get(iri) or reference.labels().get((iri, "zh")) or _short(iri)

    def _as_json(self, difference: Difference) -> dict[str, object]:
        differing = {
            _prefixed(property_): {
                name: sorted(
                    term.value if isinstance(term, NamedNode | Literal) else str(term)
                    for term in (each.object for each in triples if each.predicate.value == property_)
                )
                for name, triples in (("before", difference.removed), ("after", difference.added))
            }
            for property_ in difference.properties
        }
        described: dict[str, object] = {
            "kind": difference.kind and _prefixed(difference.kind),
            "iri": difference.iri,
            "name": self._name(difference),
            "event": _EVENTS[_SIGNS[difference.was, difference.is_]],
            "properties": differing,
        }
        return described | ({"parts": [self._as_json(part) for part in difference.parts]} if difference.parts else {})


def _totals(totals: Totals) -> Iterator[str]:
    yield "合计 totals"
    for kind in kinds():
        before, after = totals.before[kind], totals.after[kind]
        if before or after:
            counts = f"+{totals.added[kind]:,} -{totals.removed[kind]:,} ~{totals.changed[kind]:,}"
            moved = totals.moved[kind]
            aside = f"（仅出处变动 moved within the source: {moved:,}）" if moved else ""
            yield f"    {_WORDS[kind]}: {before:,} → {after:,}  {counts}{aside}"
    yield f"    四元组 quads: +{totals.quads_added:,} -{totals.quads_removed:,}"
    for fault in _faults(totals):
        added, removed = totals.findings_added[fault], totals.findings_removed[fault]
        if added != removed:
            yield f"    发现 findings {_short(fault)}: +{added:,} -{removed:,}"


def _totals_as_json(totals: Totals) -> dict[str, object]:
    columns = ("before", "after", "added", "removed", "changed", "moved")
    counted = {
        _prefixed(kind): {column: getattr(totals, column)[kind] for column in columns}
        for kind in kinds()
        if totals.before[kind] or totals.after[kind]
    }
    findings = {
        _prefixed(fault): {"added": totals.findings_added[fault], "removed": totals.findings_removed[fault]}
        for fault in _faults(totals)
    }
    return {
        "kinds": counted,
        "findings": findings,
        "quads": {"added": totals.quads_added, "removed": totals.quads_removed},
    }


def _faults(totals: Totals) -> list[str]:
    return sorted(totals.findings_added.keys() | totals.findings_removed.keys())


def _is_part(triple: Triple) -> bool:
    """Return whether the object of a triple is a part of its subject and has an entry of its own."""
    subject, value = triple.subject, triple.object
    return (
        isinstance(subject, NamedNode) and isinstance(value, NamedNode) and value.value.startswith(f"{subject.value}#")
    )


def _short(iri: str) -> str:
    return _prefixed(iri).removeprefix("jx:")


def _prefixed(iri: str) -> str:
    return turtle.prefixed(iri) or iri


def _money(value: str) -> str:
    try:
        return money(Decimal(value), in_yuan=True).zh
    except InvalidOperation:
        return _shorten(value)


def _shorten(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
