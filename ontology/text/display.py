"""Make texts of strangers fit to be shown: without characters that control a terminal or turn the text, and short."""

MASK = "■■■"
"""The text in place of one that names a person."""

# Control characters (C0, DEL, C1) in an untrusted file could move the cursor, or worse; tabs and line breaks are safe.
_CONTROLS = (*range(9), *range(11, 32), *range(127, 160))
# Characters of direction (UAX #9) show text in another order than it has, and two separators begin a new line.
_DIRECTIONS = (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_SHOWN = dict.fromkeys((*_CONTROLS, *_DIRECTIONS), "\ufffd")
_IN_LINE = _SHOWN | dict.fromkeys((*map(ord, "\t\n\ufeff"), *range(0xD800, 0xE000)), "\ufffd")


def visible(text: str) -> str:
    """Replace characters of control and direction by U+FFFD, so that the text is safe to print to a terminal."""
    return text.translate(_SHOWN)


def one_line(text: str) -> str:
    """Replace control characters as `visible` does, and tabs and line breaks: a file's name could fake another line."""
    return text.translate(_IN_LINE)


def shortened(text: str, most: int, end: str = "……") -> str:
    """Return a text of at most `most` characters whole, otherwise its first `most` characters followed by `end`."""
    return text if len(text) <= most else f"{text[:most]}{end}"
