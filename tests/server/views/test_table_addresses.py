"""Addresses of tables: conditions of all kinds, groups and measures in every form, and what is refused."""

import csv
import io
import re
from pathlib import Path

import httpx
import openpyxl
import pytest
from hypothesis import given, strategies as st

from jixiao.server.settings import Settings
from jixiao.server.views import table_address, view_files
from jixiao.store.index import readers
from jixiao.store.tables.table import tables
from tests.server.conftest import MINHANG, NUMBER, running
from tests.support.pages import page, replied, words

TABLES = sorted(tables())


def told(client, address, **given):
    return replied(200, client.get(f"/tables/{address}", params={**given, "format": "json"})).json()


def names(client, **given):
    return sorted(row["name"] for row in told(client, "projects", **given, columns="name")["rows"])


def test_conditions_with_a_number_are_met_by_a_further_row(client, every):
    kinds = ({"texts.kind.is": "name"}, {"texts.kind.is.2": "goal"})
    both = names(client, **kinds[0], **kinds[1])
    assert both == [name for name in names(client, **kinds[0]) if name in names(client, **kinds[1])] != []
    assert names(client, **kinds[0], **{"texts.text.contains.2": "培训"}) != []
    assert "texts.kind.is.x" in refused(client, "projects", **{"texts.kind.is.x": "name"})
    assert names(client, **{"name.contains": "业务", "name.contains.2": "培训"}) == ["业务培训"]


@pytest.mark.parametrize("named", ["jxf:fiscal", "Fiscal funds", "https://w3id.org/jixiao/vocab/fund/fiscal"])
def test_a_concept_is_named_by_code_iri_and_either_language(client, named):
    rows = told(client, "funds", **{"fund.is": "财政资金"})["rows"]
    assert told(client, "funds", **{"fund.is": named})["rows"] == rows != []


@pytest.mark.parametrize("named", ["output", "output indicator", "jxi:output-quality"])
def test_types_as_printed_or_as_concepts_are_named_like_other_concepts(client, named):
    """Test the words that are printed, and names, codes and IRIs of concepts."""
    having = names(client, **{"types.type.is": named})
    assert having == names(client, **{"indicators.indicatorType.is": named}) == ["业务培训"]
    assert {*having} < {*names(client, **{"types.type.is": "质量指标"})}
    assert having[0] not in names(client, **{"types.type.lacks": named})


def test_groups_are_made_by_every_iri(client):
    for column in ("project", "source", "projects.filing"):
        rows = told(client, "indicators", group=column, measure="rows")["rows"]
        assert rows[0][column.replace(".", "_")].startswith("http")
    assert told(client, "projects", group="citations.document", measure="rows")["rows"][0]["citations_title"]


@pytest.mark.parametrize("name", ["evaluations", "results"])
def test_groups_are_made_by_the_number_of_evaluations_that_disagree(name, of_evaluated):
    [group] = told(of_evaluated, name, group="disputed", measure="rows")["rows"]
    assert (group["disputed"], group["rows"]) == (0, len(told(of_evaluated, name)["rows"]))


@pytest.mark.parametrize("named", ["产出指标", "output indicator", "output"])
def test_a_type_of_indicators_named_in_words_has_the_narrower_ones(client, named):
    def of(operator, value):
        return [row["name"] for row in told(client, "indicators", **{f"indicatorType.{operator}": value})["rows"]]

    narrower = ["jxi:output-quantity", "jxi:output-quality", "jxi:output-timeliness", "jxi:output-cost"]
    assert of("is", named) == of("is", ["jxi:output", *narrower]) != []
    assert of("isNot", named) == of("isNot", ["jxi:output", *narrower]) != []
    assert of("is", "jxi:output") == []


@pytest.mark.parametrize(
    "named", ["县级", "county", "区", "jxl:county", "https://w3id.org/jixiao/vocab/place-level/county"]
)
def test_a_level_is_named_as_other_concepts_are(client, named):
    assert {row["name"] for row in told(client, "places", **{"level.is": named})["rows"]} == {"松江区", "闵行区"}
    assert len(told(client, "bodies", **{"level.isNot": named})["rows"]) < len(told(client, "bodies")["rows"])


def refused(client, address, **given):
    answer = replied(400, client.get(f"/tables/{address}", params={**given, "format": "json"}))
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


@pytest.mark.parametrize(
    ("address", "condition", "there"),
    [
        ("types", "type.is", ["满意度指标"]),
        ("documents", "kind.is", ["党的文件", "law"]),
        ("documents", "kind.isNot", ["党的文件", "law"]),
        ("citations", "sectionKind.is", ["立项依据", "basis"]),
        ("citations", "section.is", ["it knows 立项依据, for example"]),
        ("projects", "citations.kind.lacks", ["党的文件", "law"]),
        ("projects", "amountKind.is", ["通知下达", "申请"]),
        ("projects", "category.is", ["经常性项目", "recurrent project"]),
        ("funds", "fund.is", ["财政资金", "fiscal"]),
        ("funds", "period.is", ["本预算年度", "year"]),
        ("places", "level.is", ["县级", "county"]),
        ("indicators", "indicatorType.is", ["满意度指标"]),
        ("indicators", "unit.is", ["%"]),
        ("findings", "status.is", ["open"]),
    ],
)
def test_a_value_that_nothing_has_is_refused_with_those_that_there_are(client, address, condition, there):
    for value in ("foo", "县级指标"):
        said = refused(client, address, **{condition: value})
        assert [each for each in (value, *there) if each not in said] == []


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", TABLES)
def test_the_rows_of_every_table_are_a_page(name, client):
    assert page(client, f"/tables/{name}").xpath("//main")


@pytest.mark.parametrize("name", [name for name in TABLES if "project" in tables()[name].by_name])
def test_tables_with_several_rows_of_a_project_count_rows(name, client):
    answer, of_projects = told(client, name), name == "projects"
    assert {"projects", "withAmount"} & answer["whole"].keys() == ({"projects", "withAmount"} if of_projects else set())
    assert "Projects of which no amount" not in answer.get("caveat", {"en": ""})["en"] or of_projects


@pytest.mark.parametrize("name", ["bases", "roles"])
def test_money_that_rows_of_a_project_repeat_has_no_sum(name, client):
    assert "amount" in told(client, name)["rows"][0]
    assert "amount" not in told(client, name)["whole"]["sums"]
    for measure in ("sum_amount", "mean_amount"):
        assert measure in refused(client, name, group="year", measure=measure)


@pytest.fixture(scope="module")
def every(client):
    """The names of all projects."""
    return names(client)


@pytest.mark.parametrize(
    ("given", "other"),
    [
        ({"body.is": "闵行"}, {"body.is": MINHANG}),
        ({"locations.place.is": "闵行区"}, {"body.is": MINHANG}),
        ({"amount.least": "100万元"}, {"body.is": MINHANG}),
        ({"amount.below": "1 million"}, {"body.isNot": MINHANG}),
        ({"year.is": "2022-2023"}, {}),
        ({"year.is": ["2022", "2023"]}, {}),
        ({"amountSource.is": "年度资金申请总额"}, {"amountSource.is": "annualRequest"}),
        ({"citations.document.is": "松委发(2009)97号"}, {"citations.number.is": NUMBER}),
        ({"endDate.most": "2022"}, {"endDate.most": "2022-12-31"}),
        ({"endDate.above": "2021", "endDate.most": "2022-12"}, {"endDate.starts": "2022"}),
        ({"roles.role.is": "负责"}, {"roles.role.is": "department"}),
        ({"amountKind.is": ["handedDown", "通知下达"]}, {"name.is": "没有这个名称"}),
    ],
)
def test_values_are_read_as_their_columns_demand(client, given, other):
    assert names(client, **given) == names(client, **other)


def test_groups_have_measures_and_conditions_on_these(client):
    asked = {"group": "body", "measure": "rows,sum_amount,distinct_year", "sort": "sum_amount"}
    answer = told(client, "projects", **asked)
    columns = ["body", "bodyName", "rows", "sum_amount_requested", "with_amount_requested", "distinct_year"]
    assert [each["name"] for each in answer["columns"]] == columns
    assert [(row["rows"], row["with_amount_requested"], row["sum_amount_requested"]) for row in answer["rows"]] == [
        (1, 1, 1_000_000),
        (2, 2, None),
    ]
    amounts = [row["amount"] for row in told(client, "projects")["rows"]]
    assert answer["whole"]["sums"] == {"rows": 3, "with_amount_requested": 3}
    assert [row["rows"] for row in told(client, "projects", **asked, **{"rows.least": "2"})["rows"]] == [2]
    assert [row["rows"] for row in told(client, "projects", **asked, **{"sum_amount.above": "90万"})["rows"]] == [1]
    of_phase = {"sum_amount_requested.above": "90万"}
    assert [row["rows"] for row in told(client, "projects", **asked, **of_phase)["rows"]] == [1]
    assert told(client, "projects", **{"amountSource.is": "totalAmount"}, measure="sum_amount")["rows"] == [
        {"sum_amount_requested": min(amounts), "with_amount_requested": 1}
    ]


def test_figures_are_made_of_two_sides_or_of_all_groups(client):
    answer = told(client, "projects", group="body", measure="rows", figure="share,running", sort="-rows")
    rows = [[row[name] for name in ("rows", "rows_all", "share_rows", "running_rows")] for row in answer["rows"]]
    assert rows == [[2, 3, 66.7, 2], [1, 3, 33.3, 3]]
    sides = {"one.year.is": "2022", "other.body.present": "1"}
    [whole] = told(client, "projects", measure="rows", figure="difference,ratio", **sides)["rows"]
    assert (whole["difference_rows"], whole["rows_other"]) == (whole["rows_one"] - whole["rows_other"], 3)
    assert "share" in refused(client, "projects", measure="rows", figure="share", **sides)
    added = told(client, "projects", group="body", measure="rows", figure="running", **sides)["rows"]
    assert [(row["rows_one"], row["running_rows"]) for row in added] == [(2, 2), (0, 2)]
    assert "does not know rank" in refused(client, "projects", measure="rows", figure="rank")


@pytest.mark.parametrize("measures", [1, 6, 12])
def test_the_query_grows_in_step_with_the_figures_that_are_asked_for(measures):
    table = tables()["projects"]
    named = [*table_address.measures(table)][:measures]
    given = {"group": "year,body", "measure": ",".join(named), "figure": "running,rank,rankUp"}
    sparql = table_address.read(table, given, "https://example.org/").bind({})
    assert len(sparql) < 6_000 + 3_000 * measures
    assert sparql.count("GROUP BY") == 5  # the groups, and those beside them, for ranks within years and for all


def test_a_query_longer_than_queries_may_be_is_left_out(client, store):
    asked = {"group": "year", "measure": "rows", "figure": "rank"}
    whole = told(client, "projects", **asked)
    with running(store, max_query_bytes=len(whole["sparql"].encode()) - 9) as narrow:
        answer = told(narrow, "projects", **asked)
        assert "比查询的上限长" in page(narrow, "/tables/projects", "zh", **asked).text_content()
    assert (answer["rows"], answer["sparql"]) == (whole["rows"], None)
    assert "longer than queries may be" in answer["unqueried"]["en"]
    assert "unqueried" not in whole


def test_no_query_of_a_view_comes_near_the_limit():
    limit = Settings.model_fields["max_query_bytes"].default
    assert all(len(view.sparql.encode()) < limit / 5 for view in view_files.load().values())


def test_the_first_rows_within_each_group_are_those_of_its_first_ranks(client):
    asked = {"group": "body,project", "measure": "sum_amount", "figure": "rank"}
    rows = told(client, "projects", **asked)["rows"]
    ranks = [(row["rank_sum_amount_requested"], bool(row["name"])) for row in rows]
    assert ranks == [(1, True), (1, True), (2, True)]
    first = told(client, "projects", **asked, **{"rank_sum_amount.most": "1"})
    firsts = [row["project"] for row in rows if row["rank_sum_amount_requested"] == 1]
    assert [row["project"] for row in first["rows"]] == firsts
    assert first["head"]["en"].startswith("2 projects")
    last = told(client, "projects", **{**asked, "figure": "rankUp"}, **{"rankUp_sum_amount.is": "1"})["rows"]
    amounts = [(row["body"], row["sum_amount_requested"]) for row in rows]
    assert [(row["body"], row["sum_amount_requested"]) for row in last] == [min(amounts), min(amounts[1:])]
    shown = page(client, "/tables/projects", "en", **asked, **{"rank_sum_amount.most": "1"})
    assert "First within each Department 1" in " ".join(words(shown.xpath("//main")))


def test_groups_by_other_tables_need_no_sums(client):
    answer = told(client, "absences", group="categories.category", measure="distinct_project")
    assert answer["whole"] == {"rows": len(answer["rows"]), "sums": {}}
    answer = told(client, "absences", group="projects.readingStatus")
    assert answer["whole"]["sums"] == {"rows": told(client, "absences", measure="rows")["rows"][0]["rows"]}
    assert "partial" not in answer["whole"]
    # A project is no group of its own by what shares it.
    assert "does not know findings.project" in refused(client, "projects", group="findings.project")


@pytest.mark.parametrize("asked", [{"year.is": "2022"}, {"group": "year", "measure": "rows,sum_amount"}])
def test_every_form_has_the_same_rows(client, asked):
    rows = told(client, "projects", **asked)["rows"]
    text = client.get("/tables/projects", params={**asked, "format": "csv"}).raise_for_status().text
    assert [*csv.DictReader(io.StringIO(text))] == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(
            client.get("/tables/projects", params={**asked, "format": "xlsx", "lang": "en"}).raise_for_status().content
        )
    )
    assert book.worksheets[0].max_row == len(rows) + 1
    shown = page(client, "/tables/projects", "en", **asked)
    assert len(shown.xpath("//table[@class='rows']/tbody/tr")) == len(rows)


@pytest.mark.parametrize(("lang", "expected"), [("zh", "质量指标"), ("en", "quality indicator")])
def test_things_without_a_column_of_names_are_called_by_their_terms(client, lang, expected):
    shown = page(client, "/tables/indicators", lang, group="indicatorType")
    assert [each for each in words(shown.xpath("//table[@class='rows']/tbody/tr/td[1]")) if each.startswith(expected)]


WRONG = [
    ({"colour.is": "red"}, "amount, amountSource"),
    ({"citations.colour.is": "red"}, "citations.numberYear"),
    ({"year.contains": "20"}, "here are is, isNot, other"),
    ({"name.least": "a"}, "here are contains, containsNot"),
    ({"measure": "median_amount"}, "there are rows, distinct_project"),
    ({"group": "name"}, "does not know name; there are project, body, departmentRole, place, series, filing, year"),
    ({"columns": "colour"}, "does not know colour"),
    ({"year.is": "x"}, "Parameter year.is (Year is) takes a four-digit year, such as 2022; it was"),
    ({"amount.least": "much"}, "amount.least"),
    ({"sort": "colour"}, "sorted by"),
    ({"body.isNot": "没有这个机构"}, "no body"),  # one to be left out must be known
    ({f"{name}.present": "1" for name in [*table_address.places(tables()["projects"])][:21]}, "20"),
    ({"name.contains": [f"{n}" for n in range(101)]}, "100"),
    ({"year.is": ",".join(["2022", *map(str, range(1900, 2000))])}, "100"),
    ({"group": "body,year,category"}, "2"),
    ({"measure": [*table_address.measures(tables()["projects"])][:13]}, "measure takes a list of 12"),
    ({"figure": "share,running,rank,rankUp", "group": "year"}, "figure takes a list of 3"),
]


@pytest.mark.parametrize(("given", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_or_too_much_is_named_with_what_there_is(client, given, said):
    assert said in refused(client, "projects", **given)


def test_what_is_unknown_is_told(client):
    assert "no table goals; there are absences" in client.get("/tables/goals?format=json").text
    assert told(client, "projects", **{"body.is": "没有这个机构"})["message"]["zh"].startswith("库中没有")
    told(client, "projects", **{"name.contains": [f"{n}" for n in range(100)]})


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "text", ["'", '""', "') OR 1=1 --", '" } DROP ALL #', "\\", "%", "\x00", "?x", ":v0", "{cell}", "*"]
)
def test_values_are_only_values(client, every, text):
    for operator in ("is", "contains", "starts", "codeOrWords"):
        assert names(client, **{f"name.{operator}": text}) == []
    assert names(client, **{"name.containsNot": text}) == every
    for name in (f"name.is{text}", f"{text}.is", f"citations.{text}.is"):
        assert client.get("/tables/projects", params={name: "x", "format": "json"}).status_code == 400
    for name in ("group", "measure", "columns", "sort"):
        assert client.get("/tables/projects", params={name: text, "format": "json"}).status_code == 400


ADDRESSES = st.tuples(
    st.sampled_from(TABLES),
    st.dictionaries(
        st.tuples(st.integers(0, 120), st.integers(0, 12)),
        st.lists(
            st.sampled_from(
                [
                    "2022",
                    "1",
                    "松江区",
                    NUMBER,
                    "闵行",
                    "100万",
                    "ge",
                    "2023-11",
                    "annualRequest",
                    "",
                    "-1.5",
                    "jx:amount",
                ]
            )
            | st.text(max_size=5),
            max_size=3,
        ),
        max_size=3,
    ),
    st.lists(st.integers(0, 40), max_size=2),
    st.lists(st.integers(0, 150), max_size=3),
    st.lists(st.sampled_from(["share", "running", "rank", "rankUp", "difference", "ratio"]), max_size=3),
    st.sampled_from(["", "one.", "other."]),
    st.sampled_from(["json", "csv", "html"]),
)


@given(ADDRESSES)
def test_every_address_has_an_answer_or_is_refused(client, drawn):
    name, conditions, groups, measures, figures, side, form = drawn
    every = [*table_address.places(tables()[name]).items()]
    grouped = [each for each, place in every if place.group]
    functions = [*table_address.measures(tables()[name])]
    params = {"format": form, "lang": "zh"}
    for (n, m), values in conditions.items():
        column, place = every[n % len(every)]
        params[f"{side}{column}.{[*place.operators][m % len(place.operators)]}"] = values
    params["group"] = ",".join(grouped[n % len(grouped)] for n in groups) if grouped else ""
    params["measure"] = [functions[n % len(functions)] for n in measures]
    params["figure"] = figures
    answer = client.get(f"/tables/{name}", params=params)
    assert answer.status_code in (200, 400), (params, answer.text)


@pytest.mark.parametrize("one_in", [3, pytest.param(1, marks=pytest.mark.judge)])
def test_every_operator_of_every_column_answers(client, one_in):
    """Ask for one column of every third kind, or for each."""
    seen = set()
    for table in tables().values():
        for column, place in table_address.places(table).items():
            for operator in () if "." in column else place.operators.values():
                parameter = place.parameter("", operator)
                kind = place.column.type, parameter.kind, operator.name
                condition = f"{column}.{operator.name}"
                asked = {condition: parameter.example, "measure": "rows", "format": "json"}
                known = not operator.inverted or parameter.kind not in ("department", "basis", "region")
                first = kind not in seen
                seen |= {kind} if known else set()
                if known and (one_in == 1 or (first and len(seen) % one_in == 0)):
                    answer = client.get(f"/tables/{table.name}", params=asked)
                    if parameter.held_by and answer.status_code == 400:  # the refusal names values of this store
                        asked[condition] = re.findall(r"it knows (.+?)(?:, |$)", answer.json()["detail"])[0]
                        answer = client.get(f"/tables/{table.name}", params=asked)
                    assert answer.status_code == 200, (asked, answer.text)


def test_statements_end_in_time(own, serve, monkeypatch):
    monkeypatch.setattr(readers, "_STEPS", 1)
    with serve(own, view_timeout=1e-6) as hurried:
        answer = hurried.get("/tables/projects?format=json")
    assert answer.status_code == 503
    assert "add a condition" in answer.json()["detail"]


def test_a_full_disk_for_temporary_files_is_told(own, serve, monkeypatch, caplog):
    begin = readers.Reader.begin

    def limited(self, seconds):
        begin(self, seconds)
        self.all("PRAGMA temp.max_page_count = 1")

    monkeypatch.setattr(readers.Reader, "begin", limited)
    with serve(own) as full:
        answer = full.get("/tables/projects?texts.text.contains=培训&format=json")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "临时文件的磁盘满了" in answer.json()["detail_zh"]
    assert "disk for temporary files is full" in answer.json()["detail_en"]
    assert "SQLITE_TMPDIR" in caplog.text
    assert "damaged" not in caplog.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_adds_a_condition(client, lang):
    shown = page(client, "/tables/projects", lang, **{"year.is": "2022", "add": "citations.number"})
    [form] = shown.xpath("//*[@id='add']//form")
    assert ("year.is", "2022") in form.form_values()
    assert [each.get("value") for each in form.xpath(".//select[@name='operator']/option")] == [
        *table_address.places(tables()["projects"])["citations.number"].operators
    ]
    sent = {**dict(form.form_values()), "operator": "is", "value": NUMBER, "lang": lang}
    answered = replied(303, client.get("/tables/projects", params=sent, headers={"Accept": "text/html"}))
    asked = httpx.URL(answered.headers["location"]).params
    told = page(client, "/tables/projects", lang, **{name: value for name, value in asked.items() if name != "lang"})
    assert words(told.xpath("//li[@class='chip']//summary")) == [
        {"zh": f"引用：发文字号 是 {NUMBER}", "en": f"Citations: Document number is {NUMBER}"}[lang],
        {"zh": "年度 是 2022", "en": "Year is 2022"}[lang],
    ]


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ({"group": "amount", "ranges": "0,100万", "figure": "share,running"}, ["share", "running", "rank", "rankUp"]),
        ({"one.year.is": "2022", "measure": "rows", "figure": "ratio"}, ["difference", "ratio", "running"]),
    ],
)
def test_the_form_offers_figures_and_ranges(client, asked, offered):
    [form] = page(client, "/tables/projects", "en", **asked).xpath("//*[@id='group']//form")
    assert form.xpath("(.//select[@name='figure'])[1]/option[@value != '']/@value") == offered
    typed = {name: [each for key, each in form.form_values() if key == name and each] for name in asked}
    assert {name: ",".join(values) for name, values in typed.items()} == asked


def test_the_list_names_columns_operators_and_measures(client):
    listed = {each["name"]: each for each in client.get("/tables?format=json").json()["tables"]}
    assert sorted(listed) == TABLES
    columns = {each["name"]: each for each in listed["projects"]["columns"]}
    assert columns["year"]["operators"] == [
        "is",
        "isNot",
        "other",
        "least",
        "above",
        "most",
        "below",
        "present",
        "absent",
    ]
    assert columns["citations.document"]["names"] == "basis"
    assert {each["name"] for each in listed["projects"]["measures"]} >= {"rows", "sum_amount", "mean_amount"}
    for lang in ("zh", "en"):
        assert page(client, "/tables", lang).xpath("//a[contains(@href, '/tables/projects')]")


def test_an_answer_of_groups_names_the_address_that_gives_its_rows(client):
    asked = client.get("/ask", params={"q": "松江区每个单位多少指标", "format": "json"}).json()
    again = client.get(asked["view"], headers={"Accept": "application/json"}).json()
    assert (again["rows"], asked["params"]["group"]) == (asked["rows"], "body")


def test_every_column_of_an_answer_is_documented(client):
    listed = {
        each["name"]: each for each in client.get("/tables", headers={"Accept": "application/json"}).json()["tables"]
    }
    columns = {each["name"].rpartition(".")[2] for table in listed.values() for each in table["columns"]}
    assert all(each["label"]["zh"] and each["label"]["en"] for table in listed.values() for each in table["columns"])

    def parts(name):
        return {re.sub(r"^(\w+?)(Line|)$", lambda of: of[2] or of[1], each) for each in name.split("_")} - columns

    page_of = (Path(__file__).parents[3] / "docs" / "tables.md").read_text(encoding="utf-8")
    measures = "rows,distinct_body,with_amount,without_amount,sum_amount,mean_amount,least_year,most_year"
    asked = [
        ("projects", {"evidence": "1", "limit": "1"}),
        ("projects", {"group": "body", "measure": "sum_amount", "figure": "share,running,rank"}),
        ("projects", {"group": "body", "measure": "sum_amount", "figure": "rankUp"}),
        ("projects", {"group": "citations.document", "measure": measures}),
        ("projects", {"measure": "rows", "figure": "difference,ratio", "one.year.is": "2022", "other.year.is": "2024"}),
    ]
    derived = {
        part
        for name, shape in asked
        for each in told(client, name, **shape)["columns"]
        if each["name"] not in columns
        for part in parts(each["name"])
    }
    assert {"sum", "Line", "all", "rankUp", "ratio", "requested"} <= derived
    for text in page_of.split("## English"):
        named = {part for name in re.findall(r"`(\w+)`", text) for part in parts(name)}
        assert derived - named - set(listed) == set()
