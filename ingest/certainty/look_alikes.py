"""List document numbers that differ from a recognised one by one similar-looking character (look_alikes.toml)."""

from collections.abc import Iterator

from jixiao.ontology.text.wording import Wording

_ALIKE: dict[str, set[str]] = {}
for _group in Wording("jixiao.ingest.certainty", "look_alikes.toml").words("alike"):
    for _char in _group:
        _ALIKE.setdefault(_char, set()).update(set(_group) - {_char})


def of(number: str, code: str) -> Iterator[str]:
    """Yield `number` with one character of the issuer's code, at its start, replaced by one that looks alike.

    Nothing is yielded for a number that does not begin with `code`. Year and serial number are never changed.
    """
    if number.startswith(code):
        for at, char in enumerate(code):
            for other in sorted(_ALIKE.get(char, ())):
                yield f"{code[:at]}{other}{number[at + 1 :]}"
