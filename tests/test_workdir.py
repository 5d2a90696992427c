"""Keys change with what they depend on, and with nothing else; results survive only whole."""

from PIL import Image

from haedok.ingest import open_source
from haedok.model import Page
from haedok.plan import make_plan
from haedok.settings import Settings
from haedok.workdir import Workdir, code_key, digest


def test_result_is_kept_and_older_keys_are_dropped(tmp_path):
    work = Workdir(tmp_path)
    page = Page(1, "a", "text")
    work.save("ingest", 1, "old", page)
    work.path("ingest", 1, "new", ".png").write_bytes(b"picture")
    work.save("ingest", 2, "old", page)
    work.save("ingest", 1, "new", page)
    assert work.load("ingest", 1, "new", Page) == page
    assert not work.has("ingest", 1, "old")
    assert work.has("ingest", 2, "old")
    assert work.path("ingest", 1, "new", ".png").exists()


def test_damaged_result_is_made_again(tmp_path):
    work = Workdir(tmp_path)
    work.save("ingest", 1, "k", Page(1, "a", "text"))
    work.path("ingest", 1, "k").write_bytes(b'{"number": 1, "sour')
    made = work.get("ingest", 1, "k", lambda: Page(1, "b", "text"), Page)
    assert made.source == "b"
    assert work.load("ingest", 1, "k", Page) == made


def test_keys():
    assert digest("a", "b") != digest("ab")
    assert code_key("ingest") != code_key("emit")
    assert code_key("ingest") == code_key("ingest")


def test_pages_read_for_their_text_alone_are_taken_by_no_other_run(tmp_path):
    Image.new("L", (60, 40), 255).save(tmp_path / "page.png")
    source = open_source(tmp_path / "page.png", Settings().ingest)
    (whole,), (alone,) = (
        make_plan(source, Settings(), tmp_path, doubts).jobs for doubts in (True, False)
    )
    same = {stage for stage in whole.keys if whole.keys[stage] == alone.keys[stage]}
    assert same == {"ingest", "prepare"}
    assert (whole.doubts, alone.doubts) == (True, False)
