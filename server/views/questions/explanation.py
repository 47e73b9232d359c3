"""Write sentences, in Chinese and in English, on how a question was understood or why it was not."""

from collections.abc import Iterator, Sequence

from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import requests
from jixiao.server.views.answers import Whole
from jixiao.server.views.questions import fitting, lexicon
from jixiao.server.views.questions.question import SEVERAL, Question


def understood(fit: fitting.Fit) -> Bilingual:
    """Return the sentences for a fit: the view, its values, and the order of the rows."""
    view = fit.pattern.view
    clauses = [Bilingual(f"“{view.title.zh}”", f"“{view.title.en}”"), *_values(fit), *_order(fit)]
    zh = f"读作{'，'.join(clause.zh for clause in clauses)}。"
    en = f"Read as {'; '.join(clause.en for clause in clauses)}."
    for note in filter(
        None, (fit.pattern.note, *map(fit.pattern.notes.get, (*fit.params, *map("=".join, fit.params.items()))))
    ):
        zh += f"{note.zh}。"
        en += f" {note.en[0].upper()}{note.en[1:]}."
    return Bilingual(zh, en)


def not_understood(question: Question) -> Bilingual:
    """Return the sentence for a question that was not understood; it names the word that is the cause, if any."""
    first = {tag.partition(":")[0]: (word, tag) for word, tag in reversed(list(question.blocked.items()))}
    numbers = [item.text for item in question.items if item.senses[0].role.startswith("several")]
    if numbers and not first and not question.unknown:
        first["outside"] = numbers[0], "outside:quantity"
    lacking = [item.text for item in question.items if item.senses[0].role == "without"]
    if lacking and "body" in question.asked and not first and not question.unknown:
        first["outside"] = lacking[0], "outside:lacking"
    if "outside" in first:
        word, tag = first["outside"]
        reason = lexicon.words()["outside"][tag.partition(":")[2]]["reason"]
        return Bilingual(f"没有听懂“{word}”：{reason['zh']}。", f"Not understood, because of “{word}”: {reason['en']}.")
    if "relative" in first:
        word, _ = first["relative"]
        return Bilingual(
            f"没有听懂“{word}”：请写出年份，如 2024年。",
            f"Not understood, because of “{word}”: please name the year, such as 2024.",
        )
    if question.unknown:
        return Bilingual(
            f"没有听懂“{'”“'.join(question.unknown)}”：这些字不在提问的词汇里，也不在库中的名称里。",
            f"Not understood: “{'”, “'.join(question.unknown)}” is no word of questions and in no name of the dataset.",
        )
    if "absent" in first:
        absent = [places()[tag.partition(":")[2]] for tag in question.blocked.values() if tag.startswith("absent:")]
        named, english = "、".join(place.name for place in absent), " or ".join(place.english for place in absent)
        return Bilingual(
            f"库中没有已知是{named}的申报；有的申报可能地方不明。",
            f"The dataset has no filings known to be from {english}; some may be of unknown place.",
        )
    if "meaning" in first:
        word, _ = first["meaning"]
        return Bilingual(
            f"没有听懂“{word}”：这里只能按没有依据、指标、目标、说明或金额来筛选，不能按别的“没有”“不同”“除外”筛选。",
            f"Not understood, because of “{word}”: projects can be listed that lack legal bases, indicators, goals,"
            " narratives or an amount; nothing else can be filtered by what it is not.",
        )
    said = dict.fromkeys(word.strip() for word in question.said)
    return Bilingual(
        f"没有听懂：每个词都认得，但没有一个现成的视图能合起来回答{'”“'.join(said).join('“”') if said else '它们'}。",
        "Not understood: each word is known, but no ready-made view answers"
        f" {'”, “'.join(said).join('“”') if said else 'them'} together.",
    )


def averaged(whole: Whole) -> Bilingual:
    """Return the sentence with the average amount, in yuan, of the projects that have one."""
    if not whole.stated:
        return Bilingual("没有写明金额的项目。", "No project states an amount.")
    mean = f"{whole.sums['amount'] / whole.stated:,.2f}"
    return Bilingual(
        f"有金额的 {whole.stated:,} 个项目，平均 {mean} 元。",
        f"The average of the {whole.stated:,} projects with an amount: {mean} yuan.",
    )


def counted(fit: fitting.Fit, noun: str, whole: Whole) -> Bilingual:
    """Return the sentence with the number of the things asked for: the sum of a column `projects`, else of all rows."""
    number, things = whole.rows, fit.pattern.rows
    if noun == "project" != things and whole.projects is not None:
        number, things = whole.projects, noun
    table = lexicon.words()["asked"]["things"][things]
    return Bilingual(f"共 {number:,} {table['zh']}。", f"In all: {number:,} {table['en']}.")


def searched(typed: str, *, in_goals: bool) -> Bilingual:
    """Return the sentence for a topic that no project's name has, and whether goals have it."""
    if in_goals:
        return Bilingual(
            "没有这样名称的项目符合条件，查的是目标。", "No project of such a name fits; goals were searched."
        )
    address = requests.address("/search", {"q": typed})
    return Bilingual(
        f"只查了项目的名称和目标，全文可查 {address} 。",
        f"Only names and goals of projects were searched; search all texts at {address} .",
    )


def unfound(typed: str) -> Bilingual:
    """Return the sentence for a topic under which nothing is found, though the matter may be written otherwise."""
    address, said = requests.address("/search", {"q": typed}), typed.replace(SEVERAL, " / ")
    return Bilingual(
        f"没有听懂“{said}”：合其他条件的，名称和目标里都没有这几个字，别的说法不知道；全文可查 {address} 。",
        f"Not understood: “{said}” is in no name and no goal that fits the rest, and may be written otherwise;"
        f" search all texts at {address} .",
    )


def guessed(texts: Sequence[str]) -> Bilingual:
    """Return the sentence for a question that finds nothing under names that are only like its words `texts`."""
    return Bilingual(
        f"没有听懂“{'”“'.join(texts)}”：库中没有这样的全名，按相近的名称查找没有结果。",
        f"Not understood: “{'”, “'.join(texts)}”. No full name is spelt so, and nothing is found under names like it.",
    )


def _values(fit: fitting.Fit) -> Iterator[Bilingual]:
    """Yield a clause for each parameter: label and value, and the question's words if they differ from the value.

    If the value is a path such as /id/project/…, the question's words replace it.
    """
    declared = {parameter.name: parameter for parameter in fit.pattern.view.params}
    for name in [name for name in fit.params if name in declared]:
        texts = [placed.item.text for placed in fit.placed if placed.parameter == name]
        said = list(dict.fromkeys(text.strip() for text in texts))
        value = fit.params[name].replace(SEVERAL, " / ")
        if name == "least" and not texts:  # set by fitting, with the smallest amounts first
            yield Bilingual("只列有金额的", "only with an amount")
            continue
        if texts and value.startswith("/"):
            value = texts[-1]
        label, shown = declared[name].label, declared[name].shown(value)
        zh, en = f"{label.zh}“{shown.zh}”", f"{label.en} “{shown.en}”"
        typed = "、".join(said).casefold()
        if typed not in value.casefold() and value.casefold() not in typed:
            zh += f"（原话“{'”“'.join(said)}”）"
            en += f" (from “{'”, “'.join(said)}”)"
        yield Bilingual(zh, en)


def _order(fit: fitting.Fit) -> Iterator[Bilingual]:
    """Yield a clause for the order of the rows and one for their number, if the question states these."""
    sort, limit = fit.params.get("sort", ""), fit.params.get("limit")
    for column in fit.pattern.view.columns:
        if column.name == sort.removeprefix("-"):
            zh, en = ("从高到低", "largest") if sort.startswith("-") else ("从低到高", "smallest")
            yield Bilingual(f"按{column.label['zh']}{zh}", f"{en} {column.label['en'].lower()} first")
    if limit:
        yield Bilingual(f"前 {limit} 行", f"the first {limit} rows")
        top = lexicon.words()["top"]
        said = [placed.item.text for placed in fit.placed if placed.parameter == "limit"]
        if any(text.startswith(top["ordinal"]) or text in top["ordinals"] for text in said):
            yield Bilingual(f"所问的是第 {limit} 行", f"row {limit} is the one asked for")
