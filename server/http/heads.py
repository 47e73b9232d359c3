"""Give each field of a request's head one value, before anything reads the head (RFC 9110, section 5.3).

A list may stand in several lines, of which one reader would take the first and another one the last. connections.py
joins the lines as soon as a head has arrived.
"""

from jixiao.ontology import grouping

Fields = list[tuple[bytes, bytes]]

SINGLE = frozenset(
    (
        *(b"host", b"content-length", b"content-type", b"authorization", b"origin", b"range", b"if-range"),
        *(b"if-modified-since", b"if-unmodified-since", b"access-control-request-method"),
    )
)
"""Fields that have one value, and may stand in one line only."""


def joined(fields: Fields) -> Fields:
    """Return the fields, each name once: the lines of a list joined by commas, and those of cookies by semicolons.

    Raises ValueError, with the field's name, for a field of SINGLE in several lines.
    """
    if len({name for name, _ in fields}) == len(fields):
        return fields
    lines = grouping.by_key(fields)
    for name, values in lines.items():
        if name in SINGLE and len(values) > 1:
            raise ValueError(name.decode("ascii"))
    return [(name, (b"; " if name == b"cookie" else b", ").join(values)) for name, values in lines.items()]
