"""Withhold the facts of cells with characters that bytes or fonts do not tell.

A few broken bytes, or a font without a table of its characters, cost their cells and nothing else.
"""

from collections.abc import Iterator
from dataclasses import replace

from jixiao.ingest import facts as f
from jixiao.ingest.certainty import kinds
from jixiao.ingest.emitting.emit import Emitted
from jixiao.ingest.facts import Fact, Facts
from jixiao.ingest.judging import Withholding, links, without
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import LOST, Rendition
from jixiao.ontology import grouping, terms
from jixiao.ontology.reasons import reason

WHY = reason("damaged")
# These go with the citation that they follow from.
_OF_CITATIONS = frozenset({terms.cites, terms.citedBasis})
_YEARS = frozenset({terms.year, terms.fiscalYear})
# Further facts of a filing that are lost with its body or year, which its label names.
_WITH = {terms.filedBy: frozenset({terms.place, terms.RDFS_label}), terms.year: frozenset({terms.RDFS_label})}


def without_lost(emitted: Emitted, rendition: Rendition) -> Emitted:
    """Return the facts of a file without those read from cells with lost characters.

    A part of a project is withheld without what gives it a meaning, and a body without its name is not stated. A lost
    cell from which no fact was read may have held a missing year or body.
    """
    own = emitted.contents.forms.keys() | emitted.contents.filings
    stated = emitted.facts.stated
    in_cells = {fact for fact in stated if fact.value is not None and any(map(rendition.is_lost, fact.places))}
    unnamed = {
        node
        for node, name in links(stated, terms.RDFS_label)
        if LOST.search(name) and node.partition("#")[0] not in own
    }
    years = {fact.value.value for fact in in_cells if fact.property in _YEARS and fact.value}

    def is_lost(fact: Fact) -> bool:
        if fact.value is None or fact.property in _OF_CITATIONS or fact.subject in unnamed:
            return False
        value = fact.value.value
        derived = value in unnamed or (fact.property in _YEARS and not fact.places and value in years)
        return derived or fact in in_cells or LOST.search(value) is not None

    supposed = list(_supposed(emitted, rendition))
    lost = [*filter(is_lost, stated), *supposed]
    of_others = {fact for fact in lost if fact.subject.partition("#")[0] not in own}
    facts = [
        *(fact._replace(value=None, why=WHY, withheld=fact.value) if fact in of_others else fact for fact in stated),
        *(Fact(fact.subject, terms.withheld, f.iri(fact.property)) for fact in supposed),
    ]
    known = replace(emitted, facts=Facts(emitted.facts.pages, facts))
    return without(known, _withholdings([fact for fact in lost if fact not in of_others], known))


def _supposed(emitted: Emitted, rendition: Rendition) -> Iterator[Fact]:
    """Yield facts that hold only if the lost cells, from which nothing was read, are not about them."""
    stated = emitted.facts.stated
    read = {place for fact in stated for place in fact.places}
    # Fonts of pages have icons among the characters for private use, which are no lost words.
    cells = (cell for row in rendition.rows for cell in row.filled if UNREAD in cell.text)
    if all(not read.isdisjoint(cell.places) for cell in cells):
        return
    led = {fact.subject for fact in stated if fact.property == terms.competentDepartment}
    filing_of = dict(links(stated, terms.partOfFiling))
    unled = {filing for project, filing in filing_of.items() if project not in led}
    dated = dict(links(stated, terms.year))
    yield from (fact for fact in stated if fact.property == terms.filedBy and not fact.places and fact.subject in unled)
    yield from (Fact(node, terms.year, None) for node in emitted.contents.forms if node not in dated)


def _withholdings(lost: list[Fact], emitted: Emitted) -> Iterator[Withholding]:
    stated = emitted.facts.stated
    classes = grouping.by_key(links(stated, terms.RDF_type))
    properties = grouping.by_key((fact.subject, fact.property) for fact in stated)
    gone: set[str] = set()
    for node, names in grouping.by_key((fact.subject, fact.property) for fact in lost).items():
        if "#" in node and not (kinds.WHOLE.isdisjoint(names) and kinds.WHOLE_PARTS.isdisjoint(classes[node])):
            gone.add(node)
        else:
            groups = set(map(kinds.group, names))
            together = {name for name in properties[node] if kinds.group(name) in groups}
            if node in emitted.contents.filings:
                together = together.union(*(_WITH.get(name, ()) for name in names))
            yield Withholding(node, "fact", WHY, frozenset(together))
    gone |= {node for node, holder in links(stated, terms.statedIn) if holder in gone}
    yield from (Withholding(node, "part", WHY) for node in sorted(gone))
