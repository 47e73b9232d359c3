"""Pages of a site as trees, and words that a text lacks, for tests that look at their parts."""

from collections.abc import Container

import httpx
import lxml.html


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
