"""Find malformed document numbers, such as `松委发2009）97号`, `闵委发[2017]38`, `松委〔2021〕第号`.

The parser of document numbers does not read them, because they identify no document unless a missing part is supplied.
A well-formed number (GB/T 9704-2012) consists of a code, a year of four digits in one pair of brackets, a serial number
and 号, in this order; any kind of brackets is accepted here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.text.wording import WORDING
from jixiao.ingest.values.plain import folded
from jixiao.ontology import codes

_PAIRS = ("〔〕﹝﹞", "[]［］", "【】", "（）()", "〖〗", "〈〉<>＜＞", "《》")
_KIND = {char: pair for pair in _PAIRS for char in pair}
_TAIL = WORDING.pattern("malformed")
_WORDS = re.compile(r"[\u4e00-\u9fffA-Z]{1,24}\s{0,2}$")
_JOINTS = WORDING.pattern("joints")
_REACH = 28
_BEHIND, _LISTED = WORDING.pattern("behind_malformed"), WORDING.pattern("listed")
_YEAR_SIGN, _SECOND_SIGN = WORDING.pattern("year_sign"), WORDING.pattern("second_sign")
_FIRST, _LAST = 1900, 2099


@dataclass(frozen=True)
class Fault:
    """A malformed number, and its start and end in a text."""

    printed: str
    start: int
    end: int


@lru_cache(maxsize=256)  # called twice: for documents and for bases
def find(text: str) -> tuple[Fault, ...]:
    """Return the malformed document numbers in running text, in order."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Fault]:
    for tail in _TAIL.finditer(text):
        words = _WORDS.search(text[max(0, tail.start() - _REACH) : tail.start()])
        if words is None:
            continue
        run = words.group().rstrip()
        skipped = codes.skipped(run, (), by_name=bool(tail["order"]))
        if not tail["order"]:
            skipped += max((joint.end() for joint in _JOINTS.finditer(run[skipped:])), default=0)
        code = run[skipped:]
        before = text[max(0, tail.start() - _REACH - 16) : tail.start() - len(words.group()) + skipped]
        named = bool(tail["order"]) or (codes.is_code(code) and codes.is_likely(code))
        if named and not codes.is_labelled_otherwise(folded(before)) and _is_malformed(text, tail, code):
            start = tail.start() - len(words.group()) + skipped
            yield Fault(text[start : tail.end()].strip(), start, tail.end())


def _is_malformed(text: str, tail: re.Match[str], code: str) -> bool:
    if tail["order"] or tail["unopened"] or tail["unclosed"]:
        return True
    if tail["bare"]:
        return codes.is_certain(code)
    round_ones = _KIND[tail["opens"][-1]] == "（）()"
    if round_ones and not codes.is_certain(code):
        return False  # 某会议（2021）3 may be something else
    year, serial = tail["year"], tail["serial"]
    if not tail["sign"]:
        whole = serial and len(year) == len("2021") and _FIRST <= int(year) <= _LAST
        listed = _LISTED.match(text, tail.end()) is not None
        return bool(whole and not listed and _BEHIND.match(text, tail.end()))
    brackets = tail["opens"] + tail["closes"]
    odd = _YEAR_SIGN.search(tail.group()) or _SECOND_SIGN.match(text, tail.end())  # 〔2020年〕6号, 〔2020〕6号号
    if odd or not serial or len(brackets) != len("()") or _KIND[brackets[0]] != _KIND[brackets[1]]:
        return True
    return len(year) != len("2021") or not _FIRST <= int(year) <= _LAST
