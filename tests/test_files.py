"""Writing: whole files or none, and nothing lost when a write fails."""

import pytest

from haedok.errors import OutputError
from haedok.files import remove, write_atomic, write_together


def test_writes_and_leaves_no_temporary(tmp_path):
    write_together({tmp_path / "a" / "x.txt": b"1", tmp_path / "y.txt": b"2"})
    names = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert names == ["a/x.txt", "y.txt"]


def test_all_or_none(tmp_path):
    good, blocked = tmp_path / "good.txt", tmp_path / "blocked"
    write_atomic(good, b"before")
    blocked.mkdir()
    with pytest.raises(OutputError, match="in the way"):
        write_together({good: b"after", blocked: b"x"})
    assert good.read_bytes() == b"before"
    assert list(tmp_path.glob(".*")) == []


def test_same_content_is_not_touched(tmp_path):
    path = tmp_path / "x"
    write_atomic(path, b"1")
    inode = path.stat().st_ino
    write_atomic(path, b"1")
    assert path.stat().st_ino == inode


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        write_atomic(tmp_path / "file" / "x", b"1")


def test_remove_takes_emptied_folders_along(tmp_path):
    write_atomic(tmp_path / "d" / "x", b"1")
    remove([tmp_path / "d" / "x"])
    assert not (tmp_path / "d").exists()
