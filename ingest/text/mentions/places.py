"""Read the places that texts name: the whole of a city, organs of counties, and those that issued a cited document."""

import re
from collections.abc import Iterator
from functools import cache

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.bodies import of_form
from jixiao.ingest.text.mentions.documents import issued_in
from jixiao.ingest.text.mentions.mention import Mention
from jixiao.ingest.text.mentions.naming import RE, WORDING
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Subject
from jixiao.ontology import terms
from jixiao.ontology.places import Place, places, within
from jixiao.ontology.text.wording import alternatives

_COUNTY, _SHORTEST = WORDING.text("named_county"), 3


def named_places(subject: Subject) -> Iterator[Mention]:
    """Yield the places that the goals and sections of a project name, outside its bases.

    A mention of a division names it; a division within the project's own, or around it, is the project's own place.
    """
    own = subject.graph.text(subject.iri, terms.place) or ""
    citations = subject.graph.texts(subject.iri, terms.hasCitation)
    issuers = sorted({name for citation in citations for name in issued_in(subject, citation)})
    for prose in subject.running:
        of_bases = prose.place == "section" and RE.on_background.search(prose.heading) is not None
        for name in () if of_bases else issuers:
            at = prose.text.find(name)
            if at >= 0 and not prose.aside.meet(at, at + len(name)):
                yield _mention(prose, at, at + len(name), name)
        for start, end, place in _divisions(subject, prose, own.rpartition("/")[2], of_bases=of_bases):
            meant = own if within(place.code, own.rpartition("/")[2]) else f"{own.rpartition('/')[0]}/{place.code}"
            yield _mention(prose, start, end, place.name, meant)


def _mention(prose: Prose, start: int, end: int, thing: str, place: str | None = None) -> Mention:
    values = {terms.nameOf: f.iri(terms.Place), terms.names: f.iri(place) if place else None}
    return Mention(prose, terms.StatedName, start, end, thing=thing, values=values)


def _divisions(subject: Subject, prose: Prose, own: str, *, of_bases: bool) -> Iterator[tuple[int, int, Place]]:
    """Yield the cities that a text means as a whole, and the counties of the province that it names.

    A county counts for a project of a county alone, by its organ or as that for which the work is done (加快某区建设);
    one that is in the name of a body of the form is its own. In bases (`of_bases`) only the latter counts.
    """
    if own not in places() or places()[own].level == "province":
        return
    for found in () if of_bases else RE.whole_city.finditer(prose.text):
        place = _cities().get(found["all"] or found["within"])
        if place and place.code[:4] != own[:4] and not prose.aside.meet(*found.span()):
            yield (*found.span(), place)
    if places()[own].level != "county":
        return
    bodies = of_form(subject.graph, subject.iri)
    known = "".join(subject.graph.label(node) for node in bodies)
    counties, named = _counties(own[:2])
    for found in named.finditer(prose.text):
        stem = found["of"] or found["place"]
        if stem not in known and not (of_bases and found["of"]) and not prose.aside.meet(*found.span()):
            yield (*found.span(), counties[stem])


@cache
def _cities() -> dict[str, Place]:
    return {place.name: place for place in places().values() if place.level == "prefecture"}


@cache
def _counties(province: str) -> tuple[dict[str, Place], re.Pattern[str]]:
    """Return the counties of a province by their names without 区 or 县, and the pattern of their names in texts."""
    current = (place for place in places().values() if place.level == "county" and not place.former)
    found = {place.stem: place for place in current if place.code[:2] == province and len(place.name) >= _SHORTEST}
    stems = alternatives(found)
    return found, re.compile(_COUNTY % (stems, stems))
