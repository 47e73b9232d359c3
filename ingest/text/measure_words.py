"""The words by which running text states counts and rates (measures.toml)."""

from jixiao.ingest.values.wording import WORDING as VALUES
from jixiao.ontology.text.wording import Wording

WORDING = Wording(
    "jixiao.ingest.text",
    "measures.toml",
    {name: VALUES.text(name) for name in ("number", "signs", "bounds", "large_chars")},
)
