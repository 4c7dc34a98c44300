"""What docs/why.md prints is what the commands say of the evening that it tells of."""

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hubd.cli.asking import what_if, why_not
from hubd.store.reading import log_url
from hubd.store.store import Store
from scenes.explain import explain
from scenes.standing import standing_words
from tests.unit.whatif.evening import KITCHEN_LIGHT, PAGE, TRIED, Evening, evening


@pytest.fixture(scope="module")
def home() -> Evening:
    return evening()


@pytest.fixture(scope="module")
def log(home: Evening, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evening") / "hub.db"

    async def write() -> None:
        store = await asyncio.to_thread(Store.open, log_url(str(path)))
        await store.commit(list(home.log.values()))
        await asyncio.to_thread(store.close)

    asyncio.run(write())
    return path


def printed(command: str) -> str:
    """Return what the page prints below `command`, its line breaks and widths aside."""
    block = re.search(rf"\$ {re.escape(command)}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert block is not None, command
    return " ".join(block[1].split())


def said(text: str) -> str:
    return " ".join(text.split())


def test_the_page_has_the_scene() -> None:
    assert KITCHEN_LIGHT in PAGE.read_text()


def test_why(home: Evening) -> None:
    shadow = home.core.state.shadows[home.prop("kitchen_lamp")]
    told = explain(home.log[shadow.changed_by], home.log.get, home.core.state.home)
    claims = standing_words(shadow, home.core.state.home)
    assert printed("hubd why kitchen_lamp") == " ".join((told.sentence, *claims))


def test_why_not(log: Path) -> None:
    arguments = ["kitchen_light", "--at", "2026-06-15T19:30+02:00"]
    done = CliRunner().invoke(why_not, [*arguments, "--log", str(log)])
    assert done.exit_code == 0, done.output
    assert said(done.output) == printed("hubd why-not " + " ".join(arguments))


def test_what_if(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tried").mkdir()
    Path("tried/kitchen_light.yaml").write_text(TRIED)
    arguments = ["--scenes", "tried", "--picture", "evening.svg"]
    done = CliRunner().invoke(what_if, [*arguments, "--log", str(log)])
    assert done.exit_code == 0, done.output
    assert said(done.stdout) == printed("hubd what-if " + " ".join(arguments))
    assert Path("evening.svg").read_text().startswith("<svg")
