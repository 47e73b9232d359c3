"""`jixiao review`: what is asked about a source and confirmed together, what answers come to, what bad ones leave."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions
from starlette.testclient import TestClient

from jixiao.ingest.writing import writing
from jixiao.ontology import reasons, terms
from jixiao.ontology.reasons import reason
from jixiao.review import desk
from jixiao.review.answering import _decisions, decide
from jixiao.review.desk import Desk
from jixiao.review.questions import Doubt, Question, _grouped, together
from jixiao.server.editions.renditions import Line
from jixiao.server.query.binding import bind, query
from jixiao.store import Deposit, Origin, Store
from tests.review.conftest import BASE, Opening, assert_refused
from tests.support import markup, scanned_forms
from tests.support.scanned_forms import ROWS

ORIGIN = {"Origin": "http://127.0.0.1:8123"}
GOOD = {"reason": "对照原件", "date": "2024-03-01", "unit": "yuan", "value": ""}


def asked(store: Store, deposit: Deposit) -> dict[str, Question]:
    """The questions about a source, by the local name of their property."""
    now = store.current()
    assert now
    desk = Desk(store)
    found = desk.questions(now, desk.record(deposit.sha16))
    return {each.doubt.predicate.rpartition("#")[2]: each for each in found}


def send(client: TestClient, deposit: Deposit, question: Question, **fields: str) -> httpx.Response:
    path = f"/source/{deposit.sha16}/{question.key}?lang=en"
    return client.post(path, data={**GOOD, **fields}, headers=ORIGIN, follow_redirects=False)


def values(store: Store, node: str, name: str) -> set[str]:
    now = store.current()
    quads = now.graph.quads_for_pattern(NamedNode(node), NamedNode(name), None, DefaultGraph())
    return {quad.object.value for quad in quads if isinstance(quad.object, Literal | NamedNode)}


def lacking(store: Store, project: str) -> set[str]:
    """The properties of a project itself that its page tells as withheld."""
    now = store.current()
    rows = now.graph.query(bind(query("withheld"), {"thing": NamedNode(project)}))
    assert isinstance(rows, QuerySolutions)
    return {row["property"].value.rpartition("#")[2] for row in rows if row["of"].value == project}


def test_withheld_facts_and_doubts_of_scans_are_asked(filled: Store, scan: Deposit, pdf: Deposit) -> None:
    of_scan, of_pdf = asked(filled, scan), asked(filled, pdf)
    targets = {"targetText", "targetValue", "targetUnit"}
    assert of_scan.keys() == {"totalAmount", "annualRequest", "startDate", "targetOperator", *targets}
    assert {name for name, each in of_scan.items() if not each.decidable} == {"targetOperator"}
    assert {name for name, each in of_scan.items() if each.follows} == {"targetValue", "targetUnit"}
    assert of_pdf.keys() == {"totalAmount", "annualRequest"}
    words, no_unit, month = (of_scan[name] for name in ("annualRequest", "totalAmount", "startDate"))
    assert (words.is_withheld, words.confirmable, words.correctable) == (True, False, True)
    assert [value.value for value in words.readings] == ["约十二万"]
    assert (no_unit.is_withheld, no_unit.readings) == (True, ())
    assert (month.is_withheld, month.confirmable, month.correctable) == (False, True, True)


def former(written: Any) -> Any:
    """The ledger as it was made before reasons had codes: each was a sentence in both languages."""
    if isinstance(written, list):
        return list(map(former, written))
    if isinstance(written, dict):
        return (
            str(reasons.kept(written)) if "codes" in written else {key: former(each) for key, each in written.items()}
        )
    return written


def test_questions_about_a_source_read_before_reasons_had_codes_are_the_same(
    filled: Store, scan: Deposit, tmp_path: Path
) -> None:
    triples = (line for line in scan.source_triples.splitlines(keepends=True) if b"#reasonCode>" not in line)
    before = replace(scan, ledger=former(scan.ledger), source_triples=b"".join(triples))
    assert before.ledger != scan.ledger
    assert before.source_triples != scan.source_triples
    store = Store.create(tmp_path / "before", BASE)
    with writing(store) as batch:
        batch.add(before)
        batch.commit()
    then, now = (asked(*each) for each in ((store, before), (filled, scan)))
    assert list(then) == list(now)  # the most urgent first
    for name, question in then.items():
        assert question.doubt.why == now[name].doubt.why
        assert replace(question, doubt=now[name].doubt) == now[name]


def test_pages_are_whole_and_say_what_is_asked(looking: TestClient, filled: Store, scan: Deposit) -> None:
    question = asked(filled, scan)["annualRequest"]
    paths = ["/", f"/source/{scan.sha16}", f"/source/{scan.sha16}/{question.key}", "/nowhere"]
    for lang, words in (("zh", "约十二万"), ("en", "annual request")):
        pages = [looking.get(path, params={"lang": lang}) for path in paths]
        assert [page.status_code for page in pages] == [200, 200, 200, 404]
        for page in pages:
            assert markup.faults(page.text) == []
            assert "<script" not in page.text
        assert words in pages[2].text
        assert "&lt;script&gt;a.png" in pages[0].text
    picture = looking.get(f"/picture/{scan.sha16}/1.png")
    assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG")
    assert looking.get(f"/picture/{scan.sha16}/2.png").status_code == 404


def test_the_list_looks_at_a_page_of_sources_at_a_time(
    store: Store, pdf: Deposit, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list says nothing of sources behind its page, even if nothing is open in those on the page."""
    settled = scanned_forms.read(scanned_forms.form([("项目名称", "古籍展览", *ROWS[0][2:]), *ROWS[1:]]), "0.pdf", BASE)
    with writing(store) as batch:
        batch.add(settled)
        batch.commit()
    client = opening(store)
    for question in asked(store, settled).values():
        assert send(client, settled, question, act="correct", value="120000").status_code == 303
    [damaged] = (store.path / "ledgers").glob(f"{pdf.sha256}*")
    damaged.unlink()
    monkeypatch.setattr(desk, "AT_ONCE", 1)
    first, second = (opening(store).get("/", params={"lang": "en", "from": at}).text for at in (0, 1))
    assert ("a.png" in first, "a.png" in second) == (False, True)
    assert "nothing to review" not in first
    assert ("/?from=1&amp;lang=en" in first, "/?from=2&amp;lang=en" in second) == (True, True)
    assert opening(store).get("/", params={"from": "2"}).status_code == 503  # the damaged one


def test_readings_of_sources_are_let_go(
    filled: Store, scan: Deposit, pdf: Deposit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "AT_ONCE", 1)
    looking = Desk(filled)
    read = weakref.ref(looking.scan(looking.record(scan.sha16)))
    looking.scan(looking.record(pdf.sha16))
    gc.collect()
    assert read() is None


def test_a_question_that_is_gone_meanwhile_is_not_decided(store: Store) -> None:
    assert decide(store, lambda now: None, {**GOOD, "act": "confirm"}, None) == []
    assert store.registry().decisions.all == ()


def test_the_page_of_a_source_shows_its_addresses(client: TestClient, store: Store, scan: Deposit) -> None:
    with writing(store) as batch:
        batch.locate(scan.sha16, [Origin("http://www.example.gov.cn/a?b=1&c=2", publisher="<某局>")])
        batch.commit()
    page = client.get(f"/source/{scan.sha16}?lang=en").text
    assert 'href="http://www.example.gov.cn/a?b=1&amp;c=2"' in page
    assert "&lt;某局&gt;" in page


def test_a_withheld_amount_that_is_supplied_is_the_project_s(client: TestClient, store: Store, scan: Deposit) -> None:
    question = asked(store, scan)["annualRequest"]
    project = question.doubt.node
    assert values(store, project, terms.amount) == set()
    assert lacking(store, project) == {"totalAmount", "annualRequest"}
    done = send(client, scan, question, act="correct", value="12.5", unit="wan")
    assert done.status_code == 303, done.text
    assert values(store, project, terms.annualRequest) == values(store, project, terms.amount) == {"125000"}
    assert "annualRequest" not in asked(store, scan)
    assert lacking(store, project) == {"totalAmount"}
    [decision] = store.registry().decisions.all
    assert (decision.text(terms.DCTERMS_description), decision.text(terms.decidedBy)) == ("对照原件", "预算科")
    assert decision.text(terms.DCTERMS_date) == "2024-03-01"
    [change] = store.log()
    assert change.event == "decided"
    to = urlsplit(done.headers["location"])
    assert "Decision 1 " in client.get(f"{to.path}?{to.query}").text
    again = send(client, scan, question, act="correct", value="1")
    assert (again.status_code, len(store.registry().decisions.all)) == (409, 1)


def test_a_target_is_confirmed_as_a_whole(client: TestClient, store: Store, scan: Deposit) -> None:
    question = asked(store, scan)["targetText"]
    indicator = question.doubt.node
    assert "Confirmed with it" in client.get(f"/source/{scan.sha16}/{question.key}?lang=en").text
    done = send(client, scan, question, act="confirm")
    assert done.status_code == 303
    assert "Decisions 1, 2, 3 are in the registry" in client.get(done.headers["location"]).text
    assert values(store, indicator, terms.targetText) == {"≥200册"}
    assert values(store, indicator, terms.targetValue) == {"200"}
    assert values(store, indicator, terms.targetUnit) == {"册"}
    assert asked(store, scan).keys() == {"totalAmount", "annualRequest", "startDate", "targetOperator"}


def test_a_long_text_is_not_typed_anew(
    client: TestClient, store: Store, scan: Deposit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_LONG", 3)
    question = asked(store, scan)["targetText"]
    shown = client.get(f"/source/{scan.sha16}/{question.key}?lang=en").text
    assert ">≥200册</textarea>" in shown
    assert markup.faults(shown) == []
    assert send(client, scan, question, act="correct", value="≥200册\r\n").status_code == 303
    assert values(store, question.doubt.node, terms.targetValue) == {"200"}, "the reading is confirmed"


def test_a_doubt_is_confirmed_or_corrected(client: TestClient, store: Store, scan: Deposit) -> None:
    question = asked(store, scan)["startDate"]
    project = question.doubt.node
    assert send(client, scan, question, act="confirm").status_code == 303
    assert "startDate" not in asked(store, scan)
    assert values(store, project, terms.startDate) == {"2023-01-01"}
    [decision] = store.registry().decisions.all
    assert decision.kind == terms.Acceptance
    with writing(store) as batch:
        batch.undo(1)
        batch.commit()
    assert send(client, scan, question, act="correct", value="2023年1月15日").status_code == 303
    assert values(store, project, terms.startDate) == {"2023-01-15"}
    [decision] = store.registry().decisions.all
    assert decision.text(terms.printedValue) == "2023-01-01"
    assert "startDate" not in asked(store, scan)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"act": "correct", "value": "many"}, "a number is needed"),
        ({"act": "correct", "value": ""}, "type the right value"),
        ({"act": "correct", "value": "1", "unit": "pounds"}, "no such unit"),
        ({"act": "correct", "value": "9" * 30_000}, "too long"),
        ({"act": "correct", "value": "1", "reason": " "}, "a reason is needed"),
        ({"act": "correct", "value": "1", "date": "1 March"}, "not a day"),
        ({"act": "confirm"}, "no reading to confirm"),
        ({"act": "erase", "value": "1"}, "cannot be corrected"),
    ],
)
def test_nothing_is_stored_of_a_bad_answer(
    fields: dict[str, str], told: str, looking: TestClient, filled: Store, scan: Deposit
) -> None:
    answer = send(looking, scan, asked(filled, scan)["annualRequest"], **fields)
    assert_refused(answer, told, filled)
    assert filled.current().number == 1


def test_a_value_is_not_confirmed_beside_another_that_was_typed(
    looking: TestClient, filled: Store, scan: Deposit
) -> None:
    answer = send(looking, scan, asked(filled, scan)["startDate"], act="confirm", value="2023-01-02")
    assert answer.status_code == 400
    assert "another value was typed" in answer.text
    assert 'value="2023-01-02"' in answer.text
    assert not (filled.path / "registry.ttl").exists()


INFERRED = "https://w3id.org/jixiao/shapes#InferredValue"
RULE = reason("doubtful")


def question(node: str, name: str, line: int, *inferences: str) -> Question:
    """A doubt about a stated fact on a line, whose inferences have these names."""
    doubt = Doubt(f"urn:p#{node}", name, RULE, (), (Line(line, "", 1, "fact", ()),))
    return Question(doubt, False, (Literal("1"),), None, tuple((f"urn:p#{each}", INFERRED) for each in inferences))


def test_facts_of_one_reading_have_an_inference_each_and_are_accepted_at_once() -> None:
    asked = _grouped([question("i1", terms.targetText, 7, "n1"), question("i1", terms.targetUnit, 7, "n2")])
    assert [each.follows for each in asked] == [False, True]
    made = _decisions(together(asked[0], asked), {"act": "confirm"})
    assert [says[terms.concerns].value for _, says in made] == ["urn:p#n1", "urn:p#n2"]  # type: ignore[union-attr]


def test_facts_of_one_inference_are_accepted_by_one_decision() -> None:
    asked = _grouped([question(f"k{line}", terms.itemAmount, line, "n1") for line in (3, 4, 5)])
    assert [each.follows for each in asked] == [False, True, True]
    assert len(_decisions(together(asked[0], asked), {"act": "confirm"})) == 1


def test_facts_of_other_lines_stay_apart() -> None:
    asked = _grouped([question("i1", terms.targetText, 7, "n1"), question("i2", terms.targetText, 8, "n2")])
    assert [each.follows for each in asked] == [False, False]
    assert together(asked[0], asked) == (asked[0],)
