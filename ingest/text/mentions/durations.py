"""Read how long something takes, and how often it is done: terms of services, days of an event, 每季度一次.

`months` or `days` measure a length; the number of instalments is its `targetValue`. The operator `ge` (at least) marks
a length that a text only implies: a fifth year needs a term of five years. A frequency is about the indicators and
figures whose thing is named in its sentence or by its indicator; `statedCount` is the number of times a year that the
sentence states.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Stated, Subject, operator
from jixiao.ingest.text.mentions.times import RE, WORDING
from jixiao.ontology import terms
from jixiao.ontology.numerals import figure

_MONTHS, _DAYS, _PER_YEAR, _PAYMENTS = map(WORDING.meanings, ("months", "days", "rhythms", "payments"))
_AHEAD = 12  # characters before a length that may name what it is of
_NAME = 3  # the most characters of a name that tells no more than a unit


def durations(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the lengths of time in a project's texts, in its indicators' targets, and in its term."""
    for prose in (*subject.running, *subject.loose):
        if not RE.renewed.search(prose.text):
            yield from _terms(prose, subject)
            yield from _instalments(prose)
            yield from _ordinals(prose, subject)
    for row in subject.rows:
        yield from _of_row(row, subject)
    for prose in subject.graph.prose(subject.iri, terms.projectTerm, "term"):
        for found in RE.length.finditer(prose.text):
            yield _length(prose, found, None, (subject.iri,))


def _terms(prose: Prose, subject: Subject) -> Iterator[Mention]:
    """Yield the lengths that a text states of something named beside them: 服务期限3年, 三年服务合同, 为期5天."""
    phased = RE.phased.search(prose.text)
    for found in RE.length.finditer(prose.text):
        before = prose.text[max(0, found.start() - _AHEAD) : found.start()].rstrip("：: ")
        behind = RE.behind_length.match(prose.text, found.end())
        if found["unit"] in _DAYS:
            sentence = prose.text[slice(*prose.of_sentence(found.start()))]
            kind = None if RE.several.search(sentence) else RE.lasts.search(before)
        else:
            kind = behind or RE.of_length.search(before)
        if kind is None or (found["unit"] in _MONTHS and RE.other_terms.search(kind["kind"])):
            continue
        is_whole = RE.whole_term.match(kind["kind"]) and not phased
        yield _length(prose, found, _kind(kind["kind"]), (subject.iri,) if is_whole else ())


def _instalments(prose: Prose) -> Iterator[Mention]:
    for found in RE.instalments.finditer(prose.text):
        thing = f"{found['unit']}{_PAYMENTS[found['paid']]}"
        yield _mention(prose, found, thing, (), {terms.targetValue: f.decimal(Decimal(figure(found["figure"])))})


def _ordinals(prose: Prose, subject: Subject) -> Iterator[Mention]:
    """Yield the last year that a text numbers (第三年) as a least length, once for each indicator that it is about.

    Such an indicator measures a length in months or years, and the text has the first two characters of its name.
    """
    found = max(RE.ordinal.finditer(prose.text), key=lambda each: figure(each["figure"]), default=None)
    for row in subject.rows:
        is_length = row.unit in _MONTHS and len(row.name) > _NAME and RE.row_length.search(row.name)
        if found and is_length and row.name[:2] in prose.text:
            months = f.decimal(Decimal(12 * figure(found["figure"])))
            values = {terms.months: months, terms.targetValue: months, terms.targetOperator: operator("ge")}
            yield _mention(prose, found, _of_name(row), (row.iri,), values)


def _of_row(row: IndicatorFacts, subject: Subject) -> Iterator[Mention]:
    """Yield the length that is an indicator's target; nothing for a target in another unit.

    A limit on the duration of works is a length of the whole project as well.
    """
    if row.value is None or row.unit not in _MONTHS or not row.name:
        return
    months = f.decimal(row.value * int(_MONTHS[row.unit]))
    sign = operator(row.operator)
    is_limit = row.operator in {"le", "lt"} and RE.works.search(row.name) and not RE.other_terms.search(row.name[:2])
    about = (row.iri, subject.iri) if is_limit else (row.iri,)
    values = {terms.months: months, terms.targetValue: months if sign else None, terms.targetOperator: sign}
    for prose in subject.graph.prose(row.iri, terms.targetText, "target"):
        yield Mention(prose, terms.StatedDuration, 0, len(prose.text), _of_name(row), about, values)


def _of_name(row: IndicatorFacts) -> str:
    kind = RE.of_length.search(row.name)
    return _kind(kind["kind"]) if kind else row.name


def _kind(printed: str) -> str:
    """Return one name for the terms of a service, a lease and a contract; any other name unchanged."""
    return WORDING.words("one_terms")[0] if printed in WORDING.words("one_terms") else printed


def _length(prose: Prose, found: re.Match[str], thing: str | None, about: tuple[str, ...]) -> Mention:
    unit = found["unit"]
    name, sizes = (terms.months, _MONTHS) if unit in _MONTHS else (terms.days, _DAYS)
    return _mention(prose, found, thing, about, {name: f.decimal(Decimal(figure(found["figure"]) * int(sizes[unit])))})


def _mention(
    prose: Prose, found: re.Match[str], thing: str | None, about: tuple[str, ...], values: Mapping[str, Stated]
) -> Mention:
    return Mention(prose, terms.StatedDuration, found.start(), found.end(), thing, about, values)


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
