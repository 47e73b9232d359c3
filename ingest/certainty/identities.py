"""Find the projects of a scan whose name, filing body or fiscal year was not recognised for sure.

With one misread character, the amounts of a project would be stated about another project. Name, body and year must
therefore each be printed a second time in the file, or have been recognised with certainty; otherwise the entire
project is withheld.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from jixiao.ingest.certainty import kinds
from jixiao.ingest.certainty.readings import Readings, lines, nearly
from jixiao.ingest.certainty.wording import WORDING
from jixiao.ingest.model import BODIES, Extraction, Printed, Project
from jixiao.ingest.rendition import Rendition
from jixiao.ontology.identity import key

_YEAR = WORDING.text("year")
_NAMES = {"name": ("名称", "name"), "body": ("单位", "body"), "year": ("年度", "fiscal year")}
_WHY = (
    "由图片识别，项目的{zh}没有把握{also_zh}，整个项目未收"
    " · recognised in a picture, the project’s {en} without certainty{also_en}: the project is withheld"
)
_ALSO = "（又读作“{}”）", " (also read as “{}”)"


def unsure(extraction: Extraction, rendition: Rendition) -> Mapping[int, str]:
    """Return why projects are not identified for sure, by their positions in the extraction; sure ones are left out."""
    found = _Identities(extraction, rendition)
    return {at: why for at, project in enumerate(extraction.projects) if (why := found.reason(project))}


class _Identities:
    """The names, bodies and years of one file's projects, with the recognised lines to check them by."""

    def __init__(self, extraction: Extraction, rendition: Rendition) -> None:
        self._cover, self._projects = extraction.cover, extraction.projects
        self._readings = Readings(rendition)

    def reason(self, project: Project) -> str | None:
        """Return why a project is not identified for sure, in Chinese and English; None if it is."""
        return self._of_name(project) or self._of_body(project) or self._of_year(project)

    def _of_name(self, project: Project) -> str | None:
        name, told = project.name, project.narrative.name if project.narrative else None
        if name is None:
            return None  # the shapes refuse the project
        if self._readings.is_read(name):
            return None
        if told is not None and told.places != name.places and nearly(told.text, name.text):
            again = [self._readings.stands_again(each.text, lines(each)) for each in (name, told)]
            return None if again == [True, False] else _why("name", told.text)
        return self._of("name", name, self._names)

    @cached_property
    def _names(self) -> list[Printed]:
        stories = (project.narrative.name for project in self._projects if project.narrative)
        return [each for each in (*(project.name for project in self._projects), *stories) if each]

    def _of_body(self, project: Project) -> str | None:
        fields = project.form.fields
        printed = (self._cover.body, project.body, *map(fields.get, BODIES))
        body = next((each for each in printed if each and key(each.text)), None)
        return self._of("body", body, self._bodies) if body else None

    @cached_property
    def _bodies(self) -> list[Printed]:
        printed = (project.form.fields.get(name) for project in self._projects for name in BODIES)
        return [each for each in (self._cover.body, *printed) if each]

    def _of(self, part: str, printed: Printed, named: Iterable[Printed]) -> str | None:
        """Return why a name of a project or body is unsure; None if it is sure, or occurs in the file again.

        `part` is "name" or "body", and `printed` the name itself; `named` has all names of that kind in the file.
        """
        others = [each.text for each in named if each.places != printed.places]
        again = key(printed.text) in map(key, others) or self._readings.stands_again(printed.text, lines(printed))
        if again or self._readings.is_sure(printed, "project"):
            return None
        also = self._readings.second(printed)
        return _why(part, also or next((each for each in others if nearly(each, printed.text)), None))

    def _of_year(self, project: Project) -> str | None:
        """Return why the fiscal year of a project is unsure; None if it is sure, or printed a second time.

        A form without a year is unsure if other forms of the file have one: its year was probably not recognised.
        """
        year = project.form.year or self._cover.year
        if year is None:
            return _why("year") if any(other.form.year for other in self._projects) else None
        place = project.form.year_place if project.form.year else None
        found = list(self._readings.lines_with(str(year)))
        own = [place.line] if place else found
        if not own or any(self._is_sure(line, str(year)) for line in own):
            return None
        named = list(self._readings.lines_with(_YEAR.format(year)))
        again = [line for line in named if line not in own] if place else named[1:]
        return None if again else _why("year")

    def _is_sure(self, line: int, year: str) -> bool:
        score = self._readings.scores.of([line], year)
        return score is None or (score.agrees and score.least >= kinds.limits("project").doubted)


def _why(part: str, also: str | None = None) -> str:
    zh, en = _NAMES[part]
    also_zh, also_en = (words.format(also) if also else "" for words in _ALSO)
    return _WHY.format(zh=zh, en=en, also_zh=also_zh, also_en=also_en)
