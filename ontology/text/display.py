"""Make texts of strangers fit to be shown: without control characters, and short."""

MASK = "■■■"
"""The text in place of one that names a person."""

# Control characters (C0, DEL, C1) in an untrusted file could move the cursor, or worse; tabs and line breaks are safe.
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")


def visible(text: str) -> str:
    """Replace control characters by U+FFFD, so that the text is safe to print to a terminal."""
    return text.translate(_CONTROLS)


def shortened(text: str, most: int, end: str = "……") -> str:
    """Return a text of at most `most` characters whole, otherwise its first `most` characters followed by `end`."""
    return text if len(text) <= most else f"{text[:most]}{end}"
