"""List the document numbers of which a recognised number may be a misreading: one character of them looks similar."""

from collections.abc import Iterator

from jixiao.ontology.text.wording import Wording

_ALIKE: dict[str, set[str]] = {}
for _group in Wording("jixiao.ingest.certainty", "look_alikes.toml").words("alike"):
    for _char in _group:
        _ALIKE.setdefault(_char, set()).update(set(_group) - {_char})


def of(number: str, code: str) -> Iterator[str]:
    """Yield the document numbers that `number` may be a misreading of.

    Each has one character of `code`, the issuer's code at the start of the number, replaced by a character that looks
    alike. Nothing is yielded for a number that does not begin with `code`. Year and serial number are never changed.
    """
    if number.startswith(code):
        for at, char in enumerate(code):
            for other in sorted(_ALIKE.get(char, ())):
                yield f"{code[:at]}{other}{number[at + 1 :]}"
