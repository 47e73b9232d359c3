"""The words and patterns that several modules of this folder share, one object for each TOML file."""

from jixiao.ontology.text.wording import Wording

FORM = Wording("jixiao.ingest.structure.forms", "form.toml")
TABLE = Wording("jixiao.ingest.structure.forms", "table.toml")
