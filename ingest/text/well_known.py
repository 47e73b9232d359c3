"""Find documents that filings everywhere cite, under a wrong number or a title that differs by a character.

`《项目支出绩效评价管理办法》（财预〔2020〕1号）`, `《中华人民共和国政府信息公开法》`. A place may issue a document of
its own under the title of a national one; so a number is wrong only if its code is that of the national document.
"""

from collections.abc import Iterator
from functools import cache

from jixiao.ontology.identity import key
from jixiao.ontology.numbers import Mention, find, parse
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "well_known.toml")
_TITLE, _EDITION, _ISSUED, _ISSUER = (_WORDING.pattern(name) for name in ("title", "edition", "issued", "issuer"))
_BESIDE, _KIND, _ADDED = (_WORDING.pattern(name) for name in ("beside", "kind", "added"))
_NUMBERS: dict[str, str] = _WORDING.tables["numbers"]
_LISTS = ((_WORDING.pattern("state"), ("laws", "regulations")), (_WORDING.pattern("party"), ("of_the_party",)))
_MARKS = str.maketrans("", "", "<>〈〉《》、")
_FEWEST = 5  # characters of a title that may be misprinted


def misquoted(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield what a text says of a known document, what it should say, and the offset."""
    if "《" not in text:
        return
    for found in _TITLE.finditer(text):
        title = _plain(found[1])
        known = _NUMBERS.get(title) or _NUMBERS.get(_ISSUER.sub("", title))
        if known:
            if wrong := _other_number(text, found.end(), known):
                yield wrong.printed, known, wrong.start
        elif right := _misprinted(title):
            yield f"《{found[1]}》", f"《{right}》", found.start()


def _other_number(text: str, end: int, known: str) -> Mention | None:
    """Return the number behind a title that has the code of the known one, and is another."""
    number = parse(known)
    behind = next((mention for mention in find(text) if mention.start >= end), None)
    if number is None or behind is None or not _BESIDE.fullmatch(text, end, behind.start):
        return None
    return behind if behind.number.code == number.code and behind.number != number else None


def _plain(title: str) -> str:
    """Return a title without blanks and marks, and without the notice that issues the document."""
    plain = "".join(key(title).translate(_MARKS).split())
    issued = _ISSUED.match(plain)
    return issued[1] if issued else plain


def _misprinted(title: str) -> str | None:
    """Return the title that is meant by one that differs by a character or a general word, or in its kind."""
    for opening, lists in _LISTS:
        begins = opening.match(title)
        if begins is None:
            continue
        rest = _EDITION.sub("", title[begins.end() :])
        known, near = _titles(lists)
        keys = [] if rest in known else [*_keys(rest)]
        meant = next((other for each in keys for other in near.get(each, ())), None)
        return f"{begins.group()}{meant}" if meant else None
    return None


@cache
def _titles(lists: tuple[str, ...]) -> tuple[frozenset[str], dict[str, list[str]]]:
    """Return the titles of lists, and those that are near to a title, by its keys."""
    near: dict[str, list[str]] = {}
    titles = [title for name in lists for title in _WORDING.words(name)]
    for title in titles:
        for each in _keys(title):
            near.setdefault(each, []).append(title)
    return frozenset(titles), near


def _keys(title: str) -> Iterator[str]:
    """Yield what a title shares with those near it: its stem, that without general words, all but a character."""
    kind = _KIND.search(title)
    if kind:
        yield title[: kind.start()]
        yield f"{_ADDED.sub('', title[: kind.start()])}□{kind.group()}"
    if len(title) >= _FEWEST:
        yield from (f"{title[:at]}□{title[at + 1 :]}" for at in range(len(title)))
