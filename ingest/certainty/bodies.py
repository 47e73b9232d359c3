"""Correct the name of the filing body of a scanned filing or project where the name was not recognised for sure.

The IRIs of filings and projects contain the body's name, so one misread character would assign them to another body.
An unsure name is therefore replaced by a sure name in the same file, if the two differ only in characters that are in
doubt.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.certainty.readings import Readings
from jixiao.ingest.model import BODIES, Extraction, Printed, Project
from jixiao.ingest.rendition import Rendition
from jixiao.ontology.identity import key, plain_body


def settled(extraction: Extraction, rendition: Rendition) -> Extraction:
    """Return the extraction with unsure names of filing bodies replaced by sure ones, where exactly one fits.

    A name is sure if it occurs twice in the file, or if its recognition scored high enough.
    """
    readings = Readings(rendition)
    cover = extraction.cover
    names = [*([cover.body] if cover.body else ()), *(name for each in extraction.projects for name in _named(each))]
    counted = Counter(map(_key, names))
    sure = [name for name in names if counted[_key(name)] > 1 or readings.is_sure(name, "project")]
    known = {_key(name) for name in sure}
    if len(sure) == len(names) or not sure:
        return extraction
    if cover.body is not None:
        surer = None if _key(cover.body) in known else _surer(cover.body, sure, readings)
        return replace(extraction, cover=replace(cover, body=surer)) if surer else extraction
    projects = []
    for project in extraction.projects:
        name = next(_named(project), None)
        surer = _surer(name, sure, readings) if name and _key(name) not in known else None
        projects.append(replace(project, body=surer) if surer else project)
    return replace(extraction, projects=tuple(projects))


def _named(project: Project) -> Iterator[Printed]:
    return (project.form.fields[name] for name in BODIES if name in project.form.fields)


def _surer(name: Printed, sure: Sequence[Printed], readings: Readings) -> Printed | None:
    """Return the only name in `sure` of which `name` may be a misreading; None if there is none, or several."""
    found = {_key(other): other for other in reversed(sure) if readings.may_be(name, other.text)}
    return next(iter(found.values())) if len(found) == 1 else None


def _key(printed: Printed) -> str:
    return key(plain_body(printed.text))
