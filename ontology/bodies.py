"""Read the names of government bodies: the place they name, the level they only hint at, and the organ.

The full name of a body identifies it (`jx:fullName`): 重庆市荣昌区林业局 is printed as 荣昌区林业局, or as 区林业局
where the filing says which district it comes from.
"""

from dataclasses import dataclass
from functools import lru_cache

from jixiao.ontology.identity import label, plain_body, without_system_word
from jixiao.ontology.places import lineage, mentioned, opening, places, within
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ontology", "bodies.toml")
_pattern = _WORDING.pattern
FRONTED = _WORDING.meanings("fronted")
"""Full names of organs, which stand before the place, by the short names that may stand behind it."""
_LEVELS, _ORGANS = _WORDING.meanings("levels"), _WORDING.meanings("organs")
_TOWNS = ("镇", "乡", "村", "街道")
"""Begin the rest of a town's name after a stem that the town shares with its county: 南岳镇 in 南岳区."""
DIVISION_ENDINGS = _WORDING.words("division_endings")


@dataclass(frozen=True)
class BodyName:
    """The parts of a body's name, as `parsed` finds them.

    `lead` has the words before the place (中共), `codes` the divisions that the place may mean, and `organ` the rest of
    the name. `level` is the level that a word like 区 or 市 stands for in a name without a place, otherwise None. A
    `national` body has neither codes nor level.
    """

    lead: str
    codes: frozenset[str]
    level: str | None
    organ: str
    national: bool = False

    @property
    def is_common(self) -> bool:
        """Return whether the organ's name is made of words that bodies everywhere have in their names."""
        return _pattern("common_name").search(self.organ) is not None

    def place(self, around: str | None) -> str | None:
        """Return the code of the body's division; None for a national body, or if several divisions remain possible.

        `around` is the code of the division of the body's filing, None if unknown. The filing's division decides
        between divisions of one name, and stands for the division of a name without a place.
        """
        if self.national:
            return None
        if not self.codes:
            return around if self.level is None else _at_level(around, self.level)
        near = {code for code in self.codes if around and (within(code, around) or within(around, code))}
        near = near or {code for code in self.codes if around and code[:2] == around[:2]}
        codes = near or self.codes
        return next(iter(codes)) if len(codes) == 1 else None


def fronted(text: str) -> list[str]:
    """Return a body's name with an organ such as 政协 moved before the place, once for each form of the organ.

    松江政协 gives 政协松江 and 中国人民政治协商会议松江. A name without such an organ, or with the organ in front,
    gives none.
    """
    moved = [(short, full, at) for short, full in FRONTED.items() if (at := text.find(short)) > 0]
    return [name + text[:at] + text[at + len(short) :] for short, full, at in moved for name in (short, full)]


def in_full(text: str) -> list[str]:
    """Return other forms of a body's name: one with the organ put first, and ones with only the last of its places.

    For 安徽黄山公安局 the latter is 黄山市公安局.
    """
    codes, rest = opening(text)
    return fronted(text) + [places()[code].name + rest for code in sorted(codes) if rest]


@lru_cache(maxsize=4096)
def parsed(name: str) -> BodyName:
    """Split a body's name, as printed, into its parts; （本级） and （汇总） are left out.

    A name that contains one division below its place (常德市生态环境局澧县分局) gives the code of that division and no
    organ.
    """
    plain = "".join(plain_body(name).split())
    lead = found[0] if (found := _pattern("lead").match(plain)) else ""
    rest = plain[len(lead) :]
    codes, organ = opening(rest)
    if codes:
        # 常德市生态环境局澧县分局 is a body of 澧县.
        below = [each for each in mentioned(organ) if all(any(within(one, code) for code in codes) for one in each)]
        return BodyName(lead, codes, None, organ) if len(below) != 1 else BodyName(plain, below[0], None, "")
    if _pattern("is_national").match(plain):
        return BodyName("", frozenset(), None, plain, national=True)
    if level := _pattern("level").match(rest):
        return BodyName(lead, frozenset(), _LEVELS[level["level"]], rest[level.end() :])
    return BodyName(lead, frozenset(), None, organ)


def full_name(name: str, around: str | None = None) -> str | None:
    """Return a body's full name (prefecture or municipality, county and organ), or None if many bodies have the name.

    `around` is the code of the division of the body's filing. A trailing （本级） or （汇总） stays. A name whose place
    is not known is returned as printed if only one body has the name; 教育局 and 区林业局 give None. The name of a
    section without its organ (经济建设科) gives None, in whatever place.
    """
    body = parsed(name)
    shown = without_system_word(name)
    if body.national or not body.organ:
        return shown if body.national or body.codes else None
    code = body.place(around)
    if code is None or is_section(name):
        return None if body.codes or body.level or _pattern("everywhere").search(body.organ) else shown
    scope = shown.removeprefix(plain_body(shown))
    printed = "".join(plain_body(shown).split()).removesuffix(body.organ)
    own = _pattern("zone").search(body.organ) or not _pattern("organ").search(body.organ)
    if body.codes and own and not printed.endswith(DIVISION_ENDINGS):
        # 东莞展览馆 and 安徽金寨经济开发区管理委员会 have the name of a place as a part of their own.
        return shown
    rest = body.organ
    if not body.codes and not (without := _without_place(body.organ, code)).startswith(_TOWNS):
        rest = without or rest
    return f"{body.lead}{_prefix(code)}{full_organ(rest)}{scope}"


def of_own_level(title: str, place: str) -> str | None:
    """Return the code of the division whose own bodies a title is about (自治区本级部门); None for other titles.

    `place` is the code of that division or of one within it.
    """
    name = parsed(title)
    return name.place(place) if name.level and _pattern("own_level").match(name.organ) else None


def is_section(name: str) -> bool:
    """Return whether a name is only the name of a section, without the organ that it belongs to: 经济建设科."""
    body = parsed(name)
    return not body.codes and body.level is None and _pattern("section").search(body.organ) is not None


def manages(name: str, zone: str) -> bool:
    """Return whether a body manages a zone, judged by both names: 某县经济开发区管理委员会 manages 经济开发区."""
    return _pattern("manages").fullmatch(label(name).rpartition(label(zone))[2]) is not None and label(zone) in label(
        name
    )


def full_organ(printed: str) -> str:
    """Return the full name of an organ by its printed name: 卫生健康委员会 for 卫健委, 坝塘镇人民政府 for 坝塘镇."""
    return _pattern("street").sub("办事处", _pattern("town").sub("人民政府", _ORGANS.get(printed, printed)))


def _without_place(organ: str, code: str) -> str:
    """Return an organ's name without a part of its place's name at the start: 政府 for 楼区政府 in 岳阳楼区.

    Words that are no part of that name stay: 城市管理局 in 运城市. `code` is the code of the place.
    """
    place = places()[code]
    ends = [] if _pattern("own_word").match(organ) else [place.name[at:] for at in range(1, len(place.name) - 1)]
    return organ.removeprefix(next(filter(organ.startswith, (place.stem, *ends)), ""))


def _prefix(code: str) -> str:
    """Return a division's name as it stands before an organ's name: a county's follows that of its city.

    `code` is the division's code; the city is the prefecture or municipality that the county is in.
    """
    place, *above = lineage(code)
    if place.level != "county":
        return place.name
    over = above[0] if above else None
    shown = over and (over.level == "prefecture" or over.name.endswith("市"))
    return f"{over.name}{place.name}" if over and shown else place.name


def _at_level(code: str | None, level: str) -> str | None:
    """Return the code of the division at a level that contains or is the division `code`; None if there is none.

    The level `prefecture` stands for 市, so that a municipality and a county-level city have it, too.
    """
    if code is None:
        return None
    place, *above = lineage(code)
    if level == "prefecture":
        if place.level == "county" and place.name.endswith("市"):
            return place.code
        cities = [each for each in (place, *above) if each.level == "prefecture" or each.name.endswith("市")]
        return cities[0].code if cities else None
    return next((each.code for each in (place, *above) if each.level == level), None)
