"""The Unix socket: the kernel says who asks, and the command line's client tells what is wrong."""

import asyncio
import grp
import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from api_serving import Served, serving

from hubd.api.client import HubNotRunningError, HubRefusedError, LocalClient
from hubd.api.settings import ApiSettings
from hubd.guard.errors import NotPermittedError
from hubd.guard.identity import Proof
from hubd.guard.local import Peer, identify, peer_of
from hubd.model.errors import ConfigError
from hubd.model.home import Role

_AS_NOBODY = """
import os, socket, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
link.sendall(b"GET /api/home HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
answer = b""
while part := link.recv(65536):
    answer += part
print(answer.decode())
"""


def _local(tmp_path: Path) -> ApiSettings:
    return ApiSettings(port=0, socket=tmp_path / "run" / "hub.sock")


async def _client(served: Served, tmp_path: Path) -> LocalClient:
    del served
    return LocalClient(tmp_path / "run" / "hub.sock")


async def test_the_hub_s_own_user_has_an_owner_s_rights_without_a_password(tmp_path: Path) -> None:
    async with serving(tmp_path, _local(tmp_path)) as served:
        client = await _client(served, tmp_path)
        me = await asyncio.to_thread(client.get, "/api/me")
        home = await asyncio.to_thread(client.get, "/api/home")
    name = pwd.getpwuid(os.getuid()).pw_name
    assert (me["person"], me["name"], me["role"]) == (None, name, "owner")
    assert home["name"] == "Maple Street"


async def test_the_same_routes_are_served_and_their_errors_are_told(tmp_path: Path) -> None:
    async with serving(tmp_path, _local(tmp_path)) as served:
        client = await _client(served, tmp_path)
        page = await asyncio.to_thread(
            lambda: client.get("/api/events", limit=2, device=None, kind="adopted")
        )
        assert len(page["events"]) == 2
        claim = {"property": "lamp/1/OnOff.on", "value": True}
        await asyncio.to_thread(client.post, "/api/claims", claim)
        assert served.home.log[-2].source.startswith("local:")
        released = await asyncio.to_thread(
            lambda: client.delete("/api/claims", property="lamp/1/OnOff.on")
        )
        assert released["event"] == served.home.last_event
        with pytest.raises(HubRefusedError, match="There is no device 'lmp'") as refused:
            await asyncio.to_thread(client.get, "/api/devices/lmp")
        assert (refused.value.said, refused.value.status) == ("not_found", 404)


async def test_a_lost_owner_s_password_is_set_anew_by_root(tmp_path: Path) -> None:
    async with serving(tmp_path, _local(tmp_path)) as served:
        client = await _client(served, tmp_path)
        body = {"password": "a brand new password"}
        assert await asyncio.to_thread(client.put, "/api/people/ann/password", body) is None
        signed_in = await served.guard.sign_in("Ann", "a brand new password", "test")
        assert signed_in.identity.role is Role.OWNER


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
async def test_another_user_of_the_machine_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o111)
    async with serving(tmp_path, _local(tmp_path)):
        path = tmp_path / "run" / "hub.sock"
        path.chmod(0o666)  # as if the file's own rights were not enough
        asked = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", _AS_NOBODY, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "403" in asked.stdout.partition("\n")[0], asked.stderr
    assert "not_permitted" in asked.stdout
    assert "Maple" not in asked.stdout


async def test_the_socket_is_for_its_owner_and_group_alone_and_goes_with_the_hub(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run" / "hub.sock"
    async with serving(tmp_path, _local(tmp_path)):
        assert path.stat().st_mode & 0o777 == 0o660
    assert not path.exists()


async def test_a_socket_left_by_a_hub_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "run" / "hub.sock"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with serving(tmp_path, _local(tmp_path)) as served:
        client = await _client(served, tmp_path)
        assert (await asyncio.to_thread(client.get, "/api/hello"))["owner_needed"] is False


async def test_the_socket_of_a_hub_that_runs_is_left_to_it(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with serving(tmp_path, _local(tmp_path)) as served:
        with pytest.raises(ConfigError, match="Another hub answers"):
            async with serving(other, _local(tmp_path)):
                pass
        client = await _client(served, tmp_path)
        assert await asyncio.to_thread(client.get, "/api/me")


def test_without_a_hub_the_client_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(HubNotRunningError, match="hubd run"):
        LocalClient(tmp_path / "hub.sock").get("/api/home")
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
    with pytest.raises(HubNotRunningError, match="No hub runs at"):
        LocalClient(tmp_path / "deaf.sock").get("/api/home")


def test_a_hub_that_does_not_answer_is_told_apart_from_none(tmp_path: Path) -> None:
    path = tmp_path / "mute.sock"
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(path))
        mute.listen()
        with pytest.raises(HubNotRunningError, match="does not answer"):
            LocalClient(path, timeout_s=0.05).get("/api/home")


def test_the_kernel_names_the_peer_of_a_unix_socket_and_of_no_other() -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert peer_of(here) == Peer(os.getpid(), os.getuid(), os.getgid())


def test_members_of_the_group_are_residents_and_strangers_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group = grp.struct_group(("hubd", "x", 4321, ["games"]))
    monkeypatch.setattr("hubd.guard.local.grp.getgrnam", lambda _: group)
    games = pwd.getpwnam("games")
    for peer in (Peer(1, games.pw_uid, games.pw_gid), Peer(1, 54321, 4321)):
        who = identify(peer)
        assert (who.role, who.proof, who.person) == (Role.RESIDENT, Proof.LOCAL, None)
    with pytest.raises(NotPermittedError, match="usermod -aG hubd"):
        identify(Peer(1, 54321, 54321))


def test_root_is_an_owner() -> None:
    assert identify(Peer(1, 0, 0)).role is Role.OWNER
