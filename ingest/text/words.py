"""Hold the words by which running text names a document (documents.toml), for the other modules of this folder."""

from jixiao.ontology.numbers import LEAD_INS
from jixiao.ontology.wording import Wording, alternatives

WORDING = Wording(
    "jixiao.ingest.text", "documents.toml", {"title_leads": alternatives(word for word in LEAD_INS if word != "关于")}
)
