"""Read the guides of docs/ and render each in one language.

A document has a title with both languages and a section for each. Links between documents become links between the
pages of the site, links to what is not on the site become plain text, and headings have GitHub's anchors.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from jixiao.ontology.text.bilingual import Bilingual

GLOSSARY = "glossary"
"""Name of the page that is made from the ontology instead of a document."""

_DOCS = Path(__file__).parents[3] / "docs"  # beside server/ in the checkout, and in the installed package
_LIST = Path(__file__).with_name("pages.toml")
_SECTIONS = {"中文": "zh", "English": "en"}
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_OF_THE_SITE = re.compile(r"/(?!/)")


@dataclass(frozen=True)
class Document:
    """A guide: its name in addresses, its title, what it answers, and its text as HTML, by language."""

    name: str
    title: Bilingual
    summary: Bilingual
    html: Mapping[str, Markup]


@cache
def documents(root_path: str) -> Mapping[str, Document]:
    """Return the guides by name, in their order, with links for a site below `root_path`."""
    listed = tomllib.loads(_LIST.read_text(encoding="utf-8"))["page"]
    places = {PurePosixPath(entry["file"]): entry["name"] for entry in listed}
    places[PurePosixPath("glossary.md")] = GLOSSARY
    guides = {}
    for entry in listed:
        reader = _Reader(PurePosixPath(entry["file"]), places, root_path)
        title, html = reader.read((_DOCS / entry["file"]).read_text(encoding="utf-8"))
        guides[entry["name"]] = Document(entry["name"], title, Bilingual(entry["zh"], entry["en"]), html)
    return MappingProxyType(guides)


@dataclass(frozen=True)
class _Reader:
    """A reader of one document, `here` below docs/; `places` has the page names of all documents by path."""

    here: PurePosixPath
    places: Mapping[PurePosixPath, str]
    root_path: str

    def read(self, text: str) -> tuple[Bilingual, Mapping[str, Markup]]:
        """Return the title and the sections of both languages."""
        markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        markdown.add_render_rule("fence", _fence)
        tokens = markdown.parse(text)
        zh, _, en = tokens[1].content.partition(" · ")
        sections: dict[str, list[Token]] = {}
        language = ""
        for at, token in enumerate(tokens):
            if token.type == "heading_open" and token.tag == "h2":
                language = _SECTIONS.get(tokens[at + 1].content, "")
            sections.setdefault(language, []).append(token)
        rendered = {
            name: Markup(markdown.renderer.render(self._section(sections[name][3:]), markdown.options, {}))  # noqa: S704 - HTML in documents is escaped
            for name in _SECTIONS.values()
        }
        return Bilingual(zh, en), MappingProxyType(rendered)

    def _section(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Raise headings by one level, give them anchors, and rewrite links for the site."""
        for at, token in enumerate(tokens):
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{int(token.tag[1:]) - 1}"
            if token.type == "heading_open":
                token.attrSet("id", _anchor(tokens[at + 1].content))
            self._lead(token.children or ())
        return tokens

    def _lead(self, inline: Sequence[Token]) -> None:
        open_link: Token | None = None
        for token in inline:
            if token.type == "link_open":
                open_link = token
                target = self._target(str(token.attrGet("href")))
                token.hidden = target is None
                token.attrSet("href", target or "")
            elif token.type == "link_close" and open_link is not None:
                token.hidden = open_link.hidden

    def _target(self, link: str) -> str | None:
        """Return the address of a link on the site, or None if the site has no such page."""
        if link.startswith(("https://", "http://", "#")):
            return link
        if _OF_THE_SITE.match(link):
            return self.root_path + link
        path, _, anchor = link.partition("#")
        parts: list[str] = []
        for part in (self.here.parent / path).parts:
            if part == ".." and parts:
                parts.pop()
            else:
                parts.append(part)
        name = self.places.get(PurePosixPath(*parts))
        return None if name is None else f"{self.root_path}/help/{name}" + (f"#{anchor}" if anchor else "")


def _anchor(heading: str) -> str:
    return _NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-")


def _fence(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    """Render code so that it can be scrolled by keyboard."""
    return str(Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(tokens[at].content))
