"""Read document numbers (发文字号) in any printed form into one canonical form.

Readers, views and look-ups share this module, so that they read a number alike. Form: GB/T 9704-2012, 7.2.5 (code,
four-digit year in 〔〕, serial without leading zeros); an order (令) has only an issuer and a serial. Numbers that
begin with the year, such as a court's （2020）沪01民初123号, are not document numbers.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ontology import codes, numerals
from jixiao.ontology.identity import DocumentNumber, key
from jixiao.ontology.text.folding import Characters

_ISSUER_ENDS, _BUILDINGS = codes.WORDING.text("issuer_ends"), tuple(codes.WORDING.text("buildings"))
_JOINT, _ENDED = codes.WORDING.text("joint"), codes.WORDING.text("ended")
# Several serials may follow one year, as in 〔2009〕97、98号; all but the last lack their 号.
_MORE_SERIALS = rf"(?=(?:{_JOINT}第?{numerals.LETTERED_SERIAL}){{1,20}}号)"
_TAIL = re.compile(
    rf"[(〈<《](?P<y1>{numerals.YEAR})年?[)〉>》]第?(?P<s1>{numerals.LETTERED_SERIAL})(?:号(?P<o1>令)?|{_MORE_SERIALS}|(?P<open>(?={_ENDED}(?![0-9])|$)))"
    rf"|(?P<y2>{numerals.YEAR})年第?(?P<s2>{numerals.SERIAL})号(?P<o2>令|公告|通告)?"
    rf"|令(?:\(第?(?P<s3>{numerals.SERIAL})号\)|第?(?P<s4>{numerals.SERIAL})号)"
    rf"|第(?P<s5>{numerals.SERIAL})号令|(?<![0-9-])(?P<s6>[0-9]{{1,4}})号令"
    rf"|(?P<y7>{numerals.YEAR})-+第?(?P<s7>{numerals.SERIAL})号"
)
# The rest of a number that shares the issuer, and perhaps the year, of the number before it.
_NEXT = re.compile(
    rf"(?:{_JOINT}|,(?=\(|{numerals.SERIAL}号[)》文等]))(?:\((?P<year>{numerals.YEAR})年?\))?第?(?P<serial>{numerals.LETTERED_SERIAL})"
    rf"(?:号(?={codes.WORDING.text('ends_list')}|$)|{_MORE_SERIALS})"
)
# A year and a serial that only blanks separate; each blank is replaced by a dash, so that places stay the same.
_PARTED_YEAR = re.compile(
    r"(?<=[^\W\d_年第])(\s{0,4}(?<!\d)(?:[1１][9９]|[2２][0０])\d\d)([^\S\n]{1,4})(?=第?\s?\d{1,5}\s?[号號])"
)
_WORD = r"[A-Z0-9々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CODE = re.compile(rf"{_WORD}(?:-?{_WORD}|\({_WORD}+\))*$")
_NAMES = re.compile(rf"{_WORD}(?:-?{_WORD}|\({_WORD}+\)|(?<=[部委局署行会])、(?={_WORD}))*$")
_JOINED = re.compile(rf"(?<=[部委局署行会])[和与及](?=(?:{codes.OPENINGS}).)")
_BEHIND_NUMBER = codes.WORDING.pattern("behind_number")
_DOCUMENT = re.compile("(?<=号)文件?$")
_ANGLED_YEAR = re.compile(r"[〈《<＜](\s*\d{4}\s*)[〉》>＞](?=\s*第?\s*\d)")
_LONGEST_RUN = 60
_WITHIN_NUMBER = re.compile(r"\s{0,8}[(\[〔【（［〖﹝)\]〕】）］〗﹞0-9０-９年第号號令]")
_SAME_CHARS = str.maketrans(codes.WORDING.text("traditional"), codes.WORDING.text("simplified"))


@dataclass(frozen=True)
class Mention:
    """A number found in a text, where `text[start:end] == printed`.

    A number that shares its issuer with the previous number is printed as `98号`.
    """

    number: DocumentNumber
    printed: str
    start: int
    end: int


def parse(text: str) -> DocumentNumber | None:
    """Read a text that is one document number, or return None if it is not.

    Brackets around the number, words that lead up to it, an issuer spelled out before its code, and 文 or 文件 after it
    are accepted, so that `parse` reads every text that `find` reads.
    """
    folded = key(_ANGLED_YEAR.sub(r"(\1)", _PARTED_YEAR.sub(r"\1-", text))).upper().translate(_SAME_CHARS)
    if folded.startswith("(") and folded.endswith(")"):
        folded = folded[1:-1]
    folded = _DOCUMENT.sub("", folded)
    for tail in _TAIL.finditer(folded):
        if tail.end() < len(folded) or tail.start() > _LONGEST_RUN:
            continue
        run = _run(folded[: tail.start()], tail)
        if run and len(run) == tail.start() and (read := _read(run, tail, ())):
            doubtful = tail["o2"] or tail["y7"] or tail["open"] is not None
            return None if doubtful and not _plausible(read[0], tail) else read[0]
    return None


def find(text: str) -> list[Mention]:
    """Return the document numbers in running text, in order; numbers that share a code and year have a mention each."""
    folded, places, blanks = _fold(_PARTED_YEAR.sub(lambda parted: parted[1] + "-" * len(parted[2]), text))
    mentions: list[Mention] = []
    free = 0
    for tail in _TAIL.finditer(folded):
        if tail.start() < free or folded[tail.end() : tail.end() + 1] in _BUILDINGS:
            continue
        read = _read_before(folded, free, tail, blanks)
        if read is None:
            continue
        number, first = read
        spans = [(number, first, tail.end()), *_sharing(folded, number, tail.end())]
        # A tail that only opens a list of serials, as in 〔2009〕97、98号, ends without 号.
        lacks_serials = tail["y1"] is not None and tail["open"] is None and tail.group()[-1] not in "号令"
        if len(spans) == 1 and (lacks_serials or (tail["open"] is not None and tail.end() == len(folded))):
            continue
        for same, begin, stop in spans:
            start, end = places[begin], places[stop - 1] + 1
            mentions.append(Mention(same, text[start:end], start, end))
        free = spans[-1][2]
    return mentions


def _sharing(folded: str, number: DocumentNumber, end: int) -> Iterator[tuple[DocumentNumber, int, int]]:
    """Yield the numbers after a number that share its issuer, as in 〔2009〕97号、98号和〔2010〕5号.

    `end` is the position where the first number ends. Each number comes with the positions in `folded` where it begins
    and ends. Numbers after a malformed number are left out, as are those after an order.
    """
    code, shared = number.code, number.year
    while shared is not None and (more := _NEXT.match(folded, end)):
        shared = numerals.year(more["year"]) if more["year"] else shared
        serial = numerals.serial(more["serial"])
        if shared is None or serial is None:
            return
        begin = more.start("year") - 1 if more["year"] else more.start("serial")
        end = more.end()
        yield DocumentNumber(code, shared, serial), begin, end


@lru_cache(maxsize=16384)
def _plain(char: str) -> str:
    """Fold a character as `key` does, but keep title marks, which end a code."""
    plain = key(char).upper() or ("" if unicodedata.category(char)[0] == "C" else char)
    return plain.translate(_SAME_CHARS)


_PLAIN = Characters(_plain)
_UNEVEN = Characters(lambda char: char if char.isspace() or len(_plain(char)) != 1 else "")
"""Tables that fold a text, and that leave of it the characters that are not folded to one character."""


def _fold(text: str) -> tuple[str, Sequence[int], list[int]]:
    """Fold a text as `key` does, but keep title marks and line ends, which end a code.

    Also return the position in the text of each folded character, and the folded positions before which white space was
    left out.
    """
    if not text.translate(_UNEVEN):
        return text.translate(_PLAIN), range(len(text)), []
    folded: list[str] = []
    places: list[int] = []
    blanks: list[int] = []
    for place, char in enumerate(text):
        if char.isspace():
            blanks.append(len(places))
            # A line end inside a number is only layout; before a word it ends the text on that line.
            if char in "\n\t" and not _WITHIN_NUMBER.match(text, place):
                folded.append("\n")
                places.append(place)
            continue
        plain = _plain(char)
        folded.append(plain)
        places += [place] * len(plain)
    return "".join(folded), places, blanks


def _read_before(
    folded: str, free: int, tail: re.Match[str], blanks: Sequence[int]
) -> tuple[DocumentNumber, int] | None:
    """Return the number that ends with `tail`, its year and serial, and the position where the number's code begins.

    None if no code or issuer precedes the tail. `free` is the position where the previous number ends, 0 without one,
    and `blanks` are the positions before which white space was left out. All positions are in `folded`.
    """
    first = max(free, tail.start() - _LONGEST_RUN)
    last = folded[max(first, tail.start() - 1) : tail.start()]
    is_order = not (tail["y1"] or tail["y2"] or tail["y7"])
    if last in ("", *"第年月日号") or (is_order and last not in _ISSUER_ENDS):  # a cheap check that settles most tails
        return None
    run = _run(folded[first : tail.start()], tail)
    if free and len(run) == tail.start() - free:
        run = _BEHIND_NUMBER.sub("", run)
    start = tail.start() - len(run)
    within = blanks[bisect_right(blanks, start) : bisect_left(blanks, tail.start())]
    read = _read(run, tail, [at - start for at in within])
    if read is None or not _plausible(read[0], tail):
        return None
    number, count = read
    if "\n" in run[count:] and not codes.is_certain(number.code):
        return None
    begin = start + count
    return None if codes.is_labelled_otherwise(folded[max(0, begin - 16) : begin]) else (number, begin)


def _run(before: str, tail: re.Match[str]) -> str:
    """Return the words at the end of `before` that may be the code or the issuer of a document number.

    `before` is the text up to the number's `tail`, its year and serial. The words may continue over 、 between issuers,
    and over a line end that only one character follows.
    """
    if not _is_by_name(before, tail):
        run = _words(_CODE, before)
        if len(run) == 1 and before[-2:-1] == "\n":
            return _words(_CODE, before[:-2]) + before[-2:]
        return run
    run = _words(_NAMES, _JOINED.sub("、", before))
    alone = (at + 1 for at, char in enumerate(run) if char == "、" and not codes.is_joint_issuer(run[:at]))
    return run[max(alone, default=0) :]


def _words(pattern: re.Pattern[str], before: str) -> str:
    """Return the text at the end of `before` that a pattern with a final `$` matches; "" if there is none."""
    match = pattern.search(before)
    return match.group() if match else ""


def _is_by_name(before: str, tail: re.Match[str]) -> bool:
    """Return whether a document number has an issuer's name (国务院令, 财政部公告) instead of a code.

    `tail` is the number's year and serial, and `before` the text before them. True for every number without a year, or
    with the word for an order in its tail.
    """
    is_order = not (tail["y1"] or tail["y2"] or tail["y7"]) or tail["o1"] or tail["o2"]
    return bool(is_order) or before.endswith(("公告", "通告", "令"))


def _read(run: str, tail: re.Match[str], blanks: Sequence[int]) -> tuple[DocumentNumber, int] | None:
    """Return a document number, and how many characters of `run` come before its code.

    `run` are the words before `tail`, the year and serial of the number. None if `run` has no code, or the year or
    serial is malformed. `blanks` are the positions in `run` before which white space was printed.
    """
    printed_year = tail["y1"] or tail["y2"] or tail["y7"]
    year = numerals.year(printed_year) if printed_year else None
    serial = numerals.serial(next(tail[f"s{n}"] for n in range(1, 8) if tail[f"s{n}"]))
    skipped = codes.skipped(run, blanks, by_name=_is_by_name(run, tail))
    code = run[skipped:].replace("、", "").replace("\n", "")
    if serial is None or (printed_year and year is None) or not codes.is_code(code):
        return None
    # 财政部2019年第1号令 is 财政部令〔2019〕1号
    return DocumentNumber(code + (tail["o1"] or tail["o2"] or ""), year, serial), skipped


def _plausible(number: DocumentNumber, tail: re.Match[str]) -> bool:
    """Return whether `number`, which ends with `tail`, is a document number, and not other text of the same form.

    本刊2021年第3号 has no code, and 密令第5号 has no issuer.
    """
    if number.year is None:
        return number.code[-1] in _ISSUER_ENDS
    if tail["o2"]:
        return number.code.removesuffix(tail["o2"])[-1] in _ISSUER_ENDS
    if tail["y7"]:
        return codes.is_certain(number.code)
    return (tail["y1"] is not None and tail["open"] is None) or codes.is_likely(number.code)
