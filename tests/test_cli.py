"""The command line from outside: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

MOJIBAKE = "제목: ¾È³çÇÏ¼¼¿ä\n소리 없는 줄은 그대로 둔다.\n"


def haedok(*arguments, cwd: Path, stdin: bytes = b"", env: dict[str, str] | None = None):
    return subprocess.run(
        [sys.executable, "-m", "haedok", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, **(env or {})},
        check=False,
    )


def one_line(done) -> str:
    """Standard error as the single line a user has to read."""
    text = done.stderr.decode()
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if line.startswith(("haedok: ", "Error: "))]
    assert len(lines) == 1, text
    return lines[0]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds" / "paper"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(MOJIBAKE, "utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_run_writes_the_corpus_and_a_second_run_does_nothing(paper, tmp_path):
    first = haedok("run", "seeds", "--json", cwd=tmp_path)
    assert first.returncode == 0, first.stderr.decode()
    (result,) = json.loads(first.stdout)
    assert result["fresh"]
    assert result["counts"]["edits"] == {"corrected": 1}
    before = files(tmp_path / "corpus")
    assert before["paper/text/pages/0001.txt"].decode().startswith("제목: 안녕하세요\n")

    second = haedok("run", "seeds", cwd=tmp_path)
    assert "up to date" in second.stderr.decode()
    assert files(tmp_path / "corpus") == before

    (tmp_path / "corpus" / "paper" / "text" / "ko.txt").write_text("verändert", "utf-8")
    haedok("run", "seeds", cwd=tmp_path)
    assert files(tmp_path / "corpus") == before


def test_a_setting_reruns_only_what_depends_on_it(paper, tmp_path):
    assert haedok("run", "seeds", cwd=tmp_path).returncode == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / ".work").rglob("*.json")}
    (paper / "document.toml").write_text('[emit]\nunread = "gap"\n', "utf-8")
    assert haedok("run", "seeds", cwd=tmp_path).returncode == 0
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / ".work").rglob("*.json")}
    changed = {
        path.parent.name for path in set(after.items()) ^ set(before.items()) for path in [path[0]]
    }
    assert changed == {"emit"}


def test_decisions_beside_the_source_overrule_edits(paper, tmp_path):
    haedok("run", "seeds", cwd=tmp_path)
    rows = (tmp_path / "corpus/paper/edits.jsonl").read_text("utf-8").splitlines()
    edit = json.loads(rows[0])
    decision = {key: edit[key] for key in ("page", "line", "start", "end", "raw")}
    decision |= {"action": "retype", "reading": "안녕히", "by": "김"}
    stale = decision | {"start": 0, "raw": "없는"}
    (paper / "decisions.jsonl").write_text(
        json.dumps(decision) + "\n" + json.dumps(stale) + "\n", "utf-8"
    )
    assert haedok("run", "seeds", cwd=tmp_path).returncode == 0
    assert "안녕히" in (tmp_path / "corpus/paper/text/ko.txt").read_text("utf-8")
    summary = json.loads((tmp_path / "corpus/paper/run.json").read_text("utf-8"))
    assert len(summary["stale_decisions"]) == 1


def test_stages_status_and_diff(paper, tmp_path):
    assert haedok("diagnose", "seeds/paper", cwd=tmp_path).returncode == 0
    rows = json.loads(haedok("status", "--json", cwd=tmp_path).stdout)
    assert [(row["document"], row["stage"]) for row in rows] == [("paper", "diagnose")]
    for stage in ("ingest", "prepare", "recognize", "repair", "structure", "align", "emit"):
        assert haedok(stage, "seeds/paper", cwd=tmp_path).returncode == 0
    assert "+제목: 안녕하세요" in haedok("diff", cwd=tmp_path).stdout.decode()
    assert haedok("diff", "nobody", cwd=tmp_path).returncode == 2


def test_repair_filter(tmp_path):
    done = haedok("repair", "-", cwd=tmp_path, stdin=MOJIBAKE.encode())
    assert done.stdout.decode() == MOJIBAKE.replace("¾È³çÇÏ¼¼¿ä", "안녕하세요")
    rows = haedok("repair", "--json", cwd=tmp_path, stdin=MOJIBAKE.encode()).stdout.splitlines()
    assert [list(json.loads(row)) for row in rows] == [
        ["line", "raw", "text", "cause", "edits"]
    ] * 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "맑은 글은\r\n그대로 둔다.".encode(),
        "\n\n  앞뒤의 빈칸도 \n\n".encode(),
        b"Clean English text, too.\r\n",
        "한 바이트가 상한 글도 그 밖에는 그대로이다. ".encode() * 3 + b"\xff\n",
    ],
)
def test_clean_text_comes_through_to_the_byte(tmp_path, content):
    assert haedok("repair", cwd=tmp_path, stdin=content).stdout == content


def test_diagnose_filter(tmp_path):
    rows = haedok("diagnose", "--json", cwd=tmp_path, stdin=MOJIBAKE.encode()).stdout.splitlines()
    assert [json.loads(row)["cause"] for row in rows] == ["encoding", "sound"]


def test_align_filter(tmp_path):
    (tmp_path / "ko.txt").write_text("기록은 오래 남는다.\n2010년에 책이 나왔다.\n", "utf-8")
    (tmp_path / "en.txt").write_text("Records last.\nThe book came out in 2010.\n", "utf-8")
    done = haedok("align", "ko.txt", "en.txt", cwd=tmp_path)
    rows = [row.split("\t") for row in done.stdout.decode().splitlines()]
    assert rows[0][:3] == ["kind", "ko", "en"]
    assert ["sentence", "2010년에 책이 나왔다.", "The book came out in 2010."] in [
        row[:3] for row in rows
    ]


def bad_inputs(folder: Path) -> dict[str, Path]:
    made = {
        "empty.txt": b"",
        "binary.txt": bytes(range(256)) * 40,
        "cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type",
        "notes.docx": b"PK",
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    Image.new("L", (1, 1)).save(folder / "dot.png")
    Image.new("1", (20_000, 20_000)).save(folder / "huge.png")
    (folder / "hollow").mkdir()
    return {name: folder / name for name in (*made, "dot.png", "huge.png", "hollow")}


def test_bad_inputs_give_one_line_and_exit_4(tmp_path):
    for name, path in bad_inputs(tmp_path).items():
        done = haedok("run", path, cwd=tmp_path)
        assert done.returncode == 4, name
        assert name in one_line(done)
    assert not (tmp_path / "corpus").exists()


def test_a_bad_document_does_not_keep_a_good_one_waiting(paper, tmp_path):
    (paper.parent / "bad.txt").write_bytes(b"")
    done = haedok("run", paper, paper.parent / "bad.txt", cwd=tmp_path)
    assert done.returncode == 4
    assert (tmp_path / "corpus/paper/text/ko.txt").exists()


def test_usage_and_settings_errors_exit_2(paper, tmp_path):
    (tmp_path / "bad.toml").write_text("[repair]\nacept = 1\n", "utf-8")
    done = haedok("run", "seeds", "--config", "bad.toml", cwd=tmp_path)
    assert (done.returncode, "acept" in one_line(done)) == (2, True)
    assert haedok("run", "nowhere", cwd=tmp_path).returncode == 2
    assert haedok("fly", cwd=tmp_path).returncode == 2


def test_missing_programs_exit_3(tmp_path, picture):
    no_programs = {"PATH": str(tmp_path)}
    done = haedok("run", picture, "--engine", "tesseract", cwd=tmp_path, env=no_programs)
    assert done.returncode == 3
    assert "apt-get install" in one_line(done)
    no_languages = {"TESSDATA_PREFIX": str(tmp_path)}
    done = haedok("run", picture, "--engine", "both", cwd=tmp_path, env=no_languages)
    assert done.returncode == 3
    assert "tesseract-ocr-kor" in one_line(done) or "tesseract-ocr-script-hang" in one_line(done)


def test_a_page_is_read_without_any_other_program(tmp_path, picture):
    done = haedok("run", picture, cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert done.returncode == 0
    read = (tmp_path / "corpus/page/text/pages/0001.txt").read_text("utf-8")
    assert "rivers run down to the sea" in read
    assert b"/Width 1240" in (tmp_path / "corpus" / "page" / "searchable.pdf").read_bytes()


def test_unwritable_output_exits_6(paper, tmp_path):
    (tmp_path / "corpus").write_text("a file is in the way", "utf-8")
    done = haedok("run", "seeds", cwd=tmp_path)
    assert done.returncode == 6
    assert "corpus" in one_line(done)
    assert (tmp_path / "corpus").read_text("utf-8") == "a file is in the way"


def test_a_bad_page_is_listed_and_the_others_go_on(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    for number in (1, 2):
        image = Image.new("L", (900, 300), 255)
        ImageDraw.Draw(image).text((60, 100), f"Page number {number}", fill=0, font_size=60)
        image.save(folder / f"{number}.png", dpi=(300, 300))
    content = (folder / "2.png").read_bytes()
    (folder / "2.png").write_bytes(content[: len(content) // 2])
    done = haedok("run", "book", "--json", cwd=tmp_path)
    assert done.returncode == 5, done.stderr.decode()
    (result,) = json.loads(done.stdout)
    assert [failure["page"] for failure in result["failures"]] == [2]
    assert "Page number 1" in (tmp_path / "corpus/book/text/pages/0001.txt").read_text("utf-8")
    (folder / "2.png").write_bytes(content)
    assert haedok("run", "book", cwd=tmp_path).returncode == 0


def test_a_killed_run_is_taken_up_again(paper, tmp_path):
    expected = tmp_path / "expected"
    assert haedok("run", "seeds", "--out", expected, "--work", "w1", cwd=tmp_path).returncode == 0
    command = [sys.executable, "-m", "haedok", "run", "seeds", "--work", "w2"]
    for delay in (0.2, 0.8):
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert haedok("run", "seeds", "--work", "w2", cwd=tmp_path).returncode == 0
    assert files(tmp_path / "corpus") == files(expected)


def test_an_interrupted_run_leaves_nothing_behind(tmp_path):
    folder, temporary = tmp_path / "book", tmp_path / "tmp"
    folder.mkdir()
    temporary.mkdir()
    image = Image.new("L", (2000, 2800), 255)
    for y in range(100, 2700, 60):
        ImageDraw.Draw(image).text((100, y), "The quick brown fox " * 3, fill=0, font_size=40)
    for number in range(4):
        image.save(folder / f"{number}.png", dpi=(300, 300))
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "haedok", "run", "book"),
            *("--jobs", "2", "--engine", "tesseract"),
        ],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
        # a shell's background job, as a test run may be, has its children ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + 60
    while not list(temporary.glob("haedok-*")) and time.monotonic() < deadline:
        time.sleep(0.05)  # until an engine is at work
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said.decode()
    assert "interrupted" in said.decode()
    assert list(temporary.glob("haedok-*")) == []
    assert not (tmp_path / "corpus").exists()


def test_recognize_command(tmp_path):
    image = Image.new("L", (1000, 300), 255)
    ImageDraw.Draw(image).text((60, 100), "The quick brown fox", fill=0, font_size=60)
    image.save(tmp_path / "fox.png", dpi=(300, 300))
    done = haedok("recognize", "fox.png", cwd=tmp_path)
    assert (done.returncode, done.stdout.decode().strip()) == (0, "The quick brown fox")
    for name, sign in (("hocr", "ocrx_word"), ("alto", "<String"), ("json", '"lines"')):
        out = tmp_path / f"out.{name}"
        done = haedok("recognize", "fox.png", "--format", name, "-o", out, cwd=tmp_path)
        assert done.returncode == 0
        assert sign in out.read_text("utf-8")


def test_page_without_text_is_said_to_be_one(tmp_path):
    Image.new("L", (600, 800), 250).save(tmp_path / "blank.png", dpi=(150, 150))
    noise = np.random.default_rng(0).integers(0, 256, (800, 600), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png", dpi=(150, 150))
    done = haedok("recognize", "blank.png", "noise.png", cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, b"")
    assert done.stderr.decode().splitlines() == [
        "haedok: blank.png: no text found: the page is blank",
        "haedok: noise.png: no text found: only a picture, or noise",
    ]
    done = haedok("run", "blank.png", cwd=tmp_path)
    assert done.returncode == 0
    assert "blank: no text found: the page is blank" in done.stderr.decode()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with pipes")
def test_closed_pipe_is_no_error(tmp_path):
    text = tmp_path / "long.txt"
    text.write_text("한 줄의 맑은 글이다.\n" * 20_000, "utf-8")
    done = subprocess.run(
        [
            "bash",
            "-o",
            "pipefail",
            "-c",
            f"{sys.executable} -m haedok diagnose {text} | head -1",
        ],
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"haedok:" not in done.stderr
