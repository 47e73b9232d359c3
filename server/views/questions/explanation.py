"""Say in a sentence of each language how a question was understood, or why it was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.questions.fitting import Fit
from jixiao.server.views.questions.lexicon import Lexicon
from jixiao.server.views.questions.question import SEVERAL, Question
from jixiao.server.views.view_files import View


@dataclass(frozen=True)
class Part:
    """A parameter in a reading: its name and label, its value for readers, and the question's words for it."""

    name: str
    label: Bilingual
    value: str
    words: str


def parts(fit: Fit, titles: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the parameters of a fit in words; `titles` names the things whose IRIs are values."""
    labels = {
        parameter.name: Bilingual(parameter.label_zh, parameter.label_en) for parameter in fit.pattern.view.params
    }
    said = {
        name: tuple(dict.fromkeys(placed.item.text.strip() for placed in fit.placed if placed.parameter == name))
        for name in fit.params
    }
    return tuple(
        Part(name, labels[name], "、".join(titles.get(value, value).split(SEVERAL)), "、".join(said[name]))
        for name, value in fit.params.items()
        if name in labels
    )


def understood(fit: Fit, shown: Sequence[Part], ignored: Sequence[str] = ()) -> Bilingual:
    """Return the sentences for a fit: the view, its values, the order of the rows, and words that were passed over."""
    view = fit.pattern.view
    zh = [f"{part.label.zh}“{part.value}”" + (f"（原话“{part.words}”）" if _differs(part) else "") for part in shown]
    en = [f"{part.label.en} “{part.value}”" + (f" (from “{part.words}”)" if _differs(part) else "") for part in shown]
    for said_zh, said_en in (_order(view, fit.params), _cut(fit.params)):
        zh += [said_zh] * bool(said_zh)
        en += [said_en] * bool(said_en)
    end_zh = f"没有理会“{'”“'.join(ignored)}”。" if ignored else ""
    end_en = f" Not taken into account: “{'”, “'.join(ignored)}”." if ignored else ""
    if fit.pattern.note is not None:
        end_zh = f"{fit.pattern.note.zh}。{end_zh}"
        end_en = f" {fit.pattern.note.en.capitalize()}.{end_en}"
    return Bilingual(
        f"读作{'，'.join((f'“{view.title_zh}”', *zh))}。{end_zh}",
        f"Read as {'; '.join((f'“{view.title_en}”', *en))}.{end_en}",
    )


def not_understood(question: Question, lexicon: Lexicon) -> Bilingual:
    """Return the sentences for a question without a reading, which name the word that prevents it."""
    relative = [word for word, tag in question.blocked.items() if tag == "relative"]
    outside = {word: tag.partition(":")[2] for word, tag in question.blocked.items() if tag.startswith("outside:")}
    negated = [word for word, tag in question.blocked.items() if tag == "meaning:negation"]
    if outside:
        word, topic = next(iter(outside.items()))
        reason = lexicon.reasons[topic]
        return Bilingual(f"没有听懂“{word}”：{reason.zh}。", f"Not understood, because of “{word}”: {reason.en}.")
    if relative:
        return Bilingual(
            f"没有听懂“{relative[0]}”：请写出年份，如 2024年。",
            f"Not understood, because of “{relative[0]}”: please name the year, such as 2024.",
        )
    if question.unknown:
        return Bilingual(
            f"没有听懂“{'”“'.join(question.unknown)}”：这些字不在提问的词汇里，也不在库中的名称里。",
            f"Not understood: “{'”, “'.join(question.unknown)}” is no word of questions and in no name of the dataset.",
        )
    if negated:
        return Bilingual(
            f"没有听懂“{negated[0]}”：这里不能按“没有”“除外”来筛选。",
            f"Not understood, because of “{negated[0]}”: nothing can be filtered by what it is not.",
        )
    return Bilingual(
        "没有听懂：每个词都认得，但没有一个现成的视图能回答。",
        "Not understood: each word is known, but no ready-made view answers this.",
    )


def _differs(part: Part) -> bool:
    """Tell if a value is worth showing beside the words that it comes from."""
    value, said = part.value.casefold(), part.words.casefold()
    return bool(said) and said not in value and value not in said


def _order(view: View, params: Mapping[str, str]) -> tuple[str, str]:
    sort = params.get("sort")
    if not sort:
        return "", ""
    label = next(column.label for column in view.columns if column.name == sort.removeprefix("-"))
    if sort.startswith("-"):
        return f"按{label['zh']}从高到低", f"largest {label['en'].lower()} first"
    return f"按{label['zh']}从低到高", f"smallest {label['en'].lower()} first"


def _cut(params: Mapping[str, str]) -> tuple[str, str]:
    limit = params.get("limit")
    return (f"前 {limit} 行", f"the first {limit} rows") if limit else ("", "")
