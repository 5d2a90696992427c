"""Settings: one place for each, no misspelt key is passed over."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from haedok.errors import UsageError
from haedok.settings import Settings, load

DEFAULTS = Path(__file__).parent.parent / "configs" / "default.toml"


def test_default_file_states_every_default():

    assert tomllib.loads(DEFAULTS.read_text("utf-8")) == msgspec.to_builtins(Settings())


def test_later_file_overrules_key_by_key(tmp_path):
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text("[repair]\naccept = 0.8\noffer = 0.2\n", "utf-8")
    second.write_text("[repair]\naccept = 0.95\n", "utf-8")
    found = load(first, second).repair
    assert (found.accept, found.offer) == (0.95, 0.2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[repair]\nacept = 0.8\n", "acept"),
        ("[repairs]\n", "repairs"),
        ("[repair]\naccept = 1.5\n", "accept"),
        ("[repair]\naccept = 'high'\n", "accept"),
        ("[repair\n", "cannot read"),
    ],
)
def test_mistakes_are_named(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=said) as error:
        load(path)
    assert str(path) in str(error.value)
