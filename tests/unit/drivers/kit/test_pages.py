"""docs/drivers.md and docs/adopting.md say all there is, and nothing that is not."""

import re
from pathlib import Path

import click
import msgspec
import pytest

from drivers.kit.found import Trust
from drivers.kit.manifest import Limits, Manifest, Reach, Sought
from drivers.kit.messages import FRAME_LIMIT
from drivers.kit.process import FAILURES, HANG_S, IDLE_S, RECENT_S
from drivers.kit.quality import RULES
from drivers.kit.spawning import TURN_S
from hubd.cli import hubd
from hubd.settings import AdoptionRule, Settings

ROOT = Path(__file__).parents[4]
DRIVERS = (ROOT / "docs" / "drivers.md").read_text("utf-8")
ADOPTING = (ROOT / "docs" / "adopting.md").read_text("utf-8")


@pytest.mark.parametrize("table", [Manifest, Reach, Limits, Sought])
def test_every_key_of_a_manifest_is_explained(table: type[msgspec.Struct]) -> None:
    keys = [field.encode_name for field in msgspec.structs.fields(table)]
    missing = [k for k in keys if not re.search(rf"`(\[\[?)?{k}(\]\]?)?`", DRIVERS)]
    assert not missing


def test_every_rule_of_the_scale_is_there_in_its_own_words() -> None:
    rows = re.findall(r"^\|\s*(\w*)\s*\| `(\w+)` \| (.*?) \|$", DRIVERS, re.MULTILINE)
    said = {name: words for _, name, words in rows}
    assert {rule.name: rule.says for rule in RULES}.items() <= said.items()
    assert said.keys() - {rule.name for rule in RULES} == {"starts", "holds", "passes"}


def test_the_figures_are_those_of_the_code() -> None:
    assert f"does not answer for {HANG_S:g} s" in DRIVERS
    assert f"turns of {TURN_S * 1000:g} ms" in DRIVERS
    assert f"more than {FRAME_LIMIT // 1024 // 1024} MB" in DRIVERS
    assert (FAILURES, RECENT_S, IDLE_S) == (5, 600.0, 60.0), "five, ten minutes, a minute"
    limits = Limits()
    assert f"`memory_mb` ({limits.memory_mb}) and `cpu_percent` ({limits.cpu_percent})" in DRIVERS


def test_every_word_of_trust_and_every_key_of_a_rule_is_explained() -> None:
    for word in Trust:
        assert f"| {word} |" in ADOPTING
    block = re.search(r"```toml\n(.*?)```", ADOPTING, re.DOTALL)
    assert block is not None
    for key in AdoptionRule.model_fields:
        assert f"{key} = " in block[1] or f"`{key}`" in ADOPTING


def test_the_rules_of_the_page_are_rules(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", ADOPTING, re.DOTALL)
    assert block is not None
    config = tmp_path / "hub.toml"
    config.write_text(block[1], "utf-8")
    assert [rule.area for rule in Settings.load(config).rules] == ["", "from name", "Garden"]


@pytest.mark.parametrize("page", [DRIVERS, ADOPTING], ids=["drivers", "adopting"])
def test_every_command_of_the_pages_is_one(page: str) -> None:
    called = re.findall(r"hubd ((?:driver )?[a-z]+)(?= |`|$)", page, re.MULTILINE)
    context = click.Context(hubd)
    for words in (line.split() for line in called):
        command = hubd.get_command(context, words[0])
        if words[0] == "driver":
            assert isinstance(command, click.Group)
            command = command.get_command(context, words[1]) if len(words) > 1 else command
        assert command is not None, words


@pytest.mark.parametrize("page", ["drivers.md", "adopting.md", "decisions/0012-drivers-apart.md"])
def test_every_page_that_is_named_is_there(page: str) -> None:
    path = ROOT / "docs" / page
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if "://" not in link:
            assert (path.parent / link).exists(), link
