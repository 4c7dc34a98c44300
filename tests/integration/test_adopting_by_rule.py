"""Rules of hub.toml, lived through: what is adopted by itself, where it goes, and what waits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import Driving, at_home
from toy import Toy

from hubd.model.errors import ConfigError
from hubd.model.events import Dismissed
from hubd.model.ids import AreaId, DeviceId
from hubd.settings import Settings

MANIFEST = Path(__file__).parents[1] / "fixtures" / "drivers" / "toy" / "driver.toml"
BY_NAME = """
[[adopt]]
maker = "toy*"
area = "from name"
"""


@asynccontextmanager
async def home_with(folder: Path, rules: str) -> AsyncIterator[Driving]:
    """Run a home under the rules of a hub.toml."""
    config = folder / "hub.toml"
    config.write_text(rules, "utf-8")
    settings = Settings.load(config)
    async with at_home(folder / "data", manifests=[MANIFEST], rules=settings.rules) as home:
        yield home


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with Toy() as made:
        yield made


async def settled(home: Driving, what: str) -> None:
    """Wait until the rule of the one found thing came to its end."""
    await home.until(lambda: all(e.why for e in home.adoption.inbox), what)


async def test_what_a_rule_is_for_is_adopted_by_itself_into_the_room_that_its_name_says(
    tmp_path: Path, toy: Toy
) -> None:
    async with home_with(tmp_path, BY_NAME) as home:
        home.see(toy.sighting(bare="1234", name="Kitchen toy"))
        lamp = DeviceId(f"toy_{toy.key}")
        await home.until(lambda: lamp in home.devices, "the lamp in the home")
        await home.until_reached(lamp)
        assert not list(home.adoption.inbox)
        assert home.devices[lamp].area == "kitchen", "as it was called when it was found"
        assert home.hub.core.state.home.areas[AreaId("kitchen")].name == "Kitchen"


async def test_the_room_that_a_rule_names_is_where_it_goes(tmp_path: Path, toy: Toy) -> None:
    rules = BY_NAME.replace("from name", "Study")
    async with home_with(tmp_path, rules) as home:
        home.see(toy.sighting(bare="1234"))
        lamp = DeviceId(f"toy_{toy.key}")
        await home.until(lambda: lamp in home.devices, "the lamp in the home")
        assert home.devices[lamp].area == "study"
        assert home.hub.core.state.home.areas[AreaId("study")].name == "Study"


async def test_what_wants_a_key_waits_for_a_person_though_a_rule_is_for_it(
    tmp_path: Path, toy: Toy
) -> None:
    async with home_with(tmp_path, BY_NAME) as home:
        home.see(toy.sighting(name="Study toy"))
        entry = await home.found(toy.key)
        lamp = await home.adopt(entry, key="1234")
        assert home.devices[lamp].area == "study", "the rule still says where it goes"


async def test_a_rule_that_fails_says_why_and_a_person_can_adopt(tmp_path: Path, toy: Toy) -> None:
    async with home_with(tmp_path, BY_NAME) as home:
        home.see(toy.sighting(bare="0000"))
        entry = await home.found(toy.key)
        await settled(home, "the rule's failure")
        (failed,) = home.adoption.inbox
        assert failed.why == "a rule is for it, but the key is another one"
        assert failed.id == entry.id
        home.see(toy.sighting(bare="1234"))
        await home.until(
            lambda: any(e.found.record == "1234" for e in home.adoption.inbox), "it is seen again"
        )
        (entry,) = home.adoption.inbox
        await home.adopt(entry)


@pytest.mark.parametrize(
    "rules",
    [
        BY_NAME.replace("toy*", "other*"),
        BY_NAME + 'trust = "proven"\n',
        BY_NAME + 'driver = "zed"\n',
        "",
    ],
)
async def test_what_no_rule_is_for_waits(tmp_path: Path, toy: Toy, rules: str) -> None:
    async with home_with(tmp_path, rules) as home:
        home.see(toy.sighting(bare="1234"))
        await home.found(toy.key)
        assert not home.network._adopting
        assert not home.devices


async def test_what_nobody_wanted_to_see_is_not_adopted_by_a_rule(tmp_path: Path, toy: Toy) -> None:
    async with home_with(tmp_path, BY_NAME) as home:
        await home.hub.configure([Dismissed("toy", toy.key)], "person:ann")
        home.see(toy.sighting(bare="1234"))
        await home.found(toy.key)
        assert not home.network._adopting


def test_a_rule_that_cannot_be_is_told_by_its_key(tmp_path: Path) -> None:
    config = tmp_path / "hub.toml"
    config.write_text(BY_NAME + 'trust = "some"\n', "utf-8")
    with pytest.raises(ConfigError, match="trust"):
        Settings.load(config)
