"""Say what pages and other views state besides an answer: items and other sums of projects, titles, findings."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.money import money
from jixiao.server.views import evidence
from jixiao.server.views.answers import Row
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions import covering
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.lexicon import group, words
from jixiao.server.views.questions.reading import Rows, few
from jixiao.server.views.questions.record import is_calculation
from jixiao.server.views.view_files import PAGING

_MOST_PROJECTS = 5  # projects whose pages are looked at
_LEADING = {"year": ("year", "year"), "province": ("region", "code")}
"""Parameter of projects, and column of the thing ranked, by what rows are."""


def notes(fit: covering.Fit, meant: frozenset[str], answers: Rows) -> Iterator[Bilingual]:
    """Yield sentences with facts from other views that concern the answer of a fit.

    `meant` are the meanings of the question. The sentences are on filings that declare more than was read, on sums for
    which the body is only responsible, on a leading sum mostly from one file, on projects of unknown place, on amounts
    stated only in parts, on rows without a value, and on findings.
    """
    view, params, amounts = (
        fit.pattern.view.name,
        fit.given,
        [c for c in fit.pattern.view.columns if c.name == "amount"],
    )
    # Pages and files say so of views with sums by themselves, and no self-evaluation is declared.
    is_told = view == "project" or any(each.sum for each in amounts) or fit.pattern.tells & group("evaluated")
    if meant & {*group("sums"), "count"} and not is_told:
        yield from filter(None, (evidence.caveat(answers, params),))
    if amounts and "department" in params and fit.pattern.rows in ("project", "body") and meant & group("sums"):
        yield from _managed(fit, answers)
    is_ranked = (fit.params.get("sort") or fit.pattern.default).endswith("amount") and meant & group("ranks")
    if is_ranked and fit.pattern.rows in _LEADING:
        yield from _of_one_file(fit, answers)
    if params.keys() & {"region", "outside"} and meant & {*group("sums"), "count", "investment"}:
        yield from _unplaced(fit, answers)
    if params.get("basis") in words()["names"]["issuers"]:
        yield noted("issuers", fit.params["basis"])
    if meant & {"money", "investment"} and (
        view == "project" or (view == "projects" and {"text", "called"} & params.keys())
    ):
        rows = [params] if view == "project" else [row for row in answers(view, params) if row["amount"] is None]
        for row in rows if len(rows) <= _MOST_PROJECTS else ():
            page = answers("project", {"project": str(row["project"])})
            parts = [str(each["item"]) for each in page if is_calculation(each)]
            name = f"{page[0]['projectName']} {row.get('year') or ''}".strip() if page else ""
            if parts and all(each["property"] != terms.amount for each in page):
                yield noted("parted", name, "；".join(parts))
    yield from _blank(fit, meant, answers)
    if view == "projects" and "fault" in params:
        yield from _found(answers(view, params), params, answers)


def _blank(fit: covering.Fit, meant: frozenset[str], answers: Rows) -> Iterator[Bilingual]:
    """Yield the sentence with the number of rows that lack the score, rate or outcome asked for and meet the rest.

    Nothing is yielded if more rows meet the rest than the view gives at once.
    """
    view, blanks = fit.pattern.view, fit.pattern.blanks
    meanings = meant - {each.name for each in view.params}  # least, a superlative, is no bound
    named = {blanks[each] for each in blanks if each in fit.params or each in meanings}
    others = {name: given for name, given in fit.given.items() if name not in {*blanks, *PAGING}}
    rows = answers(view.name, others) if named else ()
    for column in view.columns if len(rows) < view.default_limit else ():
        without = sum(row[column.name] is None for row in rows) if column.name in named else 0
        lacks = column.blank or Bilingual(f"没有“{column.label['zh']}”", f"without “{column.label['en']}”")
        if without:
            yield noted("blank_rows", f"{len(rows):,}", Bilingual(*[f"{without:,}"] * 2), lacks)


def _unplaced(fit: covering.Fit, answers: Rows) -> Iterator[Bilingual]:
    """Yield the sentence with the number of projects without a known place that meet the other conditions.

    Nothing is yielded if self-evaluations are asked for, if there are no such projects, or if a condition is one that
    the view `provinces` lacks.
    """
    others = {
        name: given for name, given in fit.given.items() if name not in ("region", "outside", "sort", "limit", "offset")
    }
    counts = {"year", "text", "basis", "least", "above", "topic", "called", "department"}
    if others.keys() <= counts and fit.pattern.view.params[0].of == "project":
        there = sum(int(row["projects"] or 0) for row in answers("provinces", others) if row["code"] is None)
        yield from [noted("unplaced", f"{there:,}")] if there else []


def titles(fit: covering.Fit, meant: frozenset[str], answers: Rows) -> Iterator[Bilingual]:
    """Yield the titles of the document whose citations a fit lists, if the question asks for titles."""
    if fit.pattern.view.name == "projects-citing" and "title" in meant:
        for row in answers("legal-bases", {"basis": fit.given["number"]}):
            yield noted("titled", str(row["name"]), str(row["title"] or "").replace("\n", "》《"))


def kinds(fit: covering.Fit, meant: frozenset[str], answers: Rows) -> dict[str, frozenset[str]]:
    """Return the kinds of amounts in the sums that an answer compares or ranks, by name of the year, body or region.

    Empty if the question does not compare or rank sums.
    """
    if not meant & group("beside"):
        return {}
    found = _kinds(evidence.money_of_years(answers, fit.given))
    regions = fit.params.get("region", "").split(",")
    for region in regions if len(regions) > 1 else ():
        found[region] = evidence.kinds(evidence.money_of_years(answers, {**fit.given, "region": region}))
    return found


def _kinds(rows: Sequence[Row]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for row in rows:
        for each in (str(row["year"]), str(row["department"]), f"{row['department']} {row['year']}"):
            found[each] |= evidence.kinds([row])
    return found


def _of_projects(fit: covering.Fit) -> Given:
    """Return the conditions of a fit that the view of projects has too, to list the fit's projects."""
    return {name: given for name, given in fit.given.items() if name in evidence.CONDITIONS}


def _managed(fit: covering.Fit, answers: Rows) -> Iterator[Bilingual]:
    """Yield a sentence on the projects for which a body is only the responsible department, with their number and sum.

    Such projects are those that the body is not known to carry out, and those that it only filed while another body
    carries them out.
    """
    amounts = [
        row["amount"]
        for row in answers("projects", _of_projects(fit))
        if (role := str(row.get("role"))) == "department"
        or (role == "department filedBy" and row["implementer"] is not None)
    ]
    money_read = [each for each in amounts if isinstance(each, Decimal)]
    yield from [noted("managed", f"{len(amounts):,}", money(sum(money_read)))] if money_read else []


def _of_one_file(fit: covering.Fit, answers: Rows) -> Iterator[Bilingual]:
    """Yield the sentence that one file has more than half of the leading sum in a ranking of years or places."""
    parameter, column = _LEADING[fit.pattern.rows]
    first = next((row for row in few(fit, answers) if row[column] is not None and row["amount"]), None)
    sums: Counter[str] = Counter()
    for row in answers("projects", {**_of_projects(fit), parameter: str(first[column])}) if first else ():
        sums[str(row["source"])] += row["amount"] or 0  # type: ignore[assignment, operator]
    if len(sums) > 1 and 2 * max(sums.values()) > sum(sums.values()):
        yield noted("one_file", "", money(max(sums.values())), money(sum(sums.values())))


def _found(rows: Sequence[Row], params: Given, answers: Rows) -> Iterator[Bilingual]:
    """Yield a sentence for each finding of the rule asked for in the projects of `rows`; none for many projects."""
    projects = {row["project"]: row["name"] for row in rows}
    if len(projects) <= _MOST_PROJECTS:
        for row in answers("findings", {"fault": params["fault"]}):
            if row["project"] in projects:
                name = projects[row["project"]]
                yield Bilingual(f"{name}：{row['message']}", f"{name}: {row['messageEn']}")
