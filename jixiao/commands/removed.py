"""Name the sub-commands that were removed, each with a line that says what to use instead."""

from collections.abc import Mapping

REMOVED: Mapping[str, str] = {
    "collect": "jixiao collect 已去掉，请用 wget --warc-file 或 Browsertrix（docs/archives.md）"
    " · jixiao collect was removed: use wget --warc-file or Browsertrix (docs/archives.md)",
    "rdf-from-csv": "jixiao rdf-from-csv 已去掉，请填写申报表（docx、xlsx）再用 jixiao validate，或者自己写 RDF"
    "（docs/validate-your-own.md） · jixiao rdf-from-csv was removed: fill in the form (docx, xlsx) and use jixiao"
    " validate, or write RDF of your own (docs/validate-your-own.md)",
}
"""The line of each, by the name of the sub-command."""
