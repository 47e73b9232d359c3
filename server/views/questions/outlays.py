"""Answer what was spent (花了多少钱) by self-evaluations where any states it, and say so where none does.

Filings state the money asked for, which the same words often mean.
"""

from collections.abc import Sequence
from decimal import Decimal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.money import money
from jixiao.server.views.answers import Row
from jixiao.server.views.questions.covering import Fit
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.reading import Rows

_SPENT, _ASKED = ("execution", "evaluations"), ("spending", "projects")
"""Views of the money spent, and of the money asked for, the sums first."""
_OF_ONE = frozenset(("department", "text"))
"""Parameters of one body or project, whose money spent is the answer; of others it is said beside the answer."""


def chosen(
    fits: Sequence[Fit], meant: frozenset[str], answers: Rows
) -> tuple[list[Fit], tuple[Bilingual, ...], tuple[Bilingual, ...]]:
    """Return the fits of a question, what is said before its answer, and what is said besides.

    Of a question on what a body or project spent, the fit of self-evaluations is the first if any states it.
    """
    if not fits or "outlay" not in meant or meant & {"plan", "spent"} or fits[0].pattern.view.name in _SPENT:
        return list(fits), (), ()
    spent = next((fit for name in _SPENT for fit in fits if fit.pattern.view.name == name), None)
    if spent is None:
        return list(fits), (noted("asked_alone", ""),), ()
    sums = _sums(answers(spent.pattern.view.name, spent.given), "executed")
    if not sums:
        return list(fits), (noted("unevaluated", ""),), ()
    if not spent.params.keys() & _OF_ONE:
        return list(fits), (noted("spent_too", "", money(sum(sums))),), ()
    asked = next((fit for name in _ASKED for fit in fits if fit.pattern.view.name == name), None)
    requests = [] if asked is None else _sums(answers(asked.pattern.view.name, asked.given), "amount")
    beside = (noted("asked_too", "", money(sum(requests))),) if requests else ()
    return [spent, *(fit for fit in fits if fit is not spent)], (), beside


def _sums(rows: Sequence[Row], column: str) -> list[Decimal]:
    """Return the sums of money in a column of rows."""
    return [each for row in rows if isinstance(each := row.get(column), Decimal)]
