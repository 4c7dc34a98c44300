"""What a driver may read, and what is hidden in it."""

import os
from pathlib import Path

import pytest

from drivers.kit import fence as fences
from drivers.kit.fence import FenceError
from drivers.kit.manifest import Reach


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that code is imported from, with the hub's data in it: a checkout, say."""
    for folder in ("code/package", "code/state/data/drivers/toy", "code/state/other", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def test_the_hub_s_data_is_hidden_though_code_is_read_beside_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(home / "code"), ""])
    readable = fences._readable((), home / "code" / "state" / "data")
    mine = sorted(path for path in readable if path.startswith(str(home)))
    assert mine == [str(home / "code" / "package"), str(home / "code" / "state" / "other")]


def test_python_is_told_in_words_what_a_driver_may_not(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(home / "code")])
    data = home / "code" / "state" / "data"
    scratch = data / "drivers" / "toy"
    readable = fences._readable((str(home / "elsewhere"),), data)
    guard = fences._Guard(Reach(), readable, scratch)
    link = scratch / "link"
    link.symlink_to(data)
    for allowed in (scratch / "x", home / "elsewhere" / "y", home / "code" / "package" / "m.py"):
        guard("open", (str(allowed), "r", os.O_RDONLY))
    guard("open", (3, "r", os.O_RDONLY))
    guard("open", (str(scratch / "x"), "w", os.O_WRONLY | os.O_CREAT))
    guard("os.rename", (str(scratch / "x"), str(scratch / "y"), -1, -1))
    for event, *args in (
        ("open", data / "vault.json", "r", os.O_RDONLY),
        ("open", os.fsencode(data / "vault.json"), "r", os.O_RDONLY),
        ("open", str(link / "vault.json"), "r", os.O_RDONLY),
        ("open", str(home / "elsewhere" / "y"), "w", os.O_WRONLY),
        ("os.listdir", str(data)),
        ("os.remove", str(data / "vault.json"), -1),
        ("os.rename", str(scratch / "x"), str(data / "hub.db"), -1, -1),
        ("os.kill", os.getppid(), 9),
        ("subprocess.Popen", "true", [], None, None),
    ):
        with pytest.raises(FenceError, match="a driver may not"):
            guard(event, tuple(args))
