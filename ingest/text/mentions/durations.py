"""Read how long a project takes by its term, and how often something is done: 每季度一次.

A frequency is about the indicators and figures whose thing is named in its sentence or by its indicator; `statedCount`
is the number of times a year that the sentence states.
"""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.text.mentions.subject import Mention, Stated, Subject, operator
from jixiao.ingest.text.mentions.times import RE, WORDING
from jixiao.ontology import terms
from jixiao.ontology.numerals import figure

_MONTHS, _PER_YEAR = map(WORDING.meanings, ("months", "rhythms"))


def durations(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the lengths of time in a project's term."""
    for prose in subject.graph.prose(subject.iri, terms.projectTerm, "term"):
        for found in RE.length.finditer(prose.text):
            months = {terms.months: f.decimal(Decimal(figure(found["figure"]) * int(_MONTHS[found["unit"]])))}
            yield Mention(prose, terms.StatedDuration, *found.span(), None, (subject.iri,), months)


def frequencies(subject: Subject) -> Iterator[Mention]:
    """Yield the frequencies in the goals, sections, names and targets of a project."""
    graph, rows = subject.graph, subject.rows
    nodes = (*graph.texts(subject.iri, terms.hasMention), *(row.iri for row in rows))
    counted = [node for node in nodes if RE.occasions.fullmatch(graph.text(node, terms.targetUnit) or "")]
    things = [(node, RE.measuring.sub("", RE.remark.sub("", graph.label(node)))) for node in counted]
    names = {row.iri: row.name for row in rows}
    for prose in (*subject.running, *subject.cells, *subject.loose):
        yield from _rhythms(prose, names.get(prose.holder, ""), things)


def _rhythms(prose: Prose, name: str, things: list[tuple[str, str]]) -> Iterator[Mention]:
    """Yield the frequencies of a text.

    Sentences with several frequencies are left out, since each may be of another thing. `name` is that of the indicator
    with the text, or empty; `things` are IRI and name of what has a count of occasions.
    """
    found = list(RE.often.finditer(prose.text))
    sentences = [prose.of_sentence(each.start()) for each in found]
    for each, (start, end) in zip(found, sentences, strict=True):
        if sentences.count((start, end)) > 1:
            continue
        said = name + prose.text[start:end]
        about = tuple(iri for iri, thing in things if len(thing) > 1 and thing in said and iri != prose.holder)
        rate = f.decimal(Decimal(_PER_YEAR[each["period"] or each["serial"]]) * figure(each["figure"] or "1"))
        totals = [one.value for one in prose.quantities if start <= one.start < end and _is_yearly_total(prose, one)]
        values: dict[str, Stated] = {
            terms.timesPerYear: rate,
            terms.statedCount: f.integer(int(totals[0])) if len(totals) == 1 else None,
        }
        if RE.at_least.search(each.group()):
            values |= {terms.targetValue: rate, terms.targetOperator: operator("ge")}
        yield Mention(prose, terms.StatedFrequency, each.start(), each.end(), None, about, values)


def _is_yearly_total(prose: Prose, one: Quantity) -> bool:
    """Return whether a quantity is the total of occasions in the whole year: 全年合计4次.

    Such a quantity has a unit of occasions and no operator, is last in its clause, and follows a word for the whole
    year.
    """
    start, end = prose.of_clause(one.start)
    is_last = not prose.text[one.end : end].strip("，。；;, \n")
    is_count = one.operator is None and RE.occasions.fullmatch(one.unit)
    return bool(is_count and is_last and RE.of_all_year.search(prose.text[start : one.start]))
