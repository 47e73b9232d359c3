"""Read the sessions of congresses, such as 县第一届人民代表大会第二次会议, by their date or what they passed."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.mention import Mention
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Subject
from jixiao.ingest.text.mentions.times import WORDING
from jixiao.ontology import numerals, terms


def sessions(subject: Subject) -> Iterator[Mention]:
    """Yield the sessions in the goals and sections of a project.

    The thing of a session is its date, or the title of what the session passed, with the name of the body; its
    `targetValue` is a hundred times the number of the term, and the number of the meeting.
    """
    for prose in subject.running:
        for moment in prose.moments:
            if (
                (found := WORDING.pattern("dated_session").match(prose.text, moment.end))
                and moment.year
                and moment.month
            ):
                yield _session(prose, found, f"{moment.first()}{moment.day or ''}")
        for found in WORDING.pattern("session").finditer(prose.text):
            if passed := WORDING.pattern("passed").match(prose.text, found.end()):
                yield _session(prose, found, passed["title"])


def _session(prose: Prose, found: re.Match[str], known_by: str) -> Mention:
    body = WORDING.pattern("lead").sub("", found["body"])
    number = 100 * numerals.number(found["term"]) + numerals.number(found["number"])
    thing = f"{known_by}{body}{found['of']}{found['kind']}"
    values = {terms.targetValue: f.decimal(Decimal(number))}
    return Mention(prose, terms.StatedName, found.end("body") - len(body), found.end("kind"), thing, (), values)
