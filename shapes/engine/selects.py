"""Read the triple patterns of a SELECT, and those that each of its rows needs.

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

_UNION = re.compile(r"«\d+»(?:\s*UNION «\d+»)+", re.IGNORECASE)
_MARK = re.compile(r"[«‹](\d+)[»›]")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@[\w-]+|\^\^[^\s;,.)]+)?')
_BRACKETS = re.compile(
    r"((?:FILTER\s+)?(?:NOT\s+)?EXISTS|OPTIONAL|UNION|WHERE)?\s*\{([^{}()]*)\}(?=(\s*UNION)?)|\(([^{}()]*)\)",
    re.IGNORECASE,
)
_SELECT = re.compile(r"\s*SELECT\b(.*?)WHERE «(\d+)»(.*)", re.DOTALL | re.IGNORECASE)
_AGGREGATE = re.compile(r"\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*‹")
_WITHIN = re.compile(rf"(?:(?:FILTER\s+)?(?:NOT\s+)?EXISTS|OPTIONAL) «\d+»|{_UNION.pattern}", re.IGNORECASE)
_NO_PATTERN = re.compile(rf"(?:FILTER\s*\w*|BIND)\s*‹\d+›|{_WITHIN.pattern}", re.IGNORECASE)
_TOKEN = re.compile(r"<[^<>\s]*>|[;,]|\.(?!\d)|[^\s;,.<]+(?:\.\d+)?")
_PREFIXED = re.compile(r"([\w-]*):([\w-]+)")
_SHARED = {".": 0, ";": 1, ",": 2}  # terms that a triple pattern shares with the next, by the sign between them
_TERMS = 3  # a triple pattern has this many terms


class Select:
    """A SELECT whose brackets are replaced by numbered marks, so that each part can be searched alone.

    The mark of entry 3 of `parts` is `‹3›` for parentheses, and `«3»` for groups after WHERE, OPTIONAL and EXISTS and
    those of a UNION; other groups are written into the group around them.

    `plain` is the query with all strings empty. `where` is the content of the outermost WHERE; it is empty if the query
    has a row even without a match. `required` are the triple patterns that each row needs, `patterns` all of them.
    Raises SyntaxError for blank nodes with properties, and for spaces within paths.
    """

    def __init__(self, select: str, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces
        self.parts: list[str] = []
        self.plain = _STRING.sub('""', select).replace("$", "?")
        text, count = self.plain, 1
        while count:
            text, count = _BRACKETS.subn(self._put_part, text)
        self.where = self._opened(text)
        self.required = self.patterns_of(self.where)
        within = {mark for part in self.parts for groups in _WITHIN.findall(part) for mark in _marks(groups)}
        self.patterns = self.required + [each for mark in within for each in self.patterns_of(self.parts[mark])]

    def patterns_of(self, group: str) -> list[Pattern]:
        """Return the triple patterns of a group, without the patterns of inner groups that have marks."""
        patterns: list[Pattern] = []
        read: list[str] = []
        for token in [*_TOKEN.findall(_NO_PATTERN.sub(" . ", group)), "."]:
            if token not in _SHARED:
                read.append(token)
            elif len(read) == _TERMS:
                subject, predicate, value = read
                patterns.append((self.name(subject) or subject, self.name(predicate), self.name(value) or value))
                del read[_SHARED[token] :]
            elif len(read) > 1:
                raise SyntaxError(f"“{' '.join(read)}”")
            else:
                read.clear()
        return patterns

    def name(self, term: str) -> NamedNode | None:
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
        """Store the content of innermost brackets in `parts`, and return its mark.

        A plain group is not stored: its content is returned.
        """
        keyword, group, union, inside = brackets.groups()
        if group is not None and not keyword and not union:
            return f" . {self._opened(group)} . "
        self.parts.append(inside if group is None else self._opened(group))
        number = len(self.parts) - 1
        return f"‹{number}›" if group is None else f"{keyword or ''} «{number}»"

    def _opened(self, group: str) -> str:
        """Return the content of a sub-select's WHERE; a group that is no sub-select is returned unchanged.

        The result is empty for a sub-select that has a row even without a match: an aggregate without GROUP BY.
        """
        select = _SELECT.fullmatch(group)
        if select is None:
            return group
        head, where, tail = select.groups()
        columns = " ".join(self.parts[mark] for mark in _marks(head))
        return "" if _AGGREGATE.search(columns) and "GROUP" not in tail.upper() else self.parts[int(where)]


def _marks(text: str) -> list[int]:
    """Return the numbers of the entries of `Select.parts` whose marks a text contains."""
    return [int(number) for number in _MARK.findall(text)]
