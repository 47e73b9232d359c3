"""Which properties a query cannot do without: one that a document lacks altogether need not be asked of it.

Parsing a query costs Oxigraph more than answering it on one document, and cannot be done once for many. The text of a
SELECT goes in; the predicates of the triple patterns that every row needs come out. What may be missing (OPTIONAL,
UNION, NOT EXISTS) is passed over, and so is a path: fewer properties than there are do no harm. A parser would know
more, and rdflib's takes seconds for our rules.
"""

import re
from collections.abc import Iterator, Mapping

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(?:@\w+)?')
_CALL = re.compile(r"(?:\b(?:FILTER|BIND)\s*)?\w*\s*\([^()]*\)")
_INNERMOST = re.compile(r"(\bOPTIONAL|\bEXISTS|\bMINUS|\bUNION)?\s*\{([^{}]*)\}(?=\s*(UNION)?)")
_SELECT = re.compile(r"\bSELECT\b.*?\bWHERE\b", re.DOTALL)
_AGGREGATE = re.compile(r"\bSELECT\b[^{]*\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(")
_WORDS = re.compile(r"\b(?:FILTER|NOT|UNION|GROUP BY [?$\w ]*|HAVING)\b")
_TOKEN = re.compile(r"<[^<>\s]*>|[.;,]|[?$]\w+|[^\s;,]+?(?=[\s;,]|\.\s|\.?$)")
_NAME = re.compile(r"([\w-]*):([\w-]+)")
_NEXT = {".": "subject", ";": "predicate", ",": "object"}
_END = " . "  # stands for a group, so that what is before and behind it stays apart


def predicates(select: str, namespaces: Mapping[str, str]) -> frozenset[str]:
    """The IRIs without any of which the query has no row; perhaps fewer than there are."""
    text = _STRING.sub("0", select)
    if len(_AGGREGATE.findall(text)) > text.count("GROUP BY"):
        return frozenset()  # an aggregate over no group has a row even of nothing
    while _CALL.search(text):
        text = _CALL.sub(_END, text)
    while _INNERMOST.search(text):
        text = _INNERMOST.sub(_kept, text)
    return frozenset(_predicates(_WORDS.sub(_END, _SELECT.sub(_END, text)), namespaces))


def _kept(group: re.Match[str]) -> str:
    """The triples of a group that every row needs, as part of the group around it."""
    before, inside, behind = group.groups()
    return _END if before or behind else f"{_END}{inside}{_END}"


def _predicates(triples: str, namespaces: Mapping[str, str]) -> Iterator[str]:
    """The predicates of blocks of triple patterns; variables, paths and `a` are none."""
    place = "subject"
    for token in _TOKEN.findall(triples):
        if token in _NEXT:
            place = _NEXT[token]
        elif place == "subject":
            place = "predicate"
        elif place == "predicate":
            place = "object"
            if token.startswith("<"):
                yield token[1:-1]
            elif (name := _NAME.fullmatch(token)) and name[1] in namespaces:
                yield namespaces[name[1]] + name[2]
