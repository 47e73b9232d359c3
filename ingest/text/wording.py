"""The words by which running text names a document (documents.toml), and states counts and rates (measures.toml)."""

from jixiao.ingest.values.amounts import WORDING as VALUES
from jixiao.ontology import codes
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.text", "documents.toml", {"lead_ins": codes.WORDING.text("lead_ins")})
MEASURES = Wording(
    "jixiao.ingest.text",
    "measures.toml",
    {name: VALUES.text(name) for name in ("number", "signs", "bounds", "large_chars")},
)
