"""Wording of the rows above the table of indicators, from `form.toml`."""

from jixiao.ontology.wording import Wording

FORM = Wording("jixiao.ingest.structure", "form.toml")
