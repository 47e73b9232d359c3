"""Write sentences, in Chinese and in English, on how a question was understood or why it was not."""

from collections.abc import Iterable, Iterator, Sequence

from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.views.answers import Row
from jixiao.server.views.parameters import split
from jixiao.server.views.questions import covering, lexicon
from jixiao.server.views.questions.question import Question
from jixiao.server.words import WORDS

_FIRST = ("outside:refused", "outside", "relative", "evaluated")
"""Tags of words that are named as the cause before unknown ones."""
_MARKS = " \"'“”‘’《》〈〉「」"


def read_as(fit: covering.Fit, rows: Sequence[Row] | None = None) -> Bilingual:
    """Return the sentence that states how a question was read: the view, the values, and the order of rows.

    The order is left out if no row has a value to be ordered by. Caveats are not part of the sentence.
    """
    view = fit.pattern.view
    clauses = [Bilingual(f"“{view.title.zh}”", f"“{view.title.en}”"), *_values(fit), *_order(fit, rows)]
    zh, en = "，".join(clause.zh for clause in clauses), "; ".join(clause.en for clause in clauses)
    return Bilingual(f"读作{zh}。", f"Read as {en}.")


def conditions(fit: covering.Fit) -> Bilingual:
    """Return the end of a sentence: a dash and the values that a fit's answer is limited to, or only a full stop."""
    clauses = [*_values(fit, quotes=False)]
    zh, en = "，".join(each.zh for each in clauses), "; ".join(each.en for each in clauses)
    return Bilingual(f"——{zh}。", f" — {en}.") if clauses else Bilingual("。", ".")


def caveats(fit: covering.Fit) -> list[Bilingual]:
    """Return the sentences on what the view of a fit leaves out, from the notes in the view's header; may be empty."""
    keys = [*fit.params, *map("=".join, fit.params.items())]
    keys += ["sort"] * ("limit" in keys)  # the first few rows are ranked, if only by the view's own order
    placed = [lexicon.words()["noted"]["placed"]] if {"region", "outside", "surrounding"} & fit.params.keys() else []
    notes = [
        *filter(None, (fit.pattern.note, *map(fit.pattern.notes.get, keys))),
        *(Bilingual(**each) for each in placed),
    ]
    return [*dict.fromkeys(Bilingual(f"{note.zh}。", f"{note.en[0].upper()}{note.en[1:]}.") for note in notes)]


def not_understood(question: Question) -> Bilingual:
    """Return the sentence on a question that was not understood, with the word that is the cause, if there is one.

    Places without filings are named first.
    """
    absent = [places()[tag.partition(":")[2]] for tag in question.blocked.values() if tag.startswith("absent")]
    there = noted("absent", "、".join(each.name for each in absent), " or ".join(each.english for each in absent))
    return joined([there] * bool(absent) + [_cause(question)] * (not question.is_elsewhere))


def unfound(fit: covering.Fit, said: Sequence[str]) -> Bilingual:
    """Return the sentence that nothing which meets the rest of a question has the words `said`.

    If the words were taken for another text, the sentence has that text besides.
    """
    sought = [slot.sense.text.replace(lexicon.SEVERAL, " ") for slot in fit.slots if slot.item.text in said]
    meant = f" ({', '.join(dict.fromkeys(sought))})" if {*sought} - {*said} else ""
    return noted("unfound", "", " / ".join(dict.fromkeys(said)) + meant)


def _causes(question: Question) -> list[tuple[str, str]]:
    """Return the reasons why a question was not understood, as pairs of a word's tag and the word.

    The first pair is the one to name first.
    """
    table = lexicon.words()
    causes = [(tag, word) for word, tag in question.blocked.items() if not tag.startswith("absent")]
    if not (causes or question.unknown):
        causes = (
            [
                (f"outside:{role}", item.text)
                for item in question.items
                for role in (item.senses[0].role.partition("-")[0],)
                if role in table["outside"] and (role != "without" or "body" in question.asked)
            ]
            + [
                (f"meaning:{name}", word)
                for word, names in zip(question.said, question.meanings, strict=True)
                for name in sorted(names)
                if "reason" in table["meaning"].get(name, {})
            ]
            + [
                (f"evaluated:{name}", word)
                for word, names in zip(question.said, question.meanings, strict=True)
                for name in sorted(names & table["evaluated"].keys())
                if question.meant & lexicon.group("evaluated")
            ]
        )
    return sorted(
        causes, key=lambda cause: next((at for at, tag in enumerate(_FIRST) if cause[0].startswith(tag)), len(_FIRST))
    )


def _cause(question: Question) -> Bilingual:
    """Return the sentence on why a question was not understood.

    The reason is one word, all unknown passages, or that no view answers the known words together.
    """
    causes = _causes(question)
    for tag, word in causes[:1] if not question.unknown else [each for each in causes if each[0].startswith(_FIRST)]:
        reason = lexicon.entry((*tag.split(":"), "reason"))
        return Bilingual(f"没有听懂“{word}”：{reason['zh']}。", f"Not understood, because of “{word}”: {reason['en']}.")
    if question.unknown:
        english = " Names in the dataset are Chinese." if any(map(lexicon.LATIN.match, question.unknown)) else ""
        return Bilingual(
            f"没有听懂“{'”“'.join(question.unknown)}”：不是提问的词汇，也没有认作库中的名称。",
            f"Not understood: “{'”, “'.join(question.unknown)}” is no word of questions, and was taken for no name of"
            f" the dataset.{english}",
        )
    said = dict.fromkeys(word.strip() for word in question.said)
    return Bilingual(
        f"没有听懂：每个词都认得，但认不出{'”“'.join(said).join('“”') if said else '它们'}合起来问的是哪个现成的视图。",
        "Not understood: each word is known, but not which ready-made view"
        f" {'”, “'.join(said).join('“”') if said else 'they'} together ask for.",
    )


def joined(sentences: Iterable[Bilingual]) -> Bilingual:
    """Return sentences joined to one text in each language."""
    told = [each for each in sentences if each.zh]
    return Bilingual("".join(each.zh for each in told), " ".join(each.en for each in told))


def of_project(sentences: Iterable[Bilingual], row: Row) -> Bilingual:
    """Return sentences on one project as one text that begins with the name and year in the project's row."""
    said, name = joined(sentences), f"{row['name']} {row.get('year') or ''}".strip()
    return Bilingual(f"{name} · {said.zh}", f"{name} · {said.en}")


def noted(name: str, said: str, meant: Bilingual | str = "", more: Bilingual | str = "") -> Bilingual:
    """Return the sentence `name` of the table `noted`, filled in with words of a question (`said`) and their meaning.

    `meant` and `more` fill in the other names in braces.
    """
    table = lexicon.words()["noted"][name]
    zh, en = (
        table[each].format(said=said, meant=in_language(meant, each), more=in_language(more, each))
        for each in ("zh", "en")
    )
    return Bilingual(zh, en)


def _values(fit: covering.Fit, *, quotes: bool = True) -> Iterator[Bilingual]:
    """Yield a clause with label and value for each parameter of a fit, except paths such as /id/project/….

    With `quotes`, the question's own words are added if they differ from the value.
    """
    declared = {parameter.name: parameter for parameter in fit.pattern.view.params}
    for name in [name for name, value in fit.params.items() if name in declared and not value.startswith("/")]:
        # Marks may have been set around what was typed.
        said = [placed.item.text.strip(_MARKS) for placed in fit.slots if placed.parameter == name]
        said = list(dict.fromkeys(filter(None, said)))
        value = fit.params[name].replace(lexicon.SEVERAL, " / ")
        if name == "least" and value == "0" and not said:  # set by covering, with the smallest amounts first
            yield Bilingual("只列有金额的", "only with an amount")
            continue
        label = declared[name].label
        shown = WORDS.get(declared[name].kind, {}).get(value) or declared[name].shown(value)
        parts = fit.params[name].split(lexicon.SEVERAL)
        if len(parts) == 1 and declared[name].reads.splits and shown.zh == value:
            parts = split(value)
        if len(parts) > 1:
            shown = Bilingual("”或“".join(parts), "” or “".join(parts))
        zh, en = f"{label.zh}“{shown.zh}”", f"{label.en} “{shown.en}”"
        typed, value = (text.casefold().strip(_MARKS) for text in ("、".join(said), value))
        if quotes and typed not in value and value not in typed:
            zh += f"（原话“{'”“'.join(said)}”）"
            en += f" (from “{'”, “'.join(said)}”)"
        yield Bilingual(zh, en)


def _order(fit: covering.Fit, rows: Sequence[Row] | None) -> Iterator[Bilingual]:
    """Yield a clause for the order of the rows and one for their number, if the fit's parameters set them.

    `rows` are the rows, if known: without a value in the ordering column, the order has no clause.
    """
    sort, limit = fit.params.get("sort", ""), fit.params.get("limit")
    for column in fit.pattern.view.columns:
        is_ordered = not rows or any(row.get(column.name) is not None for row in rows)
        if column.name == sort.removeprefix("-") and is_ordered:
            zh, en = ("从高到低", "largest") if sort.startswith("-") else ("从低到高", "smallest")
            yield Bilingual(f"按{column.label['zh']}{zh}", f"{en} {column.label['en'].lower()} first")
    if limit and "offset" in fit.params:
        place = int(fit.params["offset"]) + 1
        yield Bilingual(f"第 {place} 行", f"row {place}")
    elif limit:
        yield Bilingual(f"前 {limit} 行", f"the first {limit} rows")
