"""Protect cells of CSV from being run as formulas, since readers may open the file in a spreadsheet."""

_FORMULA = tuple("=+-@\t\r＝＋－＠")


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def without_guard(text: str) -> str:
    """Remove the apostrophe before a text that a spreadsheet would take for a formula: the reverse of `harmless`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
