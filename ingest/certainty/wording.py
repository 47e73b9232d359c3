"""Load the thresholds, kinds of facts and patterns in certainty.toml."""

from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.certainty", "certainty.toml", {"number": NUMBER, "unit": UNIT})
