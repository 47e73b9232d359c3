"""Pages of a site as trees, and words that these, other answers and commands must say."""

import re
from collections.abc import Container
from subprocess import CompletedProcess
from urllib.parse import urljoin

import httpx
import lxml.html

ALIKE = re.compile(r"\b(?:[0-9a-z]{13}|[0-9a-f]{16}|\d+|[A-Z]\w+)\b|(?<==)[^&]*")
"""Numbers, names of things and values, by which links differ that lead to pages of one kind."""


def kind(link: str) -> str:
    """Return what links to pages of one kind share."""
    return ALIKE.sub("", link)


def links(address: str, text: str) -> list[str]:
    """Return the links of the page at an address to others of its site, without those to the page in Chinese."""
    found = lxml.html.fromstring(text).xpath("//a/@href")
    below = [link for link in found if link.startswith(("/", "?")) and "lang=zh" not in link]
    return list(dict.fromkeys(urljoin(address, link).partition("#")[0] for link in below))


def markup(client: httpx.Client, address: str, lang: str = "zh", **params: str | list[str]) -> str:
    """Return the HTML of the page at an address in a language, which must be there."""
    asked = httpx.URL(address).copy_merge_params({**params, "lang": lang})
    answer = client.get(asked, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def page(client: httpx.Client, address: str, lang: str = "zh", **params: str | list[str]) -> lxml.html.HtmlElement:
    """Return the page at an address in a language, which must be there."""
    return lxml.html.fromstring(markup(client, address, lang, **params))


def words(found: list[lxml.html.HtmlElement]) -> list[str]:
    """Return the text of each element, with single blanks."""
    return [" ".join(each.text_content().split()) for each in found]


def absent(text: Container[str], *wanted: str) -> list[str]:
    """Return what a text or a collection lacks: a failure names these alone, not the whole page."""
    return [each for each in wanted if each not in text]


def replied(status: int, answer: httpx.Response, *said: str) -> httpx.Response:
    """Return an answer that must have this status, and these words in its text."""
    assert answer.status_code == status, f"{answer.url}: {answer.text}"
    lacking = absent(answer.text, *said)
    assert not lacking, f"not said: {lacking}"
    return answer


def ended(status: int, done: CompletedProcess[str], *said: str) -> CompletedProcess[str]:
    """Return a command that must have ended with this status, and said these words on stderr."""
    assert done.returncode == status, done.stderr
    lacking = absent(done.stderr, *said)
    assert not lacking, f"not said: {lacking}"
    return done
