"""The words and patterns of amounts, dates and targets (values.toml)."""

from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.values", "values.toml")
