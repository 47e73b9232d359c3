"""Tell which names of the ontology's namespace a reading uses that the ontology does not define."""

import re

from jixiao.ingest.document import Reading
from jixiao.ontology import terms

_NAMES = re.compile(rf"{re.escape(terms.JX)}(\w+)")


def undefined(reading: Reading) -> set[str]:
    """Return the local names of such terms in the facts and the report of a reading that is kept."""
    deposit = reading.deposit
    written = (deposit.source_triples + deposit.report_triples).decode() if deposit else ""
    return {name for name in _NAMES.findall(written) if not hasattr(terms, name)}
