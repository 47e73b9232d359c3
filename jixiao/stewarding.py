"""Translate the arguments of a steward's command into the RDF terms of a decision, and summarise decisions."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from pyoxigraph import DefaultGraph, Literal, NamedNode

from jixiao.ingest.recognition import UNREAD
from jixiao.ontology import errors, reference, terms
from jixiao.ontology.identity import Iris, key, label
from jixiao.shapes import catalogue
from jixiao.shapes.correctable import Property, stated_values
from jixiao.store import Decision, Generation, named_nodes
from jixiao.store.commit.batch import Batch
from jixiao.store.decisions import effects

THINGS = (terms.Department, terms.LegalBasis, terms.Filing, terms.Project)
"""The classes whose members can be found by name."""

KINDS = {
    terms.Identification: "合并 same",
    terms.Renaming: "更名 rename",
    terms.Correction: "更正 correct",
    terms.Acceptance: "认可 accept",
    terms.Transcription: "转录 transcribe",
}

_SHOWN = 40  # characters of a transcription in one line
_LONGEST_REASON = 2000  # characters
_NEAREST = 3  # known words that a refusal names
_ZH = {terms.Department: "部门", terms.LegalBasis: "依据文件", terms.Filing: "绩效申报", terms.Project: "项目"}
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?|[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DAY = re.compile(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})日?")


class UnclearWordError(errors.ReportedError):
    """An error: a word is not understood or is ambiguous; the message lists the possible meanings."""


def find_thing(generation: Generation, text: str, kinds: Sequence[str] = THINGS) -> named_nodes.Named:
    """Find the one thing that an IRI, a path /id/…, a name or a document number denotes.

    Raises UnclearWordError if there is none or more than one.
    """
    things = named_nodes.find(generation, text, kinds)
    if not things:
        near = _nearest(text, named_nodes.alike(generation, text, kinds))
        raise UnclearWordError(f"库中没有“{text}” · nothing in the store is called “{text}”{near}")
    if len(things) > 1:
        raise UnclearWordError(
            f"“{text}”可能指几个对象，请写地址 · “{text}” may mean several things, give an address:\n"
            + "\n".join(f"  {one.iri}  {_distinguished(generation, one)}" for one in things)
        )
    return things[0]


def find_property(text: str) -> Property:
    """Find a property by its label in Chinese (年度资金申请总额), its local name with or without `jx:`, or its IRI.

    Raises UnclearWordError, which names the properties with the nearest labels.
    """
    wanted = text.strip().removeprefix("jx:")
    for one in stated_values():
        if wanted in {one.iri, one.iri.rpartition("#")[2]} or key(wanted) == key(one.label):
            return one
    known = (name for one in stated_values() for name in (one.label, one.iri.rpartition("#")[2]))
    raise UnclearWordError(f"没有这样的属性 · there is no such property: {text}{_nearest(wanted, known)}")


def find_fault(text: str) -> str:
    """Return the IRI of a fault by its name, its label in Chinese or English, or its IRI.

    For the name of a retired rule, the rule that replaced it is returned. Raises UnclearWordError.
    """
    wanted = text.strip().removeprefix("jxs:")
    rules: tuple[catalogue.Fault | catalogue.Retired, ...] = (*catalogue.faults(), *catalogue.retired().values())
    for rule in rules:
        if wanted in {rule.iri, rule.name, rule.label.zh, rule.label.en}:
            return catalogue.present(rule.iri)
    known = (name for rule in rules for name in (rule.name, rule.label.zh, rule.label.en))
    raise UnclearWordError(f"没有这条规则 · there is no such rule: {text}{_nearest(wanted, known)}")


def parse_value(text: str, datatype: str) -> Literal:
    """Parse a value of a datatype: a number with or without thousands separators, a day as for `parse_day`, or text.

    Amounts are in yuan; a body is given by its name. Raises UnclearWordError.
    """
    text = text.strip()
    if datatype in {terms.RDF_langString, terms.Department} and text:
        return Literal(text, language="zh")
    if datatype == terms.XSD_date:
        return Literal(parse_day(text).isoformat(), datatype=NamedNode(datatype))
    if datatype in {terms.XSD_decimal, terms.XSD_integer}:
        whole = datatype == terms.XSD_integer
        if not _NUMBER.fullmatch(text) or (whole and "." in text):
            raise UnclearWordError(
                f"要写{'整数' if whole else '数字'}，金额以元计 · a {'whole ' if whole else ''}number is needed,"
                f" amounts in yuan: {text}"
            )
        return Literal(f"{Decimal(text.replace(',', '')):f}", datatype=NamedNode(datatype))
    if not text:
        raise UnclearWordError("正确的值不能为空 · the right value must not be empty")
    return Literal(text, datatype=NamedNode(datatype))


def parse_body(generation: Generation, text: str) -> Literal | NamedNode:
    """Return a body as a decision states it: its name, or its IRI if the name would give another IRI.

    `text` is the IRI, path or name of a body of the store, or the name of a new one. Raises UnclearWordError.
    """
    is_name = not text.strip().startswith(("http://", "https://", "/id/", "id/"))
    if is_name and not named_nodes.find(generation, text, (terms.Department,)):
        return Literal(label(text), language="zh")
    one = find_thing(generation, text, (terms.Department,))
    if one.kind != terms.Department:
        raise UnclearWordError(f"“{text}”不是部门或单位 · “{text}” is not a body: {one.label}")
    return _as_decided(generation, NamedNode(one.iri))


def parse_right(generation: Generation, text: str, wanted: Property) -> Literal | NamedNode:
    """Parse the right value of a property: a body, a project (IRI, path or name), or a value of its datatype.

    Raises UnclearWordError.
    """
    require_written(text)
    if wanted.range == terms.Project:
        return NamedNode(find_thing(generation, text, (terms.Project,)).iri)
    return parse_body(generation, text) if wanted.range == terms.Department else parse_value(text, wanted.range)


def require_written(text: str) -> None:
    """Raise UnclearWordError if a text has the mark of a character that was not read."""
    if UNREAD in text:
        raise UnclearWordError("请写出 � 处的字 · write the character that stands for �")


def _as_decided(generation: Generation, body: NamedNode) -> Literal | NamedNode:
    """Return a body as a decision names it: by its name if the body's IRI follows from that, else by the IRI."""
    name = named_nodes.label(generation, body.value)
    return Literal(name, language="zh") if Iris(generation.manifest.base_iri).org(name) == body.value else body


def parse_day(text: str) -> datetime.date:
    """Parse a day written as 2022-01-01 or 2022年1月1日. Raises UnclearWordError."""
    day = _DAY.fullmatch(text.strip())
    try:
        return datetime.date(*map(int, day.groups() if day else ()))
    except (TypeError, ValueError):
        raise UnclearWordError(f"不是日期，如 2022-01-01 · not a day, such as 2022-01-01: {text}") from None


def grounds(reason: str, date: str | None, by: str | None) -> dict[str, effects.Term]:
    """Return the properties of any decision: reason, date (today for None), and the steward if `by` is given.

    Raises UnclearWordError.
    """
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        most = f"{_LONGEST_REASON:,}"
        raise UnclearWordError(f"要写明理由，至多 {most} 字 · a reason is needed, of at most {most} characters")
    decided = datetime.datetime.now().astimezone().date() if date is None else parse_day(date)
    return {
        terms.DCTERMS_description: Literal(reason.strip()),
        terms.DCTERMS_date: Literal(decided.isoformat(), datatype=NamedNode(terms.XSD_date)),
        **({terms.decidedBy: Literal(by.strip())} if by and by.strip() else {}),
    }


def decide(batch: Batch, generation: Generation | None, kind: str, says: Mapping[str, effects.Term]) -> Decision:
    """Add a decision to a batch and return the decision; its summary is written as a comment into the registry.

    `kind` is the IRI of the decision's class, and `says` maps properties to values. Raises RegistryError.
    """
    return batch.decide(kind, says, summary(generation, Decision("", kind, says)))


def printed_value(
    generation: Generation, node: named_nodes.Named, wanted: Property, given: str | None
) -> Literal | NamedNode | None:
    """Return the printed value of a property to correct: the only one, or the one equal to `given`.

    `wanted` is the property. The result is None for a blank cell, and for a body as `parse_body` returns it. Raises
    UnclearWordError if several values are printed, or if none of them equals `given`.
    """
    printed = named_nodes.printed(generation, node.iri, wanted.iri)
    values = [_as_decided(generation, each) if isinstance(each, NamedNode) else each for each in printed]
    chosen = values if given is None else [each for each in values if _equals(each, given)]
    if len(chosen) == 1:
        return chosen[0]
    if given is None and not values:
        return None
    there = "、".join(each.value for each in values) or "—"
    raise UnclearWordError(
        f"所印的值有：{there}；请用 --printed 指明其一 · the printed values are: {there}; name one with --printed"
    )


def summary(generation: Generation | None, decision: Decision) -> str:
    """Describe a decision in one line; things have the names of the generation or, for None, their IRIs."""

    def called(predicate: str) -> str:
        node = decision.node(predicate)
        if node is None:
            return "?"
        return named_nodes.label(generation, node.value) if generation else node.value

    if decision.kind == terms.Identification:
        return f"{called(terms.keeps)} ← {called(terms.merges)}"
    if decision.kind == terms.Renaming:
        return f"{called(terms.formerBody)} → {called(terms.laterBody)}（{decision.text(terms.effectiveFrom)} 起）"
    if decision.kind == terms.Acceptance:
        group = decision.text(terms.acceptedGroup)
        of_group = f"（组 group {group}）" if group else ""
        return f"{_fault_label(decision.text(terms.acceptedFault))}：{called(terms.concerns)}{of_group}"
    if decision.kind == terms.Transcription:
        read, recognised = decision.text(terms.transcribedText), decision.text(terms.recognisedText)
        before = "照识别的 as recognised" if read == recognised else _shortened(recognised)
        iri = decision.text(terms.concerns)
        record = generation.sources.get(iri.rpartition("/")[2]) if generation else None
        file = record.file_name if record else iri
        return f"{file} 第 {decision.text(terms.onPage)} 页 page：{before} → {_shortened(read)}"
    iri = decision.text(terms.correctedProperty)
    wrong, right = (
        called(name) if decision.node(name) else decision.text(name)
        for name in (terms.printedValue, terms.correctedValue)
    )
    return f"{called(terms.concerns)}：{reference.labels().get((iri, 'zh'), iri)} {wrong or '（空 blank）'} → {right}"


def _shortened(text: str) -> str:
    """Return a text of several lines as one line, shortened to `_SHOWN` characters."""
    line = " ".join(text.split("\n"))
    return (line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…") or "（空 blank）"


def _distinguished(generation: Generation, one: named_nodes.Named) -> str:
    """Return the class and label of a thing, followed by a project's filing or a document's titles to tell it apart."""
    filings = generation.graph.quads_for_pattern(NamedNode(one.iri), NamedNode(terms.partOfFiling), None)
    more = {named_nodes.label(generation, quad.object.value) for quad in filings if isinstance(quad.object, NamedNode)}
    more |= {title.value for title in named_nodes.printed(generation, one.iri, terms.DCTERMS_title)} - {one.label}
    return " ".join([_ZH.get(one.kind, ""), one.label, *sorted(more)])


def find_group(generation: Generation, key: str) -> tuple[str, str]:
    """Return the fault of a group of findings and the node that they are about, or the filing of several nodes.

    Raises UnclearWordError if no group has this key.
    """
    results = effects.group(generation.graph, key)
    faults = {value for each in results for value in _values(generation, each, terms.SH_sourceShape)}
    nodes = {value.partition("#")[0] for each in results for value in _values(generation, each, terms.SH_focusNode)}
    if len(faults) != 1:
        raise UnclearWordError(f"没有这一组发现 · there is no such group of findings: {key}")
    filings = {value for node in nodes for value in _values(generation, NamedNode(node), terms.partOfFiling)}
    return faults.pop(), min(nodes if len(nodes) == 1 or not filings else filings)


def _values(generation: Generation, node: effects.Subject, name: str) -> list[str]:
    quads = generation.graph.quads_for_pattern(node, NamedNode(name), None, DefaultGraph())
    return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal)]


def _fault_label(iri: str) -> str:
    try:
        return catalogue.fault(catalogue.present(iri)).label.zh
    except KeyError:  # the rule existed in an earlier version only
        return iri


def _nearest(text: str, known: Iterable[str]) -> str:
    """Return the end of an error message, with the `known` words nearest to a text; empty if none is near.

    Words that contain the text come first, then words of similar spelling.
    """
    by_key = {key(word): word for word in known}
    wanted = key(text)
    containing = sorted((word for word in by_key if wanted and wanted in word), key=len)
    nearest = dict.fromkeys([*containing, *get_close_matches(wanted, by_key, n=_NEAREST, cutoff=0.5)])
    words = "、".join(by_key[word] for word in list(nearest)[:_NEAREST])
    return f"；可能是 · perhaps: {words}" if words else ""


def _equals(value: Literal | NamedNode, given: str) -> bool:
    """Return whether a printed value equals the `given` text, as a number or by the key of a name."""
    try:
        return Decimal(value.value) == Decimal(given.replace(",", ""))
    except InvalidOperation:
        return key(value.value) == key(given)
