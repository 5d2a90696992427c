"""The review page: what it shows, what it writes, whom it refuses, and that a run applies it."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from haedok.emit import Pictures, Provenance, emit
from haedok.errors import ExitCode, HaedokError, InputError, UsageError
from haedok.execute import Pool
from haedok.progress import Progress
from haedok.repair.ledger import Decision, decisions_from_rows
from haedok.review import Desk, ReviewServer, open_desk
from haedok.review.decisions import DecisionFile
from haedok.run import Options, run_document
from haedok.settings import Settings
from haedok.workdir import Workdir, file_key

NO_PICTURES = Pictures(lambda page: None, lambda page: None)
OFFER = {"page": 1, "line": 2, "start": 0, "end": 5, "raw": "vlglo"}
CHANGE = {"page": 1, "line": 1, "start": 0, "end": 3, "raw": "핵위합"}


@pytest.fixture
def house(tmp_path, document) -> Path:
    """``seeds/``, ``corpus/`` and ``.work/`` as a run leaves them for a page with a picture."""
    source = tmp_path / "seeds" / "paper" / "scan.png"
    source.parent.mkdir(parents=True)
    image = Image.new("L", (200, 100), 255)
    image.save(source)
    work = Workdir(tmp_path / ".work" / "paper")
    work.save("repair", 1, "k", document.pages[0])
    (work.root / "prepare").mkdir()
    image.save(work.path("prepare", 1, "k", ".png"))
    image.save(work.path("prepare", 1, "k.original", ".png"))
    made = Provenance({"scan.png": file_key(source)}, (), {}, Settings())
    emit(document, made, tmp_path / "corpus", NO_PICTURES)
    return tmp_path


def desk_of(house: Path, name: str = "paper", by: str = "김") -> Desk:
    return open_desk(house / "corpus" / name, house / ".work", None, by)


class Client:
    """A browser that says exactly what it is told to."""

    def __init__(self, server: ReviewServer) -> None:
        self.port = server.server_port

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        finally:
            connection.close()

    def get(self, path: str):
        status, body, _ = self.ask("GET", path)
        return status, json.loads(body)

    def post(self, path: str, content: object, **headers: str):
        headers = {"Content_Type": "application/json", **headers}
        status, body, _ = self.ask("POST", path, json.dumps(content).encode(), **headers)
        return status, json.loads(body)

    def decide(self, place: dict[str, object], action: str, **more: object):
        return self.post("/api/decide", {**place, "action": action, **more})


def served(desk: Desk) -> Iterator[Client]:
    with ReviewServer(desk, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield Client(server)
        server.shutdown()
        thread.join()


@pytest.fixture
def client(house) -> Iterator[Client]:
    yield from served(desk_of(house))


def rows(house: Path) -> list[dict[str, object]]:
    path = house / "seeds" / "paper" / "decisions.jsonl"
    return [json.loads(row) for row in path.read_text("utf-8").splitlines()]


# ---- what it shows ------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_elsewhere(client):
    for path in ("/", "/page.css", "/page.js"):
        status, body, headers = client.ask("GET", path)
        assert status == 200
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert re.search(rb"https?://", body) is None
    assert client.ask("GET", "/")[1].startswith(b"<!DOCTYPE html>")


def test_the_document_is_counted(client):
    _, overview = client.get("/api/document")
    assert overview["document"] == "paper"
    assert overview["pages"][0]["tally"] == [
        ["corrected", "near-miss", False, 1],
        ["doubtful", "wrong-model", False, 1],
        ["unreadable", "wrong-model", False, 1],
    ]


def test_pieces_and_edits_of_a_line_are_its_raw_text(client, document):
    _, page = client.get("/api/pages/1")
    for shown, line in zip(page["lines"], document.pages[0].lines, strict=True):
        raw = "".join(
            page["edits"][piece]["raw"] if isinstance(piece, int) else piece
            for piece in shown["pieces"]
        )
        assert raw == line.text
    change = page["edits"][0]
    assert (change["raw"], change["reading"], change["now"]["status"]) == (
        "핵위합",
        "핵위협",
        "corrected",
    )
    assert change["candidates"] == [["핵위협", 0.97]]
    assert change["decision"] is None


def test_lines_have_their_pictures(client):
    assert [line["picture"] for line in client.get("/api/pages/1")[1]["lines"]] == [True] * 3
    status, body, headers = client.ask("GET", "/api/pages/1/lines/1.jpg")
    assert (status, headers["Content-Type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert client.ask("GET", "/api/pages/1/lines/4.jpg")[0] == 409


def test_the_folder_of_the_corpus_is_enough(house):
    shutil.rmtree(house / ".work")
    page = desk_of(house).page(1)
    assert [edit["raw"] for edit in page["edits"]] == ["핵위합", "vlglo", "2 UEO] d1F S"]
    assert not any(line["picture"] for line in page["lines"])


def test_a_picture_of_another_run_is_not_shown(house):
    Image.new("L", (300, 100)).save(house / ".work/paper/prepare/0001.k.png")
    assert not any(line["picture"] for line in desk_of(house).page(1)["lines"])


# ---- what it writes -----------------------------------------------------------------------------


def test_each_decision_is_a_row_at_once(client, house):
    status, edit = client.decide(OFFER, "accept", reading="방안")
    assert (status, edit["now"]) == (200, {"status": "corrected", "reading": "방안"})
    assert rows(house) == [{**OFFER, "action": "accept", "reading": "방안", "by": "김"}]
    status, edit = client.decide(CHANGE, "reject")
    assert (status, edit["now"]["status"], edit["status"]) == (200, "unreadable", "corrected")
    for _ in range(2):  # said twice is said once
        client.decide(CHANGE, "retype", reading="핵위험")
    assert [row["action"] for row in rows(house)] == ["accept", "reject", "retype"]
    decided = client.get("/api/pages/1")[1]["edits"][0]
    assert decided["now"]["reading"] == "핵위험"
    assert decided["decision"]["by"] == "김"


def test_a_document_that_was_run_again_is_shown_as_it_is_now(client, house, document):
    assert client.get("/api/document")[1]["pages"][0]["tally"][0][0] == "corrected"
    page = document.pages[0]
    changed = msgspec.structs.replace(page, edits=page.edits[1:])
    made = Provenance({}, (), {}, Settings())
    document = msgspec.structs.replace(document, pages=(changed,), blocks=())
    emit(document, made, house / "corpus", NO_PICTURES)
    assert client.get("/api/document")[1]["pages"][0]["tally"][0][0] == "doubtful"
    assert client.get("/api/pages/1")[1]["edits"][0]["raw"] == "vlglo"


def test_undo_gives_back_what_was_before(client, house):
    client.decide(OFFER, "accept", reading="방안")
    before = (house / "seeds/paper/decisions.jsonl").read_bytes()
    client.decide(CHANGE, "reject")
    client.decide(CHANGE, "retype", reading="핵위험")
    status, edit = client.post("/api/undo", {**CHANGE, "action": "retype"})
    assert (status, edit["decision"]["action"]) == (200, "reject")
    status, edit = client.post("/api/undo", {**CHANGE, "action": "reject"})
    assert (edit["decision"], edit["now"]["reading"]) == (None, "핵위협")
    assert (house / "seeds/paper/decisions.jsonl").read_bytes() == before
    assert client.post("/api/undo", {**CHANGE, "action": "reject"})[0] == 409


def test_what_nobody_marked_can_be_retyped(client):
    place = {"page": 1, "line": 3, "start": 3, "end": 10, "raw": "English"}
    status, edit = client.decide(place, "retype", reading="French")
    assert (status, edit["status"], edit["now"]["reading"]) == (200, "added", "French")
    status, edit = client.post("/api/undo", {**place, "action": "retype"})
    assert (status, edit) == (200, {})


@pytest.mark.parametrize(
    ("place", "action", "reading"),
    [
        ({**CHANGE, "raw": "핵위험"}, "accept", "x"),
        ({**CHANGE, "start": 1}, "reject", None),
        ({**CHANGE, "page": 7}, "reject", None),
        ({**CHANGE, "line": 3, "start": -7, "end": -1, "raw": "h line"}, "retype", "x"),
        ({**CHANGE, "line": 3, "start": 2, "end": 2, "raw": ""}, "retype", "x"),
        (CHANGE, "retype", "두\n줄"),
        (CHANGE, "retype", "가" * 501),
        ({**OFFER, "start": 6, "end": 18, "raw": "2 UEO] d1F S"}, "accept", None),
    ],
)
def test_what_does_not_fit_is_refused_and_not_written(client, house, place, action, reading):
    status, answer = client.decide(place, action, **({"reading": reading} if reading else {}))
    assert status == 409
    assert answer["error"]
    assert not (house / "seeds/paper/decisions.jsonl").exists()


def test_typed_text_is_composed(client, house):
    client.decide(CHANGE, "retype", reading=unicodedata.normalize("NFD", "핵위험"))
    assert rows(house)[0]["reading"] == "핵위험"


def test_stale_decisions_are_shown_and_can_be_taken_back(house):
    stale = Decision(1, 1, 0, 3, "핵우산", "accept", "핵무기")
    DecisionFile(house / "seeds/paper/decisions.jsonl").add(stale)
    desk = desk_of(house)
    (shown,) = desk.overview()["stale"]
    assert shown["why"] == "the raw text is now '핵위합'"
    assert desk.take_back(stale) == {}
    assert desk.overview()["stale"] == []


def test_other_rows_stay_as_they_are(tmp_path):
    path = tmp_path / "decisions.jsonl"
    by_hand = '{"raw": "a", "page":1,"line":1, "start":0,"end":1,"action":"reject" }'
    path.write_text(f"\n{by_hand}", "utf-8")  # without a line end
    file = DecisionFile(path)
    row = Decision(1, 2, 0, 1, "b", "reject")
    file.add(row)
    assert path.read_text("utf-8").startswith(f"\n{by_hand}\n{{")
    assert file.take_back(row)
    assert path.read_text("utf-8") == f"\n{by_hand}\n"
    assert not file.take_back(row)


def test_no_row_is_lost_among_several_writers(tmp_path):
    path = tmp_path / "decisions.jsonl"

    def write(line: int) -> None:
        file = DecisionFile(path)  # as another process would have it
        for page in range(1, 6):
            file.add(Decision(page, line, 0, 1, "a", "reject"))
            file.add(Decision(page, line, 1, 2, "b", "reject"))
            assert file.take_back(Decision(page, line, 1, 2, "b", "reject"))

    threads = [threading.Thread(target=write, args=[line]) for line in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = {(row.page, row.line) for row in decisions_from_rows(path.read_bytes().splitlines())}
    assert kept == {(page, line) for page in range(1, 6) for line in range(1, 5)}
    assert len(path.read_bytes().splitlines()) == 20
    assert os.listdir(tmp_path) == ["decisions.jsonl"]  # noqa: PTH208


# ---- whom it refuses ----------------------------------------------------------------------------


def test_only_this_machine_reaches_it(house):
    with ReviewServer(desk_of(house), 0) as server:
        assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
    ],
)
def test_requests_of_other_sites_are_refused(client, house, headers):
    for path in ("/", "/api/document", "/api/pages/1"):
        assert client.ask("GET", path, **headers)[0] == 403
    assert client.post("/api/decide", {**CHANGE, "action": "reject"}, **headers)[0] == 403
    assert not (house / "seeds/paper/decisions.jsonl").exists()


def test_its_own_page_is_answered_by_either_name(client):
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{client.port}"
        headers = {"Host": host, "Origin": f"http://{host}"}
        assert client.post("/api/decide", {**CHANGE, "action": "reject"}, **headers)[0] == 200


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (415, b"{}", {"Content_Type": "text/plain"}),
        (415, b"{}", {"Content_Type": "application/x-www-form-urlencoded"}),
        (415, b"{}", {}),
        (413, b"{}", {"Content_Type": "application/json", "Content_Length": "999999999"}),
        (413, b"{}", {"Content_Type": "application/json", "Content_Length": "9" * 5000}),
        (411, b"{}", {"Content_Type": "application/json", "Content_Length": "-1"}),
        (411, b"{}", {"Content_Type": "application/json", "Transfer_Encoding": "chunked"}),
        (400, b"{", {"Content_Type": "application/json"}),
        (400, b'{"page": 1}', {"Content_Type": "application/json"}),
        (400, b"\xff", {"Content_Type": "application/json"}),
    ],
)
def test_malformed_requests_are_refused(client, house, status, body, headers):
    assert client.ask("POST", "/api/decide", body, **headers)[0] == status
    assert not (house / "seeds/paper/decisions.jsonl").exists()
    assert client.get("/api/document")[0] == 200  # and it goes on


@pytest.mark.parametrize(
    "path",
    [
        "/run.json",
        "/../run.json",
        "/page.html",
        "/server.py",
        "/api/pages/../document",
        "/api/pages/1/lines/../../x.jpg",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
    ],
)
def test_there_are_no_other_paths(client, path):
    assert client.ask("GET", path)[0] == 404
    assert client.ask("POST", path, b"{}", Content_Type="application/json")[0] == 404


def test_a_file_that_cannot_be_read_any_more_is_told_in_a_line(client, house):
    (house / "seeds/paper/decisions.jsonl").write_text("{broken", "utf-8")
    status, answer = client.decide(CHANGE, "reject")
    assert status == 500
    assert "row 1" in answer["error"]
    assert (house / "seeds/paper/decisions.jsonl").read_text("utf-8") == "{broken"


# ---- where things are ---------------------------------------------------------------------------


def test_errors_are_one_line_with_their_exit_code(house):
    def error(**changed: object) -> HaedokError:
        arguments = {
            "folder": house / "corpus/paper",
            "work": house / ".work",
            "source": None,
            "by": "reviewer",
        }
        with pytest.raises(HaedokError) as caught:
            open_desk(**{**arguments, **changed})
        assert "\n" not in f"{caught.value}{caught.value.advice}"
        return caught.value

    assert error(folder=house).exit_code == ExitCode.BAD_INPUT
    assert "corpus/paper" in error(folder=house / "corpus").advice
    assert error(by="haedok").exit_code == ExitCode.USAGE
    assert "this is not the source" in str(error(source=house))
    (house / "seeds/paper/decisions.jsonl").write_text("{}\n", "utf-8")
    assert re.search(r"seeds/paper/decisions\.jsonl, row 1", str(error()))
    (house / "seeds/paper/scan.png").write_bytes(b"other")
    assert "has changed since" in str(error())
    (house / "seeds/paper/scan.png").unlink()
    assert "--source" in error().advice
    (house / "corpus/paper/run.json").write_text("[]", "utf-8")
    assert error().exit_code == ExitCode.BAD_INPUT


def test_a_corpus_changed_by_hand_is_told(house):
    (house / "corpus/paper/text/pages/0001.txt").write_text("other\n" * 3, "utf-8")
    with pytest.raises(InputError, match=r"does not fit edits\.jsonl"):
        desk_of(house)


def test_a_source_that_was_moved_is_found_where_the_last_run_left_word(house):
    (house / "seeds/paper").rename(house / "elsewhere")
    Workdir(house / ".work/paper").remember_source(house / "elsewhere")
    assert desk_of(house).file.path == house / "elsewhere/decisions.jsonl"


def test_a_taken_port_is_told_and_the_next_is_found(house):
    desk = desk_of(house)
    with ReviewServer(desk, 0) as server, pytest.raises(UsageError, match="in use"):
        ReviewServer(desk, server.server_port)
    with ReviewServer(desk) as first, ReviewServer(desk) as second:
        assert first.server_port != second.server_port


# ---- from end to end ----------------------------------------------------------------------------


def ran(source: Path, folder: Path) -> str:
    options = Options(folder / "corpus", folder / ".work")
    with Pool(1) as pool:
        result = run_document(source, options, pool, Progress(0))
    return (Path(result.folder) / "text/pages/0001.txt").read_text("utf-8")


@pytest.mark.parametrize("alone", [True, False])
def test_a_run_applies_what_was_decided(tmp_path, alone):
    source = tmp_path / "in" / "note"
    source.mkdir(parents=True)
    (source / "note.txt").write_text("제목: ¾È³çÇÏ¼¼¿ä\n", "utf-8")
    source = source / "note.txt" if alone else source
    assert ran(source, tmp_path) == "제목: 안녕하세요\n"
    desk = desk_of(tmp_path, "note")
    wanted = "in/note/note.decisions.jsonl" if alone else "in/note/decisions.jsonl"
    assert desk.file.path == tmp_path / wanted
    for client in served(desk):
        edit = client.get("/api/pages/1")[1]["edits"][0]
        place = {key: edit[key] for key in CHANGE}
        assert client.decide(place, "retype", reading="안녕히")[0] == 200
    assert ran(source, tmp_path) == "제목: 안녕히\n"

    again = desk_of(tmp_path, "note")  # after that run, the proposal is there still
    edit = again.page(1)["edits"][0]
    assert (edit["reading"], edit["now"]["reading"]) == ("안녕하세요", "안녕히")
    assert again.take_back(Decision(**place, action="retype"))["now"]["reading"] == "안녕하세요"
    assert ran(source, tmp_path) == "제목: 안녕하세요\n"


def test_the_command_ends_with_ctrl_c_and_says_what_it_wrote(house):
    command = [sys.executable, "-m", "haedok", "review", "corpus/paper", "--no-browser"]
    process = subprocess.Popen(
        [*command, "--port", "0"],
        cwd=house,
        stderr=subprocess.PIPE,
        text=True,
        # a shell's background job, as a test run may be, has its children ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stderr is not None
    address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stderr.readline())
    assert address is not None
    connection = http.client.HTTPConnection("127.0.0.1", int(address[1]), timeout=10)
    body = json.dumps({**CHANGE, "action": "reject"}).encode()
    connection.request("POST", "/api/decide", body, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    connection.close()
    assert process.returncode == 0
    assert said.startswith("1 decision written to ")
    wrote, apply = said.splitlines()
    assert wrote.endswith("seeds/paper/decisions.jsonl")
    assert re.fullmatch(r"apply them with: haedok run .*seeds/paper", apply)
    assert len(rows(house)) == 1
