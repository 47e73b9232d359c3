"""Turn Oxigraph's message about a query that does not parse into an error with line, column and a hint.

The engine only lists the grammar tokens that it expected; the hint names the most likely mistake.
"""

import re

from jixiao.ontology.text.display import shortened
from jixiao.server.errors import QuerySyntaxError

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
    if "SELECT contains a variable" in expected or "unbound" in expected:
        return (
            "SELECT 中有既未分组也未聚合的变量。",
            "SELECT has a variable that is neither grouped nor aggregated.",
        )
    if repeated := re.search(r"Duplicated variable|already (?:defined|used)", expected):
        return "同一个变量出现了两次。", f"A variable stands here twice ({repeated[0].lower()})."
    said = shortened(" ".join(_NOISE.sub("", " ".join(expected.split())).split()), _LONGEST, " …")
    return (
        f"请看此处和它前面：多半是标点缺了、多了，或关键字写错。引擎的说法：{said}",
        f"Look here and just before: a sign is missing or too many, or a keyword is misspelt. The engine says: {said}",
    )
