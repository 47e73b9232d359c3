"""Answer every error as problem+json for machines, as a page for people, and as RDF for clients that ask for RDF."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from jixiao.server.errors import ServerError
from jixiao.server.http import language, problem_json
from jixiao.server.http.negotiation import DESCRIPTIONS, HTML, JSON, PROBLEM, PROBLEMS, negotiate
from jixiao.server.http.problems import as_json, headers, problem
from jixiao.server.rdf import rdf_problems
from jixiao.store import StoreError


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem; a defect of the server becomes a 500 and is logged."""
    for kind in (ServerError, StoreError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, answer)


def answer(request: Request, error: Exception) -> Response:
    """Return the response for an error, in the form that the request's Accept header prefers."""
    service = getattr(request.app.state, "service", None)
    form = negotiate(request.headers.get("accept"), (*PROBLEMS, *DESCRIPTIONS))
    if service is None or form is None or form in (PROBLEM, JSON):
        return as_json(error)
    if form != HTML:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", "")).removeprefix("/")
        return rdf_problems.response(error, form, f"{service.store.base_iri}{quote(path)}")
    body = problem(error)
    page: Response = service.pages.html(
        "problem.html", status_code=body["status"], problem=body, titles=problem_json.titles(body["status"])
    )
    page.headers.update(headers(error, body["status"]) | {"Vary": language.wish().vary})
    return page
