"""Settle which body each project of a scan is filed by, where the name that counts was not recognised for sure.

The body is a part of the IRIs of filing and projects, so that one misread character would make them those of another
body. The project then goes by another name of its body that is sure: its own, or that of most projects of the file.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from jixiao.ingest.certainty import kinds
from jixiao.ingest.certainty.scores import Scores
from jixiao.ingest.model import Extraction, Printed, Project
from jixiao.ingest.rendition import Rendition
from jixiao.ontology.identity import key, plain_body

_FIELDS = ("competentDepartment", "implementingUnit")


def settled(extraction: Extraction, rendition: Rendition) -> Extraction:
    """Return an extraction whose filing and projects go by names of bodies that are sure, as far as there are any."""
    scores = Scores(rendition.recognised)
    cover = extraction.cover
    names = [*([cover.body] if cover.body else ()), *(name for each in extraction.projects for name in _named(each))]
    counted = Counter(map(_key, names))
    sure = [name for name in names if counted[_key(name)] > 1 or _is_sure(name, scores)]
    if len(sure) == len(names) or not sure:
        return extraction
    known = {_key(name) for name in sure}
    most = max(sure, key=lambda name: counted[_key(name)])
    if cover.body is not None:
        return extraction if _key(cover.body) in known else replace(extraction, cover=replace(cover, body=most))
    projects = (
        each if _goes_by(each) in known else replace(each, body=_body(each, known, most))
        for each in extraction.projects
    )
    return replace(extraction, projects=tuple(projects))


def _named(project: Project) -> Iterator[Printed]:
    return (project.form.fields[name] for name in _FIELDS if name in project.form.fields)


def _goes_by(project: Project) -> str | None:
    return next(map(_key, _named(project)), None)


def _body(project: Project, known: set[str], most: Printed) -> Printed | None:
    """Return the first name of a project's body that is sure, otherwise that of most projects; None without any."""
    own = list(_named(project))
    return next((name for name in own if _key(name) in known), most if own else None)


def _key(printed: Printed) -> str:
    return key(plain_body(printed.text))


def _is_sure(printed: Printed, scores: Scores) -> bool:
    score = scores.of((place.line for place in printed.places), printed.text)
    return score is None or (score.agrees and score.least >= kinds.limits("name").doubted)
