"""The words by which running text names a document (documents.toml)."""

from jixiao.ontology import codes
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.text", "documents.toml", {"lead_ins": codes.WORDING.text("lead_ins")})
