"""The words and patterns that several modules of this folder share, by the TOML file that holds them."""

from jixiao.ontology.text.wording import Wording

FORM = Wording("jixiao.ingest.structure.forms", "form.toml")
TABLE = Wording("jixiao.ingest.structure.forms", "table.toml")
