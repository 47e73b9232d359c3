"""Answer what was spent (花了多少钱) by self-evaluations where any states it, and say so where none does.

Filings state the money asked for, which the same words often mean.
"""

from collections.abc import Sequence

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.questions.covering import Fit
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.reading import Rows

_SPENT = ("execution", "evaluations")
"""Views of the money spent, the sums first."""


def chosen(fits: Sequence[Fit], meant: frozenset[str], answers: Rows) -> tuple[list[Fit], tuple[Bilingual, ...]]:
    """Return the fits of a question, and what is said before its answer.

    Of a question on what was spent, the fit of self-evaluations is the first if any states it.
    """
    if not fits or "outlay" not in meant or meant & {"plan", "spent"} or fits[0].pattern.view.name in _SPENT:
        return list(fits), ()
    spent = next((fit for name in _SPENT for fit in fits if fit.pattern.view.name == name), None)
    if spent is None:
        return list(fits), (noted("asked_alone", ""),)
    if not any(row["executed"] is not None for row in answers(spent.pattern.view.name, spent.given)):
        return list(fits), (noted("unevaluated", ""),)
    return [spent, *(fit for fit in fits if fit is not spent)], ()
