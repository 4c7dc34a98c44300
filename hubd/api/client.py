"""The command line's way to the running hub: the API over its Unix socket, synchronously."""

import http.client
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from hubd.model.errors import HubError

_TIMEOUT_S = 30.0
_LINES = "application/x-ndjson"


class HubNotRunningError(HubError):
    """Nobody answers at the hub's socket."""

    code = "hub_not_running"


class HubRefusedError(HubError):
    """The hub answered with an error; `said` is its own code, `status` that of HTTP."""

    code = "hub_refused"

    def __init__(self, what: str, *, mend: str, said: str, status: int) -> None:
        super().__init__(what, mend=mend)
        self.said = said
        self.status = status


class LocalClient:
    """Asks the hub at `socket_path`. Each call is one connection; nothing is kept open.

    All methods raise HubNotRunningError and HubRefusedError, and return what the JSON answer
    holds (docs/api.md), or None where there is none.
    """

    def __init__(self, socket_path: Path, timeout_s: float = _TIMEOUT_S) -> None:
        self._path = socket_path
        self._timeout_s = timeout_s

    def get(self, path: str, **query: str | int | None) -> Any:
        """GET `path`; parts of the query that are None are left out."""
        return self._ask("GET", path, query)

    def post(
        self, path: str, body: dict[str, Any], said: Callable[[str], None] | None = None
    ) -> Any:
        """POST `body` to `path`; `said` is told how it goes, where that takes a while."""
        return self._ask("POST", path, {}, body, said)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """PUT `body` to `path`."""
        return self._ask("PUT", path, {}, body)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """PATCH `path` by `body`."""
        return self._ask("PATCH", path, {}, body)

    def delete(self, path: str, **query: str | int | None) -> Any:
        """DELETE `path`."""
        return self._ask("DELETE", path, query)

    def _ask(
        self,
        method: str,
        path: str,
        query: dict[str, str | int | None],
        body: dict[str, Any] | None = None,
        said: Callable[[str], None] | None = None,
    ) -> Any:
        wanted = {key: value for key, value in query.items() if value is not None}
        target = quote(path) + (f"?{urlencode(wanted)}" if wanted else "")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if said is not None:
            headers["Accept"] = _LINES
        data = json.dumps(body) if body is not None else None
        connection = _UnixConnection(self._path, self._timeout_s)
        try:
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            if said is not None and response.getheader("Content-Type") == _LINES:
                return _listened(response, said)
            return _read(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise _unanswered(self._path, error) from error
        finally:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path
        self._timeout_s = timeout_s

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self._timeout_s)
        self.sock.connect(str(self._path))


def _listened(response: http.client.HTTPResponse, said: Callable[[str], None]) -> Any:
    """Pass on what is said line by line; return what the last line answers."""
    for line in response:
        told = json.loads(line)
        if "said" not in told:
            return _read(told["status"], json.dumps(told["body"]).encode())
        said(told["said"])
    raise http.client.IncompleteRead(b"")


def _read(status: int, body: bytes) -> Any:
    try:
        document = json.loads(body) if body else None
    except ValueError:
        document = None
    if status < http.HTTPStatus.BAD_REQUEST:
        return document
    told = document.get("error", {}) if isinstance(document, dict) else {}
    raise HubRefusedError(
        told.get("message", f"The hub answered {status}"),
        mend=told.get("mend", ""),
        said=told.get("code", ""),
        status=status,
    )


def _unanswered(path: Path, error: Exception) -> HubNotRunningError:
    match error:
        case PermissionError():
            what, mend = (
                f"You may not use the hub's socket {path}",
                "Become a member of the group hubd (as root: usermod -aG hubd YOU), or use sudo.",
            )
        case TimeoutError():
            what, mend = f"The hub at {path} does not answer", "See its journal: journalctl -u hubd"
        case _:
            what, mend = (
                f"No hub runs at {path}",
                "Start it with `hubd run` or `systemctl start hubd`; name another with --socket.",
            )
    return HubNotRunningError(what, mend=mend)
