"""Senses of the names in a question: the bodies, projects, documents, indicators and places that each may mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.ontology.identity import plain_body
from jixiao.ontology.places import places
from jixiao.ontology.text import wording
from jixiao.server.views.questions.lexicon import SEVERAL, Stretch, words
from jixiao.server.views.questions.named_things import Mention, is_field, part
from jixiao.store.index.found import Name

# Weights of the senses of a name: for the way it matches, plus a smaller one for its kind, so that bodies are preferred
# to projects, and projects to documents.
_HOW: Mapping[str, float] = {"same": 2.0, "abbreviates": 1.6, "contains": 1.2}
_BODY_FIRST, _PROJECT_NEXT, _BASIS_NEXT = 0.3, 0.2, 0.1
_PLACES = ("region", "province", "prefecture", "county")
_MOST_BODIES = 5  # bodies of exactly one name that are all taken


@dataclass(frozen=True)
class Sense:
    """One way to use an item: the role of its value, the text for a parameter, and a weight (higher if surer)."""

    role: str
    text: str
    weight: float = 1.0

    @property
    def is_project(self) -> bool:
        """Return True if the sense is a project that the question names in full."""
        return self.role == "name" and self.weight > _HOW["same"]


@dataclass(frozen=True)
class Item(Stretch):
    """A value or name in a question: its positions, its text as the question writes it, and its senses."""

    senses: tuple[Sense, ...]


def mentioned(mention: Mention, text: str, role: str) -> Item:
    """Return a mention as an item, with a sense for each kind of things it may mean: body, project, document, place.

    The surest sense is the first. `text` is the question; `role` is the role of a text to search for, "" unless a word
    such as 关于 marks one. A quoted text that is no name gets senses as a text to search for.
    """
    senses: list[Sense] = []
    # 水利项目 are about waters, but 松江项目 are those of Songjiang.
    before_project = "place" not in mention.names and text[mention.end :].lstrip().startswith(("项目", "project"))
    is_english, topics = text[mention.start].isascii(), words()["topics"].values()
    for kind, names in mention.names.items():
        how = names[0].how
        # Topics such as school are no name of the bodies that have the word, unless no project has it.
        is_kind = mention.text in topics and "project" in mention.names and how == "contains"
        is_topic = is_kind and (is_english or role == "subject")
        # A subject is looked for in all texts of projects, and not in names alone.
        is_wide = role == "subject" and how == "contains" and (kind in ("project", "indicator") or is_topic)
        if _is_doubtful(mention, kind, role) or (is_wide and kind != "basis"):
            continue
        weight = _HOW[how]
        shown = names[0].matched if how == "same" else part(mention.text, names[0].matched)
        if kind == "org" and before_project and not is_english and is_field(mention.text, names):
            senses.append(Sense("text", mention.text, weight))
        elif kind == "org" and is_kind and not is_english:  # 学校 is no one body, but all that is called so
            senses.append(Sense("kind", mention.text, weight + 3 * _PROJECT_NEXT))
        elif kind == "org":
            senses.append(Sense("org", _bodies(mention.text, names), weight + (0 if is_topic else _BODY_FIRST)))
        elif kind == "basis":
            shown = names[0].matched if len({name.iri for name in names}) == 1 else shown
            roles = ("basis",) if how == "same" else ("topic",) if role == "subject" else ("basis", "topic")
            about = 1.0 if role == "subject" else 0.0
            senses += [Sense(each, shown, weight + _BASIS_NEXT + about) for each in roles]
        elif kind == "project":
            if how == "abbreviates":
                shown = SEVERAL.join(dict.fromkeys(name.label for name in names))
            exact = '"' * (how == "same" and not text[mention.start].isalnum())  # quoted
            nearer = 2 if before_project else 1
            senses.append(Sense("name", f"{exact}{shown}{exact}", weight + nearer * _PROJECT_NEXT))
        elif kind == "place":
            levels = ["region", places()[names[0].iri[-6:]].level] if names[0].iri else []
            senses += [Sense(each, names[0].label if len(names) == 1 else mention.text, weight) for each in levels]
        else:
            senses.append(Sense(kind, shown, weight))
    senses += _as_texts(senses, mention, role or "text" * before_project)
    chosen = sorted(_chosen(_widened(senses, mention, text), text[: mention.start]), key=lambda sense: -sense.weight)
    return Item(mention.start, mention.end, text[mention.start : mention.end], tuple(chosen))


def _is_doubtful(mention: Mention, kind: str, role: str) -> bool:
    """Return True if a mention hardly means the things of a kind, although their names match.

    政协会议 is a project, and only an unlikely short form of a body; 非遗保护 is a topic, and no one project's name.
    """
    how = mention.names[kind][0].how
    exact = {each for each, names in mention.names.items() if names[0].how == "same"}
    if how == "abbreviates":
        return bool(exact) or (bool(role) and kind == "project")
    return kind == "basis" and how == "contains" and "org" in exact


def _as_texts(senses: Sequence[Sense], mention: Mention, role: str) -> list[Sense]:
    """Return senses of a mention as a text to search for, further to `senses`; `role` is a text's role, "" if none."""
    found = []
    if mention.names.keys() == {"indicator"} and mention.names["indicator"][0].how != "same":
        found.append(Sense("subject", mention.text, 1.0))  # projects have the word in their indicators
    if role and not {"name", "org", "region"} & {sense.role for sense in senses}:  # 提到道路的项目
        found.append(Sense(role, mention.text, 1.4))
    if not senses and not found:  # quoted, and in no name: people mean these very words
        found = [Sense("text", mention.text, 1.1), Sense("basis", mention.text, 1.0)]
    return found


def _widened(senses: Sequence[Sense], mention: Mention, text: str) -> Sequence[Sense]:
    """Return the senses of a mention.

    For an area of work (卫生方面), their texts have the words of related matters, too. The words are added to the text
    of each sense whose text is that of the mention. `text` is the question.
    """
    more = words()["areas"]["parts"].get(mention.text)
    is_area = mention.text in words()["areas"]["always"] or re.match(words()["areas"]["behind"], text[mention.end :])
    if more is None or not is_area:
        return senses
    said = SEVERAL.join((mention.text, *more))
    return [replace(sense, text=said) if sense.text == mention.text else sense for sense in senses]


def _chosen(senses: Sequence[Sense], before: str) -> Sequence[Sense]:
    """Return the senses of a name that fit the words `before` it: after 名称含, only its sense as a project's name.

    Otherwise, the whole name of a place loses its senses as a part of other names, and that of a body or project its
    senses as a part of a document's title.
    """
    if re.search(words()["fielded"]["named"], before):
        return [sense for sense in senses if sense.role == "name"] or senses
    if any(sense.role == "region" for sense in senses):
        return [sense for sense in senses if sense.role in _PLACES]
    in_title = {sense.role for sense in senses if sense.weight < _HOW["same"]} & {"basis", "topic"}
    if "basis" in in_title and any(sense.role in ("org", "name") and sense.weight > _HOW["same"] for sense in senses):
        return [sense for sense in senses if sense.role not in in_title]
    return senses


def carrier(mention: Mention, text: str) -> Item | None:
    """Return a mention as an item if it is a kind of bodies (学校) that carries out or files projects, otherwise None.

    Examples are 学校实施的, and “filed by schools”; `text` is the question.
    """
    table, kinds = words()["carried"], dict.fromkeys(words()["topics"].values()) | words()["carriers"]
    behind, before = re.match(table["behind"], text[mention.end :]), re.search(table["before"], text[: mention.start])
    if mention.text not in kinds or "org" not in mention.names or not (behind or before):
        return None
    sense = Sense("org", kinds[mention.text] or mention.text, 3.0)
    return Item(mention.start, mention.end, text[mention.start : mention.end], (sense,))


def of_field(item: Item, said: str, text: str) -> Item:
    """Return an item after the name of a field (目标值写“及时”) as the text `said` in that field; others unchanged.

    The field must be exactly the text unless a word such as 含 stands before it. `text` is the question.
    """
    for field, names in words()["fields"].items():
        joint = re.search(rf"(?:{wording.alternatives(names)})(?P<contains>.*)$", text[: item.start])
        bare = joint and re.sub(wording.any_of(words()["fielded"]["contains"]), "", joint["contains"])
        if joint and bare is not None and not re.sub(rf"{wording.any_of(words()['fielded']['is'])}|\W", "", bare):
            exact = '"' * (field == "value" and bare == joint["contains"])
            return Item(item.start, item.end, item.text, (Sense(field, f"{exact}{said}{exact}", 2.0),))
    return item


def _bodies(text: str, names: Sequence[Name]) -> str:
    """Return the names of bodies as one text with commas; the typed text if its matches are too many or not exact.

    Names that differ only in their level, such as （本级）, count as one.
    """
    families = dict.fromkeys(plain_body(name.label) for name in names)
    if len(families) == 1 or (names[0].how == "same" and len(families) <= _MOST_BODIES):
        return ",".join(families)
    return text
