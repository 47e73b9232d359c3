"""Read names of regions: an administrative division with all divisions below it.

A name may be Chinese or English, whole or without its ending (安徽, 金安区, Anhui, Lu'an), a code of GB/T 2260, or an
IRI.
"""

import re
from collections.abc import Collection, Iterable

from pyoxigraph import NamedNode

from jixiao.ontology.identity import Iris
from jixiao.ontology.places import lineage, named, places, within
from jixiao.ontology.text.bilingual import Bilingual

_CODE = re.compile(r"(?:(?:https?://\S*)?/?id/place/)?(\d{6})")


def codes(text: str) -> frozenset[str]:
    """Return the codes of the divisions that a typed text may mean: several if they have one name, or none.

    The name of a province means no county that shares it: 河北 is no 河北区.
    """
    code = _CODE.fullmatch(text)
    meant = frozenset({code[1]} & places().keys()) if code else named(text)
    return frozenset(each for each in meant if places()[each].level == "province") or meant


def division(text: str) -> Bilingual | None:
    """Return the name of the division whose code or IRI a text is, None for any other text."""
    code = _CODE.fullmatch(text)
    place = places().get(code[1]) if code else None
    return Bilingual(place.name, place.english) if place else None


def outermost(meant: Collection[str]) -> list[str]:
    """Return the divisions among those with some codes that lie in no other of them: 吉林省, and not 吉林市."""
    return sorted(code for code in meant if not any(within(code, other) for other in meant if other != code))


def terms(meant: Collection[str], base_iri: str, used: Collection[str] | None = None) -> list[NamedNode]:
    """Return the IRIs of the divisions with some codes and of all below them, only of those `used` if that is given."""
    among = places() if used is None else used
    return [
        NamedNode(Iris(base_iri).place(code))
        for code in sorted(code for code in among if any(within(code, each) for each in meant))
    ]


def known(iris: Iterable[str]) -> frozenset[str]:
    """Return the codes of the places with some IRIs, without those of no division, and of the divisions above them."""
    return frozenset(
        place.code for code in {iri.rpartition("/")[2] for iri in iris} & places().keys() for place in lineage(code)
    )
