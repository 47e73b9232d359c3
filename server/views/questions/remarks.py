"""Say what pages and other views state besides an answer: items and other sums of projects, titles, findings."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.ontology import properties, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.money import money
from jixiao.server.views.answers import Row
from jixiao.server.views.evidence import caveat
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions import covering
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.lexicon import words
from jixiao.server.views.questions.reading import Rows
from jixiao.server.views.questions.record import is_calculation

_MOST_ROWS = 1000  # projects of which all totals are compared
_MOST_PROJECTS = 5  # projects whose pages are looked at
_OF_AMOUNTS = ("least", "most", "above", "below", "sort", "limit")
"""Parameters of projects that choose by the amount, which is another one for another fund."""


def notes(fit: covering.Fit, meant: frozenset[str], answers: Rows) -> Iterator[Bilingual]:
    """Yield what other views say of a fit: filings that declare more, sums stated in parts, titles of a document."""
    view = fit.pattern.view.name
    params = fit.given
    # Pages and files say so of views with sums by themselves.
    if meant & {"money", "total", "count", "average"} and not any(
        view == "project" or (column.name == "amount" and column.sum) for column in fit.pattern.view.columns
    ):
        yield from filter(None, (caveat(answers, params),))
    if view == "shares" and "part" in params:
        there = answers("provinces", {name: given for name, given in params.items() if name == "year"})
        yield from (
            noted("placeless", str(params["part"]), money(Decimal(each["amount"] or 0)), str(each["projects"]))
            for each in there
            if each["code"] is None
        )
    if "year" in params:
        yield from _undated(fit, answers)
    if params.keys() & {"region", "outside"} and meant & {"money", "total", "count", "average", "investment"}:
        yield from _unplaced(fit, answers)
    issuers = [name for name in words()["names"]["issuers"] if name == params.get("basis")]
    yield from (noted("issuers", name) for name in issuers)
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
            if view != "project" and (funds := tuple(_funds(page))):
                yield noted("funded", name, "、".join(each.zh for each in funds), ", ".join(each.en for each in funds))
    if view == "projects" and "fault" in params:
        yield from _found(answers(view, params), params, answers)
    is_ranked = str(params.get("sort", "")).endswith("amount")
    if view == "projects" and (is_ranked or meant & {"money", "total", "investment"}) and "fund" not in params:
        yield from _whole_term(params, answers)
    if view == "projects-citing" and "title" in meant:
        for row in answers("legal-bases", {"basis": params["number"]}):
            yield noted("titled", str(row["name"]), str(row["title"] or "").replace("\n", "》《"))


def _unplaced(fit: covering.Fit, answers: Rows) -> Iterator[Bilingual]:
    """Yield the number of projects without a known place that meet the other conditions, if they can be counted."""
    others = {
        name: given for name, given in fit.given.items() if name not in ("region", "outside", "sort", "limit", "offset")
    }
    counts = {"year", "text", "basis", "least", "above", "topic", "called", "department"}
    if others.keys() <= counts:
        there = sum(int(row["projects"] or 0) for row in answers("provinces", others) if row["code"] is None)
        yield from [noted("unplaced", f"{there:,}")] if there else []


def _undated(fit: covering.Fit, answers: Rows) -> Iterator[Bilingual]:
    """Yield the number of projects without a known year that meet the other conditions, if they can be counted."""
    others = {name: given for name, given in fit.given.items() if name not in ("year", "sort", "limit", "offset")}
    if others and others.keys() <= {"region", "outside", "text", "basis", "least", "topic", "called", "department"}:
        there = sum(int(row["projects"] or 0) for row in answers("by-year", others) if row["year"] is None)
        yield from [noted("undated", f"{there:,}")] if there else []


def _funds(page: Sequence[Row]) -> Iterator[Bilingual]:
    """Yield the sums of money that the page of a project states by its properties, each with its name."""
    for row in page:
        term = reference().get(str(row["property"]))
        if row["amount"] is not None and term is not None and str(row["property"]) in properties.amounts():
            said = money(Decimal(row["amount"]))
            yield Bilingual(f"{term.label.zh} {said.zh}", f"{term.label.en} {said.en}")


def _found(rows: Sequence[Row], params: Given, answers: Rows) -> Iterator[Bilingual]:
    """Yield what the rules asked for found in a few projects."""
    projects = {row["project"]: row["name"] for row in rows}
    if len(projects) <= _MOST_PROJECTS:
        for row in answers("findings", {"fault": params["fault"]}):
            if row["project"] in projects:
                name = projects[row["project"]]
                yield Bilingual(f"{name}：{row['message']}", f"{name}: {row['messageEn']}")


def _whole_term(params: Given, answers: Rows) -> Iterator[Bilingual]:
    """Yield the totals over all years of projects whose amount is that of a year and is another sum.

    Nothing is said of very many projects: those beyond the limit may state other totals.
    """
    limit = {"limit": str(_MOST_ROWS)}
    rows = answers("projects", {**limit, **params})
    if len(rows) >= _MOST_ROWS:
        return
    amounts = {row["project"]: row["amount"] for row in rows if row["amountSource"] == "annualRequest"}
    bounds = {name: given for name, given in params.items() if name not in _OF_AMOUNTS}
    totals = {row["project"]: row["amount"] for row in answers("projects", {**limit, **bounds, "fund": "totalAmount"})}
    unlike = [(year, term) for each, year in amounts.items() if (term := totals.get(each)) not in (None, year)]
    if unlike:
        years, wholes = (sum(Decimal(str(each)) for each in sums) for sums in zip(*unlike, strict=True))
        yield noted("term", f"{len(unlike):,}", money(wholes), money(years))
