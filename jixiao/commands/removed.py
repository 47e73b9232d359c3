"""Name the sub-commands that were removed, each with a line that says what to use instead."""

from collections.abc import Mapping

REMOVED: Mapping[str, str] = {
    "collect": "jixiao collect 已去掉，请用 wget --warc-file 或 Browsertrix（docs/archives.md）"
    " · jixiao collect was removed: use wget --warc-file or Browsertrix (docs/archives.md)",
}
"""The line of each, by the name of the sub-command."""
