"""Hold the characters that matter when pictures are recognised (scanned.toml)."""

from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.scan", "scanned.toml")
