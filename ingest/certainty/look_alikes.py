"""Name the document numbers that differ from a recognised one by a character that looks alike (look_alikes.toml)."""

from collections.abc import Iterator

from jixiao.ontology.text.wording import Wording

_ALIKE: dict[str, set[str]] = {}
for _group in Wording("jixiao.ingest.certainty", "look_alikes.toml").words("alike"):
    for _char in _group:
        _ALIKE.setdefault(_char, set()).update(set(_group) - {_char})


def of(number: str, code: str) -> Iterator[str]:
    """Yield the look-alikes of a document number that begins with an issuer's code; figures stay as they are."""
    if number.startswith(code):
        for at, char in enumerate(code):
            for other in sorted(_ALIKE.get(char, ())):
                yield f"{code[:at]}{other}{number[at + 1 :]}"
