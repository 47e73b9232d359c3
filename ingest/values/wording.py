"""Hold the words and patterns of amounts, dates and targets (values.toml), for the other modules of this folder."""

from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.values", "values.toml")
