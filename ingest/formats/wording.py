"""Load printing.toml: words and characters that printing adds to a text, such as page numbers."""

from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.formats", "printing.toml")
