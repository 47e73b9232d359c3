"""Files into a real store: what becomes of each, and that order and number of jobs make no difference."""

from dataclasses import replace
from pathlib import Path

import pytest

from jixiao.ingest.document import read_document, read_documents
from jixiao.ingest.formats.archives import LARGEST_FILE
from jixiao.ingest.load import Outcome, ingest
from jixiao.ingest.originals import LoadError, files
from jixiao.ingest.result import Document
from jixiao.store import Store
from jixiao.store.versions import nquads

BASE = "https://data.example.org/"


@pytest.fixture
def folder(tmp_path: Path, filing: str) -> Path:
    """Three files: two whole filings of different names, and one that is none."""
    path = tmp_path / "in"
    path.mkdir()
    (path / "a.txt").write_text(filing, encoding="utf-8")
    (path / "b.txt").write_text(filing.replace("古籍修复", "家谱整理"), encoding="utf-8")
    (path / "c.txt").write_text("全年修复善本两百册。\n", encoding="utf-8")
    return path


def statuses(outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    return {outcome.path.name: outcome.status for outcome in outcomes}


def lines(store: Store) -> tuple[bytes, ...]:
    return tuple(nquads.ordered(store.current().graph))


def live(store: Store) -> set[str]:
    return {record.file_name for record in store.sources() if record.live}


def test_good_files_go_in_and_the_others_are_named(store: Store, folder: Path) -> None:
    seen: list[Outcome] = []
    outcomes = ingest(files([folder]), store, progress=seen.append)
    assert statuses(outcomes) == {"a.txt": "added", "b.txt": "added", "c.txt": "refused"}
    assert [outcome.path for outcome in seen] == sorted(folder.iterdir())
    assert [outcome.reading.projects for outcome in seen if outcome.reading] == [1, 1, 0]
    assert [replace(outcome, reading=None) for outcome in seen] == list(outcomes)
    assert live(store) == {"a.txt", "b.txt"}
    (refused,) = [outcome for outcome in outcomes if outcome.status == "refused"]
    assert "没有找到绩效目标申报表" in refused.notes[0]


def test_same_file_twice_in_one_batch_goes_in_once(store: Store, folder: Path) -> None:
    (folder / "copy.txt").write_bytes((folder / "a.txt").read_bytes())
    assert statuses(ingest([folder / "copy.txt", folder / "a.txt"], store)) == {
        "a.txt": "added",
        "copy.txt": "unchanged",
    }


def test_file_that_cannot_be_opened_is_named(store: Store, folder: Path) -> None:
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    outcomes = ingest([folder / "a.txt", folder / "gone.txt"], store)
    assert statuses(outcomes) == {"a.txt": "added", "gone.txt": "refused"}
    assert "无法打开" in outcomes[1].notes[0]


def test_file_that_is_too_large_is_not_read(store: Store, folder: Path) -> None:
    with (folder / "large.txt").open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    (outcome,) = ingest([folder / "large.txt"], store)
    assert outcome.status == "refused"
    assert "50,000,000" in outcome.notes[0]


def test_corrected_file_replaces_the_first(store: Store, folder: Path, filing: str) -> None:
    ingest([folder / "a.txt"], store)
    (folder / "a2.txt").write_text(filing.replace("120000", "130000"), encoding="utf-8")
    (outcome,) = ingest([folder / "a2.txt"], store)
    assert outcome.status == "replaced"
    assert "a.txt" in outcome.notes[0]
    assert live(store) == {"a2.txt"}


@pytest.mark.usefixtures("reading_apart")
def test_order_of_paths_and_number_of_jobs_give_the_same_store(tmp_path: Path, folder: Path) -> None:
    paths = files([folder])
    sums = set()
    for name, given, jobs in (("one", paths, 1), ("two", paths[::-1], 2)):
        store = Store.create(tmp_path / name, BASE)
        ingest(given, store, jobs=jobs)
        sums.add(lines(store))
    assert len(sums) == 1


def test_hidden_files_and_folders_are_left_out(folder: Path) -> None:
    (folder / ".DS_Store").write_text("x")
    for name in ("~$a.docx", "Thumbs.db", "desktop.ini", "a.docx.crdownload", "a.pdf.part", "~WRL0001.tmp", "._a.txt"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "d.txt").write_text("x")
    (folder / "2023").mkdir()
    (folder / "2023" / "d.txt").write_text("x")
    aside: list[str] = []
    assert [path.name for path in files([folder, folder / "a.txt"], aside.append)] == [
        "d.txt",
        "a.txt",
        "b.txt",
        "c.txt",
    ]
    assert len(aside) == 9
    assert str(folder / ".git" / "d.txt") in aside
    assert files([folder / ".DS_Store"]) == (folder / ".DS_Store",)


def test_path_without_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LoadError, match=r"文件夹里没有文件.*no file in the folder"):
        files([tmp_path / "empty"])
    with pytest.raises(LoadError, match=r"没有这个文件或文件夹.*no such file or folder"):
        files([tmp_path / "nowhere"])


def test_a_strict_reading_refuses_what_a_rule_forbids(filing: str) -> None:
    bad = read_document(filing.replace("120000.00", "若干").encode(), "a.txt", BASE, strict=True)
    assert bad.deposit is None
    assert "若干" in bad.refusal.reasons[0]
    assert "AmountNotANumber" in bad.refusal.report_turtle


@pytest.mark.judge
def test_documents_judged_together_have_the_readings_that_they_have_alone(filing: str) -> None:
    doubtful = filing.replace("120000.00", "若干")  # a violation, for which a fact is withheld and rules run again
    texts = (filing, doubtful, "全年修复善本两百册。\n", filing.replace("古籍修复", "家谱整理"))
    documents = [Document(text.encode(), f"{number}.txt") for number, text in enumerate(texts)]
    for strict in (False, True):
        together = read_documents(documents, BASE, strict=strict)
        alone = [read_document(each.content, each.name, BASE, strict=strict) for each in documents]
        assert together == alone
        assert [reading.refusal is None for reading in alone] == [True, not strict, False, True]
