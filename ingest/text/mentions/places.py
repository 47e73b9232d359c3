"""Read the places that texts name: the whole of a city, organs of counties, and those that issued a cited document."""

from collections.abc import Iterator
from functools import cache

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.documents import issued_in
from jixiao.ingest.text.mentions.mention import Mention
from jixiao.ingest.text.mentions.naming import WORDING, headed
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Subject
from jixiao.ontology import terms
from jixiao.ontology.places import Place, places, within

_WHOLE, _ORGAN = WORDING.pattern("whole_city"), WORDING.pattern("organ_of")


def named_places(subject: Subject) -> Iterator[Mention]:
    """Yield the places that the goals and sections of a project name, outside its bases.

    A mention of a division names it; a division within the project's own, or around it, is the project's own place.
    """
    own = subject.graph.text(subject.iri, terms.place) or ""
    citations = subject.graph.texts(subject.iri, terms.hasCitation)
    issuers = sorted({name for citation in citations for name in issued_in(subject, citation)})
    for prose in subject.running:
        if prose.place == "section" and headed(subject, prose.holder, "依据", "背景"):
            continue
        for name in issuers:
            at = prose.text.find(name)
            if at >= 0 and not prose.aside.meet(at, at + len(name)):
                yield _mention(prose, at, at + len(name), name)
        for start, end, place in _divisions(subject, prose, own.rpartition("/")[2]):
            meant = own if within(place.code, own.rpartition("/")[2]) else f"{own.rpartition('/')[0]}/{place.code}"
            yield _mention(prose, start, end, place.name, meant)


def _mention(prose: Prose, start: int, end: int, thing: str, place: str | None = None) -> Mention:
    values = {terms.nameOf: f.iri(terms.Place), terms.names: f.iri(place) if place else None}
    return Mention(prose, terms.StatedName, start, end, thing=thing, values=values)


def _divisions(subject: Subject, prose: Prose, own: str) -> Iterator[tuple[int, int, Place]]:
    """Yield the cities that a text means as a whole, and the counties of the province of which it names an organ.

    A county counts for a project of a county alone, and one that is in the name of a body of the form is its own.
    """
    if own not in places() or places()[own].level == "province":
        return
    for found in _WHOLE.finditer(prose.text):
        place = _cities().get(found["all"] or found["within"])
        if place and place.code[:4] != own[:4] and not prose.aside.meet(*found.span()):
            yield (*found.span(), place)
    if places()[own].level != "county":
        return
    graph, filing = subject.graph, subject.filing or ""
    nodes = (graph.texts(subject.iri, name) for name in (terms.competentDepartment, terms.implementingUnit))
    bodies = [node for each in (*nodes, graph.texts(filing, terms.filedBy)) for node in each]
    known = "".join(graph.text(node, terms.RDFS_label) or "" for node in bodies)
    for found in _ORGAN.finditer(prose.text):
        place = _counties().get((own[:2], found["place"]))
        if place and found["place"] not in known and not prose.aside.meet(*found.span()):
            yield (*found.span(), place)


@cache
def _cities() -> dict[str, Place]:
    return {place.name: place for place in places().values() if place.level == "prefecture"}


@cache
def _counties() -> dict[tuple[str, str], Place]:
    """Return the counties by the first digits of their province's code and their name without 区 or 县."""
    counties = (place for place in places().values() if place.level == "county" and not place.former)
    return {(place.code[:2], place.stem): place for place in counties}
