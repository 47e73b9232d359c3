"""Find where the issuer's code of a document number begins in the words before its year or serial.

Chinese does not separate words, so the code 赣财预 in 根据省财政厅赣财预 is recognised by the words that lead up to
a code, by the characters that open one, and by its composition: place, organ, kind. Words that cannot be a code, such
as a street or a contract's label, are refused. The words are in codes.toml, the abbreviations of places in places.toml.
"""

import re
from collections.abc import Sequence

from jixiao.ontology.text.wording import Wording, alternatives

_PACKAGE = "jixiao.ontology"


def places() -> dict[str, tuple[list[str], list[str]]]:
    """Return the abbreviations in places.toml by province: those of the province, and those of places below it."""
    lines = Wording(_PACKAGE, "places.toml").tables["places"]
    return {province: (line["short"].split(), line["below"].split()) for province, line in lines.items()}


def _of_places() -> dict[str, str]:
    """Return the patterns for abbreviations of places, by the names that codes.toml gives to the patterns."""
    known = places()
    provinces = "".join(word for short, _ in known.values() for word in short)
    below = [word for _, words in known.values() for word in words]
    return {
        "provinces": provinces,
        "districts": "".join(known["上海"][1]),
        "place": alternatives([*provinces, *below]),
        "long_place": alternatives(word for word in below if len(word) > 1),
    }


WORDING = Wording(_PACKAGE, "codes.toml", _of_places())
_pattern = WORDING.pattern  # compiles when first used: together, the patterns take 80 ms
LEAD_INS = WORDING.words("lead_ins")
"""Words that lead up to a number, or end a title before it, and are not part of a code."""
OPENINGS = WORDING.text("openings")
"""Pattern of the beginnings of codes and issuers."""
_SHORT_LEAD_INS = WORDING.text("short_lead_ins")
_LONGEST_CODE, _LONGEST_NAME = 14, 30


def skipped(run: str, blanks: Sequence[int], *, by_name: bool) -> int:
    """Return how many characters of `run` only lead up to the code of a document number.

    `run` are the words before the number's year or serial. `blanks` are the positions in `run` before which white space
    was printed; `by_name` is true if `run` has an issuer's name (国务院令) instead of a code.
    """
    by_name = by_name or _pattern("by_name").search(run) is not None
    # A blank separates words only after three characters: 沪 松府办 is one code.
    parted = (at for at in blanks if at >= 3 and _pattern("opening").match(run, at))
    count = max((at for at in parted if not (by_name and is_joint_issuer(run[:at]))), default=0)
    pattern = _pattern("before_issuer" if by_name else "before_code")
    if not by_name and (body := _pattern("after_body").search(run[count:])):
        return count + body.end()
    while lead := pattern.search(run[count:]):
        count += lead.end()
    opened = re.match(r"(?:-|\(.*?\))+", run[count:])  # a code starts with a word
    return count + opened.end() if opened else count


def is_joint_issuer(words: str) -> bool:
    """Return whether words end in the name of a body that issues orders jointly with other bodies."""
    return _pattern("joint_issuer").search(words) is not None


def is_code(code: str) -> bool:
    """Return whether a text may be a code or an issuer, and not prose, a street or a label."""
    if (
        (len(code) < 2 and code != "国")
        or code in LEAD_INS
        or code in _SHORT_LEAD_INS
        or not re.search(r"[^A-Z0-9()-]", code)
    ):
        return False
    longest = _LONGEST_NAME if _pattern("by_name").search(code) else _LONGEST_CODE
    return len(code) <= longest and not _pattern("no_code").search(code)


def is_labelled_otherwise(before: str) -> bool:
    """Return whether the text before a code labels the number as that of a contract or licence."""
    return _pattern("other_label").search(before) is not None


def is_likely(code: str) -> bool:
    """Return whether a text is likely a code, unlike a magazine's name: 本刊2021年第3号 is not a document."""
    return _pattern("likely").match(code) is not None


def is_certain(code: str) -> bool:
    """Return whether a text is certainly a code, so that no brackets or 年 need show that a year follows."""
    return _pattern("certain").match(code) is not None
