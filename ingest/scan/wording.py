"""Hold the characters that matter when pictures are recognised (scanned.toml)."""

from jixiao.ontology.wording import Wording

WORDING = Wording("jixiao.ingest.scan", "scanned.toml")
