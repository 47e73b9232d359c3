"""Tell the kind of a document that projects cite, and who issued it, from its number or its title.

A numbered document is judged by its number alone, any other by its title, so that each source says the same of one
document. What neither shows is not guessed. The words are in documents.toml.
"""

import re
from functools import lru_cache

from jixiao.ontology import codes, terms
from jixiao.ontology.bodies import full_name, parsed
from jixiao.ontology.identity import DocumentNumber, key
from jixiao.ontology.text.wording import Wording

_SHARED = ("provinces", "place", "organs", "organs_chars", "no_codes", "kinds")
_GIVEN = {name: codes.WORDING.text(name) for name in _SHARED}
_WORDING = Wording("jixiao.ontology", "documents.toml", _GIVEN)
_pattern = _WORDING.pattern
_CENTRAL = frozenset(_WORDING.words("central"))


@lru_cache(maxsize=4096)
def kind(number: DocumentNumber | None, title: str | None) -> str:
    """Return the concept of the kind of a document; that of `unknown` if neither number nor title shows the kind."""
    names, is_order = issuers(number, title), number is not None and number.year is None
    found = _pattern("title").match(key(title or ""))
    if found and (number is None or (is_order and not found["rule"])):
        name = (found.lastgroup or "").replace("_", "-")
    elif is_order:
        name = "order"
    elif any(map(_is_of_party, names)) or (number and (local := _local(number)) and local["organ"] == "委"):
        name = "party-document"
    else:
        notice = "central-notice" if any(map(_is_central, names)) else "local-notice"
        name = notice if names else "unknown"
    return f"{terms.VOCAB}document-kind/{name}"


@lru_cache(maxsize=4096)
def issuers(number: DocumentNumber | None, title: str | None) -> tuple[str, ...]:
    """Return the names of the bodies that issued a document; empty if neither number nor title tells who did.

    A local body that only a code names is named by the place, organ and office in the code: 沪松府办. Bodies that issue
    a document with a central one are those of the title, if all of them are central.
    """
    issued = _pattern("issued").match(key(title or ""))
    of_title = _divided(issued["body"]) if issued else ()
    if number is None:
        return of_title
    if code := next((name for name, own in _WORDING.tables["codes"].items() if re.fullmatch(own, number.code)), None):
        return of_title if code in of_title and all(map(_is_central, of_title)) else (code,)
    if number.year is None:
        return _divided(number.code)
    if named := _pattern("named").fullmatch(number.code):
        return _divided(named["body"])
    local = _local(number)
    return (local["issuer"],) if local else ()


def _local(number: DocumentNumber) -> re.Match[str] | None:
    return _pattern("local").fullmatch(number.code)


@lru_cache(maxsize=4096)
def _divided(text: str) -> tuple[str, ...]:
    """Return the full names of the bodies that a text names one after another; empty if a part of it is no body."""
    for end in _pattern("body_end").finditer(text):
        name, rest = _full(text[: end.end()]), text[end.end() :].lstrip("、和")
        others = _divided(rest) if rest else ()
        if name and (others or not rest):
            return (name, *others)
    return ()


def _full(name: str) -> str | None:
    """Return the full name of a body if no other body has the printed name, otherwise None."""
    body = parsed(name)
    local = full_name(name) if body.codes and body.organ else None
    return name if _is_central(name) else local


def _is_central(name: str) -> bool:
    return name in _CENTRAL or name.startswith(_WORDING.words("central_beginnings"))


def _is_of_party(name: str) -> bool:
    return name.startswith("中共")
