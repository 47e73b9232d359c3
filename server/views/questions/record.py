"""Answer what a question asks of one project by the record on its page, clause by clause.

A clause asks for rows of the page by a word with a meaning (何时 for the dates, 花在哪里 for the cost items), by a
value (满意度 for indicators of this type), by the unit of a number (多少亩), or by words of a row itself, in English by
words that mean them. Words that are in no row are named, since the rows do not answer them.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher

from jixiao.ontology import properties, terms
from jixiao.ontology.places import places
from jixiao.ontology.reference import reference
from jixiao.ontology.text import decimals, wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.display import shortened
from jixiao.ontology.text.folding import fold
from jixiao.ontology.text.money import money
from jixiao.server.views.answers import Row
from jixiao.server.views.questions import dictionary
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.lexicon import LATIN, NOTHING, SEVERAL, Piece, Stretch, group, pattern, words
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.senses import Item
from jixiao.server.words import WORDS

LISTED = frozenset(
    each.rpartition("#")[2] for each in (terms.amount, *properties.amount_sources(), terms.startDate, terms.endDate)
)
"""Properties that a list of projects states too."""
_ENOUGH = 2.0
"""Least likeness of a row to a clause: two characters, an English word, or a unit."""
_UNIT, _CHARACTER, _TRANSLATED, _NAMED = 2.0, 0.5, 2.0, 0.5
"""Likeness for a number with the unit asked for, one character, an English word, and a name of the project."""
_MOST, _LONGEST = 60, 400  # rows that are stated for a clause, and characters of a sentence of a narrative
_MEASURED = re.compile(r"\d[\d,.]*\s*\(?([^\W\d_]{1,3})")
_IN_BRACKETS = re.compile(r"\(([^\W\d_]{1,3})\)$")
_SENTENCE = re.compile(r"[^。;；\n]+")
_ITEMS = frozenset((terms.hasIndicator, terms.hasCostItem, terms.hasMention, terms.hasCitation))
"""Properties of rows that are sought by words in their names."""
_HEADING = 3  # characters of a heading of the narrative that a clause asks for by itself
_AROUND = frozenset(
    each.rpartition("#")[2]
    for each in (terms.department, *properties.bodies(), terms.place, terms.year, terms.partOfFiling)
)
"""Properties that say which project it is, whose words ask for nothing."""


@dataclass(frozen=True)
class Word(Stretch):
    """A passage of a question that no known word explains, or a name that is not the project's.

    `phrases` are the text with the English word after it, and with the one before it (“hand out”, “exhibition hall”);
    `place` is the Chinese name of a place from which there is no filing, otherwise "".
    """

    phrases: tuple[str, ...]
    place: str

    @property
    def is_english(self) -> bool:
        """Return whether the word is of Latin letters."""
        return LATIN.match(self.text) is not None


@dataclass(frozen=True)
class Clause:
    """A part of a question between punctuation marks, with all that asks for rows of a project's page.

    `start` is its position in the question. `words` are passages that rows may have, `meant` are meanings that ask for
    rows, and `valued` maps the roles of values to their texts.
    """

    start: int
    text: str
    words: tuple[Word, ...]
    meant: frozenset[str]
    valued: Mapping[str, str]


def _clauses(question: Question, subject: Collection[Item], shows: Mapping[str, Sequence[str]]) -> Iterator[Clause]:
    """Yield the clauses of a question that ask for something besides the names of its project.

    `subject` are the items that name the project; `shows` maps a meaning to the properties of the rows it asks for.
    """
    text = question.text
    for match in re.finditer(words()["fielded"]["clause"], text):
        start, end = match.span()
        pieces = [piece for piece in question.pieces if start <= piece.start < end]
        items = [item for item in question.items if start <= item.start < end and item not in subject]
        meant = {tag.partition(":")[2] for piece in pieces for tag in piece.tags} & shows.keys()
        valued = {item.senses[0].role: item.senses[0].text for item in items if item.senses[0].role in group("valued")}
        free: list[Item | Piece] = [
            *(item for item in items if item.senses[0].role not in group("valued") | group("figures")),
            *(piece for piece in pieces if not piece.known or _is_blocked(piece.tags, shows)),
        ]
        said = tuple(_words(question, free))
        if said or meant or valued or re.search(words()["fielded"]["sum"], match.group()):
            yield Clause(start, match.group(), said, frozenset(meant), valued)


def _words(question: Question, free: Iterable[Item | Piece]) -> Iterator[Word]:
    """Yield the items and pieces that nothing explains (`free`) as words; Chinese ones that touch become one word."""
    text = question.text
    spans: list[tuple[int, int]] = []
    for each in sorted(free, key=lambda each: each.start):
        if spans and spans[-1][1] == each.start and not text[each.start].isascii():
            spans[-1] = spans[-1][0], each.end
        else:
            spans.append((each.start, each.end))
    for start, end in spans:
        said = text[start:end]
        _, _, code = question.blocked.get(said, "").partition("absent:")
        behind, before = re.match(rf" {LATIN.pattern}", text[end:]), re.search(rf"{LATIN.pattern} $", text[:start])
        phrases = [f"{said}{behind[0]}"] if behind and LATIN.match(said) else []
        phrases += [f"{before[0]}{said}"] if before and LATIN.match(said) else []
        yield Word(start, end, said, tuple(phrases), places()[code].stem if code else "")


def _is_blocked(tags: frozenset[str], shows: Mapping[str, Sequence[str]]) -> bool:
    """Return True if each tag of a word bars the question from every view and asks for no rows of a project's page.

    `shows` has the meanings that ask for such rows. False for a word without tags.
    """
    return bool(tags) and all(tag.startswith("outside:") and tag.partition(":")[2] not in shows for tag in tags)


@dataclass(frozen=True)
class Stated:
    """The sentences on those rows of a page that a question asks for.

    `unused` are the question's words that none of these rows has. `asked` are the properties of the rows, and `words`
    is the number of the question's words that the rows have.
    """

    sentences: tuple[Bilingual, ...]
    unused: tuple[str, ...]
    asked: frozenset[str]
    words: int


def stated(
    question: Question, subject: Collection[Item], page: Sequence[Row], shows: Mapping[str, Sequence[str]]
) -> Stated:
    """Return the statements on a project's page that answer a question.

    `subject` are the question's items that name the project, `page` are the rows of its page, and `shows` maps a
    meaning to the properties of the rows that the meaning asks for.
    """
    record = _Record(page, subject)
    subject = [item for item in subject if record.is_named(item)]
    sentences: dict[Bilingual, None] = {}
    unused: dict[str, None] = {}
    asked: set[str] = set()
    used = 0
    for clause in map(record.without_names, _clauses(question, subject, shows)):
        field, _ = field_of(clause.text)
        headed = record.headed(clause, field)
        clause = record.without_heads(clause, headed, field)  # noqa: PLW2901 - what the headings leave of it
        like, missed = record.like(clause) if clause.words or not (headed or field) else ([], [])
        unused |= dict.fromkeys(missed)
        used += len(clause.words) - len(missed)
        like = [*headed, *like]
        further = record.asked(clause, shows, _other(like, missed))
        # The words of a sentence are no answer where rows are: the dates of a form, beside a sentence with a date.
        like = [row for row in like if row in headed or not (further and _is_told(row))]
        sentences |= dict.fromkeys(() if like or missed else record.absent(clause, shows, field))
        rows = [*like, *(row for row in further if row not in like)]
        is_number = re.search(words()["fielded"]["number"], clause.text) is not None
        is_unread = is_number and not any(map(_has_number, rows))
        rows = [] if is_unread and missed else rows  # a word that is not known may be what has the number
        asked |= {name_of(row) for row in rows}
        sentences |= dict.fromkeys(map(said, rows[:_MOST]))
        if rows and is_unread:
            sentences |= {noted("numberless", ""): None}
        sentences |= dict.fromkeys([noted("further", f"{len(rows) - _MOST:,}")] if len(rows) > _MOST else [])
        sentences |= dict.fromkeys(record.share() if "of_own" in clause.meant else ())
        sentences |= dict.fromkeys(record.types() if "by_type" in clause.meant else ())
    return Stated(tuple(sentences), tuple(unused), frozenset(asked), used)


def _other(like: Sequence[Row], missed: Sequence[str]) -> frozenset[str]:
    """Return the meanings, such as money, that ask for no rows of their own beside the other words of a clause.

    If rows have the other words (`like`), such meanings only narrow these; money asks for rows of its own if none of
    `like` has an amount. If words were in no row (`missed`), doubtful meanings are ignored, since the words may say
    what is asked for.
    """
    is_money = any(row["amount"] is not None or words()["fielded"]["yuan"] in str(row["value"]) for row in like)
    if like:
        return group("wide") if is_money else group("wide") - group("money")
    return group("doubtful") if missed else frozenset()


class _Record:
    """The rows of one project's page, in which the words of a question are sought.

    Each sentence of the project's narrative is a further row.
    """

    def __init__(self, page: Sequence[Row], subject: Collection[Item]) -> None:
        self._page = page
        self._subject = {fold(item.text) for item in subject}
        self._rows = [row for row in page if str(row["property"]) in _ITEMS] + [*_narrated(page)]
        self._names = tuple(
            fold(f"{row['item']} {row['value'] or ''}" if _is_told(row) else str(row["item"])) for row in self._rows
        )
        self._around = fold(" ".join(str(row["value"]) for row in page if name_of(row) in _AROUND))
        self._around += fold(str(page[0]["projectName"])) if page else ""

    def is_named(self, item: Item) -> bool:
        """Return True if an item is a part of the project's name, or any body, place or year."""
        said = {fold(part.strip('"')) for part in item.senses[0].text.split(SEVERAL)}
        return item.senses[0].role not in group("titled") or any(each in self._around for each in said)

    def without_names(self, clause: Clause) -> Clause:
        """Return a clause without the words of the project's name, bodies, place and year."""
        kept = tuple(
            word
            for word in clause.words
            if word.text not in self._around and not (word.is_english and self._is_around(word))
        )
        return replace(clause, words=kept)

    def _is_around(self, word: Word) -> bool:
        """Return True if an English word, or a phrase with it, means a part of the project's name, body or place."""
        named = dictionary.vocabulary((self._around,))
        return any(named.find(each, 0.0) for each in (*word.phrases, word.text))

    def asked(self, clause: Clause, shows: Mapping[str, Sequence[str]], other: Collection[str]) -> list[Row]:
        """Return the rows that a clause asks for by its values and meanings; meanings in `other` are ignored.

        `shows` maps a meaning to the properties of the rows that the meaning asks for.
        """
        types = self._types(clause)
        narrow = clause.meant - (group("wide") if clause.valued or "by_type" in clause.meant else frozenset(other))
        if "differing" in narrow:  # the rest says what differs
            narrow = frozenset(("differing",))
        if not (other or narrow or clause.valued) and re.search(words()["fielded"]["sum"], clause.text):
            narrow |= {"money"}
        wanted = (shows.get(each, [each]) for each in (*narrow, *clause.valued.values()))
        properties = {name for each in wanted for name in each}
        headings = words()["sections"]
        heading = "|".join(headings[each] for each in sorted(narrow & headings.keys())) or NOTHING
        return [
            row
            for row in self._page
            if name_of(row) in properties
            or types & {str(row.get("level1")), str(row.get("level2"))}
            or (_is_told(row) and re.search(heading, str(row["item"])) and not _points(row))
        ]

    def _types(self, clause: Clause) -> set[str]:
        """Return the types of indicators that a clause asks for and the page has.

        If the page has none of them, return the wider types on the page that include them.
        """
        there = {str(row.get(level)) for row in self._page for level in ("level1", "level2")}
        asked = {text for role, text in clause.valued.items() if role == "type"}
        return (asked & there) or {
            wider for wider in there & {*words()["fielded"]["wider"]} for each in asked if each.endswith(wider)
        }

    def headed(self, clause: Clause, field: str) -> list[Row]:
        """Return the rows of a field, given by its label, and the narrative's sections whose heading is in a clause.

        实施方案 is such a heading. The label is "" if the clause names no field.
        """
        return [
            row
            for row in self._page
            if (field in (row["item"], row.get("group")) and name_of(row) not in ("hasSection", "hasGoal"))
            or (
                _is_told(row)
                and len(str(row["item"])) >= _HEADING
                and fold(str(row["item"])) in clause.text
                and words()["fielded"]["goal"] not in str(row["item"])
            )
        ]

    def without_heads(self, clause: Clause, headed: Sequence[Row], field: str) -> Clause:
        """Return a clause without the words that are in the headings of the rows `headed` or in the label `field`."""
        heads = [fold(str(row["item"])) for row in headed] + [fold(f"{field} {_FIELDS[field].en}") for _ in field[:1]]
        return replace(
            clause, words=tuple(word for word in clause.words if not any(word.text in head for head in heads))
        )

    def types(self) -> Iterator[Bilingual]:
        """Yield the sentence with the numbers of indicators of each type, as the form prints it."""
        rows = [row for row in self._page if name_of(row) == "hasIndicator"]
        counts = Counter(str(row["level2"] or row["level1"] or "") for row in rows)
        told = [(name or "—", f"{number:,}") for name, number in counts.most_common()]
        yield Bilingual(
            f"{'、'.join(f'{name} {number} 个' for name, number in told)}。",
            f"{'; '.join(f'{name}: {number}' for name, number in told)}.",
        )

    def absent(self, clause: Clause, shows: Mapping[str, Sequence[str]], field: str) -> Iterator[Bilingual]:
        """Yield a sentence for each kind of rows that a clause asks for and of which the page has none."""
        if field and not self.headed(clause, field):
            yield noted("unstated", field, _FIELDS[field].en)
        there = {name_of(row) for row in self._page}
        there |= {
            shows[meaning][0]
            for meaning, heading in words()["sections"].items()
            if shows.get(meaning) and any(_is_told(row) and re.search(heading, str(row["item"])) for row in self._page)
        }
        blank = {str(row["value"]) for row in self._page if name_of(row) == "leftBlank"}
        narrow = clause.meant - (group("wide") if clause.valued else frozenset())
        for text in (text for role, text in clause.valued.items() if role == "type" and not self._types(clause)):
            yield noted("unstated", text, text)
        for meaning in sorted(name for name in narrow if shows[name]):
            labels = [
                reference()[f"{terms.JX}{name}"].label
                for name in shows[meaning][:2]
                if f"{terms.JX}{name}" in reference()
            ]
            if labels and there.isdisjoint(shows[meaning]):
                said = "、".join(each.zh for each in labels), ", ".join(each.en for each in labels)
                yield noted("blank" if said[0] in blank else "unstated", *said)
        for fund in (text for role, text in clause.valued.items() if role == "fund" and text not in there):
            label = reference()[f"{terms.JX}{fund}"].label
            yield noted("blank" if label.zh in blank else "unstated", label.zh, label.en)

    def share(self) -> Iterator[Bilingual]:
        """Yield the sentence with the share of the annual request in the total, if both were read."""
        year, whole = (
            next((row["amount"] for row in self._page if name_of(row) == name), None)
            for name in ("annualRequest", "totalAmount")
        )
        if isinstance(year, Decimal) and isinstance(whole, Decimal) and whole:
            share = decimals.percent(float(year / whole))
            yield Bilingual(
                f"年度资金申请总额是项目资金总额的 {share}%。", f"The annual request is {share}% of the total."
            )

    def like(self, clause: Clause) -> tuple[list[Row], list[str]]:
        """Return the rows that have words of a clause, and the texts of the words that none of these rows has.

        A row is taken if it is as like the clause as the best, or has a word that the rows before lack; a sentence of
        the narrative only if no other row is as good.
        """
        is_cited = clause.meant & {"cite", "document"}
        found = [
            (*self._likeness(clause, at), at)
            for at, row in enumerate(self._rows)
            if is_cited or name_of(row) != "hasCitation"
        ]
        best = max((score for score, _, _ in found), default=0.0)
        plain = max((score for score, _, at in found if not _is_told(self._rows[at])), default=0.0)
        found = [each for each in found if best > plain or not _is_told(self._rows[each[2]])]
        taken: list[Row] = []
        covered: set[Word] = set()
        for score, has, at in sorted(found, key=lambda each: -each[0]):
            if score >= _ENOUGH and (score == best or has - covered):
                taken.append(self._rows[at])
                covered |= has
        return taken, [word.text for word in clause.words if word not in covered]

    def _likeness(self, clause: Clause, at: int) -> tuple[float, set[Word]]:
        """Return how similar row number `at` is to a clause (higher is more similar), and the clause's words in it."""
        said = self._names[at]
        has: set[Word] = set()
        score, longest = 0.0, 0
        for block in SequenceMatcher(None, clause.text, said, autojunk=False).get_matching_blocks():
            start, end = clause.start + block.a, clause.start + block.a + block.size
            within = {word for word in clause.words if word.start < end and start < word.end and not word.is_english}
            if block.size > 1 and within:
                has |= within
                score += block.size
                longest = max(longest, block.size)
        if _has_unit(clause.text, self._rows[at]):
            score += _UNIT
        singles = {word for word in clause.words if len(word.text) == 1 and word.text in said} - has
        score += _CHARACTER * len(singles)
        if score >= _ENOUGH:  # 村组干部有多少人 asks for the row of this name, though it is the project's too
            score += sum(_NAMED for each in self._subject if each in said)
        least = 1 + _is_told(self._rows[at])  # one character stands in too many sentences
        translated = {
            word for word in clause.words if any(part in said for part in self._means(word) if len(part) >= least)
        }
        score += _TRANSLATED * len(translated)
        return score + longest / 10, has | translated | singles

    def _means(self, word: Word) -> list[str]:
        """Return the Chinese texts on the page that an English word means; empty for a Chinese word."""
        if word.place or not word.is_english:
            return [word.place] * bool(word.place)
        known = dictionary.vocabulary(self._names)
        return next(filter(None, map(known.find, (*word.phrases, word.text))), [])


def _narrated(page: Sequence[Row]) -> Iterator[Row]:
    """Yield the sentences of the narrative on a page as rows, except very long sentences."""
    for row in page:
        if str(row["property"]) == terms.hasSection:
            for match in _SENTENCE.finditer(str(row["value"])):
                if len(match.group()) <= _LONGEST:
                    yield {
                        **row,
                        "item": f"{row['item']}{words()['fielded']['excerpt']}",
                        "value": match.group().strip(),
                    }


_FIELDS = WORDS["field"]
_LABELS = {fold(said): label for label, each in _FIELDS.items() for said in (label, each.zh, each.en)}
"""Labels of fields by themselves and by their English words, as questions are compared."""


def field_of(text: str) -> tuple[str, str]:
    """Return the label of the project's field that a text names (项目性质), and the words found; both "" if none."""
    names = wording.alternatives(_LABELS)
    match = next(filter(None, (pattern(each, names).search(text) for each in ("field", "field_en"))), None)
    return (_LABELS[match["label"]], match[0]) if match else ("", "")


def _is_told(row: Row) -> bool:
    return str(row["property"]) == terms.hasSection and row["value"] is not None


def name_of(row: Row) -> str:
    """Return the local name of a row's property; `hasGoal` for a section on goals, unless it only points elsewhere."""
    name = str(row["property"]).rpartition("#")[2]
    is_goal = name == "hasSection" and row["value"] and words()["fielded"]["goal"] in str(row["item"])
    return "hasGoal" if is_goal and not _points(row) else name


def _points(row: Row) -> bool:
    """Return True if a section only points to another place: 详见附表."""
    return re.search(words()["fielded"]["pointing"], str(row["value"])) is not None


def is_calculation(row: Row) -> bool:
    """Return True if a row is about a calculation or a list of sums in a text, False for any other mention or row."""
    return str(row["property"]) == terms.hasMention and row.get("value") is None


def said(row: Row) -> Bilingual:
    """Return the sentence on one row: its item, its amount and its value, without those that the row lacks."""
    term = reference().get(str(row["property"]))
    label = term.label.zh if term else ""
    row = {**row, "item": f"{row['group']}“{row['item']}”" if is_calculation(row) else row["item"] or label}
    is_own = term is None or str(row["property"]) in _ITEMS or name_of(row) in ("hasGoal", "hasSection")
    english = str(row["item"]) if is_own or term is None else term.label.en.capitalize()
    amount = None if row["amount"] is None else money(Decimal(row["amount"]))
    # The page has the whole of a section.
    row = {**row, "value": shortened(" ".join(str(row["value"]).split()), _LONGEST, "…")} if _is_told(row) else row
    value, value_en = (
        str(text or "").strip().rstrip("。;；.") for text in (row["value"], row.get("valueEn", row["value"]))
    )
    zh, en = ("", "") if amount is None else (f"{amount.zh} ", f"{amount.en} ")
    return Bilingual(f"{row['item']}：{zh}{value}".strip("： ") + "。", f"{english}: {en}{value_en}".strip(": ") + ".")


def _has_number(row: Row) -> bool:
    """Return True if a row states a number in figures besides years."""
    said = re.sub(r"\d{4} ?年", "", f"{row['item']}{row['value']}")
    return row["amount"] is not None or bool(re.search(r"\d", said))


def _has_unit(text: str, row: Row) -> bool:
    """Return True if a text asks for a number (多少亩) of the unit that a row's value has."""
    units = _MEASURED.findall(fold(f"{row['value'] or ''} {row['item']}")) + _IN_BRACKETS.findall(
        fold(str(row["item"]))
    )
    bare = [unit.lstrip("百千万亿") for unit in units]
    sizes = "|".join(f"(?:{sizes})" for said, sizes in words()["dimensions"].items() if said in text) or NOTHING
    return any(re.search(f"(?<!哪)(?:多少|几)个?{re.escape(unit)}", text) or re.fullmatch(sizes, unit) for unit in bare)
