"""Load scanned.toml: the characters that matter for the recognition of pictures."""

from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.scan", "scanned.toml")
