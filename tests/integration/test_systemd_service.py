"""The service as systemd's own tools see it, and as `make install` lays it out."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hubd.settings import Settings

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "systemd" / "hubd.service"
MATTER = ROOT / "systemd" / "hubd-matter.service"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def systemd_analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not on this machine (Debian: apt-get install systemd)")
    return found


@pytest.mark.parametrize("unit", [UNIT, MATTER], ids=lambda unit: unit.stem)
def test_a_service_is_exposed_no_more_than_2_0(systemd_analyze: str, unit: Path) -> None:
    done = run(systemd_analyze, "security", "--offline=yes", "--no-pager", unit)
    exposure = re.search(rf"exposure level for {re.escape(unit.name)}: ([\d.]+)", done.stdout)
    assert exposure is not None, done.stdout + done.stderr
    assert float(exposure[1]) <= 2.0, done.stdout


@pytest.mark.parametrize("unit", [UNIT, MATTER], ids=lambda unit: unit.stem)
def test_systemd_understands_every_line_of_a_service(
    systemd_analyze: str, tmp_path: Path, unit: Path
) -> None:
    copy = tmp_path / unit.name  # the same unit, with a program that is here
    copy.write_text(
        re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
    )
    done = run(systemd_analyze, "verify", "--man=no", copy)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", ["224.0.0.0/4", "ff00::/8", "192.168.0.0/16", "link-local"])
def test_devices_of_the_home_can_be_found_through_the_allow_list(line: str) -> None:
    allowed = re.findall(r"^IPAddressAllow=(.*)$", UNIT.read_text(), flags=re.MULTILINE)
    assert line in " ".join(allowed).split()


def test_systemd_makes_the_user_that_the_service_runs_as(tmp_path: Path) -> None:
    sysusers = shutil.which("systemd-sysusers")
    if sysusers is None:
        pytest.skip("systemd-sysusers is not on this machine (Debian: apt-get install systemd)")
    (tmp_path / "etc").mkdir()
    done = run(sysusers, f"--root={tmp_path}", ROOT / "systemd" / "sysusers.d" / "hubd.conf")
    assert done.returncode == 0, done.stderr
    user = re.search(r"^User=(\w+)$", UNIT.read_text(), flags=re.MULTILINE)
    assert user is not None
    assert (tmp_path / "etc" / "passwd").read_text().startswith(f"{user[1]}:")


def test_the_hub_understands_the_configuration_that_is_installed() -> None:
    settings = Settings.load(ROOT / "systemd" / "hub.toml")
    assert settings.scenes.folder == ROOT / "systemd" / "scenes"
    assert settings.api.host == "127.0.0.1"


def test_the_unit_is_installed_for_the_prefix_and_uninstalled_whole(tmp_path: Path) -> None:
    where = (f"DESTDIR={tmp_path}", "PREFIX=/srv/hubd", "LIBDIR=/usr/lib")
    done = run("make", "install-units", *where)
    assert done.returncode == 0, done.stderr
    units = tmp_path / "usr" / "lib" / "systemd" / "system"
    unit, matter = units / "hubd.service", units / "hubd-matter.service"
    assert "\nExecStart=/srv/hubd/bin/hubd run --config /etc/hubd/hub.toml\n" in unit.read_text()
    assert "\nExecStart=/srv/hubd/bin/hubd matter serve --rooted " in matter.read_text()

    done = run("make", "uninstall", *where)
    assert done.returncode == 0, done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
