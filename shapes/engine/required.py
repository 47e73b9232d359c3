"""Find the triple patterns that every row of a query needs, so that documents without a match are skipped.

Parsing a query costs Oxigraph more than answering it on one document. The patterns are read from the text of a SELECT.
Optional parts (OPTIONAL, UNION, NOT EXISTS) and paths are ignored; a pattern that is not found only costs time. A
parser would find more, but rdflib's takes seconds for the rules of this project.
"""

import re
from collections.abc import Iterator, Mapping

from jixiao.ontology import terms

Pattern = tuple[str, str, str]
"""Subject, predicate and object of a triple pattern."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(?:@\w+)?')
_CALL = re.compile(r"(?:\b(?:FILTER|BIND)\s*)?\w*\s*\([^()]*\)")
_INNERMOST = re.compile(r"(\bOPTIONAL|\bEXISTS|\bMINUS|\bUNION)?\s*\{([^{}]*)\}(?=\s*(UNION)?)")
_SELECT = re.compile(r"\bSELECT\b.*?\bWHERE\b", re.DOTALL)
_AGGREGATE = re.compile(r"\bSELECT\b[^{]*\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(")
_WORDS = re.compile(r"\b(?:FILTER|NOT|EXISTS|OPTIONAL|UNION|GROUP BY [?$\w ]*|HAVING)\b")
_BRACE = re.compile(r"[{}]")
_TOKEN = re.compile(r"<[^<>\s]*>|[.;,]|[?$]\w+|[^\s;,]+?(?=[\s;,]|\.\s|\.?$)")
_NAME = re.compile(r"([\w-]*):([\w-]+)")
_NEXT = {".": "subject", ";": "predicate", ",": "object"}
_END = " . "  # replaces a group, so that the triples before and after it stay apart


def predicates(select: str, namespaces: Mapping[str, str]) -> frozenset[str]:
    """Return IRIs of properties without any of which the query has no row; some of them may be missed."""
    return frozenset(predicate for _, predicate, _ in patterns(select, namespaces) if predicate != terms.RDF_type)


def patterns(select: str, namespaces: Mapping[str, str]) -> Iterator[Pattern]:
    """Yield triple patterns that every row needs, those with a predicate that is an IRI; some may be missed."""
    text = _STRING.sub("0", select)
    if len(_AGGREGATE.findall(text)) > text.count("GROUP BY"):
        return  # an aggregate without GROUP BY has a row even if nothing matches
    text = _without_calls(text)
    while _INNERMOST.search(text):
        text = _INNERMOST.sub(_kept, text)
    for subject, predicate, value in _triples(text):
        if iri := _iri(predicate, namespaces):
            yield subject, iri, value


def every_pattern(select: str, namespaces: Mapping[str, str]) -> Iterator[Pattern]:
    """Yield all triple patterns, optional ones included, with an empty predicate where it is a path or a variable."""
    text = _BRACE.sub(_END, _without_calls(_STRING.sub("0", select)))
    for subject, predicate, value in _triples(text):
        yield subject, _iri(predicate, namespaces) or "", value


def _without_calls(text: str) -> str:
    while _CALL.search(text):
        text = _CALL.sub(_END, text)
    return text


def _kept(group: re.Match[str]) -> str:
    """Replace a group by its triples if every row needs them, otherwise by a full stop."""
    before, inside, behind = group.groups()
    return _END if before or behind else f"{_END}{inside}{_END}"


def _triples(text: str) -> Iterator[Pattern]:
    """Read triple patterns from text without groups, each part as written."""
    place, subject, predicate = "subject", "", ""
    for token in _TOKEN.findall(_WORDS.sub(_END, _SELECT.sub(_END, text))):
        if token in _NEXT:
            place = _NEXT[token]
        elif place == "subject":
            place, subject = "predicate", token
        elif place == "predicate":
            place, predicate = "object", token
        elif place == "object":
            place = "end"
            yield subject, predicate, token


def _iri(written: str, namespaces: Mapping[str, str]) -> str | None:
    """Return the IRI that a token stands for; None for a variable, a path and everything else."""
    if written == "a":
        return terms.RDF_type
    if written.startswith("<"):
        return written[1:-1]
    name = _NAME.fullmatch(written)
    return namespaces[name[1]] + name[2] if name and name[1] in namespaces else None
