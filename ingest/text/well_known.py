"""Find well-known documents that are cited with a wrong number, or a title that differs by one character.

Examples are `《项目支出绩效评价管理办法》（财预〔2020〕1号）` and `《中华人民共和国政府信息公开法》`. A place may issue
a document of its own with the title of a national one, so a number is wrong only if its code is that of the national
one.
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
_FEWEST = 5  # least characters of a title that is compared; shorter ones may resemble a known title by chance


def misquoted(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield each wrong number or title of a known document in a text: as printed, as it should be, and its offset."""
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
    """Return the document number directly after a title that ends at `end`, if it is wrong; otherwise None.

    It is wrong if it has the issuer's code of `known`, the right number, but differs from it in year or serial number.
    """
    number = parse(known)
    behind = next((mention for mention in find(text) if mention.start >= end), None)
    if number is None or behind is None or not _BESIDE.fullmatch(text, end, behind.start):
        return None
    return behind if behind.number.code == number.code and behind.number != number else None


def _plain(title: str) -> str:
    """Return a title without blanks and marks, and without the words of the notice that issues the document."""
    plain = "".join(key(title).translate(_MARKS).split())
    issued = _ISSUED.match(plain)
    return issued[1] if issued else plain


def _misprinted(title: str) -> str | None:
    """Return the known title of which a title is a misprint, or None.

    A misprint differs by one character, by a general word, or by the kind of document (条例 for 法).
    """
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
    """Return the known titles in the lists with these names, and the same titles by the keys of `_keys`."""
    near: dict[str, list[str]] = {}
    titles = [title for name in lists for title in _WORDING.words(name)]
    for title in titles:
        for each in _keys(title):
            near.setdefault(each, []).append(title)
    return frozenset(titles), near


def _keys(title: str) -> Iterator[str]:
    """Yield the keys by which misprints of a title are found: a title and its misprint have a key in common.

    The keys are the title without its kind (法), the title without general words, and, for each character of the title,
    the title with that character replaced by □.
    """
    kind = _KIND.search(title)
    if kind:
        yield title[: kind.start()]
        yield f"{_ADDED.sub('', title[: kind.start()])}□{kind.group()}"
    if len(title) >= _FEWEST:
        yield from (f"{title[:at]}□{title[at + 1 :]}" for at in range(len(title)))
