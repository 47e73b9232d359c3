"""Check a client's query before Oxigraph parses it: refuse updates, SERVICE and oversize; find its form and graphs.

Strings, comments and IRIs are blanked out first; forbidden words are then searched for anywhere in the rest, even
inside words, because Oxigraph needs no space after a keyword: `trueSERVICE<…>{…}` calls another server. See SPARQL 1.1
Query, sections 13.2 (datasets) and 19.2 (codepoint escapes).

The engine's message about a query that does not parse lists the grammar tokens that it expected; explain() adds a hint
at the most likely mistake.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text.display import shortened
from jixiao.server.errors import QueryRefusedError, QuerySyntaxError

MAX_DEPTH = 100
"""Levels of nested brackets. Oxigraph's parser and planner recurse: 500 nested IFs overflow its stack, 100 do not."""

MAX_CHAIN = 1000
"""Operators and clauses per query. Flat chains become deep trees in Oxigraph: 10,000 kill it, 1,000 do not."""

MAX_NAME = 1000
"""Characters per variable or prefixed name; with this limit the time of the searches below is linear in the query."""

MAX_DECLARED = 1000
"""Limit on the BASE and PREFIX lines together, and on the FROM clauses: each IRI is resolved slowly, in Python."""

MAX_IRI = 4000
"""Characters per resolved IRI, which a series of relative BASE lines could make ever longer."""

_NAME = (
    r"\w\xb7\u02c2-\u02ff\u0300-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufffd\U00010000-\U000effff"
)
"""SPARQL's PN_CHARS for use within [...] of a pattern; Python's \\w lacks the middle dot, accents and more."""

_IRI = r"<[^\x00-\x20<>\"{}|^`]*>"
OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    rf"|{_IRI}|#[^\n\r]*|\\[uU]|\\.",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_ESCAPE_OR_OPAQUE = re.compile(rf"{_ESCAPE.pattern}|{OPAQUE.pattern}", re.DOTALL)
_PREFIXED = rf"[{_NAME}.-]*:(?:[{_NAME}:.%-]|\\.)*"
WORD = re.compile(rf"(?:[{_NAME}.:%-]++|\\.)++")
# Only keywords are matched without case: compiling the many characters of _NAME so takes longer than most queries run.
# Four patterns that few queries need are texts, which `re` compiles at their first use: a worker starts 40 ms sooner.
_SERVICE = rf"\\.|[?$][{_NAME}]+|((?i:SERVICE) *(?:(?i:SILENT) *)?(?:<\d+>|[?$][{_NAME}]+|{_PREFIXED}) *\{{)"
"""A call of a service as the first group; what precedes it in the pattern may have the word in a name, as ?service."""
_DECLARATION = re.compile(rf" *(?:(?i:BASE) *<(\d+)>|(?i:PREFIX) *([{_NAME}.-]*): *<(\d+)>)")
_FORM = re.compile(r" *(SELECT|ASK|CONSTRUCT|DESCRIBE)", re.IGNORECASE)
_UPDATE = re.compile(rf" *((?i:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH))(?![{_NAME}:])")
_FROM = rf"(?<![{_NAME}?$:-])(?i:FROM) *((?i:NAMED))? *(?:<(\d+)>|({_PREFIXED}))"
_CLAUSES = ("union", "optional", "minus", "filter", "bind", "graph", "values", "select", "exists")
_LINKS = (*"-+*/|!=^;&", *_CLAUSES)
_LINK = rf"&&|\|\||[-+*/|!=^;]|(?<![{_NAME}?$:-])(?i:{'|'.join(_CLAUSES)})(?![{_NAME}:])"
_TYPED = '""^^'  # a typed literal's ^^ is not counted as an operator, since VALUES may list thousands of amounts
_BRACKET = re.compile(r"\\.|([(\[{])|[)\]}]")
_LINE_END = re.compile(r"[\n\r]")
_USED_PREFIX = rf"(?<![{_NAME}?$:%.-])([^\W\d_][{_NAME}.-]*|):"


@dataclass(frozen=True)
class Checked:
    """A query that may run: `text` with codepoint escapes resolved, `form` (SELECT, ASK …), graphs of FROM clauses.

    `bare` is the text after BASE and PREFIX, with strings and comments blanked; `prefixes` maps prefixes to IRIs.
    """

    text: str
    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    bare: str
    prefixes: Mapping[str, str]

    @property
    def gives_graph(self) -> bool:
        """Return whether the result is triples, not solutions or a boolean."""
        return self.form in ("CONSTRUCT", "DESCRIBE")


def check(query: str, base_iri: str | None = None) -> Checked:
    """Return a query that may run. Raises QueryRefusedError (SERVICE, update, too deep, too long), QuerySyntaxError.

    `base_iri` resolves relative IRIs of FROM if the query has no BASE.
    """
    query = query.removeprefix("\ufeff")  # a byte order mark
    if "\x00" in query or query.encode(errors="ignore").decode() != query:  # a surrogate cannot be encoded
        raise QuerySyntaxError("查询中有不允许的字符。", "The query contains a character that is not allowed.")
    # Escapes within strings, IRIs and comments are left to Oxigraph.
    text = (
        _ESCAPE_OR_OPAQUE.sub(lambda match: _character(match) if match[1] or match[2] else match[0], query)
        if "\\" in query
        else query
    )
    bare, iris = _blanked(text)
    longest_run = max(map(len, bare.split(" ")))  # an upper limit of the names' lengths that is quick to compute
    if longest_run >= MAX_NAME and any(len(word[0]) >= MAX_NAME for word in WORD.finditer(bare)):
        raise QueryRefusedError(f"有超过 {MAX_NAME} 字的名字。", f"A name is longer than {MAX_NAME} characters.")
    prologue, prefixes, base = _prologue(bare, iris, base_iri)
    rest = bare[prologue:]
    if update := _UPDATE.match(rest):
        raise QueryRefusedError(
            f"此处只能查询，不能更新（{update[1].upper()}）。",
            f"This endpoint answers queries; it takes no updates ({update[1].upper()}).",
        )
    if "service" in text.casefold() and (any(found[1] for found in re.finditer(_SERVICE, rest)) or _ambiguous(text)):
        raise QueryRefusedError(
            "不允许 SERVICE：本站不代为访问别处。", "SERVICE is refused: queries cannot call other servers."
        )
    _limit_size(rest)
    form = _FORM.match(rest)
    if form is None:
        raise misplaced(
            text,
            rest.strip().partition(" ")[0],
            "查询应以 SELECT、ASK、CONSTRUCT 或 DESCRIBE 开头（PREFIX、BASE 之后）。",
            "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX and BASE lines.",
        )
    has_from = "from" in rest.casefold()
    default, named = _dataset(_header(rest, form), iris, prefixes, base) if has_from else ((), ())
    return Checked(text, form[1].upper(), default, named, rest, prefixes)


def _ambiguous(text: str) -> bool:
    """Return True if Oxigraph may see other strings and comments than this module does.

    This module takes `<…>` for an IRI, Oxigraph may take `<` for "less than". That changes the rest of the text only if
    the `<…>` contains a single quotation mark, which then begins a string, or a `#`, which then begins a comment: the
    comment matters if a string begins later on the same line and ends on another line.
    """
    hashed = False
    seen = 0
    for match in OPAQUE.finditer(text):
        token = match[0]
        hashed = hashed and _LINE_END.search(text, seen, match.start()) is None
        seen = match.end()
        if token[0] == "<":
            if "'" in token:
                return True
            hashed = hashed or "#" in token
        elif token[0] in "\"'" and hashed and _LINE_END.search(token):
            return True
    return False


def undeclared(checked: Checked) -> QuerySyntaxError | None:
    """Return an error that names the query's undeclared prefixes, None if all are declared.

    Oxigraph's own message for an undeclared prefix does not name it ("expected OPTIONAL").
    """
    missing = sorted({used[1] for used in re.finditer(_USED_PREFIX, checked.bare)} - set(checked.prefixes))
    if not missing:
        return None
    lines = " ".join(f"PREFIX {p}: <{terms.PREFIXES[p]}>" for p in missing if p in terms.PREFIXES)
    named = "、".join(f"{p}:" for p in missing)
    return misplaced(
        checked.text,
        f"{missing[0]}:",
        f"前缀 {named} 没有声明。" + (f"请在开头加上：{lines}" if lines else ""),
        f"Undeclared prefix: {', '.join(f'{p}:' for p in missing)}." + (f" Add: {lines}" if lines else ""),
    )


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise QuerySyntaxError(f"没有这样的字符：{escape[0]}。", f"There is no such character: {escape[0]}.")
    return chr(code)


def _blanked(text: str) -> tuple[str, list[str]]:
    """Return a query's text for searches, and the IRIs in it.

    String literals are empty, IRIs are their numbers (`<0>`, `<1>` …), and a comment or white space is one blank, so
    that positions differ from those of the query.
    """
    iris: list[str] = []

    def blank(match: re.Match[str]) -> str:
        opaque = match[0]
        if opaque[0] == "<":
            iris.append(_ESCAPE.sub(_character, opaque[1:-1]))
            return f"<{len(iris) - 1}>"
        return {'"': '""', "'": '""', "#": " "}.get(opaque[0], opaque)

    # Single blanks stay: to replace them by themselves would take as long as all else here.
    return re.sub(r"[\t\r\n][ \t\r\n]*| [ \t\r\n]+", " ", OPAQUE.sub(blank, text)), iris


def _prologue(bare: str, iris: list[str], base: str | None) -> tuple[int, dict[str, str], str | None]:
    """Return the end of the BASE and PREFIX lines in blanked text, the IRIs by prefix, and the last base."""
    prefixes: dict[str, str] = {}
    at = declared = 0
    while declaration := _DECLARATION.match(bare, at):
        declared += 1
        _limit_declarations(declared)
        if declaration[1] is not None:
            base = _resolve(base, iris[int(declaration[1])])
        else:
            prefixes[declaration[2]] = _resolve(base, iris[int(declaration[3])])
        at = declaration.end()
    return at, prefixes, base


def _resolve(base: str | None, iri: str) -> str:
    """Return an IRI made absolute with the base. Raises QuerySyntaxError, QueryRefusedError if it is too long."""
    try:
        joined = urljoin(base or "", iri)
    except ValueError:
        raise QuerySyntaxError(f"不是 IRI：<{iri}>", f"Not an IRI: <{iri}>") from None
    if len(joined) > MAX_IRI:
        raise QueryRefusedError(f"有超过 {MAX_IRI} 字的 IRI。", f"An IRI is longer than {MAX_IRI} characters.")
    return joined


def _limit_declarations(declared: int) -> None:
    if declared > MAX_DECLARED:
        raise QueryRefusedError(
            f"BASE、PREFIX 或 FROM 超过 {MAX_DECLARED} 个。",
            f"There are more than {MAX_DECLARED} of BASE and PREFIX, or of FROM.",
        )


def _limit_size(rest: str) -> None:
    deepest = depth = 0
    shallow = sum(map(rest.count, "([{")) <= MAX_DEPTH  # no bracket can be deeper than there are opening ones
    for bracket in () if shallow else _BRACKET.finditer(rest):
        if bracket[1]:
            depth += 1
            deepest = max(deepest, depth)
        elif bracket[0][0] != "\\":
            depth -= 1
    if deepest > MAX_DEPTH:
        raise QueryRefusedError(
            f"查询嵌套过深（{deepest} 层，最多 {MAX_DEPTH} 层）。",
            f"The query is nested too deep ({deepest} levels, at most {MAX_DEPTH}).",
        )
    rest = rest.replace(_TYPED, "")
    if sum(map(rest.casefold().count, _LINKS)) <= MAX_CHAIN:
        return  # this quick count includes signs within names, so the exact count below cannot be higher
    links = sum(1 for _ in re.finditer(_LINK, re.sub(_PREFIXED, "", rest)))
    if links > MAX_CHAIN:
        raise QueryRefusedError(
            f"查询过长：{links} 个运算符和子句，最多 {MAX_CHAIN} 个；列举多个值请用 VALUES。",
            f"The query has {links} operators and clauses, at most {MAX_CHAIN}; use VALUES to list many values.",
        )


def _header(rest: str, form: re.Match[str]) -> str:
    """Return the text from the word SELECT, ASK … to the first `{` of the WHERE clause, without brackets' content.

    `rest` is the query after its prologue, and `form` the match of that word. The result holds the FROM clauses.
    """
    after = rest[form.end() :]
    template = form[1].upper() == "CONSTRUCT" and after.lstrip(" ").startswith("{")
    outside: list[str] = []
    depth = at = 0
    for bracket in _BRACKET.finditer(after):
        if bracket[0][0] == "\\":
            continue
        if depth == 0:
            outside.append(after[at : bracket.start()])
        if depth == 0 and bracket[0] == "{":
            if not template:
                return "".join(outside)
            template = False
        depth += 1 if bracket[1] else -1
        at = bracket.end()
    return "".join([*outside, after[at:]])


def _dataset(
    header: str, iris: list[str], prefixes: dict[str, str], base: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the graphs in FROM, and the IRIs of the graphs in FROM NAMED, of a query's header.

    `iris` are the IRIs by their numbers in the header.
    """
    default: list[str] = []
    named: list[str] = []
    for count, clause in enumerate(re.finditer(_FROM, header), 1):
        _limit_declarations(count)
        if clause[2] is not None:
            iri = _resolve(base, iris[int(clause[2])])
        else:
            prefix, _, local = clause[3].partition(":")
            iri = prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
        (named if clause[1] else default).append(graph_iri(iri))
    return tuple(default), tuple(named)


def graph_iri(iri: str) -> str:
    """Return a graph's IRI unchanged if it is valid. Raises QueryRefusedError."""
    try:
        return NamedNode(iri).value
    except ValueError:
        raise QueryRefusedError(f"图名不是 IRI：{iri}", f"The name of a graph is not an IRI: {iri}") from None


_PLACE = re.compile(r"error at (\d+):(\d+): ?(.*)", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'|<[^<>]*>")
_LONGEST = 200  # characters of the engine's message that are shown
_NOISE = re.compile(r"(?:LATERAL|SERVICE|\[_\]),? ?")
"""Tokens that the engine lists as expected at every clause; they help no reader, and the guard refuses most of them."""

_BEFORE = r"""(?:(?><[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|#[^\n\r]*|.))*?"""
"""Pattern that skips IRIs, strings, comments and single characters; unambiguous, so that matching takes linear time."""

_FULL_WIDTH = "，。；：？！（）｛｝［］“”‘’＜＞＝　＊＃＂＇．"


def explain(message: str, query: str) -> QuerySyntaxError:
    """Return the error to show to the client for the engine's message about a query."""
    place = _PLACE.match(message)
    if place is None:
        return QuerySyntaxError(f"查询语法有误：{message}", f"The query has a syntax error: {message}")
    line, column = int(place[1]), int(place[2])
    zh, en = _hint(query, line, column, place[3])
    return QuerySyntaxError(
        f"查询语法有误：第 {line} 行第 {column} 个字符处。{zh}",
        f"Syntax error at line {line}, column {column}. {en}",
        line,
        column,
        f"{zh} {en}",
    )


def misplaced(query: str, word: str, zh: str, en: str) -> QuerySyntaxError:
    """Return the error for a misplaced word with its line and column; `zh` and `en` describe the fault.

    The place is the word's first occurrence outside IRIs, strings and comments; without one, no place is given.
    """
    match = re.match(_BEFORE + rf"(?<![\w.-])({re.escape(word)})", query, re.DOTALL) if word else None
    if match is None:
        return QuerySyntaxError(zh, en, hint=f"{zh} {en}")
    line = query.count("\n", 0, match.start(1)) + 1
    column = match.start(1) - query.rfind("\n", 0, match.start(1))
    place_zh, place_en = f"第 {line} 行第 {column} 个字符处。", f"At line {line}, column {column}: "
    return QuerySyntaxError(f"{place_zh}{zh}", f"{place_en}{en}", line, column, f"{zh} {en}")


def _hint(query: str, line: int, column: int, expected: str) -> tuple[str, str]:
    lines = query.splitlines()
    text = lines[line - 1] if line <= len(lines) else ""
    # Look before the column: names may contain many full-width signs, so the engine stops only after them.
    if wide := [char for char in _STRING.sub("", text[:column]) if char in _FULL_WIDTH]:
        return f"此行有全角标点“{wide[-1]}”，应为半角。", f'The full-width "{wide[-1]}" should be an ASCII sign.'
    if query.count("{") > query.count("}"):
        return "左花括号 { 多于右花括号 }。", "There are more { than }."
    if query.count("}") > query.count("{"):
        return "右花括号 } 多于左花括号 {。", "There are more } than {."
    if "unbound" in expected:
        return (
            "SELECT 中有既未分组也未聚合的变量。写进 GROUP BY，或者加以聚合，如 MIN()。",
            "SELECT has a variable that is neither grouped nor aggregated. Add it to GROUP BY, or aggregate it, as by"
            " MIN().",
        )
    if repeated := re.search(r"Duplicated variable|already (?:defined|used)", expected):
        return "同一个变量出现了两次。", f"A variable stands here twice ({repeated[0].lower()})."
    said = shortened(" ".join(_NOISE.sub("", " ".join(expected.split())).split()), _LONGEST, " …")
    return (
        f"请看此处和它前面：多半是标点缺了、多了，或关键字写错。引擎的说法：{said}",
        f"Look here and just before: a sign is missing or too many, or a keyword is misspelt. The engine says: {said}",
    )
