"""Identify projects by filing body (the organisation that files them), year and name, and give them IRIs.

Only identical full names are merged. The place of a body comes from its own name, else from the other bodies and the
titles of its source, if they agree.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import TypeGuard

from jixiao.ingest.model import BODIES, Cover, Evaluated, Extraction, Printed, Project
from jixiao.ingest.text.altered import is_altered, is_masked
from jixiao.ontology import bodies
from jixiao.ontology.identity import Iris, alike, h13, key, label, plain_body
from jixiao.ontology.places import lineage, mentioned, opening, within

_SHORTEST_ORGAN = 3
_LONGEST_DIVISION = 16
_MOST_TEXT = 20_000  # most characters of a text that are searched for divisions
_MOST_PLACES = 1000  # places of an organ's name in a text at which a division is looked for


@dataclass(frozen=True)
class Body:
    """An organisation as one source names it: its name as printed, its full name, and the code of its division.

    The division is the province, city, county or the like to which it belongs. `full` is None if the source does not
    say which. `inferred` is true if the division follows from other words of the source than the name. `longer` is a
    longer name that the source prints elsewhere, if `printed` is short for it.
    """

    printed: Printed
    full: str | None
    place: str | None
    inferred: bool
    longer: str | None = None

    @property
    def shown(self) -> str:
        """Return the name to show, without spaces and mark-up: the longer one, if any, or else the printed one."""
        return self.longer or label(self.printed.text)

    def plain(self) -> "Body":
        """Return the body without the additions （本级） and （汇总） in its names."""
        printed = Printed(((self.printed.parts[0][0], plain_body(label(self.printed.text))),))
        return replace(self, printed=printed, full=self.full and plain_body(self.full))

    def iri(self, iris: Iris, sha256: str) -> str:
        """Return the body's IRI; a body without a full name gets an IRI that only this source uses."""
        return iris.org(self.full) if self.full else iris.org(self.shown, sha256=sha256)


@dataclass(frozen=True)
class Identified:
    """A project or self-evaluation with its body (None if unknown), place, fiscal year, filing, IRI and series.

    `place` is the code of the filing body's division, or of the division to whose own level (自治区本级) a title counts
    the body; without a body, `place` is the division of the titles. `alike` is the text that identifies the project as
    printed (identity.alike), None without a body. An evaluation is in no filing: its `filing` and `series` are not
    stated.
    """

    project: Project
    body: Body | None
    place: str | None
    year: int | None
    filing: str
    iri: str
    series: str
    alike: str | None

    @property
    def evaluated(self) -> Evaluated | None:
        """The contents of an evaluation alone; None for a project of a filing."""
        return self.project.form.evaluated


class Resolver:
    """The resolution of the bodies and places that one source names, to full names and codes of divisions."""

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        self._places: dict[str, tuple[str | None, bool]] = {}  # by the name of a body

    def identify(self, iris: Iris, sha256: str) -> Iterator[Identified]:
        """Yield the projects and evaluations with their IRIs, in order.

        A second project of one body, name and year gets the suffix `-2`.
        """
        seen: Counter[tuple[str, str, bool]] = Counter()
        is_only = len({label(each.text) for each in self._filed_by if each}) == 1
        for project, named_by in zip(self.extraction.projects, self._filed_by, strict=True):
            # A form that breaks off before its body is of the only body that the source names.
            printed = named_by or (self._filed_by[0] if is_only and project.form.breaks_off is not None else None)
            body = self.body(printed) if printed else None
            year = project.form.year or self.extraction.cover.year
            # Validation refuses a project without a name; until then it needs an IRI of its own.
            name = project.name.text if project.name and key(project.name.text) else f"?{project.ordinal}"
            named = (body.full or body.shown) if body else None
            alone = bool(body and not body.full)
            filing = iris.filing(named, year, sha256=sha256, alone=alone)
            evaluated = project.form.evaluated is not None
            seen[filing, h13(name), evaluated] += 1
            of_name = seen[filing, h13(name), evaluated]
            iri = (iris.evaluation if evaluated else iris.project)(
                named, year, name, of_name, sha256=sha256, alone=alone
            )
            series = iris.series(named, name, sha256=sha256, alone=alone)
            place = body.place if body else _one(self._around)
            levels = (bodies.of_own_level(each.text, place) for each in project.form.titles if place)
            place = next(filter(None, levels), place)
            yield Identified(
                project,
                body,
                place,
                year,
                filing,
                iri,
                series,
                alike(label(body.printed.text), year, name, placed=not alone, evaluated=evaluated) if body else None,
            )

    @cached_property
    def _filed_by(self) -> list[Printed | None]:
        cover = self.extraction.cover
        told = (filing_body(cover, project) for project in self.extraction.projects)
        # The body that signed a notice is surer than one whose division nothing tells: 市林业局.
        return [cover.signed if each and cover.signed and not self.body(each).full else each for each in told]

    @property
    def filing_bodies(self) -> tuple[str, ...]:
        """The names of the filing bodies, in full or else as printed, without （本级） and （汇总）."""
        printed = {each.text: each for each in self._filed_by if each}.values()
        named = (self.body(each).plain() for each in printed)
        return tuple(dict.fromkeys(body.full or body.shown for body in named))

    def body(self, printed: Printed) -> Body:
        """Return the body that a printed name means."""
        if printed.text not in self._places:
            self._places[printed.text] = self._place(bodies.parsed(printed.text))
        place, inferred = self._places[printed.text]
        full = bodies.full_name(printed.text, place)
        return Body(printed, full, place, inferred, self._in_full("".join(printed.text.split()), full, place))

    def _in_full(self, short: str, full: str | None, place: str | None) -> str | None:
        """Return the longer name that the source prints of a body whose printed name is short (卫健委), or None.

        `short` is the printed name, `full` the full name, and `place` the code of the body's division.
        """
        if full is None or place is None or (full.endswith(short) and opening(short)[0]):
            return None
        names = (full, *(full.removeprefix(each.name) for each in lineage(place)))
        told = (name for name in names if len(name) > len(short) and opening(name)[0] and name in self.extraction.text)
        return next(told, None)

    def _place(self, name: bodies.BodyName) -> tuple[str | None, bool]:
        """Return the code of a body's division, or None, and True if it follows only from other words of the source."""
        around = () if name.codes else self._named_in_full(name)
        if len(around) > 1 or (name.level is None and name.is_common):
            # An upper body of that name may be meant: 教育局 beside 安徽省教育局.
            around = tuple(code for code in around if code in self._around)
        sure = name.place(None) or _one(around)
        beside = around or self._around or (self._mentioned if name.level else ())
        place = sure or _one(code for each in beside if (code := name.place(each)))
        return place, not sure and not name.codes

    def _named_in_full(self, name: bodies.BodyName) -> tuple[str, ...]:
        """Return the divisions before the name of an organ, wherever the text prints both: 蒙城县卫生健康委员会."""
        found = {
            code
            for organ in {name.organ, bodies.full_organ(name.organ)}
            if len(organ) >= _SHORTEST_ORGAN
            for match in islice(re.finditer(re.escape(organ), self.extraction.text), _MOST_PLACES)
            if (code := _last_division(self.extraction.text[max(0, match.start() - _LONGEST_DIVISION) : match.start()]))
        }
        return tuple(sorted(found))

    @cached_property
    def _around(self) -> tuple[str, ...]:
        """Return the codes of the innermost divisions that the source's bodies and titles name."""
        forms = [project.form for project in self.extraction.projects]
        printed = [form.fields[name] for form in forms for name in BODIES if name in form.fields]
        printed += (each.narrative.body for each in self.extraction.projects if each.narrative and each.narrative.body)
        cover = self.extraction.cover
        names = [bodies.parsed(each.text).codes for each in (*printed, *filter(None, (cover.body, cover.signed)))]
        titles = (*cover.titles, *(title for form in forms for title in (*form.titles, *filter(None, (form.above,)))))
        sets = [codes for codes in names if codes] + [each for title in titles for each in mentioned(title.text)]
        sure = {next(iter(codes)) for codes in sets if len(codes) == 1}
        for codes in sets:
            near = {code for code in codes if any(within(code, other) for other in sure)}
            sure |= near if len(near) == 1 else set()
        return _nearest(sure)

    @cached_property
    def _mentioned(self) -> tuple[str, ...]:
        """Return the codes of divisions that the text names in full, for bodies whose name has none (区残联).

        An example is 陈仓区 in a text that names no other district.
        """
        named = mentioned(self.extraction.text[:_MOST_TEXT])
        return _nearest({next(iter(codes)) for codes in named if len(codes) == 1})


def _nearest(codes: set[str]) -> tuple[str, ...]:
    """Return the innermost of the given divisions, as sorted codes: those that contain no other given one."""
    return tuple(sorted(code for code in codes if not any(within(other, code) for other in codes - {code})))


def _one(codes: Iterable[str]) -> str | None:
    found = set(codes)
    return found.pop() if len(found) == 1 else None


def _last_division(text: str) -> str | None:
    """Return the code of the division whose full name, as long as possible, ends a text; None without one."""
    starts = range(len(text) - 1 if text.endswith(bodies.DIVISION_ENDINGS) else 0)
    whole = (codes for codes, rest in (opening(text[start:]) for start in starts) if codes and not rest)
    return _one(next(whole, ()))


def filing_body(cover: Cover, project: Project) -> Printed | None:
    """Return the printed name of the body that files a project; None if no body is named, or if places contradict.

    It is 填报单位 of the form, or the body of the cover if the name of one is in that of the other; else 主管部门. If
    none is named, or 主管部门 is a body of a division above, it is the body that signed the notice above the form or
    published the page, otherwise 实施单位 or the narrative's body. A section of a body (经济建设科) files only where no
    body is named. If a title names a zone (某开发区), the body that manages the zone files, if it is among these. If
    the bodies of form and heading are in different divisions, of which neither contains the other, none files. No
    department or unit that a row of a finance department's list names filed the list.
    """
    named = {} if cover.of_finance else project.form.fields
    unit, department, implementer = map(named.get, ("filingUnit", *BODIES))
    narrated = project.narrative.body if project.narrative else None
    heading = next(filter(_may_file, (cover.body, cover.signed)), None)
    if heading and any(each and _are_apart(each.text, heading.text) for each in (unit, department)):
        return None
    signed = cover.signed
    above = department and signed and _is_above(department.text, signed.text)
    by_department = (signed, department) if above else (department, signed)
    titled = (cover.body, project.body, unit) if _agree(cover.body, unit) else (project.body, unit, cover.body)
    printed = filter(_may_file, (*titled, *by_department, implementer, narrated))
    known = sorted(printed, key=lambda one: bodies.is_section(one.text))
    of_zone = (each for each in known if bodies.manages(each.text, known[0].text))
    return next(chain(of_zone, known), None)


def _may_file(body: Printed | None) -> TypeGuard[Printed]:
    """Return whether a body has a name that no copy has altered or masked."""
    return body is not None and bool(key(body.text)) and not (is_altered(body.text) or is_masked(body.text))


def _agree(one: Printed | None, other: Printed | None) -> bool:
    """Return whether the name of a body is in that of another, as those of its parts and short names are.

    True, too, if one of the two is not named.
    """
    names = sorted((plain_body(label(each.text)) if each else "" for each in (one, other)), key=len)
    return names[0] in names[1]


def _are_apart(one: str, other: str) -> bool:
    """Return whether two bodies are surely in different divisions, of which neither contains the other."""
    first, second = (bodies.parsed(name).place(None) for name in (one, other))
    return first is not None and second is not None and not (within(first, second) or within(second, first))


def _is_above(upper: str, lower: str) -> bool:
    """Return whether the body named `upper` is national, or its division contains that of the body `lower`."""
    place, body = bodies.parsed(lower).place(None), bodies.parsed(upper)
    return place is not None and (body.national or body.place(place) in {each.code for each in lineage(place)[1:]})
