"""registry.ttl as a steward and the commands write it: each line a decision, and what cannot be applied stops nothing
but the write."""

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Decision, DecisionMissingError, Objection, RegistryError, Store, ineffective
from jixiao.store.decisions import registry_file
from jixiao.store.versions import nquads
from tests.support.generated import tries
from tests.support.writing import BASE, commit, committing, stored

IRIS = Iris(BASE)
KEPT, MERGED = IRIS.org("甲区教育局"), IRIS.org("甲区教育局机关")
LINE = (
    f"<{BASE}id/decision/1> a <{terms.Identification}> ; <{terms.keeps}> <{KEPT}> ; <{terms.merges}> <{MERGED}> ;"
    f' <{terms.DCTERMS_description}> "同一家" ; <{terms.DCTERMS_date}> "2024-03-01"^^<{terms.XSD_date}> .\n'
)
WHEN = Literal("2024-03-01", datatype=NamedNode(terms.XSD_date))
SAME = {
    terms.keeps: NamedNode(KEPT),
    terms.merges: NamedNode(MERGED),
    terms.DCTERMS_description: Literal("同一家"),
    terms.DCTERMS_date: WHEN,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory, make_deposit):
    """A store of two bodies that are one; do not write to it."""
    return stored(
        Store.create(tmp_path_factory.mktemp("registry") / "store", BASE),
        make_deposit("a.txt", ["业务培训"]),
        make_deposit("b.txt", ["校舍维修"], body="甲区教育局机关"),
    )


def decide(store, says=SAME, kind=terms.Identification, **options):
    with store.writing(**options) as batch:
        decision = batch.decide(kind, says, "甲 ← 乙\n第二行\u2028第三行")
        batch.commit(strict=True)
    return decision


def undo(store, number, **remark):
    with store.writing() as batch:
        batch.undo(number, **remark)
        return batch.commit()


def applied(store, text=None):
    if text is not None:
        (store.path / "registry.ttl").write_text(text, encoding="utf-8")
    with store.writing() as batch:
        return batch.commit(strict=True)


def departments(store):
    return store.current().manifest.counts.departments


def test_a_decision_is_a_line_that_people_can_read_and_take_away(copied):
    before = list(nquads.ordered(copied.current().graph))
    decision = decide(copied)
    text = (copied.path / "registry.ttl").read_text("utf-8")
    assert text.splitlines()[-1] == (
        f"<id/decision/1> a jx:Identification ; jx:keeps <{KEPT.removeprefix(BASE)}> ;"
        f" jx:merges <{MERGED.removeprefix(BASE)}> ;"
        ' dcterms:description "同一家" ; dcterms:date "2024-03-01"^^xsd:date .  # 甲 ← 乙 第二行 第三行'
    )
    assert departments(copied) == 1
    assert [each.iri for each in copied.current().decisions.all] == [decision.iri]

    lines = text.splitlines(keepends=True)
    assert list(nquads.ordered(applied(copied, "".join(lines[:-1])).graph)) == before
    applied(copied, text)
    undo(copied, 1)
    assert (copied.path / "registry.ttl").read_text("utf-8") == "".join(lines[:-1])
    assert list(nquads.ordered(copied.current().graph)) == before


def test_files_of_people_may_be_there_before_the_store(tmp_path, make_deposit):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "registry.ttl").write_text(LINE, encoding="utf-8")
    (tmp_path / "s" / "dataset.toml").write_text("dumps_kept = 2\n", encoding="utf-8")
    store = stored(Store.create(tmp_path / "s", BASE), make_deposit("a.txt", ["业务培训"]))
    assert (len(store.current().decisions.all), store.publisher().dumps_kept) == (1, 2)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"{LINE}\n<id/decision/2> a <{terms.Renaming}> \n<x> .\n", 4, "Turtle"),
        (f'{LINE}<id/decision/2> <{terms.keeps}> "引号没有关上 .\n', 2, "Turtle"),
        (f'{LINE}<id/org/x> <{terms.RDFS_label}> "改名" .\n', 2, "id/decision"),
        (f'{LINE}<id/decision/0> <{terms.RDFS_label}> "零" .\n', 2, "id/decision"),
        (f"{LINE}<id/decision/2>\n  <{terms.concerns}> [] .\n", 2, "匿名"),
    ],
)
@pytest.mark.sampled(2)
def test_a_broken_registry_is_named_by_its_line_and_harms_nothing(copied, make_deposit, text, line, message):
    reader, before = Store.open(copied.path), copied.current()
    (copied.path / "registry.ttl").write_text(text, encoding="utf-8")
    with copied.writing() as batch:
        batch.add(make_deposit("c.txt", ["图书"], year=2023))
        with pytest.raises(RegistryError, match=rf"registry\.ttl:{line}: .*{message}.*backup"):
            batch.commit()
    assert reader.current().version == before.version
    assert (copied.path / "registry.ttl").read_text("utf-8") == text
    (copied.path / "registry.ttl").unlink()
    with copied.writing() as batch:
        batch.add(make_deposit("c.txt", ["图书"], year=2023))
        assert batch.commit().manifest.counts.sources == 3


def test_a_registry_that_is_no_text_is_named(copied):
    (copied.path / "registry.ttl").write_bytes("同一家".encode("gb18030"))
    with pytest.raises(RegistryError, match=r"registry\.ttl.*UTF-8.*backup"):
        applied(copied)


def test_what_a_rule_forbids_stops_every_write(copied):
    asked = []

    def check(triples):
        asked.append(triples.decode())
        return [Objection(f"{BASE}id/decision/1", "不行 · no", True)]

    (copied.path / "registry.ttl").write_text(f"\n{LINE}", encoding="utf-8")
    with copied.writing(check=check) as batch, pytest.raises(RegistryError, match=r"registry\.ttl:2: 不行 · no"):
        batch.commit()
    assert f"<{MERGED}> <{terms.RDF_type}> <{terms.Department}>" in asked[0]
    assert departments(copied) == 2


def test_a_decision_without_effect_is_refused_to_whoever_makes_it_and_stays_otherwise(copied, make_deposit):
    def check(_triples):
        return [Objection(f"{BASE}id/decision/1", "无此对象 · no such thing", False)]

    with pytest.raises(RegistryError, match="无此对象"):
        decide(copied, check=check)
    assert not (copied.path / "registry.ttl").exists()
    decide(copied)
    with copied.writing(check=check) as batch:
        batch.add(make_deposit("c.txt", ["图书"], year=2023))
        assert batch.commit(strict=True).manifest.counts.sources == 3


def test_a_number_is_never_given_twice(copied):
    decide(copied)
    undo(copied, 1)
    assert decide(copied).iri.endswith("/2")
    applied(copied, LINE)
    assert decide(copied, {**SAME, terms.merges: NamedNode(IRIS.org("乙区"))}).iri.endswith("/3")


@pytest.mark.parametrize("head", ["", "@prefix jx: <https://e.org/> .\n", "@base <https://e.org/> .\n"])
def test_a_line_is_added_below_whatever_head_people_wrote(tmp_path, head):
    path, decision = tmp_path / "registry.ttl", Decision(IRIS.decision(2), terms.Identification, SAME)
    text = registry_file.parsed(path, head + LINE, IRIS).with_decision(decision, "")
    found = registry_file.parsed(path, text, IRIS)
    assert (found.decisions.all[-1], found.line(decision.iri)) == (decision, (head + LINE).count("\n") + 1)


def test_undoing_what_is_not_there_or_shares_a_line(copied):
    with pytest.raises(DecisionMissingError, match="7"):
        undo(copied, 7)
    other = LINE.replace("decision/1", "decision/2")
    applied(copied, f"{LINE.strip()} {other}")
    with pytest.raises(RegistryError, match=r"registry\.ttl:1"):
        undo(copied, 2)


def test_undoing_what_was_never_applied_takes_the_line_away(copied):
    version = copied.current().version
    (copied.path / "registry.ttl").write_text(LINE, encoding="utf-8")
    assert undo(copied, 1).version == version
    assert (copied.path / "registry.ttl").read_text("utf-8") == ""


def test_a_decision_may_go_over_lines_and_statements(copied):
    first, rest = LINE.strip().split(" ; ", 1)
    text = f'# 前\r\n{first} ;\r\n  {rest}\r\n<id/decision/1> <{terms.decidedBy}> "预算科" .\r\n# 后\r\n'
    (copied.path / "registry.ttl").write_bytes(text.encode())
    applied(copied)
    assert copied.current().decisions.all[0].text(terms.decidedBy) == "预算科"
    undo(copied, 1)
    assert (copied.path / "registry.ttl").read_bytes() == "# 前\r\n# 后\r\n".encode()


@pytest.mark.parametrize("directive", ["@prefix foo: <https://foo.example/> .", "PREFIX foo: <https://foo.example/>"])
def test_a_directive_holds_below_wherever_it_stands_in_a_line(copied, directive):
    third = '<id/decision/3> foo:bar "三" .\n'
    behind = f"@base <{BASE}> .\n{LINE.rstrip()} {directive}\n{third}"
    before = f"@base <{BASE}> .\n{directive} {LINE}{third}"
    for text in (behind, before):
        (copied.path / "registry.ttl").write_text(text, encoding="utf-8")
        found = copied.registry()
        assert [registry_file.number_of(each.iri) for each in found.decisions.all] == [1, 3]
        assert [found.line(each.iri) for each in found.decisions.all] == [2, 3]


def test_a_statement_without_end_is_named_soon(copied):
    text = f'{LINE}<id/decision/2> <{terms.DCTERMS_description}> """' + "字\n" * 100_000 + '""" .\n'
    with pytest.raises(RegistryError, match=r"registry\.ttl:2: .*200 lines"):
        applied(copied, text)


def test_a_registry_that_changed_meanwhile_is_not_written_over(copied):
    with copied.writing() as batch:
        batch.decide(terms.Identification, SAME, "")
        (copied.path / "registry.ttl").write_text(f"# 手工\n{LINE}", encoding="utf-8")
        with pytest.raises(RegistryError, match=r"registry\.ttl"):
            batch.commit()
    assert (copied.path / "registry.ttl").read_text("utf-8") == f"# 手工\n{LINE}"
    assert Store.open(copied.path).current().number == 1


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(
    reason=texts,
    by=texts,
    note=texts,
    value=st.one_of(texts.map(Literal), texts.map(lambda t: Literal(t, language="zh"))),
)
@tries(40)
def test_whatever_people_write_comes_back_and_takes_one_line(tmp_path_factory, reason, by, note, value):
    path = tmp_path_factory.getbasetemp() / "registry.ttl"
    says = {
        terms.concerns: NamedNode(f"{BASE}id/project/o/2022/p#i1"),
        terms.correctedProperty: NamedNode(terms.text),
        terms.correctedValue: value,
        terms.DCTERMS_description: Literal(reason),
        terms.decidedBy: Literal(by),
    }
    decision = Decision(IRIS.decision(4), terms.Correction, says)
    once = registry_file.parsed(path, registry_file.parsed(path, "", IRIS).with_decision(decision, note), IRIS)
    assert once.decisions.all == (decision,)
    other = Decision(IRIS.decision(5), terms.Correction, says)
    twice = registry_file.parsed(path, once.with_decision(other, note), IRIS)
    assert len(twice.text.splitlines()) == len(once.text.splitlines()) + 1
    assert twice.without_decision(other.iri) == once.text
    assert registry_file.read_statement(registry_file.statement(decision, BASE), IRIS) == decision


def test_the_log_says_what_was_done_why_and_in_which_generation(copied, make_deposit):
    decide(copied, {**SAME, terms.decidedBy: Literal("预算科")})
    applied(copied, (copied.path / "registry.ttl").read_text("utf-8").replace("同一家", "同一家，已核对"))
    undo(copied, 1, reason="弄错了", by="审计科")
    a, b = (record.sha16 for record in copied.sources())
    wider = make_deposit("b2.txt", ["校舍维修", "食堂"], body="甲区教育局机关")
    with committing(copied) as batch:
        batch.withdraw(a, "误传", "预算科")
        batch.add(wider)
    commit(copied, make_deposit("a.txt", ["业务培训"]))
    entries = Store.open(copied.path).log()
    assert [(entry.generation, entry.event, entry.reason, entry.by) for entry in entries] == [
        (2, "decided", "同一家", "预算科"),
        (3, "changed", "同一家，已核对", "预算科"),
        (4, "undone", "弄错了", "审计科"),
        *sorted(
            [(5, "withdrawn", "误传", "预算科"), (5, "replaced", None, None)],
            key=lambda e: (e[1] == "replaced") == (a < b),
        ),
        (6, "restored", None, None),
    ]
    assert {entry.replaced_by for entry in entries if entry.event == "replaced"} == {wider.sha16}
    assert registry_file.read_statement(entries[0].statement, IRIS) == Decision(
        f"{BASE}id/decision/1", terms.Identification, {**SAME, terms.decidedBy: Literal("预算科")}
    )
    assert entries[0].at.endswith("+00:00")
    lines = b"".join(nquads.ordered(copied.current().graph)).decode()
    assert not any(entry.at in lines for entry in entries)


def test_what_meets_nothing_any_more_is_idle(copied):
    project = NamedNode(IRIS.project("甲区教育局", 2022, "业务培训"))
    amount = NamedNode(terms.totalAmount)

    def correction(printed):
        said = {terms.concerns: project, terms.correctedProperty: amount, terms.correctedValue: Literal(5)}
        return {**said, terms.printedValue: Literal(printed, datatype=NamedNode(terms.XSD_decimal))}

    fault = NamedNode("https://w3id.org/jixiao/shapes#SomeFault")
    gone = NamedNode(IRIS.project("甲区教育局", 2022, "没有的项目"))
    decide(copied, correction("100.00"), terms.Correction)
    decide(copied, correction("99"), terms.Correction)
    decide(copied, {terms.concerns: project, terms.acceptedFault: fault}, terms.Acceptance)
    decide(copied, {terms.concerns: gone, terms.acceptedFault: fault}, terms.Acceptance)
    found = ineffective(copied.registry(), copied.current().graph)
    assert [each.decision.rpartition("/")[2] for each in found] == ["2", "3"]
    assert not any(each.grave for each in found)
