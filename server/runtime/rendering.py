"""Render HTML pages from templates, each in one language, with filters that write links and figures.

Templates escape every value and fail on a missing one. Only IRIs of this site and of http(s) become links. The page's
language is added to all links to this site's pages after rendering, so that no template can forget it.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from html import escape as html_escape, unescape
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from starlette.responses import HTMLResponse, Response

from jixiao.ontology import reference, terms, turtle
from jixiao.ontology.places import division
from jixiao.ontology.text.bilingual import halves, in_language
from jixiao.ontology.text.decimals import counted, digits, percent
from jixiao.ontology.text.display import one_line
from jixiao.ontology.text.money import money
from jixiao.server import words
from jixiao.server.editions import metadata, renditions
from jixiao.server.editions.source_lines import SourceLines
from jixiao.server.http import language, negotiation, problems, requests
from jixiao.server.query import binding
from jixiao.server.runtime import turns
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import runs

_SERVER = Path(__file__).parents[1]
_CHOOSE: Mapping[str, Callable[[Any, Any], Any]] = {"zh": lambda zh, en: zh, "en": lambda zh, en: en}
_MARKS = {"colon": ("：", ": "), "comma": ("，", ", "), "semicolon": ("；", "; "), "separator": ("、", ", ")}
"""Punctuation marks to put between values, by name, in Chinese and in English."""


LARGEST_PAGE = 100_000
"""Most bytes of a page that has as many rows as fit."""


class _Compiled(BytecodeCache):
    """Cache of compiled templates in memory, so that a template is compiled once for both languages and all sites."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code of a template into its bucket if the template was compiled from the same text."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template that was just compiled."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def _when_rendered(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that depends on language or site, in a form that Jinja never applies while it compiles.

    Jinja would apply it to a constant, and the result would be part of the code that all languages and sites share.
    """

    @pass_context
    def applied(_: Context, *values: Any) -> Any:
        return apply(*values)

    return applied


def finding_address(finding: Finding) -> str:
    """Return the address of a finding in the report of its source."""
    return f"/quality/filing/{finding.source}#{finding.anchor}"


def of_ours_first(uses: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the items of a mapping by IRI, sorted by IRI: first this ontology's terms, then other terms."""
    return sorted(uses.items(), key=lambda item: (not item[0].startswith(terms.JX), item[0]))


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "counted": counted,
    "division": division,
    "fault_label": catalogue.label,
    "fault_name": catalogue.name,
    "is_note": lambda iri: getattr(catalogue.known(iri), "is_note", False),
    "figure": partial(digits, grouped=True),
    "filing_name": words.filing_name,
    "finding_address": finding_address,
    "halves": halves,
    "heading": words.section_heading,
    "marked": renditions.marked,
    "of_ours_first": of_ours_first,
    "one_line": one_line,
    "percent": percent,
    "runs": runs,
    "unlisted": words.unlisted,
    "zip": zip,
}
"""Filters that depend neither on the language of a page nor on the site."""


class Pages:
    """Renderer of the templates in templates/ and views/, for a store's base IRI and a site below `root_path`.

    Templates link lines of sources by `lines`, and the check of files if the site `checks` them.
    """

    def __init__(
        self, base_iri: str, root_path: str = "", *, lines: SourceLines | None = None, checks: bool = False
    ) -> None:
        self._base_iri = base_iri
        self._root_path = root_path
        self._lines = lines
        self._checks = checks
        self._links = re.compile(
            rf'(<(?:a|link)\b[^>]*? href="|<form\b[^>]*? action=")({re.escape(root_path)}/[^"]*)("[^>]*>)'
        )
        self._environments = {name: self._environment(name) for name in language.LANGUAGES}
        self._templates = frozenset(self._environments["zh"].list_templates(["html", "svg", "atom"]))

    def _environment(self, name: str) -> Environment:
        """Return the Jinja environment for templates in a language, "zh" or "en"."""
        made = Environment(
            autoescape=True,
            auto_reload=False,  # saves checking each template file for changes at each page
            undefined=StrictUndefined,
            loader=FileSystemLoader((_SERVER / "templates", _SERVER / "views")),
            bytecode_cache=_COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}  # half the bytes of Chinese
        choose = _CHOOSE[name]
        made.globals.update(
            root=self._root_path,
            lang=name,
            lang_tags=language.TAGS,
            t=choose,
            page_in=self.page_in,
            own_site=lambda: language.wish().own(self._base_iri),
            levels=catalogue.LEVELS,
            kept_at=requests.kept,
            query_about=binding.about,
            checks=self._checks,
            **{mark: choose(*written) for mark, written in _MARKS.items()},
        )
        made.filters.update(_FILTERS)
        of = reference.labels()
        named = {label: of.get((iri, name), label) for (iri, language), label in of.items() if language == "zh"}
        own: dict[str, Callable[..., Any]] = {
            "href": self.href,
            "short": self.short,
            "money": lambda amount: in_language(money(amount), name),
            "yuan": lambda amount: in_language(money(amount, in_yuan=True), name),
            "term": lambda iri: of.get((iri, name)),
            "located": language.located,
            "named": lambda label: named.get(label, label),
            "words": lambda said: said[name] if isinstance(said, Mapping) else getattr(said, name),
        }
        if self._lines:
            made.globals.update(page_of=self._lines.page, cells_of=self._lines.cells, text_of=self._lines.text)
            own["line_href"] = self._lines.href
        made.filters.update({each: _when_rendered(apply) for each, apply in own.items()})
        return made

    def offer(self, functions: Mapping[str, Any]) -> None:
        """Let all templates call functions, by name, that ask the dataset (see app/app.py)."""
        for environment in self._environments.values():
            environment.globals.update(functions)

    def compile(self) -> None:
        """Compile all templates now, not each when its first page is rendered."""
        for environment in self._environments.values():
            for name in self._templates:
                environment.get_template(name)

    def html(
        self,
        template: str,
        *,
        error: Exception | None = None,
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """Return a page as a response. Raises MovedError if the address names no language.

        A page with an `error` shows it (the template's `problem`) and has its status, unless `status_code` is given.
        `headers` replace the page's own ones of the same names.
        """
        problem = None if error is None else problems.problem(error)
        status = status_code or (200 if problem is None else problem["status"])
        if status < 300:
            language.settle(negotiation.HTML)
        wish = language.wish()
        own = {"Vary": wish.vary, "Content-Language": language.TAGS[wish.language], **(headers or {})}
        return HTMLResponse(self.text(template, **{"problem": problem, **values}), status_code=status, headers=own)

    def text(self, template: str, **values: Any) -> str:
        """Return the text of a template, filled with `values`, in the language that the request wishes for.

        The text's links to pages of this site name that language. Raises as turns.look() does.
        """
        name = language.wish().language

        def with_language(link: re.Match[str]) -> str:
            before, target, after = link.groups()
            if before.startswith("<form") and 'method="get"' in link[0]:
                return f'{link[0]}<input type="hidden" name="lang" value="{name}">'
            return f"{before}{html_escape(language.address(unescape(target), name))}{after}"

        page = self._environments[name].get_template(template)
        return self._links.sub(with_language, "".join(turns.looked(page.generate(**values))))

    def has(self, template: str) -> bool:
        """Return whether there is a template of the given name."""
        return template in self._templates

    def page_in(self, name: str) -> str:
        """Return the address of the page that is being rendered, in the language `name`."""
        return self._root_path + quote(language.address(language.wish().address, name), safe="/?#%&=+,;:@!$'()*~")

    def href(self, iri: str) -> str | None:
        """Return the target of a link to an IRI: a path of this site for data and the project's terms, else the IRI.

        None if the IRI has neither a path here nor the scheme http or https.
        """
        term = metadata.address(iri)
        if term is not None:
            return self._root_path + term
        if iri.startswith(self._base_iri):
            return f"{self._root_path}/{iri.removeprefix(self._base_iri)}"
        return iri if urlsplit(iri).scheme in ("http", "https") else None

    def short(self, iri: str) -> str:
        """Return an IRI shortened for readers: its path if it is below the base IRI, else prefix and local name."""
        return f"/{iri.removeprefix(self._base_iri)}" if iri.startswith(self._base_iri) else turtle.prefixed(iri) or iri
