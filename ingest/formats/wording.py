"""Hold the words and characters that printing adds to a text (printing.toml), for the readers of formats."""

from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.formats", "printing.toml")
