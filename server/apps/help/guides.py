"""Answer /help, the list of guides; /help/{name}, a guide of docs/ in one language; and /help/glossary.

A guide has a title with both languages, a section for each, and perhaps sections that both share. Links between guides
become links between the pages of the site, links to files that the site does not show become plain text, and headings
have GitHub's anchors. The glossary consists of labels and definitions of the ontology, and of words of the field and of
the site (glossary.toml).
"""

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from jixiao.ontology import terms
from jixiao.ontology.reference import concepts, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import requests
from jixiao.server.runtime.service import ServiceDep

router = APIRouter()

GLOSSARY = "glossary"
"""Name of the glossary's page."""

_HERE = Path(__file__).parent
_DOCS = _HERE.parents[2] / "docs"  # beside server/ in the checkout, and in the installed package
_SECTIONS = {"中文": "zh", "English": "en"}
_SHARED = "both"
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_OF_THE_SITE = re.compile(r"/(?!/)")


@router.get("/help", summary="帮助 · help")
def index(service: ServiceDep) -> Response:
    """Answer with the guides and what each is about."""
    return service.pages.html("help.html", documents=documents(service.settings.root_path))


@router.get("/help/{name}", summary="一页帮助 · a page of help")
def show(name: str, service: ServiceDep) -> Response:
    """Answer with a guide, or with the glossary. Raises NotInStoreError."""
    if name == GLOSSARY:
        return service.pages.html("glossary.html", groups=glossary())
    known = documents(service.settings.root_path)
    if name not in known:
        raise requests.missing(f"/help/{name}")
    names = list(known)
    at = names.index(name)
    beside = {"prev": names[at - 1] if at else None, "next": names[at + 1] if at + 1 < len(names) else None}
    return service.pages.html(
        "guide.html", document=known[name], documents=known, beside=beside, contact=service.store.publisher().contact
    )


@cache
def documents(root_path: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the guides by name, in the order of pages.toml, with links for a site below `root_path`.

    Each guide has its `name` in addresses, a `title` and a `summary` in both languages, and its text as `html` by
    language.
    """
    listed = tomllib.loads((_HERE / "pages.toml").read_text(encoding="utf-8"))["page"]
    addresses = {entry["file"]: f"{root_path}/help/{entry['name']}" for entry in listed} | {
        "glossary.md": f"{root_path}/help/{GLOSSARY}"
    }
    return {entry["name"]: _document(entry, addresses, root_path) for entry in listed}


def on(root_path: str, text: str) -> list[Mapping[str, Any]]:
    """Return the guides that have a text in their title, summary or body, in either language."""
    return [each for each in documents(root_path).values() if text.lower() in " ".join(map(str, each.values())).lower()]


@cache
def glossary() -> list[dict[str, Any]]:
    """Return the groups of the glossary in the order of its file: `id`, `name` and `entries` of each.

    Raises KeyError for an unknown term.
    """
    return [
        {"id": each["id"], "name": Bilingual(each["zh"], each["en"]), "entries": list(_entries(each))}
        for each in tomllib.loads((_HERE / "glossary.toml").read_text(encoding="utf-8"))["group"]
    ]


def _document(entry: Mapping[str, str], addresses: Mapping[str, str], root_path: str) -> dict[str, Any]:
    """Return a guide as a dict of its name, title, summary and `html`, which has the text by language.

    `entry` is the guide's table in pages.toml, and `addresses` has the address of each guide by file.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    tokens = markdown.parse((_DOCS / entry["file"]).read_text(encoding="utf-8"))
    zh, _, en = tokens[1].content.partition(" · ")
    sections: dict[str, list[Token]] = {}
    language = ""
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[at + 1].content
            token.attrSet("id", _NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-"))
            if token.tag == "h2":
                language = _SECTIONS.get(heading, _SHARED)
        if token.type in ("heading_open", "heading_close") and language != _SHARED:
            token.tag = f"h{int(token.tag[1:]) - 1}"
        _rewrite_links(token.children or (), entry["file"], addresses, root_path)
        sections.setdefault(language, []).append(token)
    rendered = {
        name: Markup(markdown.renderer.render([*sections[name][3:], *sections.get(_SHARED, ())], markdown.options, {}))  # noqa: S704 - HTML in documents is escaped
        for name in _SECTIONS.values()
    }
    return {
        "name": entry["name"],
        "title": Bilingual(zh, en),
        "summary": Bilingual(entry["zh"], entry["en"]),
        "html": rendered,
    }


def _rewrite_links(inline: Sequence[Token], file: str, addresses: Mapping[str, str], root_path: str) -> None:
    """Change the links in a line of `file` to pages of the site; hide links to files that are no page of the site."""
    hidden = False
    for token in inline:
        if token.type == "link_open":
            target = _target(str(token.attrGet("href")), file, addresses, root_path)
            hidden = target is None
            token.attrSet("href", target or "")
        if token.type in ("link_open", "link_close"):
            token.hidden = hidden


def _target(link: str, file: str, addresses: Mapping[str, str], root_path: str) -> str | None:
    """Return the address of a link in `file` on the site, or None if the site has no such page."""
    if link.startswith(("https://", "http://", "#")):
        return link
    if _OF_THE_SITE.match(link):
        return root_path + link
    path, hash_sign, anchor = link.partition("#")
    page = addresses.get(posixpath.normpath(posixpath.join(posixpath.dirname(file), path)))
    return None if page is None else f"{page}{hash_sign}{anchor}"


def _fence(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    """Return a block of code as HTML that can be scrolled by keyboard (a rule of markdown-it's renderer)."""
    return str(Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(tokens[at].content))


def _entries(group: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the entries of a group: its own words, then its terms, then the concepts of its schemes.

    An entry has its anchor as `id`, a `name`, its meaning as `text`, the Chinese word that forms print as `printed`,
    and the `iri` of a term of the ontology; the last two may be None.
    """
    for own in group.get("entry", ()):
        yield {
            "id": own["id"],
            "printed": own.get("printed"),
            "iri": None,
            **{name: Bilingual(**own[name]) for name in ("name", "text")},
        }
    named = [reference()[terms.JX + name] for name in group.get("terms", ())]
    for term in (*named, *(each for scheme in group.get("schemes", ()) for each in concepts(scheme))):
        yield {
            "id": term.name,
            "name": term.label,
            "text": term.definition,
            "printed": term.label.zh,
            "iri": term.iri,
        }
