"""A new driver passes its own tests and walks the scale to its end; an installed one is found."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from driving import at_home

from drivers.kit.errors import ManifestError
from drivers.kit.manifest import read_manifest
from drivers.kit.sighting import Medium, Sighting
from hubd.cli.driver_check import check
from hubd.cli.driver_new import ScaffoldError, scaffold
from hubd.manifests import installed


@pytest.fixture
def driver(tmp_path: Path) -> Path:
    scaffold("paper_lamp", tmp_path)
    return tmp_path / "hubd-driver-paper-lamp"


def checked(path: Path, *options: str) -> dict[str, object]:
    result = CliRunner().invoke(check, [str(path), "--json", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    told: dict[str, object] = json.loads(result.stdout)
    return told


def broken(told: dict[str, object]) -> list[object]:
    rules = told["rules"]
    assert isinstance(rules, list)
    return [rule["rule"] for rule in rules if not rule["kept"]]


def test_a_new_driver_is_gold_and_its_tests_pass(driver: Path) -> None:
    told = checked(driver)
    assert broken(told) == []
    assert told["level"] == "gold"


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("hubd_driver_paper_lamp/driver.toml", "tcp = [7777]", 'tcp = ["*"]', "narrow"),
        ("hubd_driver_paper_lamp/driver.toml", "[7777]", '["9-3"]', "reach"),
        ("hubd_driver_paper_lamp/driver.toml", "[[mdns]]", "[[other]]", ""),
        (
            "hubd_driver_paper_lamp/driver.py",
            "if not key:",
            "if key in sighting.texts[key]:",
            "holds",
        ),
        ("hubd_driver_paper_lamp/driver.py", "import LampLink", "import Nothing", "starts"),
        (
            "hubd_driver_paper_lamp/link.py",
            "import asyncio\n",
            "import asyncio\nimport time\ntime.sleep(0)\n",
            "unblocked",
        ),
        ("hubd_driver_paper_lamp/codec.py", "(line: bytes) -> dict[str, Value]", "(line)", "typed"),
        ("tests/test_paper_lamp.py", "is False", "is True", "passes"),
        ("tests/test_paper_lamp.py", "hypothesis", "thesis", "fuzzed"),
    ],
)
def test_each_rule_of_the_scale_can_be_broken(
    driver: Path, file: str, old: str, new: str, rule: str
) -> None:
    path = driver / file
    if file.endswith("driver.py") and "LampLink" in old:
        old, new = "from hubd_driver_paper_lamp.link", "from hubd_driver_paper_lamp.lonk"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    options = () if rule == "passes" else ("--no-tests",)
    if not rule:
        result = CliRunner().invoke(check, [str(driver)])
        assert isinstance(result.exception, ManifestError)
        return
    assert rule in broken(checked(driver, *options))


def test_a_driver_s_name_is_one_that_a_package_can_have(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="no name for a driver"):
        scaffold("Paper-Lamp", tmp_path)
    scaffold("lamp", tmp_path)
    with pytest.raises(ScaffoldError, match="is there already"):
        scaffold("lamp", tmp_path)


async def test_an_installed_driver_is_found_without_being_run_and_does_its_work(
    driver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    info = site / "hubd_driver_paper_lamp-0.1.0.dist-info"
    info.mkdir(parents=True)
    shutil.copytree(driver / "hubd_driver_paper_lamp", site / "hubd_driver_paper_lamp")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hubd-driver-paper-lamp\n")
    (info / "entry_points.txt").write_text(
        "[hubd.drivers]\npaper_lamp = hubd_driver_paper_lamp.driver:PaperLampDriver\n"
    )
    monkeypatch.syspath_prepend(str(site))
    (path,) = installed()
    assert "hubd_driver_paper_lamp" not in sys.modules
    assert read_manifest(path).name == "paper_lamp"
    async with at_home(tmp_path / "home", manifests=[path]) as home:
        texts = {"id": "a0b1c2d3e4f5", "name": "Reading lamp"}
        service = "_paper-lamp._tcp.local."
        home.see(Sighting(Medium.MDNS, service, f"x.{service}", texts=texts))
        entry = await home.found("a0b1c2d3e4f5")
    assert entry.found.name == "Reading lamp"
