"""Answer the first pages while the server starts, so that no visitor waits for what is made once.

Templates are compiled, lists and vocabularies read, and the pages that the navigation leads to answered in each
language, with their queries. A page that fails here fails no start: its visitors see why.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from jixiao.server.http.language import LANGUAGES
from jixiao.server.runtime.rendering import Pages

if TYPE_CHECKING:
    from jixiao.server.app.front import Front

FIRST = (
    "/",
    "/views",
    "/views/projects",
    "/charts",
    "/quality",
    "/dataset",
    "/dataset/cite",
    "/check",
    "/help",
    "/help/report",
    "/docs",
    "/sparql",
    "/ontology",
    "/shapes",
)
"""Pages that are answered at the start: those of the navigation, a view, and the interface's documentation."""

_LONGEST = 10.0
"""Seconds after which the server starts with the pages answered by then: a large store's sums may take longer."""


async def warm(front: "Front", pages: Pages) -> None:
    """Compile all templates, and answer the first pages in each language."""
    pages.compile()
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            for path in FIRST:
                for language in LANGUAGES:
                    await front.rehearse(path, language)
