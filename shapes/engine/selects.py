"""Read the triple patterns of a SELECT.

rdflib's parser takes seconds for the rules of this project, and Oxigraph does not show what it parses. So brackets are
replaced by marks from the inside out, after which regular expressions are enough. Constructs that rules do without
are refused.
"""

import re
from collections.abc import Mapping

from pyoxigraph import NamedNode

from jixiao.ontology import terms

Pattern = tuple[NamedNode | str, NamedNode | None, NamedNode | str]
"""Subject, predicate (None for a path or a variable) and object; variables and literals as they are written."""

_MARK = re.compile(r"[«‹](\d+)[»›]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^[^\s;,.)]+)?')
_BRACKETS = re.compile(
    r"((?:FILTER\s+)?(?:NOT\s+)?EXISTS|OPTIONAL|UNION|WHERE)?\s*\{([^{}()]*)\}(?=(\s*UNION)?)|\(([^{}()]*)\)",
    re.IGNORECASE,
)
_SELECT = re.compile(r"\s*SELECT\b(.*?)WHERE «(\d+)»(.*)", re.DOTALL | re.IGNORECASE)
_AGGREGATE = re.compile(r"\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*‹")
_WITHIN = re.compile(r"(?:(?:FILTER\s+)?(?:NOT\s+)?EXISTS|OPTIONAL) «\d+»|«\d+»(?:\s*UNION «\d+»)+", re.IGNORECASE)
_NO_PATTERN = re.compile(rf"FILTER\s*\w*\s*‹\d+›|BIND\s*‹\d+›|{_WITHIN.pattern}", re.IGNORECASE)
_TOKEN = re.compile(r"<[^<>\s]*>|[;,]|\.(?!\d)|[^\s;,.<]+(?:\.\d+)?")
_PREFIXED = re.compile(r"([\w-]*):([\w-]+)")
_SHARED = {".": 0, ";": 1, ",": 2}  # terms that a triple pattern shares with the next, by the sign between them
_TERMS = 3  # a triple pattern has this many terms


class Select:
    """A SELECT whose strings are left out and whose brackets are replaced by numbered marks.

    The mark of entry 3 of `_parts` is `‹3›` for parentheses, and `«3»` for groups after WHERE, OPTIONAL and EXISTS and
    those of a UNION; other groups are written into the group around them.

    `plain` is the query without its strings. `required` are the triple patterns that each row needs, none if the query
    has a row even without a match; `patterns` are all of them. Raises SyntaxError for blank nodes with properties,
    blanks within paths, and escaped code points.
    """

    def __init__(self, select: str, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces
        self._parts: list[str] = []
        self.plain = _STRING.sub(_blank, select).replace("$", "?")
        text, count = self.plain, 1
        while count:
            text, count = _BRACKETS.subn(self._put_part, text)
        self.required = self._patterns_of(self._opened(text))
        within = {mark for part in self._parts for groups in _WITHIN.findall(part) for mark in _marks(groups)}
        self.patterns = self.required + [each for mark in within for each in self._patterns_of(self._parts[mark])]

    def _patterns_of(self, group: str) -> list[Pattern]:
        """Return the triple patterns of a group, without those of groups with marks of their own."""
        patterns: list[Pattern] = []
        read: list[str] = []
        for token in [*_TOKEN.findall(_NO_PATTERN.sub(" . ", group)), "."]:
            if token not in _SHARED:
                read.append(token)
            elif len(read) == _TERMS:
                subject, predicate, value = read
                patterns.append((self._name(subject) or subject, self._name(predicate), self._name(value) or value))
                del read[_SHARED[token] :]
            elif len(read) > 1:
                raise SyntaxError(f"“{' '.join(read)}”")
            else:
                read.clear()
        return patterns

    def _name(self, term: str) -> NamedNode | None:
        """Return the IRI that a term such as `a`, `<…>` or `jx:year` denotes; None for any other term."""
        if term == "a":
            return NamedNode(terms.RDF_type)
        if term.startswith("<"):
            return NamedNode(term[1:-1])
        prefixed = _PREFIXED.fullmatch(term)
        if prefixed is None or prefixed[1] not in self._namespaces:
            return None
        return NamedNode(self._namespaces[prefixed[1]] + prefixed[2])

    def _put_part(self, brackets: re.Match[str]) -> str:
        """Store the content of innermost brackets, and return its mark, or the content of a plain group."""
        keyword, group, union, inside = brackets.groups()
        if group is not None and not keyword and not union:
            return f" . {self._opened(group)} . "
        self._parts.append(inside if group is None else self._opened(group))
        number = len(self._parts) - 1
        return f"‹{number}›" if group is None else f"{keyword or ''} «{number}»"

    def _opened(self, group: str) -> str:
        """Return the WHERE of a sub-select; any other group is returned unchanged.

        The result is empty for a sub-select that has a row even without a match.
        """
        select = _SELECT.fullmatch(group)
        if select is None:
            return group
        head, where, tail = select.groups()
        columns = " ".join(self._parts[mark] for mark in _marks(head))
        if _AGGREGATE.search(columns) and "GROUP" not in tail.upper():
            return ""
        return self._parts[int(where)]


def _blank(string: re.Match[str]) -> str:
    """Leave out the content of a string."""
    if "\\u" in string[0].lower():
        raise SyntaxError(f"an escaped code point in {string[0]}")
    return '""'


def _marks(text: str) -> list[int]:
    """Return the numbers of the parts that a text marks."""
    return [int(number) for number in _MARK.findall(text)]
