"""Find the properties a query requires, so that documents lacking one are skipped.

Parsing a query costs Oxigraph more than answering it on one document, and one parse cannot serve many documents. The
properties are read from the text of a SELECT: the predicates of the triple patterns that every row needs. Optional
parts (OPTIONAL, UNION, NOT EXISTS) and paths are ignored; a property that is not found only costs time. A parser would
find more, but rdflib's takes seconds for the rules of this project.
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
_END = " . "  # replaces a group, so that the triples before and after it stay apart


def predicates(select: str, namespaces: Mapping[str, str]) -> frozenset[str]:
    """Return IRIs of properties without any of which the query has no row; some of them may be missed."""
    text = _STRING.sub("0", select)
    if len(_AGGREGATE.findall(text)) > text.count("GROUP BY"):
        return frozenset()  # an aggregate without GROUP BY has a row even if nothing matches
    while _CALL.search(text):
        text = _CALL.sub(_END, text)
    while _INNERMOST.search(text):
        text = _INNERMOST.sub(_kept, text)
    return frozenset(_predicates(_WORDS.sub(_END, _SELECT.sub(_END, text)), namespaces))


def _kept(group: re.Match[str]) -> str:
    """Replace a group by its triples if every row needs them, otherwise by a full stop."""
    before, inside, behind = group.groups()
    return _END if before or behind else f"{_END}{inside}{_END}"


def _predicates(triples: str, namespaces: Mapping[str, str]) -> Iterator[str]:
    """Read the predicates of triple patterns; variables, paths and `a` are left out."""
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
