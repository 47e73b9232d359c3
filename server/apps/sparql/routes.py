"""Answer /sparql/terms, the terms from which an editor completes queries; /sparql itself stands outside FastAPI."""

from __future__ import annotations

import json
from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.server.apps.sparql.known_terms import known
from jixiao.server.http.conditional import Validator
from jixiao.server.http.negotiation import JSON

router = APIRouter()


@router.get("/sparql/terms", summary="查询可用的词 · terms for queries")
def known_terms(request: Request) -> Response:
    """Answer with the prefixes, and each term's name, kind, labels and scheme, as JSON."""
    content = _content()
    validator = Validator.of(content)
    headers = {"Content-Type": JSON.content_type}
    unchanged = validator.unchanged(request, headers)
    return unchanged or Response(content, headers=headers | validator.headers())


@cache
def _content() -> str:
    listed = {"prefixes": terms.PREFIXES, "terms": [term.as_json() for term in known().values()]}
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
