"""Text for a cell of CSV goes in, text that no spreadsheet runs comes out.

Apart because pages, command lines and reports all write CSV, and whoever opens it may do so in a spreadsheet.
"""

_FORMULA = tuple("=+-@\t\r＝＋－＠")


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
