"""Pages of a site as trees, and words that these, other answers and commands must say."""

from collections.abc import Container
from subprocess import CompletedProcess

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
