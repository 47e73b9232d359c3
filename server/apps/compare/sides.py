"""Find the sides of a comparison that a request names: two bodies, or two projects, each of a year.

A name that fits several things is an error that lists them, so that the reader can choose. Without years, the sides are
of the latest year that both have, or else each of its own latest year; a thing alone is compared with itself over its
latest years.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.ontology import grouping
from jixiao.ontology.bodies import in_full
from jixiao.ontology.identity import plain_body
from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.server.apps.compare.result import Side, sentence
from jixiao.server.apps.compare.verdicts import Facts
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.runtime.turns import look
from jixiao.server.views.answers import Row
from jixiao.server.views.parameters import iri
from jixiao.server.views.typed_names import AmbiguousError, Names, Queried, kindred, labels
from jixiao.store.index.found import Name

MOST_PROJECTS = 3000
_FITTING = 20  # things with the same name that are offered
_LATEST = {"org": 2, "series": 6, "project": 6}
"""Years of a thing that stand side by side unless years are typed, by its kind."""


class IncompleteError(ParameterError):
    """The second of the things to compare is missing, and the first has no other year."""


@dataclass(frozen=True)
class Thing:
    """A body or project that was named, with its projects by year and the IRIs by which these were asked for.

    `year` is the one typed, or that of the project whose IRI was typed.
    """

    name: Name
    iris: Sequence[str]
    by_year: Mapping[int | None, Sequence[Row]]
    year: int | None

    @property
    def years(self) -> list[int]:
        """The years that the thing has projects of, in order."""
        return sorted(year for year in self.by_year if year)

    @property
    def known(self) -> Bilingual:
        """The words for the years."""
        return listed([str(year) for year in self.years] or [sentence("no-year")])


def found(facts: Facts, given: Mapping[str, str]) -> tuple[str, list[Side]]:
    """Return the kind of a comparison, `org` or `project`, and its sides. Raises ParameterError, and as Pool.run."""
    facts.query("compare").bind(given)  # refuses unknown parameters, and a comparison of nothing
    years = [requests.count(given, name, 0, 1900, 2100) or None for name in ("year_a", "year_b")]
    first = _thing(facts, "a", given["a"], ("org", "series"), years[0])
    kinds = ("org", "series") if first.name.kind == "org" else ("series", "org")
    second = _thing(facts, "b", given["b"], kinds, years[1]) if given.get("b") else first
    if (first.name.kind == "org") != (second.name.kind == "org"):
        raise sentence.refusal("two-kinds")
    chosen = _chosen(first, second, years)
    names = [plain_body(each.name.label) if each.name.kind == "org" else each.name.iri for each, _ in chosen]
    if len({(name, year) for name, (_, year) in zip(names, chosen, strict=True)}) < len(chosen):
        raise sentence.refusal("one-side")
    return ("org" if first.name.kind == "org" else "project"), _sides(chosen)


def _chosen(first: Thing, second: Thing, years: Sequence[int | None]) -> list[tuple[Thing, int | None]]:
    """Return the things with the years in which they are compared. Raises ParameterError for a thing of one year."""
    if None not in years:
        return [(first, years[0]), (second, years[1])]
    if first.name.iri != second.name.iri:
        common = first.year or second.year or max({*first.years} & {*second.years}, default=None)
        return [
            (each, each.year or (common if common in each.years else max(each.years, default=None)))
            for each in (first, second)
        ]
    typed = years[0] or years[1]
    others = [each for each in first.years if each != typed]
    if len({*others, typed} - {None}) < 2:
        incomplete = sentence("incomplete", name=first.name.label, years=first.known)
        raise IncompleteError(incomplete.zh, incomplete.en)
    latest = [each or others[-1] for each in years] if typed else others[-_LATEST[first.name.kind] :]
    return [(first, year) for year in latest]


def _thing(facts: Facts, parameter: str, typed: str, kinds: Sequence[str], year: int | None) -> Thing:
    """Return the body or project that the typed name or IRI means, with its projects. Raises as _named() does."""
    name = _named(facts, parameter, typed, kinds)
    by, kin = ("department", kindred([name.iri], facts.run)) if name.kind == "org" else (name.kind, [])
    rows = facts.rows("projects", {by: [name.iri, *kin]})
    year = year or (int(rows[0]["year"] or 0) or None if name.kind == "project" else None)
    if name.kind == "project" and rows[0]["series"]:
        return _thing(facts, parameter, str(rows[0]["series"]), kinds, year)
    if len(rows) > MOST_PROJECTS and year:
        rows = facts.rows("projects", {by: [name.iri, *kin], "year": str(year)})
    years = grouping.by_key((None if row["year"] is None else int(row["year"]), row) for row in rows)
    label = name.label or str(rows[-1]["name"] if rows else name.iri)
    return Thing(replace(name, label=label), [name.iri, *kin], years, year)


def _named(facts: Facts, parameter: str, typed: str, kinds: Sequence[str]) -> Name:
    """Return the body or project that the typed name or IRI means.

    `kinds` are looked up in this order, and the first with a fitting name counts. Raises AmbiguousError for no thing or
    several, and ParameterError for an IRI of something else.
    """
    base, index = facts.service.store.base_iri, facts.now.index
    known: Names = index or Queried(facts.run)
    text = typed.strip()
    if (named := iri(text, base)) is not None:
        kind = named.value.removeprefix(f"{base}id/").partition("/")[0]
        name = labels(facts.run, [named.value]).get(named.value, "")
        if kind in _LATEST and (name or kind == "series"):
            return Name(named.value, kind, name, name, "same", 0)
        raise sentence.refusal("not-here", text=text)
    for kind in kinds if index else ("org",):
        look()
        forms = (text, *in_full(text)) if kind == "org" else (text,)
        fitting = next((fit for form in forms if (fit := known.names(kind, form, _FITTING))), [])
        meant = [each for each in fitting if each.how == fitting[0].how]
        # The names of one body, alone （本级） or with its subordinates （汇总）, lead to the same projects.
        if len({plain_body(each.label) if kind == "org" else each.iri for each in meant}) == 1:
            return max(meant, key=lambda each: each.projects)
        if meant:
            raise _ambiguous(facts, sentence("several", text=text, number=len(meant)), parameter, meant)
    near = [*known.near("org", text), *known.near("series", text)]
    raise _ambiguous(facts, sentence("none", text=text), parameter, near)


def _ambiguous(facts: Facts, fault: Bilingual, parameter: str, choices: Sequence[Name]) -> AmbiguousError:
    return AmbiguousError(fault.zh, fault.en, parameter, [_told(facts, choice) for choice in choices])


def _told(facts: Facts, choice: Name) -> Name:
    """Return a choice; the label of a project gets its bodies and years, which distinguish it."""
    rows = facts.rows("projects", {"series": [choice.iri]}) if choice.kind == "series" else ()
    about = {str(row[part]): part for row in rows for part in ("department", "year") if row[part]}
    return replace(choice, label=" · ".join([choice.label, *sorted(about, key=lambda each: (about[each], each))]))


def _sides(chosen: Sequence[tuple[Thing, int | None]]) -> list[Side]:
    """Return sides with the shortest labels that distinguish them: the year, the name, or both.

    Raises ParameterError for a thing without projects in its year, or with too many.
    """
    names, years = [thing.name.label for thing, _ in chosen], {year for _, year in chosen}
    made = []
    for thing, year in chosen:
        rows, name = thing.by_year.get(year, ()), thing.name.label
        if not rows:
            raise sentence.refusal("no-projects", name=name, year=year, years=thing.known)
        if len(rows) > MOST_PROJECTS:
            raise sentence.refusal("too-many", name=name, year=year, most=MOST_PROJECTS)
        if names.count(name) > len({*years}):  # projects of one name and year are told by their bodies
            name = f"{name} · {rows[-1]['department']}"
        of_name, of_year = ("" if len({*names}) == 1 < len(years) else name), year if len(years) > 1 else None
        zh, en = (f"{of_name} {of_year}年", f"{of_name} {of_year}") if of_year else (name, name)
        iri_ = thing.name.iri if thing.name.kind == "org" else str(rows[-1]["project"])
        made.append(Side(Bilingual(zh.strip(), en.strip()), name, iri_, year, thing.iris, rows))
    return made
