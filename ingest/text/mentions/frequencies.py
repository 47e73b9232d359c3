"""Read how often something is done: 每季度一次, 双月刊."""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.durations import number
from jixiao.ingest.text.mentions.mention import Mention, Stated
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Subject
from jixiao.ingest.text.mentions.times import WORDING, search
from jixiao.ontology import terms

_PER_YEAR = WORDING.meanings("rhythms")


def frequencies(subject: Subject) -> Iterator[Mention]:
    """Yield the frequencies in the goals, sections, names and targets of a project.

    A frequency is about the indicators and stated figures whose thing its sentence, or the name of its indicator, has.
    """
    graph = subject.graph
    figures = graph.texts(subject.iri, terms.hasMention)
    counted = [(row.iri, row.name, row.unit) for row in subject.rows]
    counted += [
        (node, graph.text(node, terms.RDFS_label) or "", graph.text(node, terms.targetUnit) or "") for node in figures
    ]
    things = [(iri, _thing(name)) for iri, name, unit in counted if WORDING.pattern("occasions").fullmatch(unit)]
    names = {row.iri: row.name for row in subject.rows}
    for prose in (*subject.running, *subject.cells):
        yield from _stated(prose, names.get(prose.holder, ""), things)


def _stated(prose: Prose, name: str, things: list[tuple[str, str]]) -> Iterator[Mention]:
    """Yield the frequencies of a text; a sentence with several is about several things, and is left out."""
    found = list(WORDING.pattern("often").finditer(prose.text))
    sentences = [prose.sentence(each.start()) for each in found]
    for each, sentence in zip(found, sentences, strict=True):
        if sentences.count(sentence) > 1:
            continue
        said = name + prose.text[slice(*prose.of_sentence(each.start()))]
        about = tuple(iri for iri, thing in things if len(thing) > 1 and thing in said and iri != prose.holder)
        rate = f.decimal(Decimal(_PER_YEAR[each["period"] or each["serial"]]) * number(each["figure"] or "1"))
        values: dict[str, Stated] = {terms.timesPerYear: rate}
        if search("at_least", each.group()):
            values |= {terms.targetValue: rate, terms.targetOperator: f.iri(terms.JX + "ge")}
        yield Mention(prose, terms.StatedFrequency, each.start(), each.end(), None, about, values)


def _thing(name: str) -> str:
    """Return what a name counts: 例会次数（场） counts 例会."""
    return WORDING.pattern("measuring").sub("", WORDING.pattern("remark").sub("", name))
