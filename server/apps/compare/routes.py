"""Answer /compare: find the sides that a request names, and compare two bodies, two projects, or one over the years.

A name that fits several things is an error that lists them, so that the reader can choose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from fastapi import APIRouter, Request, Response

from jixiao.ontology import identity
from jixiao.ontology.bodies import in_full
from jixiao.ontology.text import bilingual
from jixiao.server.apps.compare import bodies, projects, result, verdicts
from jixiao.server.errors import ParameterError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import CSV, HTML, JSON, VIEWS, XLSX
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.runtime.turns import look
from jixiao.server.views import answers, downloads, published
from jixiao.server.views.parameters import Parameter, iri
from jixiao.server.views.typed_names import AmbiguousError, Names, Queried, kindred, labels
from jixiao.store.index.found import Name

router = APIRouter()

_PARAMETERS = ("a", "year_a", "b", "year_b")
_OFFERED = 20  # bodies and years that the form offers before somebody types
_FITTING = 20  # things with the same name that are offered

_Asked = tuple[str, Sequence[result.Side], Sequence[result.Said]]
"""The kind of a comparison, `org` or `project`; its sides; and notes on how they were chosen."""


class _IncompleteError(ParameterError):
    """An error: a request names one side only.

    `years` are the years in which the body has projects, for the reader to choose from; may be empty.
    """

    def __init__(self, zh: str, en: str, years: Sequence[int] = ()) -> None:
        super().__init__(zh, en)
        self.years = years


@router.get("/compare", summary="并列比较 · two things side by side")
@work.seated
def compare(request: Request, service: ServiceDep) -> Response:
    """Answer with a comparison, or with the form to choose what is compared. Raises ParameterError."""
    several, how, form = requests.taken(request, VIEWS)
    given = {name: requests.once(several, name) for name in several}
    language.settle(form)
    comparison, error = None, None
    try:
        if form != HTML or given.get("a"):
            comparison = service.on_current(lambda now: _compared(verdicts.Facts(service, now), given))
    except ParameterError as fault:
        if form != HTML:
            raise
        error = fault
    if comparison is None or form == HTML:
        return _page(service, given, comparison, error)
    if form == JSON:
        return result.json_file(comparison.members(), comparison.credit.links)
    style = downloads.Style.of(how)
    spoken = style.headings or ("zh" if form == CSV else language.wish().language)
    title = verdicts.listed([each.full for each in comparison.sides])
    address = language.wish().own(service.store.base_iri) + requests.address("/compare", given)
    # The columns of a CSV have names for programs, and only its words are of a language.
    style = replace(style, headings=None if form == CSV else spoken)
    return downloads.download(comparison.table(spoken), form, downloads.Subject("compare", title, address), style)


def _compared(facts: verdicts.Facts, given: Mapping[str, str]) -> result.Comparison:
    kind, chosen, why = _read(facts, given)
    notes, tables = (bodies.compared if kind == "org" else projects.compared)(facts, chosen)
    sections = [result.Section.of(kind, code, chosen, rows) for code, rows in tables.items() if rows]
    credit = facts.service.credit(facts.now)
    return result.Comparison(kind, chosen, [*why, *notes], sections, facts.now.version, credit)


def _page(
    service: Service, given: Mapping[str, str], comparison: result.Comparison | None, error: ParameterError | None
) -> Response:
    known, typed = service.generation().index, {name: given.get(name, "") for name in _PARAMETERS}
    named = published.named(service, list(typed.values()))
    years = error.years if isinstance(error, _IncompleteError) else ()

    def here(**more: str) -> str:
        return requests.address("/compare", {**given, **more})

    return service.pages.html(
        "compare.html",
        error=error,
        status_code=200 if isinstance(error, _IncompleteError) else None,
        headers=None if comparison is None else signposting.header(comparison.credit.links),
        incomplete=isinstance(error, _IncompleteError),
        pairs=[(pair, here(year_a=str(pair[0]), year_b=str(pair[1]))) for pair in pairwise(years)],
        shown={name: named.get(text, text) for name, text in typed.items()},
        comparison=comparison,
        choices=[(each, here(**{error.parameter: each.iri})) for each in error.choices]
        if isinstance(error, AmbiguousError)
        else (),
        bodies=known.choices("org", limit=_OFFERED, of="project") if known else (),
        years=sorted(known.choices("year", limit=_OFFERED, of="project"), key=lambda each: each.value) if known else (),
        elsewhere={form.name: here(format=form.name) for form in (JSON, CSV, XLSX)},
        here=here(),
    )


def _read(facts: verdicts.Facts, given: Mapping[str, str]) -> _Asked:
    """Return the sides that the parameters a, b, year_a and year_b name.

    Raises ParameterError (_IncompleteError, AmbiguousError), and what Pool.run does.
    """
    requests.refuse_unknown(given, _PARAMETERS)
    if not given.get("a"):
        raise ParameterError(
            "缺少参数 a：一个机构或项目的名称或 IRI。", "Parameter a is missing: the name or IRI of a body or project."
        )
    years = [_year(facts, name, given.get(name, "")) for name in ("year_a", "year_b")]
    first = second = _thing(facts, "a", given["a"], ("org", "series"))
    if given.get("b"):
        second = _thing(facts, "b", given["b"], ("org", "series") if first.kind == "org" else ("series", "org"))
    bodies = [each for each in (first, second) if each.kind == "org"]
    if len(bodies) == 1:
        raise ParameterError(
            "机构和项目不能比较：请选两个机构，或两个项目。",
            "A body and a project cannot be compared: choose two bodies, or two projects.",
        )
    if bodies:
        return _of_bodies(facts, bodies, years)
    if not given.get("b"):
        return _over_years(facts, first)
    rows = [_project(facts, each, year) for each, year in zip((first, second), years, strict=True)]
    if rows[0]["project"] == rows[1]["project"]:
        raise ParameterError(
            "两方是同一个项目、同一个年度；请写另一个项目或另一个年度。",
            "Both sides are the same project of the same year; choose another project or year.",
        )
    return _of_projects(rows)


def _of_bodies(facts: verdicts.Facts, things: Sequence[Name], years: Sequence[int | None]) -> _Asked:
    """Return the sides of a comparison of two bodies, or of a body in two years. Raises ParameterError."""
    if (years[0] is None) != (years[1] is None):
        raise ParameterError("两方的年度要么都写，要么都不写。", "Give the years of both sides, or of neither.")
    if things[0] == things[1] and years == [None, None]:
        iris = [things[0].iri, *kindred([things[0].iri], facts.run)]
        stored = {int(row["year"]) for row in facts.rows("names", {"department": iris}) if row["year"]}
        raise _IncompleteError("请写两个年度，或另一个机构。", "Give two years, or another body.", sorted(stored))
    if things[0].iri == things[1].iri and years[0] == years[1]:
        raise ParameterError(
            "两方是同一个机构：请写两个不同的年度，或另一个机构。",
            "Both sides are the same body: give two different years, or another body.",
        )
    return "org", _sides([(each.label, each.iri) for each in things], years), ()


def _over_years(facts: verdicts.Facts, thing: Name) -> _Asked:
    """Return the sides of a comparison of a project with itself, its latest years. Raises _IncompleteError."""
    of_project = thing.kind == "project" and str(_project(facts, thing, None)["series"] or "")
    rows = _versions(facts, of_project or thing.iri)
    if len(rows) < 2:
        raise _IncompleteError(
            "这个项目只有一个年度；请写另一个项目与它比较。",
            "This project has one year only; choose another project to compare it with.",
        )
    older = len(rows) - projects.MOST_SIDES
    return _of_projects(rows[-projects.MOST_SIDES :], [verdicts.note("older", number=older)] * (older > 0))


def _thing(facts: verdicts.Facts, parameter: str, typed: str, kinds: Sequence[str]) -> Name:
    """Return the body or project that the typed name or IRI means.

    `kinds` are looked up in this order, and the first with a fitting name counts. Raises AmbiguousError for no thing or
    several, and ParameterError for an IRI of something else.
    """
    base, index = facts.service.store.base_iri, facts.now.index
    known: Names = index or Queried(facts.run)
    text = typed.strip()
    named = iri(text, base)
    if named is not None:
        kind = named.value.removeprefix(f"{base}id/").partition("/")[0]
        name = labels(facts.run, [named.value]).get(named.value, "")
        if kind == "series" or (kind in ("org", "project") and name):
            return Name(named.value, kind, name, name, "same", 0)
        raise ParameterError(f"{text} 不是这里的机构或项目。", f"{text} is no body or project of this dataset.")
    for kind in kinds if index else ("org",):
        look()
        forms = (text, *in_full(text)) if kind == "org" else (text,)
        fitting = next((found for form in forms if (found := known.names(kind, form, _FITTING))), [])
        meant = [each for each in fitting if each.how == fitting[0].how]
        # The names of one body, alone （本级） or with its subordinates （汇总）, lead to the same projects.
        if len({identity.plain_body(each.label) if kind == "org" else each.iri for each in meant}) == 1:
            return max(meant, key=lambda each: each.projects)
        if meant:
            raise AmbiguousError(
                f"“{text}”可以指 {len(meant)} 个，请选择：",
                f"“{text}” may mean {len(meant)} things; choose one:",
                parameter,
                [_told(facts, each) for each in meant],
            )
    near = [*known.near("org", text), *known.near("series", text)]
    raise AmbiguousError(
        f"没有叫“{text}”的机构或项目。",
        f"There is no body or project named “{text}”.",
        parameter,
        [_told(facts, each) for each in near],
    )


def _told(facts: verdicts.Facts, choice: Name) -> Name:
    """Return a choice with a label that distinguishes it from others of the same name.

    The label of a project gets its bodies and years; other choices are returned unchanged.
    """
    if choice.kind != "series":
        return choice
    rows = _versions(facts, choice.iri)
    about = dict.fromkeys(str(row[part]) for part in ("department", "year") for row in rows if row[part])
    return replace(choice, label=" · ".join([choice.label, *about]))


def _project(facts: verdicts.Facts, thing: Name, year: int | None) -> answers.Row:
    if thing.kind == "project":
        return facts.rows("projects", {"project": [thing.iri]})[0]
    every = _versions(facts, thing.iri)
    rows = [row for row in every if year is None or row["year"] == year]
    if not rows:
        known = [str(row["year"]) for row in every if row["year"]]
        raise ParameterError(
            f"没有存有项目“{thing.label}” {year} 年度的申报；有的年度：{'、'.join(known) or '无'}。",
            f"No filing of the project “{thing.label}” of {year} is stored; "
            f"years that are: {', '.join(known) or 'none'}.",
        )
    return rows[-1]


def _versions(facts: verdicts.Facts, series: str) -> list[answers.Row]:
    return sorted(
        facts.rows("projects", {"series": [series]}),
        key=lambda row: (row["year"] is not None, row["year"] or 0, str(row["project"])),
    )


def _year(facts: verdicts.Facts, name: str, typed: str) -> int | None:
    if not typed.strip():
        return None
    parameter = Parameter(name, "year", False, "2022", bilingual.Bilingual("年度", "Year"))
    years = [int(term.value) for term in parameter.terms(typed, facts.service.store.base_iri)]
    if len(years) > 1:
        raise ParameterError(f"参数 {name} 只能有一个年度。", f"Parameter {name} takes one year.")
    return years[0]


def _of_projects(rows: Sequence[answers.Row], notes: Sequence[result.Said] = ()) -> _Asked:
    years = [int(row["year"]) if row["year"] else None for row in rows]
    names = [str(row["name"]) for row in rows]
    if len(set(zip(names, years, strict=True))) < len(rows):  # projects of one name and year are told by their bodies
        names = [f"{name} · {row.get('department') or row['project']}" for name, row in zip(names, rows, strict=True)]
    return "project", _sides([(name, str(row["project"])) for name, row in zip(names, rows, strict=True)], years), notes


def _sides(things: Sequence[tuple[str, str]], years: Sequence[int | None]) -> list[result.Side]:
    """Return sides with the shortest labels that distinguish them: the year, the name, or both."""
    names = {name for name, _ in things}
    by_year, by_name = len(names) == 1 and len({*years}) == len(years), len({*years}) == 1 and len(names) == len(things)

    def label(name: str, year: int | None) -> bilingual.Bilingual:
        of_name, of_year = ("" if by_year else name), f"{year}"
        if year is None or by_name:
            return bilingual.Bilingual(name, name)
        return bilingual.Bilingual(f"{of_name} {of_year}年".strip(), f"{of_name} {of_year}".strip())

    return [result.Side(label(name, year), name, iri_, year) for (name, iri_), year in zip(things, years, strict=True)]
