"""Read what is to be compared: bodies by name, projects, or one project over the years; a name may need a choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare import facts
from jixiao.server.apps.compare.projects import MOST_SIDES
from jixiao.server.apps.compare.result import Side
from jixiao.server.apps.compare.verdicts import Said, note
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import ParameterError
from jixiao.server.runtime.service import Service
from jixiao.server.views import columns
from jixiao.server.views.kinds import iri
from jixiao.server.views.names import AmbiguousError, Names, Queried, kindred, labels
from jixiao.server.views.parameters import Parameter
from jixiao.server.views.published import names as index_of
from jixiao.store.index.results import Name

_OFFERED = 20


@dataclass(frozen=True)
class Asked:
    """The sides of a comparison of a kind, `org` or `project`, and notes on how they were chosen."""

    kind: str
    sides: tuple[Side, ...]
    notes: tuple[Said, ...] = ()


class IncompleteError(ParameterError):
    """One side is given and the other has to be chosen; `years` are the years in which the body has projects."""

    def __init__(self, zh: str, en: str, years: Sequence[int] = ()) -> None:
        super().__init__(zh, en)
        self.years = years


@dataclass(frozen=True)
class _Thing:
    kind: str
    iri: str
    name: str


class Asking:
    """Reader of requests for a comparison against one version of the dataset."""

    def __init__(self, service: Service, now: Edition) -> None:
        self._service, self._now = service, now
        self._base = service.store.base_iri
        self._names: Names = index_of(now) or Queried(self._run)
        self._indexed = index_of(now) is not None

    def read(self, given: Mapping[str, str]) -> Asked:
        """Return what the parameters a, b, year_a and year_b ask for. Raises ParameterError, and what Pool.run does."""
        years = [self._year(name, given.get(name, "")) for name in ("year_a", "year_b")]
        first = self._thing("a", given["a"], ("org", "series"))
        if not given.get("b"):
            return self._alone(first, years)
        second = self._thing("b", given["b"], ("org", "series") if first.kind == "org" else ("series", "org"))
        kinds = {"org" if each.kind == "org" else "project" for each in (first, second)}
        if len(kinds) > 1:
            raise ParameterError(
                "单位和项目不能比较：请选两个单位，或两个项目。",
                "A body and a project cannot be compared: choose two bodies, or two projects.",
            )
        if kinds == {"org"}:
            return self._bodies((first, second), years)
        rows = [self._project(each, year) for each, year in zip((first, second), years, strict=True)]
        if rows[0]["project"] == rows[1]["project"]:
            raise ParameterError(
                "两方是同一个项目、同一个年度；请写另一个项目或另一个年度。",
                "Both sides are the same project of the same year; choose another project or year.",
            )
        return Asked("project", _of_projects(rows))

    def _alone(self, thing: _Thing, years: Sequence[int | None]) -> Asked:
        if thing.kind == "org":
            if years == [None, None]:
                raise IncompleteError(
                    "请写两个年度，或另一个单位。", "Give two years, or another body.", self._years_of(thing)
                )
            return self._bodies((thing, thing), years)
        node = thing.iri
        if thing.kind == "project":
            series = [row["series"] for row in self._series_of(node)]
            if not series:
                raise IncompleteError("请写另一个项目与它比较。", "Choose another project to compare it with.")
            node = str(series[0])
        rows = self._versions(node)
        if len(rows) < 2:
            raise IncompleteError(
                "这个项目只有一个年度；请写另一个项目与它比较。",
                "This project has one year only; choose another project to compare it with.",
            )
        older = len(rows) - MOST_SIDES
        return Asked("project", _of_projects(rows[-MOST_SIDES:]), (note("older", number=older),) if older > 0 else ())

    def _bodies(self, things: Sequence[_Thing], years: Sequence[int | None]) -> Asked:
        if (years[0] is None) != (years[1] is None):
            raise ParameterError("两方的年度要么都写，要么都不写。", "Give the years of both sides, or of neither.")
        if things[0].iri == things[1].iri and years[0] == years[1]:
            raise ParameterError(
                "两方是同一个单位：请写两个不同的年度，或另一个单位。",
                "Both sides are the same body: give two different years, or another body.",
            )
        named = [each.name for each in things]
        sides = (
            Side(_label(each.name, year, named, years), each.name, each.iri, year)
            for each, year in zip(things, years, strict=True)
        )
        return Asked("org", tuple(sides))

    def _thing(self, parameter: str, typed: str, kinds: Sequence[str]) -> _Thing:
        """Return the thing that is meant; of several kinds with such a name, the first of `kinds`."""
        text = typed.strip()
        named = iri(text, self._base)
        if named is not None:
            kind = named.value.removeprefix(f"{self._base}id/").partition("/")[0]
            name = labels(self._run, [named.value]).get(named.value)
            if kind in ("org", "project", "series") and (name or kind == "series"):
                return _Thing(kind, named.value, name or "")
            raise ParameterError(f"{text} 不是这里的单位或项目。", f"{text} is no body or project of this dataset.")
        for kind in kinds if self._indexed else ("org",):
            found = self._fitting(kind, text)
            if len(found) == 1:
                return _Thing(kind, found[0].iri, str(found[0].label))
            if found:
                raise AmbiguousError(
                    f"“{text}”可以指 {len(found)} 个，请选择：",
                    f"“{text}” may mean {len(found)} things; choose one:",
                    parameter,
                    found,
                )
        near = [*self._names.near("org", text), *self._names.near("series", text)]
        raise AmbiguousError(
            f"没有叫“{text}”的单位或项目。", f"There is no body or project named “{text}”.", parameter, near
        )

    def _fitting(self, kind: str, text: str) -> list[Name]:
        found = self._names.names(kind, text, _OFFERED)
        for how in ("same", "contains", "abbreviates"):
            of_kind = [each for each in found if each.how == how]
            if of_kind:
                return of_kind
        return []

    def _project(self, thing: _Thing, year: int | None) -> columns.Row:
        if thing.kind == "project":
            rows = facts.rows(self._service, self._now, "projects", {"project": facts.nodes([thing.iri])})
            return rows[0]
        rows = [row for row in self._versions(thing.iri) if year is None or row["year"] == year]
        if not rows:
            raise ParameterError(
                f"项目“{thing.name}”没有 {year} 年度的。", f"The project “{thing.name}” has no year {year}."
            )
        return rows[-1]

    def _versions(self, series: str) -> list[columns.Row]:
        rows = facts.rows(self._service, self._now, "projects", {"series": facts.nodes([series])})
        return sorted(rows, key=lambda row: (row["year"] is not None, row["year"] or 0, str(row["project"])))

    def _series_of(self, project: str) -> list[columns.Row]:
        return facts.rows(self._service, self._now, "series-of", {"project": [NamedNode(project)]})

    def _years_of(self, body: _Thing) -> list[int]:
        iris = [body.iri, *kindred([body.iri], self._run)]
        rows = facts.rows(self._service, self._now, "years-of", {"department": facts.nodes(iris)})
        return [year for row in rows if isinstance(year := row["year"], int)]

    def _year(self, name: str, typed: str) -> int | None:
        if not typed.strip():
            return None
        reads = Parameter(name, "year", False, "2022", "年度", "Year")
        terms = reads.terms(typed, self._base)
        if len(terms) > 1:
            raise ParameterError(f"参数 {name} 只能有一个年度。", f"Parameter {name} takes one year.")
        return int(terms[0].value)

    def _run(self, sparql: str) -> bytes:
        return self._service.run(self._now, sparql)


def _of_projects(rows: Sequence[columns.Row]) -> tuple[Side, ...]:
    named = [str(row["name"]) for row in rows]
    years = [year if isinstance(year := row["year"], int) else None for row in rows]
    return tuple(
        Side(_label(name, year, named, years), name, str(row["project"]), year)
        for row, name, year in zip(rows, named, years, strict=True)
    )


def _label(name: str, year: int | None, named: Sequence[str], years: Sequence[int | None]) -> Bilingual:
    """Return the shortest label that distinguishes a side from the others: the year, the name, or both."""
    of_year = None if year is None else Bilingual(f"{year}年", f"{year}")
    if of_year and len(set(named)) == 1 and len(set(years)) == len(years):
        return of_year
    if of_year is None or (len(set(years)) == 1 and len(set(named)) == len(named)):
        return Bilingual(name, name)
    return Bilingual(f"{name} {of_year.zh}", f"{name} {of_year.en}")
