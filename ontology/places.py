"""Administrative divisions of China (行政区划, GB/T 2260): provinces, prefectures and counties, with former ones.

The list is divisions.tsv. A code has six digits: 340000 is a province, 341500 a prefecture or city, 341502 a county,
district or county-level city.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ontology", "bodies.toml")
_ENDINGS = tuple(sorted(_WORDING.words("division_endings"), key=len, reverse=True))
_ENDINGS_EN = re.compile(rf" {_WORDING.text('division_endings_en')}$", re.IGNORECASE)
_VAGUE = frozenset(_WORDING.words("vague_divisions"))
_CONJUNCTIONS = _WORDING.text("conjunctions")
_AUTONOMOUS = re.compile(rf"{_WORDING.text('nationalities')}*自治[州县旗]$")  # 甘孜州 is 甘孜藏族自治州
_CODE = re.compile(r"(?:(?:https?://\S*)?/?id/place/)?(\d{6})")
_NOT_AFTER_CITY = "场"  # 金华市场监督管理局 does not open with 金华市
_LEVELS = {"0000": "province", "00": "prefecture", "": "county"}  # by the end of a division's code
_SHORTEST_STEM = 2
_LONGEST = 30  # characters of the names of a county and of the divisions above it


@dataclass(frozen=True)
class Division:
    """A division: its code, its name as printed on maps, its English name or pinyin, and the one above it.

    `above` is the code of the division that it belongs to, None for a province. `former` is true for a division that no
    longer exists, and `now` is the code of the division that replaced it, None if there is none.
    """

    code: str
    name: str
    english: str
    above: str | None
    former: bool
    now: str | None

    @property
    def level(self) -> str:
        """Return `province`, `prefecture` or `county`: the local name of a concept of vocab/place-level."""
        return next(level for end, level in _LEVELS.items() if self.code.endswith(end))

    @property
    def stem(self) -> str:
        """Return the name without 省, 市, 县 and the like; the whole name if a single character would remain."""
        stem = next((self.name.removesuffix(end) for end in _ENDINGS if self.name.endswith(end)), self.name)
        return stem if len(stem) >= _SHORTEST_STEM else self.name


@cache
def places() -> Mapping[str, Division]:
    """Return all current divisions by code, and the former ones that have no successor."""
    found = {}
    for code, name, english, now in _rows():
        if not now or (now == "-" and code not in found):
            city, province = f"{code[:4]}00", f"{code[:2]}0000"
            above = city if city in found and city != code else province
            found[code] = Division(code, name, english, None if code == province else above, bool(now), None)
    return found


@cache
def lineage(code: str) -> tuple[Division, ...]:
    """Return a division and those above it, up to its province. Raises KeyError for an unknown code."""
    place = places()[code]
    return (place, *(lineage(place.above) if place.above else ()))


def coded(text: str) -> Division | None:
    """Return the division whose code or IRI a text is, None for any other text."""
    code = _CODE.fullmatch(text)
    return places().get(code[1]) if code else None


def division(text: str) -> Bilingual | None:
    """Return the name of the division whose code or IRI a text is, None for any other text."""
    place = coded(text)
    return Bilingual(place.name, place.english) if place else None


def long_name(code: str) -> str:
    """Return the name of a division after the names of the divisions above it: 安徽省六安市金安区."""
    return "".join(place.name for place in reversed(lineage(code)))


def within(code: str, other: str) -> bool:
    """Return whether the division `code` is the division `other`, or lies in it."""
    return any(place.code == other for place in lineage(code))


@lru_cache(maxsize=4096)
def opening(text: str) -> tuple[frozenset[str], str]:
    """Return the codes of the divisions that the names at the start of a text may mean, and the rest of the text.

    安徽省六安市金安区体育局 gives 341502 and 体育局; 普陀区教育局 gives two codes. The longest run of names is taken.
    Names without 省, 市 or 县 are read for provinces and prefectures, and for counties after the name of one of these.
    A text without a name at its start gives no code and the whole text.
    """
    read = sorted(_readings(text, None), key=lambda each: -each[1])
    longest = [code for code, length in read if length == read[0][1]]
    return frozenset(longest), text[read[0][1] :] if read else text


def mentioned(text: str) -> Iterator[frozenset[str]]:
    """Yield the possible codes of each division that a text names in full: 金安区, 安徽省六安市.

    A name that begins with a conjunction does not count after another word: 财政资金和县域 names no 和县.
    """
    at, end = 0, 0
    while at < len(text):
        joins = text[at] in _CONJUNCTIONS and at > end and text[at - 1].isalpha()
        found = not joins and text[at : at + _SHORTEST_STEM] in _names()
        codes, rest = opening(text[at:]) if found else (frozenset(), "")
        if codes:
            length = len(text) - at - len(rest)
            if text[at : at + length].endswith(_ENDINGS):
                yield codes
            at += length
            end = at
        else:
            at += 1


def named(text: str) -> frozenset[str]:
    """Return the codes of the divisions that a whole text may name, in Chinese or in English.

    省, 市, District and the like may be left out: 六安, 金安, Lu'an. 朝阳 gives a prefecture and two districts.
    """
    codes, rest = opening("".join(text.split()))
    forms = _forms()
    bare = forms.get(_spelt(text)) or forms.get(_spelt(_ENDINGS_EN.sub("", text))) or frozenset()
    return bare if rest else codes | bare


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    """Map each form of a division's name that `named` accepts to the codes of the divisions with that form.

    The forms are the name, in Chinese and in English, with and without its ending, as `_spelt` writes them.
    """
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for place in places().values():
        stem = next((place.name.removesuffix(end) for end in _ENDINGS if place.name.endswith(end)), place.name)
        shorts = () if place.name in _VAGUE else (stem, _AUTONOMOUS.sub("", place.name))
        english = place.english.rstrip(")").split(" (")  # Xizang (Tibet)
        for form in (place.name, *shorts, *english, *(_ENDINGS_EN.sub("", each) for each in english)):
            if len(form) >= _SHORTEST_STEM:
                forms[_spelt(form)].add(place.code)
    return {form: frozenset(codes) for form, codes in forms.items()}


def may_open(text: str) -> bool:
    """Return whether a text may be the beginning of a name that `named` knows, with or without a division above."""
    spelt, forms = _spelt(text), _sorted_forms()
    at = bisect_left(forms, spelt)
    is_form = bool(spelt) and at < len(forms) and forms[at].startswith(spelt)
    return is_form or (bool(opening(text)[0]) and len(text) <= _LONGEST)


@cache
def _sorted_forms() -> tuple[str, ...]:
    return tuple(sorted(_forms()))


def _spelt(name: str) -> str:
    """Return a name in lower case with its letters (and Chinese characters) only."""
    folded = name.casefold()
    return folded if folded.isalpha() else "".join(filter(str.isalpha, folded))


def _readings(text: str, above: str | None) -> Iterator[tuple[str, int]]:
    """Yield each reading of the names at the start of a text: the code of a division, and the characters read.

    A division's name may be followed by names of divisions below it. If `above`, a code, is given, only divisions below
    it are read.
    """
    for name, codes, whole in _names().get(text[:_SHORTEST_STEM], ()):
        if not text.startswith(name) or (name.endswith("市") and text[len(name) :].startswith(_NOT_AFTER_CITY)):
            continue
        for code in codes:
            alone = name not in _VAGUE and (whole or code.endswith("00"))
            if alone if above is None else code != above and within(code, above):
                yield code, len(name)
                yield from ((below, len(name) + length) for below, length in _readings(text[len(name) :], code))


@cache
def _names() -> Mapping[str, tuple[tuple[str, tuple[str, ...], bool], ...]]:
    """Map the first characters of names to the names: each with its codes, and True for a whole name, not a stem.

    A former division that has a successor counts by the code of its successor.
    """
    codes: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for code, name, _, now in _rows():
        codes[name, True].add(code if now in ("", "-") else now)
        if (short := _AUTONOMOUS.sub("", name)) != name and not now:
            codes[short + name[-1], True].add(code)
        if not now and (stem := places()[code].stem) != name:
            codes[stem, False].add(code)
    names = ((name, tuple(sorted(meant_codes)), whole) for (name, whole), meant_codes in codes.items())
    return {first: tuple(each) for first, each in by_key((name[0][:_SHORTEST_STEM], name) for name in names).items()}


def _rows() -> Iterator[list[str]]:
    text = files("jixiao.ontology").joinpath("divisions.tsv").read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
