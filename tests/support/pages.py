"""Pages of a site as trees, and words that a text lacks, for tests that look at their parts."""

from collections.abc import Container

import httpx
import lxml.html


def page(client: httpx.Client, path: str, lang: str = "zh", **params: str | list[str]) -> lxml.html.HtmlElement:
    """Return the page at a path in a language, which must be there."""
    answer = client.get(path, params={**params, "lang": lang}, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return lxml.html.fromstring(answer.text)


def words(found: list[lxml.html.HtmlElement]) -> list[str]:
    """Return the text of each element, with single blanks."""
    return [" ".join(each.text_content().split()) for each in found]


def absent(text: Container[str], *wanted: str) -> list[str]:
    """Return what a text or a collection lacks: a failure names these alone, not the whole page."""
    return [each for each in wanted if each not in text]
