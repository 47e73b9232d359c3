"""Wording that modules of this folder share, by the TOML file that holds it."""

from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ontology.wording import Wording

FORM = Wording("jixiao.ingest.structure", "form.toml")
TABLE = Wording("jixiao.ingest.structure", "table.toml")
BUDGET = Wording("jixiao.ingest.structure", "budget.toml", {"number": NUMBER, "unit": UNIT})
