"""Answer /compare: two bodies, two projects, or one of them over the years, side by side."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from jixiao.ontology.text.bilingual import listed
from jixiao.server.apps.compare import bodies, projects, result, sides, verdicts
from jixiao.server.errors import ParameterError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import CSV, HTML, JSON, VIEWS, XLSX
from jixiao.server.runtime import work
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views import downloads, published, view_files
from jixiao.server.views.typed_names import AmbiguousError

router = APIRouter()


@router.get("/compare", summary="并列比较 · two things side by side")
@work.seated
def compare(request: Request, service: ServiceDep) -> Response:
    """Answer with a comparison, or with the form to choose what is compared. Raises ParameterError."""
    several, how, form = requests.taken(request, VIEWS)
    given = {name: requests.once(several, name) for name in several}
    language.settle(form)
    comparison, error = None, None

    def here(**more: str) -> str:
        return requests.address("/compare", {**given, **more})

    try:
        if form != HTML or given:
            comparison = service.on_current(lambda now: _compared(verdicts.Facts(service, now), given))
    except ParameterError as fault:
        if form != HTML:
            raise
        error = fault
    if comparison is not None and form == JSON:
        return comparison.json_file()
    if comparison is not None and form != HTML:
        style = downloads.Style.of(how)
        # The columns of a CSV have names for programs, and only its words are of a language.
        spoken = style.headings or ("zh" if form == CSV else language.wish().language)
        title = listed([side.full for side in comparison.sides])
        subject = downloads.Subject("compare", title, language.wish().own(service.store.base_iri) + here())
        return downloads.download(
            comparison.table(spoken),
            form,
            subject,
            downloads.Style(style.byte_order_mark, None if form == CSV else spoken),
        )
    view = replace(view_files.load(service.store.base_iri, verdicts.DIRECTORY)["compare"], path="/compare")
    return service.pages.html(
        "compare.html",
        error=None if isinstance(error, sides.IncompleteError) else error,
        missing=error,
        headers=signposting.header(comparison.credit.links) if comparison else None,
        view=view,
        fields=published.fields(service, view, given, service.generation().index),
        comparison=comparison,
        choices=[(each, here(**{error.parameter: each.iri})) for each in error.choices]
        if isinstance(error, AmbiguousError)
        else (),
        elsewhere={form.name: here(format=form.name) for form in (JSON, CSV, XLSX)},
        here=here(),
    )


def _compared(facts: verdicts.Facts, given: dict[str, str]) -> result.Comparison:
    kind, chosen = sides.found(facts, given)
    notes, tables = (bodies.compared if kind == "org" else projects.compared)(facts, chosen)
    sections = [result.Section.of(kind, code, rows) for code, rows in tables.items() if rows]
    return result.Comparison(kind, facts.now.version, chosen, notes, sections, facts.service.credit(facts.now))
