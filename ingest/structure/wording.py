"""Wording of the rows of a form: above the table of indicators (`form.toml`), and of the table (`table.toml`)."""

from jixiao.ontology.wording import Wording

FORM = Wording("jixiao.ingest.structure", "form.toml")
TABLE = Wording("jixiao.ingest.structure", "table.toml")
