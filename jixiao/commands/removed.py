"""Name the sub-commands that were removed, each with a line that says what to use instead."""

from collections.abc import Mapping

REMOVED: Mapping[str, str] = {
    "collect": "jixiao collect 已去掉，请用 wget --warc-file 或 Browsertrix（docs/archives.md）"
    " · jixiao collect was removed: use wget --warc-file or Browsertrix (docs/archives.md)",
    "rdf-from-csv": "jixiao rdf-from-csv 已去掉，请填写申报表（docx、xlsx）再用 jixiao validate，或者自己写 RDF"
    "（docs/validate-your-own.md） · jixiao rdf-from-csv was removed: fill in the form (docx, xlsx) and use jixiao"
    " validate, or write RDF of your own (docs/validate-your-own.md)",
    "review": "jixiao review 已去掉，待定的各行和命令见 jixiao explain 文件 --store 库，以及来源页"
    " · jixiao review was removed: jixiao explain FILE --store STORE and the pages of sources list what is open, with"
    " the commands",
}
"""The line of each, by the name of the sub-command."""
