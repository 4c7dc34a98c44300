"""Who is at the other end of the Unix socket, told by the kernel (unix(7), SO_PEERCRED)."""

import grp
import os
import pwd
import socket
import struct

from msgspec import Struct

from hubd.guard.errors import NotPermittedError
from hubd.guard.identity import Identity, Proof
from hubd.guard.permission import RIGHTS
from hubd.model.home import Role

GROUP = "hubd"
"""The Unix group whose members may use the socket."""

_UCRED = struct.Struct("3i")


class Peer(Struct, frozen=True):
    """The process at the other end."""

    pid: int
    uid: int
    gid: int


def peer_of(connection: socket.socket) -> Peer:
    """Return who connected. Raises OSError if `connection` is no Unix socket."""
    return Peer(
        *_UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    )


def identify(peer: Peer) -> Identity:
    """Return who `peer` is to the home.

    Root and the hub's own user have an owner's rights: they can read and change its files anyhow.
    Members of the group `hubd` have a resident's. Raises NotPermittedError for all others. Reads
    the user database, which may block.
    """
    name = _user(peer.uid)
    if peer.uid in {0, os.getuid()}:
        role = Role.OWNER
    elif _in_group(name, peer.gid):
        role = Role.RESIDENT
    else:
        what = f"The user {name} of this machine may not use the hub's socket"
        raise NotPermittedError(what, mend=f"As root: usermod -aG {GROUP} {name}")
    return Identity(
        source=f"local:{name}", name=name, role=role, permissions=RIGHTS[role], proof=Proof.LOCAL
    )


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _in_group(name: str, gid: int) -> bool:
    try:
        group = grp.getgrnam(GROUP)
    except KeyError:
        return False
    return gid == group.gr_gid or name in group.gr_mem
