"""The vault: durable, readable by its owner alone, and no reason for a home to stand still."""

import asyncio
import os
from pathlib import Path

import pytest

from drivers.kit.found import Adoption
from hubd.vault import FILE, Vault

LAMP = Adoption("lamp", "10.0.0.1", 80, "record", "hush")


async def test_what_is_kept_is_there_after_a_start_and_what_is_dropped_is_not(
    tmp_path: Path,
) -> None:
    vault = Vault(tmp_path)
    vault.keep("toy", LAMP)
    vault.keep("toy", Adoption("other"))
    vault.drop("toy", "other")
    await vault.written()
    assert Vault(tmp_path).adoptions("toy") == [LAMP]
    assert Vault(tmp_path).adoptions("zed") == []
    mode = (await asyncio.to_thread((tmp_path / FILE).stat)).st_mode
    assert mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == [FILE]  # noqa: PTH208 - no file beside it


async def test_many_changes_are_one_write_and_the_last_one_counts(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    for port in range(1_000):
        vault.keep("toy", Adoption("lamp", port=port))
    await asyncio.gather(vault.written(), vault.written())
    assert Vault(tmp_path).adoptions("toy") == [Adoption("lamp", port=999)]


async def test_a_damaged_one_is_laid_aside_and_the_home_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text('{"toy": {"lamp"')
    vault = Vault(tmp_path)
    assert vault.adoptions("toy") == []
    assert (tmp_path / "vault.damaged").read_text() == '{"toy": {"lamp"'
    assert "adopt anew" in caplog.text
    vault.keep("toy", LAMP)
    await vault.written()
    assert Vault(tmp_path).adoptions("toy") == [LAMP]


async def test_where_the_disk_refuses_the_hub_goes_on_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    vault = Vault(folder)
    folder.rmdir()
    vault.keep("toy", LAMP)
    await vault.written()
    assert "can't be written" in caplog.text
    assert "hush" not in caplog.text
    assert vault.adoptions("toy") == [LAMP]
    folder.mkdir()
    vault.keep("toy", Adoption("other"))
    await vault.written()
    assert len(Vault(folder).adoptions("toy")) == 2


async def test_a_driver_has_a_secret_of_its_own_that_is_no_thing(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.keep("toy", Adoption("a", secret="one"))
    vault.keep_own("toy", "own")
    await vault.written()
    again = Vault(tmp_path)
    assert (again.own("toy"), again.own("other")) == ("own", "")
    assert [adoption.key for adoption in again.adoptions("toy")] == ["a"]
    again.keep_own("toy", "")
    await again.written()
    assert Vault(tmp_path).own("toy") == ""
