"""Find the projects of a scan whose name, filing body or fiscal year was not recognised for sure.

With one misread character, the amounts of a project would be stated about another project. Name, body and year must
therefore each be printed a second time in the file, or have been recognised with certainty; otherwise the entire
project is withheld.
"""

from collections.abc import Iterable, Mapping

from jixiao.ingest.certainty.kinds import WORDING
from jixiao.ingest.certainty.scores import Scores, is_sure, lines, nearly
from jixiao.ingest.model import BODIES, Extraction, Printed, Project
from jixiao.ingest.rendition import Rendition
from jixiao.ontology.identity import key
from jixiao.ontology.reasons import Reason, reason


def unsure(extraction: Extraction, rendition: Rendition) -> Mapping[int, Reason]:
    """Return why projects are not identified for sure, by their positions in the extraction; sure ones are left out."""
    found = _Identities(extraction, rendition)
    return {at: why for at, project in enumerate(extraction.projects) if (why := found.why(project))}


class _Identities:
    """The names, bodies and years of one file's projects, with the recognised lines to check them by."""

    def __init__(self, extraction: Extraction, rendition: Rendition) -> None:
        self._cover, self._projects = extraction.cover, extraction.projects
        self._scores = Scores(rendition.recognised)
        stories = (project.narrative.name for project in self._projects if project.narrative)
        self._names = [each for each in (*(project.name for project in self._projects), *stories) if each]
        bodies = (project.form.fields.get(name) for project in self._projects for name in BODIES)
        self._bodies = [each for each in (self._cover.body, *bodies) if each]

    def why(self, project: Project) -> Reason | None:
        """Return why a project is not identified for sure; None if it is."""
        return self._of_name(project) or self._of_body(project) or self._of_year(project)

    def _of_name(self, project: Project) -> Reason | None:
        name, told = project.name, project.narrative.name if project.narrative else None
        if name is None or self._scores.is_read(name):  # the shapes refuse a project without a name
            return None
        if told is not None and told.places != name.places and nearly(told.text, name.text):
            again = [self._scores.stands_again(each.text, lines(each)) for each in (name, told)]
            return None if again == [True, False] else _why("name", told.text)
        return self._of("name", name, self._names)

    def _of_body(self, project: Project) -> Reason | None:
        printed = (self._cover.body, project.body, *map(project.form.fields.get, BODIES))
        body = next((each for each in printed if each and key(each.text)), None)
        return self._of("body", body, self._bodies) if body else None

    def _of(self, part: str, printed: Printed, named: Iterable[Printed]) -> Reason | None:
        """Return why a name of a project or body is unsure; None if it is sure, or is printed a second time.

        `part` is "name" or "body", and `printed` the name itself; `named` has all names of that kind in the file.
        """
        others = [each.text for each in named if each.places != printed.places]
        again = key(printed.text) in map(key, others) or self._scores.stands_again(printed.text, lines(printed))
        if again or self._scores.is_sure(printed, "project"):
            return None
        also = self._scores.second(printed)
        return _why(part, also or next((each for each in others if nearly(each, printed.text)), None))

    def _of_year(self, project: Project) -> Reason | None:
        """Return why the fiscal year of a project is unsure; None if it is sure, or printed a second time.

        A form without a year is unsure if other forms of the file have one: its year was probably not recognised.
        """
        year = project.form.year or self._cover.year
        if year is None:
            return _why("year") if any(other.form.year for other in self._projects) else None
        place = project.form.year_place if project.form.year else None
        own = [place.line] if place else list(self._scores.lines_with(str(year)))
        if not own or any(is_sure(self._scores.of([line], str(year)), "project") for line in own):
            return None
        named = list(self._scores.lines_with(WORDING.text("year").format(year)))
        again = [line for line in named if line not in own] if place else named[1:]
        return None if again else _why("year")


def _why(part: str, also: str | None = None) -> Reason:
    return reason(f"unsure-{part}", also=reason("read-otherwise", text=also) if also else "")
