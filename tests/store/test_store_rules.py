"""Replacement of files (docs/design.md, "Replacement"), through a real store; words that were recognised in them."""

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, Quad

from jixiao.ontology import terms
from jixiao.store import (
    Added,
    DepositError,
    OverlapError,
    Refusal,
    SourceMissingError,
)
from jixiao.store.maintenance.clearing import clear_store
from jixiao.store.versions import nquads
from tests.support.pages import absent
from tests.support.writing import committing, withdraw


def live(store):
    return [record.file_name for record in store.sources() if record.live]


def commit(store, *deposits, replace=None):
    with committing(store) as batch:
        return [batch.add(deposit, replace) for deposit in deposits]


def test_the_same_file_again_is_no_work(store, make_deposit):
    deposit = make_deposit("a.txt", ["业务培训"])
    commit(store, deposit)
    before = store.current()
    with store.writing() as batch:
        assert batch.holds(deposit.sha256)
        assert batch.add(deposit) == Added(deposit.sha16, unchanged=True)
        assert batch.commit() is before
    assert store.current() is before


def test_a_corrected_file_replaces_the_earlier_one_and_describes_it(store, make_deposit):
    first = make_deposit("a.txt", ["业务培训"], amount="100")
    corrected = make_deposit("a-corrected.txt", ["业务培训", "校舍维修"], amount="200")
    commit(store, first)
    (outcome,) = commit(store, corrected)

    assert ([old.file_name for old in outcome.replaced], live(store)) == (["a.txt"], ["a-corrected.txt"])
    tombstone = store.source(first.sha16)
    assert (tombstone.status, tombstone.replaced_by) == ("replaced", corrected.sha16)
    assert tombstone.ended is not None
    base, graph = store.base_iri, store.current().graph
    amounts = {q.object.value for q in graph.quads_for_pattern(None, NamedNode(terms.totalAmount), None, None)}
    assert amounts == {"200"}
    new, old = (NamedNode(f"{base}id/source/{each.sha16}") for each in (corrected, first))
    name, former = (NamedNode(f"{base}graph/source/{each.sha16}") for each in (corrected, first))
    said = {(q.predicate.value, q.object.value) for q in graph.quads_for_pattern(old, None, None, name)}
    assert {(terms.sha256, first.sha256), (terms.fileName, "a.txt"), (terms.RDF_type, terms.SourceDocument)} <= said
    assert Quad(new, NamedNode(terms.PROV_wasRevisionOf), old, name) in graph
    assert former not in set(graph.named_graphs())


def test_replace_settles_the_overlap_it_names_and_no_other(store, make_deposit):
    first, second = make_deposit("a.txt", ["甲", "乙"]), make_deposit("b.txt", ["丙", "丁"])
    commit(store, first, second)
    crossing = make_deposit("c.txt", ["甲", "丙"])
    with pytest.raises(OverlapError) as refused:
        commit(store, crossing, replace=first.sha16)
    assert "b.txt" in str(refused.value)
    assert "a.txt" not in str(refused.value)

    (outcome,) = commit(store, make_deposit("half.txt", ["甲"]), replace=first.sha16)
    assert outcome.replaced
    assert live(store) == ["b.txt", "half.txt"]


def named(make_deposit, file_name, names):
    """A file of the projects, without amounts unless its own name begins with `paid`.

    An asterisk marks a borrowed name, and a tilde a project read in part.
    """
    amount = "100.00" if file_name.startswith("paid") else None
    projects = {name.rstrip("*~"): name for name in names.split()}
    marked = {mark: [name for name, given in projects.items() if given.endswith(mark)] for mark in "*~"}
    return make_deposit(file_name, [*projects], borrowed=marked["*"], partial=marked["~"], amount=amount)


@pytest.mark.parametrize(
    ("commits", "standing", "replaced"),
    [
        ([["a 业务培训", "b 校舍维修"]], ["a", "b"], []),
        ([["a 甲", "b 乙"], ["wider 甲 乙"]], ["wider"], ["a", "b"]),
        ([["earlier 甲", "later 甲"], ["earlier 甲"]], ["earlier"], ["later"]),
        ([["a 总*", "b 甲"], ["c 附*"]], ["a", "b", "c"], []),
    ],
)
def test_files_of_one_filing_stand_side_by_side_or_replace_others(store, make_deposit, commits, standing, replaced):
    for files in commits:
        outcomes = commit(store, *(named(make_deposit, *each.split(" ", 1)) for each in files))
    assert live(store) == standing
    assert sorted(old.file_name for old in outcomes[-1].replaced) == replaced
    assert store.current().manifest.counts.filings == 1


PARTLY, WHOLE, UNSURE = "1/2", "read whole", "heading"
"""Words of the reasons for which a file does not replace another one unasked."""


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("old", "new", "reason", "shared"),
    [
        ("whole 甲 乙", "part 甲", PARTLY, "甲"),
        ("whole 甲 乙", "crossing 甲 丙", PARTLY, "甲"),
        # A reading in part never replaces a whole one.
        ("first 甲 乙", "second 甲 乙 丙", None, None),
        ("first 甲 乙", "second 甲~ 乙 丙", WHOLE, "甲"),
        ("first 甲~ 乙", "second 甲~ 乙 丙", None, None),
        ("first 甲~ 乙", "second 甲 乙 丙", None, None),
        ("first 甲 乙~", "second 甲~ 乙 丙", WHOLE, "甲"),
        ("first 甲~ 乙~", "second 甲~ 乙 丙~", None, None),
        ("first 甲 乙", "second 甲 乙 丙~", None, None),
        # A borrowed name is neither shared nor missing, nor do two sources ever stand side by side under one.
        ("first 甲 总*", "second 甲", None, None),
        ("first 甲 总*", "second 甲 总*", None, None),
        ("first 甲", "second 甲 总*", None, None),
        ("first 甲 总*", "second 甲 总", None, None),
        ("first 甲 总", "second 甲 总*", "", ""),
        ("first 甲 乙 总*", "second 甲 总*", "", ""),
        ("first 总*", "second 总*", "", ""),
        ("first 总*", "second 总 甲", "", ""),
        ("first 总", "second 总* 甲", "", ""),
        ("first 甲 总*", "second 乙 总*", "", ""),
        # Money under a borrowed name may be that of any project.
        ("paid-one 总* 乙", "paid-two 甲", UNSURE, "总"),
        ("paid-one 甲", "paid-two 总* 乙", UNSURE, "总"),
        ("paid-one 总* 乙", "paid-two 甲 乙", UNSURE, "总"),
        ("paid-one 甲 乙", "paid-two 总* 乙", UNSURE, "总"),
        ("paid-one 总* 乙", "paid-two 总", UNSURE, "总"),
        ("paid-one 总", "paid-two 总* 乙", UNSURE, "总"),
    ],
)
def test_a_file_replaces_another_or_waits_for_a_decision(store, make_deposit, old, new, reason, shared):  # noqa: PLR0917
    first, second = (named(make_deposit, *each.split(" ", 1)) for each in (old, new))
    commit(store, first)
    if reason is not None:
        with pytest.raises(OverlapError) as refused:
            commit(store, second)
        of_each = (f"{each.file_name} ({each.sha16})" for each in (first, second))
        assert absent(str(refused.value), *of_each, f"：{shared}", f"--replace {first.sha16}", reason) == []
        assert live(store) == [first.file_name]
        assert not store.path.joinpath("sources", second.sha256).exists()
    [outcome] = commit(store, second, replace=None if reason is None else first.sha16)
    assert [old.file_name for old in outcome.replaced] == [first.file_name]
    assert live(store) == [second.file_name]


def test_money_under_a_borrowed_name_concerns_its_own_filing_alone(store, make_deposit):
    unsure = make_deposit("unsure.txt", ["总"], borrowed=["总"])
    commit(store, unsure, make_deposit("b.txt", ["甲"], year=2023), make_deposit("c.txt", ["甲"], body="乙区卫生局"))
    assert live(store) == ["b.txt", "c.txt", "unsure.txt"]
    with committing(store) as batch:
        batch.withdraw(unsure.sha16, "误传")
        batch.add(make_deposit("d.txt", ["甲"]))
    with pytest.raises(OverlapError, match=r"d\.txt"):
        commit(store, unsure)


def test_a_file_in_the_way_of_several_names_each(store, make_deposit):
    commit(store, make_deposit("a.txt", ["甲"]), make_deposit("b.txt", ["乙"]))
    with pytest.raises(OverlapError, match=r"a\.txt[^\n]*\n.*b\.txt"):
        commit(store, make_deposit("unsure.txt", ["总"], borrowed=["总"]))


def test_replace_must_name_a_source_there_is_or_was(store, make_deposit):
    with pytest.raises(SourceMissingError, match="0123456789abcdef"):
        commit(store, make_deposit("a.txt", ["甲"]), replace="0123456789abcdef")
    assert store.current() is None


def test_a_withdrawn_source_leaves_the_graph_and_keeps_its_record(store, make_deposit):
    kept, gone = make_deposit("kept.txt", ["甲"]), make_deposit("gone.txt", ["乙"], body="乙区卫生局")
    commit(store, kept)
    alone = list(nquads.ordered(store.current().graph))
    commit(store, gone)
    withdraw(store, gone.sha16, "误传")

    assert list(nquads.ordered(store.current().graph)) == alone
    record = store.source(gone.sha16)
    assert (record.status, record.reason) == ("withdrawn", "误传")
    assert record.ended is not None
    assert store.original(gone.sha16).read_bytes() == gone.content


def test_withdrawing_what_is_not_live_says_so(store, make_deposit):
    deposit = make_deposit("a.txt", ["甲"])
    commit(store, deposit)
    with store.writing() as batch:
        batch.withdraw(deposit.sha16, "误传")
        with pytest.raises(SourceMissingError, match=r"a\.txt.*撤回.*withdrawn"):
            batch.withdraw(deposit.sha16, "再次")
        with pytest.raises(SourceMissingError, match="ffffffffffffffff"):
            batch.withdraw("ffffffffffffffff", "误传")


def test_ingesting_a_withdrawn_file_makes_it_live_again(store, make_deposit):
    first, corrected = make_deposit("a.txt", ["甲"]), make_deposit("b.txt", ["甲"], amount="7")
    commit(store, first)
    commit(store, corrected)
    whole = list(nquads.ordered(store.current().graph))
    withdraw(store, corrected.sha16, "误传")
    assert live(store) == []

    assert commit(store, corrected) == [Added(corrected.sha16)]
    record = store.source(corrected.sha16)
    assert (record.status, record.reason, record.ended) == ("live", None, None)
    assert record.replaces == (first.sha16,)
    assert list(nquads.ordered(store.current().graph)) == whole


def test_a_deposit_that_contradicts_itself_is_a_defect(store, make_deposit):
    deposit = make_deposit("a.txt", ["甲"])
    with store.writing() as batch, pytest.raises(DepositError, match="SHA-256"):
        batch.add(type(deposit)(**{**vars(deposit), "content": b"other"}))
    for triples in (b"_:b <https://e.org/p> <https://e.org/o> .", b"no triples"):
        broken = type(deposit)(**{**vars(deposit), "source_triples": triples})
        with store.writing() as batch:
            batch.add(broken)
            with pytest.raises(DepositError, match=deposit.sha256):
                batch.commit()
    assert store.current() is None
    assert not store.path.joinpath("sources", deposit.sha256).exists()


WORDS = b'{"pages": []}'
OF_REFUSED = b'{"pages": [1]}'


def test_what_was_recognised_is_kept_once_and_given_back(store, make_deposit):
    scan = replace(make_deposit("a.png", ["甲"]), recognition=WORDS)
    plain = make_deposit("b.txt", ["乙"])
    with committing(store) as batch:
        assert batch.pictured(scan.sha256).recognition is None
        batch.add(scan)
        batch.add(plain)
        batch.refuse(Refusal("0" * 64, "c.png", ("不是申报表",), ""), OF_REFUSED)
    assert store.recognition(scan.sha16) == WORDS
    assert store.recognition(plain.sha16) is None
    with pytest.raises(SourceMissingError):
        store.recognition("0" * 16)

    anew = replace(make_deposit("a.png", ["甲", "又"], content=scan.content), recognition=WORDS)
    with store.writing() as batch:
        assert batch.pictured("0" * 64).recognition == OF_REFUSED
        batch.reread(anew)
        batch.settle()
        batch.commit()
        batch.withdraw(scan.sha16, "误传")
        batch.commit()
        assert batch.pictured(scan.sha256).recognition == WORDS
    assert store.recognition(scan.sha16) == WORDS


def test_what_was_recognised_in_a_file_that_the_store_does_not_know_is_removed(store, make_deposit):
    scan = replace(make_deposit("a.png", ["甲"]), recognition=WORDS)
    with committing(store) as batch:
        batch.add(scan)
        batch.refuse(Refusal("0" * 64, "c.png", ("不是申报表",), ""), OF_REFUSED)
    (store.path / "recognitions" / f"{'1' * 64}.json").write_bytes(WORDS)
    assert (clear_store(store)[0], store.recognition(scan.sha16)) == ([f"recognitions/{'1' * 64}.json"], WORDS)
