"""The index finds what the graph says, whatever commits led to it and whichever process made it, or fails aloud."""

import json
import os
import random
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.resources import files as resources

import psutil
import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.bodies import fronted
from jixiao.ontology.identity import Iris
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.ontology.text import folding
from jixiao.store import Store, sums
from jixiao.store.index import building, naming
from jixiao.store.index.entries import KINDS as ROW_KINDS, Entries, IndexRow, Unit
from jixiao.store.index.full_text import KIND_BIT, Query, tokens_of
from jixiao.store.index.index import Index
from jixiao.store.maintenance.checking import check_files
from jixiao.store.versions import nquads
from tests.support.generated import tries
from tests.support.writing import BASE, commit, committing, stored

IRIS = Iris(BASE)
LINKS = ("role", "placed", "citation")
KINDS = (
    "rule",
    "year",
    "org",
    "basis",
    "series",
    "level1",
    "indicator-name",
    "unit",
    "operator",
    "category",
    "section",
)


def answers(index):
    """Return the answers of an index to many questions."""
    texts = (
        "教育局",
        "体育局",
        "场馆开放",
        "漏雨",
        "办完",
        "培训",
        "甲府发(2009)97号",
        "甲区教",
        "工作的意见",
        "校舍 2022",
        "卫生",
        "新名",
        "2",
    )
    searched = [(index.search(text, limit=50), index.suggest(text)) for text in texts]
    named = [index.names(kind, text) for kind in ("org", "basis", "project", "series") for text in texts]
    named += [index.names("evaluation", text) for text in texts]
    near = [index.near(kind, "甲府发〔2008〕97号") for kind in ("org", "basis", "project")]
    return searched, named, near, [index.choices(kind) for kind in KINDS], facts(index)


def facts(index):
    """Return the rows of the tables of facts, with words for their numbers, and the tallies."""
    found = {}
    with index.tables() as reader:
        for table in LINKS:
            found[table] = sorted(reader.all(f"SELECT u.name, x.* FROM {table} x JOIN unit u ON u.id = x.unit"))
            found[table] = [(name, iri) for name, _, iri in found[table]]
        found["tally"] = reader.all("SELECT kind, value, projects, evaluations FROM tally ORDER BY kind, value")
        found["entry"] = reader.all("SELECT e.id, u.name, e.name FROM entry e JOIN unit u ON u.id = unit ORDER BY e.id")
        found["unit"] = reader.all("SELECT name FROM unit ORDER BY name")
    assert found["role"]
    return found


@pytest.fixture(scope="module")
def deposits(make_deposit):
    """Files that share bodies under several names, a filing, and a document with and without its number."""
    return [
        make_deposit("a.txt", ["业务培训", "校舍维修"]),
        make_deposit("b.txt", ["体育器材"], printed_body="甲区 教育局"),
        make_deposit("c.txt", ["业务培训"], year=2023, number=None, title="关于进一步加强教育工作的意见"),
        make_deposit("d.txt", ["业务培训"], body="乙区卫生局", number="乙卫〔2020〕3号"),
        make_deposit("e.txt", [], evaluations=["业务培训"]),
        make_deposit("f.txt", [], evaluations=["业务培训", "场馆开放"], body="戊县体育局", year=2021),
        *(
            make_deposit(f"{n}.txt", [f"项目{n}", "业务培训"], body=f"丙{n}局", number=f"丙{n}发〔2019〕{n}号")
            for n in range(6)
        ),
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory, deposits):
    """A store that took in all files in one batch."""
    return stored(Store.create(tmp_path_factory.mktemp("index") / "store", BASE), *deposits)


def anew(store, folder):
    """The answers of an index that is made from nothing for a store's current generation."""
    generation = store.current()
    entries = Entries(generation.graph, BASE)
    with building.building(folder, entries) as listener:
        for line in nquads.ordered(generation.graph, default=True):
            listener([line])
    return answers(building.opened(folder, entries))


def disturbed(store, deposits, seed):
    """Add files one by one in any order, and withdraw some in between."""
    rng = random.Random(seed)
    with store.writing() as batch:
        for deposit in rng.sample(deposits, len(deposits)):
            batch.add(deposit)
            batch.commit()
            if rng.random() < 0.2:
                batch.withdraw(deposit.sha16, "误传")
                batch.commit()
                batch.add(deposit)
        batch.commit()


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.judge)])
def test_commits_one_by_one_give_the_answers_of_one(tmp_path, deposits, made, monkeypatch, seed):
    monkeypatch.setattr(building, "MUCH", 10)
    store = Store.create(tmp_path / "store", BASE)
    disturbed(store, deposits, seed)
    assert answers(store.current().index) == answers(made.current().index)
    assert not list(store.path.glob("generations/*/index/*.staging"))


def test_a_row_whose_number_is_taken_gets_the_next_one(tmp_path, deposits, monkeypatch):
    some = deposits[0], deposits[3]
    whole, store = (Store.create(tmp_path / name, BASE) for name in ("whole", "store"))
    commit(whole, *some)
    monkeypatch.setattr(building, "MUCH", 10)
    monkeypatch.setattr(building, "number_of", lambda row, unit: ROW_KINDS.index(row.kind) + 1 << KIND_BIT)
    for deposit in some:
        commit(store, deposit)
    for text in ("培训", "教育局"):
        assert store.current().index.search(text).counts == whole.current().index.search(text).counts


def test_a_change_of_no_unit_shares_the_file(tmp_path, made):
    index = made.current().index
    with building.building(tmp_path, index.entries, (index, ())) as listener:
        assert listener is None
    assert (tmp_path / "index" / building.FILE).stat().st_ino == index.path.stat().st_ino


def test_an_old_generation_keeps_its_index_while_a_reader_has_it(tmp_path, copied, make_deposit):
    held = Store.open(copied.path).current()
    answered = answers(held.index)
    for number in range(2, 5):
        commit(copied, make_deposit(f"{number}.txt", [f"新项目{number}"]))
        kept = sorted(path.parent.parent.name for path in copied.path.glob("generations/*/index/index.sqlite"))
        assert kept == [f"{each:06}" for each in {1, number - 1, number} if number < 4 or each > 1]
    assert answers(held.index) == answered
    assert (copied.path / "generations" / "000002" / "graph").is_dir()
    assert not list(check_files(copied))


def test_decisions_move_names(tmp_path, copied, monkeypatch):
    monkeypatch.setattr(building, "MUCH", 10)
    kept, merged = (NamedNode(IRIS.org(name)) for name in ("乙区卫生局", "丙1局"))
    project = NamedNode(IRIS.project("甲区教育局", 2022, "校舍维修"))
    why = {
        terms.DCTERMS_description: Literal("核实"),
        terms.DCTERMS_date: Literal("2024-03-01", datatype=NamedNode(terms.XSD_date)),
    }
    same = {terms.keeps: kept, terms.merges: merged, **why}
    filled_in = {terms.concerns: project, terms.correctedProperty: NamedNode(terms.printedCategory), **why}
    with committing(copied) as batch:
        first = batch.decide(terms.Identification, same, "")
        batch.decide(terms.Correction, {**filled_in, terms.correctedValue: Literal("其他类")}, "")
    index = copied.current().index
    (found,) = index.names("org", "丙1局")
    assert (found.iri, found.label, found.matched, found.how) == (kept.value, "乙区卫生局", "丙1局", "same")
    assert found.projects == 3
    assert [(each.value, each.projects) for each in index.choices("category")] == [("其他类", 1)]
    (tmp_path / "anew").mkdir()
    assert answers(index) == anew(copied, tmp_path / "anew")
    with committing(copied) as batch:
        batch.undo(int(first.iri.rpartition("/")[2]))
    assert [name.label for name in copied.current().index.names("org", "丙1局")] == ["丙1局"]
    (tmp_path / "undone").mkdir()
    assert answers(copied.current().index) == anew(copied, tmp_path / "undone")


def test_an_index_of_0_2_0_answers_until_the_next_commit(tmp_path, copied, make_deposit):
    folder = copied.current().path / "index"
    (folder / "index.json").write_text('{"format": 12}')
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("CREATE TABLE goal (unit INTEGER, text TEXT)")
    sums.record(copied.current().path, None)
    store = Store.open(copied.path)
    assert store.current().index.search("业务培训").total
    assert not list(check_files(store))
    after = commit(store, make_deposit("z.txt", ["新项目"]))
    with after.index.tables() as reader:
        assert not reader.all("SELECT name FROM sqlite_master WHERE name = 'goal'")
    assert after.index.search("新项目").total


def test_an_index_of_another_format_is_none(tmp_path, copied):
    listed = copied.current().path / "index" / "index.json"
    said = json.loads(listed.read_bytes())
    listed.write_text(json.dumps(said | {"format": said["format"] + 1}))
    sums.record(copied.current().path, None)
    assert Store.open(copied.path).current().index is None


def test_a_number_that_nobody_has_is_compared_with_numbers_alone(tmp_path, make_deposit):
    store = Store.create(tmp_path / "store", BASE)
    found = (
        commit(store, make_deposit("a.txt", ["业务培训"], body="甲府发〔2011〕97号"))
        .index.search("甲府发〔2010〕97号")
        .near
    )
    assert [(name.kind, name.label) for name in found] == [("basis", "甲府发〔2009〕97号")]


@pytest.mark.parametrize("typed", ["jiaoyuju", "Jiaoyu Ju", "jiaquJIAOYU"])
def test_letters_of_pinyin_suggest_the_names_that_they_spell(made, typed):
    assert [name.label for name in made.current().index.search(typed).near] == ["甲区教育局"]


@pytest.mark.parametrize(("typed", "how"), [("甲區教育局", "same"), ("教育", "contains"), ("甲教局", "abbreviates")])
def test_names_match_in_three_ways(made, typed, how):
    found = made.current().index.names("org", typed)
    assert [(name.label, name.how) for name in found] == [("甲区教育局", how)]


def test_bodies_are_found_in_a_question(made):
    found = made.current().index.mentioned("org", "甲区教育局和乙区卫生局谁的项目多？")
    assert [(name.label, name.projects) for name in found] == [("乙区卫生局", 1), ("甲区教育局", 4)]


def test_orders_of_one_number_are_chosen_by_their_titles(tmp_path, make_deposit):
    titles = ["甲区信息公开规定", "甲区重大决策规定"]
    store = Store.create(tmp_path / "store", BASE)
    generation = commit(
        store,
        *(
            make_deposit(f"{title}.txt", [f"{title}的项目"], number="甲区人民政府令第35号", title=title)
            for title in titles
        ),
    )
    assert sorted(each.value for each in generation.index.choices("basis")) == titles
    assert all(len(generation.index.names("basis", title)) == 1 for title in titles)


TITLE = "陕西省财政厅关于下达2021年中央财政专项扶贫资金发展资金预算的通知"
BUREAU, OFFICE = "某市人力资源和社会保障局", "中国人民政治协商会议某市某区委员会办公室"
STREET, TOWN, CITY = "某市某区人民政府某某街道办事处", "某市同心县某某镇人民政府", "江西省景德镇市人民政府办公室"
CPPCC, COMMERCE = "中国人民政治协商会议某市松江区委员会办公室", "上海市普陀区商务委员会"


@pytest.mark.parametrize(
    ("names", "typed", "found"),
    [
        ((TITLE, BUREAU), "西政发", []),  # letters far apart
        ((TITLE, BUREAU), "人社局", [BUREAU]),
        ((OFFICE,), "政协办", [OFFICE]),
        # A town is not meant by a higher government.
        ((STREET, TOWN), "区府办", []),
        ((STREET, TOWN), "同心县政府", []),
        ((TOWN,), "同心镇政府", [TOWN]),
        ((STREET, CITY), "市政府办", [CITY]),
        # A body is spelt by all words of a text in pinyin.
        ((CPPCC, COMMERCE), "songjiang zhengxie", [CPPCC]),
        ((CPPCC, COMMERCE), "Putuo  Shangwu", [COMMERCE]),
        *(((CPPCC, COMMERCE), typed, []) for typed in ("putuo", "shanghai putuo", "putuo library")),
    ],
)
def test_a_name_is_meant_by_its_abbreviation_and_its_pinyin(names, typed, found):
    spelled = [naming.Spelling(name, "", name, 1) for name in names]
    matched = [("abbreviates", each) for each in naming.spelt(spelled, typed)] or naming.matching(spelled, typed, 9)
    assert matched == [("abbreviates", naming.Spelling(name, "", name, 1)) for name in found]


def test_an_organ_is_fronted_by_its_name():
    assert fronted("区政协办") == ["政协区办", "中国人民政治协商会议区办"]
    assert fronted("政协会议") == []


def test_an_abbreviation_is_marked_and_whole_names_come_first(made):
    index = made.current().index
    (group,) = index.search("甲教局").groups
    assert (group.hits[0].label, group.hits[0].how) == ("甲区教育局", "abbreviates")
    assert [piece for piece, marked in group.hits[0].snippet.pieces if marked] == ["甲", "教", "局"]
    assert [group.kind for group in index.search("教育").groups] == ["org", "basis"]
    assert index.search("业务培训").groups[0].hits[0].how == "same"


def test_choices_count_each_project_once(made):
    index = made.current().index
    assert [(each.value, each.projects) for each in index.choices("org", "区")] == [
        ("甲区教育局", 4),
        ("乙区卫生局", 1),
    ]
    assert {each.label: each.projects for each in index.choices("basis")}["甲府发〔2009〕97号"] == 3
    assert index.choices("indicator-name", of="project") == []


def test_evaluations_are_tallied_apart_from_projects(made):
    index = made.current().index

    def counts(kind, **of):
        return {str(each.label): (each.projects, each.evaluations) for each in index.choices(kind, **of)}

    assert counts("year") == {"2021": (0, 2), "2022": (0, 1)}
    assert counts("org")["戊县体育局"] == (0, 2)
    assert counts("org")["甲区教育局"] == (4, 1)
    assert "戊县体育局" not in counts("org", of="project")
    assert list(counts("org", of="evaluation")) == ["戊县体育局", "甲区教育局"]
    assert {each.iri[-6:] for each in index.choices("place")} == {"310117", "310000"}
    assert index.choices("place", of="project") == []
    assert index.search("办班期数", region="310117").counts == {"result": 3}
    assert index.search("体育局", region="310117").counts == {"org": 1}


def test_choices_of_series_are_found_by_their_names(tmp_path):
    path, series = tmp_path / "index.sqlite", f"{BASE}id/series/a"
    row = IndexRow("series", "", 0, ("业务培训",))
    with closing(building.Writer(path)) as writer:
        writer.add(Unit("series/a", (row,), {("series", series): 2}))
        writer.finish()
    index = Index(path, Entries(Graph(), BASE), os.open(path, os.O_RDONLY))
    assert [(each.value, each.projects) for each in index.choices("series", "培训")] == [(series, 2)]
    assert index.choices("series", "维修") == []


def test_threads_get_the_same_answers(made):
    index = Store.open(made.path).current().index
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: answers(index), range(8)))
    assert all(each == found[0] for each in found)


texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('绩效 目标發（〔）〕，\n\0"*:^-A1％'), max_size=40
)


@given(text=texts)
@tries(60)
def test_any_query_has_an_answer(made, text):
    index = made.current().index
    found = index.search(text)
    assert (found.total, found.searched) == (sum(found.counts.values()), bool(Query.of(text).terms))
    for kind in ("org", "basis", "unit", "nonsense"):
        index.names(kind, text)
        index.near(kind, text)
        index.choices(kind, text)
    index.suggest(text)


@given(row=st.lists(texts, min_size=1, max_size=3), data=st.data())
@tries(60)
def test_every_two_characters_of_a_text_find_it_and_others_do_not(row, data):
    text = data.draw(st.sampled_from(row))
    place = data.draw(st.integers(0, max(0, len(text) - 2)))
    typed, other = text[place : place + 2], data.draw(texts)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(resources("jixiao.store.index").joinpath("tables.sql").read_text(encoding="utf-8"))
        connection.execute("INSERT INTO line(rowid, own) VALUES (1, ?)", (tokens_of(row),))

        def found(query):
            return bool(connection.execute("SELECT 1 FROM line WHERE line MATCH ?", (query.match(),)).fetchall())

        query = Query.of(typed)
        assert not query.terms or found(query)
        query = Query.of(other)
        runs = [" ".join(["", *folding.runs(each), ""]) for each in row]
        expected = all(any(" ".join(term) in each for each in runs) for term in query.terms)
        assert not query.terms or len(query.terms) > 1 or found(query) == expected


@pytest.fixture(scope="module")
def plain(tmp_path_factory, make_deposit):
    return stored(
        Store.create(tmp_path_factory.mktemp("apart") / "store", BASE),
        make_deposit("a.txt", ["业务培训", "校舍维修"]),
        make_deposit("b.txt", [f"项目{n}" for n in range(40)], body="乙区卫生局", number="乙卫〔2020〕3号"),
    )


def made_apart(generation, folder, disturb=None):
    entries = Entries(generation.graph, BASE)
    folder.mkdir()
    with building.building(folder, entries, large=True) as listener:
        for block in nquads.blocks(nquads.ordered(generation.graph, default=True)):
            listener(block)
            if disturb:
                disturb()
                listener(block)


def content(generation_path):
    with closing(sqlite3.connect(generation_path / "index" / building.FILE)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("line")  # the full text: its rows are in the tables that stand behind it
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}


def test_its_index_is_that_of_the_caller(plain, tmp_path):
    generation = plain.current()
    made_apart(generation, tmp_path / "apart")
    assert building.made(tmp_path / "apart")
    assert content(tmp_path / "apart") == content(generation.path)
    assert sorted(path.name for path in (tmp_path / "apart" / "index").iterdir()) == ["index.json", "index.sqlite"]


def test_a_large_commit_uses_it(plain, tmp_path, make_deposit, monkeypatch):
    monkeypatch.setattr(building, "LARGE", 0)
    used = []
    in_child = building._in_child
    monkeypatch.setattr(building, "_in_child", lambda *given: used.append(given) or in_child(*given))
    generation = commit(Store.create(tmp_path / "store", BASE), make_deposit("a.txt", ["业务培训", "校舍维修"]))
    assert len(used) == 1
    assert generation.index.names("org", "甲区教育局")


def test_a_killed_process_is_an_error_and_leaves_no_index(plain, tmp_path):
    def kill():
        (child,) = [each for each in psutil.Process().children() if building._PROGRAM in " ".join(each.cmdline())]
        child.kill()
        child.wait()

    with pytest.raises(ChildProcessError, match="the index was not made"):
        made_apart(plain.current(), tmp_path / "killed", kill)
    assert not building.made(tmp_path / "killed")


def test_what_the_process_complains_of_is_told(plain, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "_LAST", b"\xff\n")  # which the process takes for a line
    with pytest.raises(ChildProcessError, match="the index was not made: IndexError"):
        made_apart(plain.current(), tmp_path / "faulty")
    assert not building.made(tmp_path / "faulty")


def test_lines_that_end_early_make_no_index(plain, tmp_path):
    """Its caller was killed."""
    graph = str(plain.current().path / "graph")
    path = tmp_path / "index.sqlite"
    with closing(Child(building._PROGRAM, str(path), graph, BASE, limits=Limits())) as child:
        child.send(b"".join(nquads.ordered(plain.current().graph, default=True)))
        child.socket.shutdown(socket.SHUT_WR)
        with pytest.raises(EndedError) as ended:
            child.receive()
    assert (ended.value.status, ended.value.failure) == (1, "")
    assert not path.with_suffix(".staging").exists()
