"""Render HTML pages from templates, with filters that write links and figures.

Templates escape everything and fail on a missing value. Links lead below this site or to http(s); other IRIs have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from jixiao.ontology import terms
from jixiao.ontology.decimals import digits
from jixiao.ontology.labels import Labels
from jixiao.server.publication import term_addresses
from jixiao.server.publication.renditions import marked

_SERVER = Path(__file__).parents[1]
_BY_LENGTH = sorted(terms.PREFIXES.items(), key=lambda item: -len(item[1]))


class Pages:
    """Templates of templates/ and views/, for a store with that base IRI, on a site below `root_path`."""

    def __init__(self, base_iri: str, root_path: str = "") -> None:
        self._base_iri = base_iri
        self._root_path = root_path
        self._labels = Labels()
        self._environment = Environment(
            autoescape=True,
            auto_reload=False,  # saves looking at each file for each page
            undefined=StrictUndefined,
            loader=ChoiceLoader([FileSystemLoader(_SERVER / "templates"), FileSystemLoader(_SERVER / "views")]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["root"] = root_path
        self._templates = frozenset(self._environment.list_templates(["html"]))
        self._environment.filters.update(
            href=self.href, short=self.short, yuan=yuan, figure=figure, line_href=self.line_href, term=self._labels.zh
        )
        self._environment.filters["property"] = self.property_label
        self._environment.filters["of_ours_first"] = of_ours_first
        self._environment.filters["marked"] = marked

    def offer(self, functions: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]]) -> None:
        """Give every template a feature's functions (as globals) and filters, by name."""
        self._environment.globals.update(functions)
        self._environment.filters.update(filters)

    def html(self, template: str, *, status_code: int = 200, **values: Any) -> HTMLResponse:
        """Return a page as a response."""
        return HTMLResponse(self.text(template, **values), status_code=status_code, headers={"Vary": "Accept"})

    def text(self, template: str, **values: Any) -> str:
        """Return a page's text."""
        return self._environment.get_template(template).render(**values)

    def has(self, template: str) -> bool:
        """Return whether there is such a template."""
        return template in self._templates

    def href(self, iri: str) -> str | None:
        """Return the target of a link to an IRI: a path of this site for data and the project's terms, else the IRI.

        None if the IRI has neither a path here nor the scheme http or https.
        """
        term = term_addresses.address(iri)
        if term is not None:
            return self._root_path + term
        if iri.startswith(self._base_iri):
            return f"{self._root_path}/{iri.removeprefix(self._base_iri)}"
        return iri if urlsplit(iri).scheme in ("http", "https") else None

    def property_label(self, name: str) -> str:
        """Return the Chinese label of a property of the ontology by its local name; an unknown name unchanged."""
        return self._labels.zh(terms.JX + name) or name

    def line_href(self, source: str, line: int) -> str:
        """Return the address of a source's line."""
        return f"{self._root_path}/source/{source.rpartition('/')[2]}#L{line}"

    def short(self, iri: str) -> str:
        """Shorten an IRI for readers: below the base to its path, otherwise with a prefix if there is one."""
        if iri.startswith(self._base_iri):
            return "/" + iri.removeprefix(self._base_iri)
        for prefix, namespace in _BY_LENGTH:
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri


def of_ours_first(uses: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Sort a mapping by its keys, IRIs of terms: the ontology's own before those of others."""
    return sorted(uses.items(), key=lambda item: (not item[0].startswith(terms.JX), item[0]))


def yuan(amount: int | Decimal) -> Markup:
    """Write an amount of money in yuan: 400,000 元."""
    return Markup('{}<span class="unit"> 元</span>').format(figure(amount))


def figure(number: int | Decimal) -> Markup:
    """Write a number exactly, with thousands separators."""
    return escape(digits(number, grouped=True))
