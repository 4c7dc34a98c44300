"""The firmware of a Shelly of the second generation and later: its components, and its methods.

Pure: frames go in, frames come out. The ways to it (WebSocket, HTTP, MQTT) are around it. Sources:
https://shelly-api-docs.shelly.cloud/gen2/ (RPC protocol, Switch, Light, Cover, Thermostat …).
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from copy import deepcopy

from firmware_sim.devices.device import Fields, Json

type Notify = Callable[[Fields], None]


class RpcError(Exception):
    """What a method refuses, with the protocol's code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ShellyFirmware:
    """One device. `notify` is called with each notification's frame."""

    def __init__(
        self,
        device_id: str,
        status: Mapping[str, Fields],
        config: Mapping[str, Fields] | None = None,
        *,
        app: str = "Plus1PM",
        model: str = "SNSW-001P16EU",
        gen: int = 2,
        password: str = "",
        dynamic: Mapping[str, Fields] | None = None,
    ) -> None:
        """Make it; `dynamic` components are told by Shelly.GetComponents alone."""
        self.id = device_id
        self.mac = device_id.rpartition("-")[2].upper()
        self.password = password
        self.info: Fields = {
            "name": None,
            "id": device_id,
            "mac": self.mac,
            "slot": 0,
            "model": model,
            "gen": gen,
            "fw_id": "20260301-101010/1.7.1-gd336f31",
            "ver": "1.7.1",
            "app": app,
            "auth_en": bool(password),
            "auth_domain": device_id if password else None,
        }
        system: Fields = {
            "mac": self.mac,
            "restart_required": False,
            "unixtime": 1_780_000_000,
            "uptime": 4_242,
            "ram_free": 122_072,
            "available_updates": {},
        }
        wifi: Fields = {"sta_ip": "127.0.0.1", "status": "got ip", "ssid": "Home", "rssi": -58}
        self.state: dict[str, Fields] = {
            "sys": system,
            "wifi": wifi,
            "cloud": {"connected": False},
            **{key: {"id": _number(key), **deepcopy(said)} for key, said in status.items()},
        }
        device: Fields = {"name": None, "mac": self.mac, "fw_id": self.info["fw_id"]}
        self.config: dict[str, Fields] = {
            "sys": {"device": device, "cfg_rev": 10},
            **{key: {"id": _number(key)} for key in status},
            **deepcopy(dict(config or {})),
        }
        self.dynamic: dict[str, Fields] = deepcopy(dict(dynamic or {}))
        self.asked: list[tuple[str, Fields]] = []
        self.notify: list[Notify] = []
        self._nonce = secrets.randbits(31)

    # what is asked

    def answer(self, frame: Fields) -> Fields:
        """Return the answer to a request's frame."""
        head: Fields = {"id": frame.get("id"), "src": self.id}
        if "src" in frame:
            head["dst"] = frame["src"]
        method, params = frame.get("method"), frame.get("params")
        try:
            if method != "Shelly.GetDeviceInfo":
                self._let_in(frame.get("auth"))
            result = self.call(str(method), params if isinstance(params, dict) else {})
        except RpcError as error:
            return {**head, "error": {"code": error.code, "message": error.message}}
        return {**head, "result": result}

    def call(self, method: str, params: Fields) -> Json:
        """Carry out a method. Raises RpcError."""
        self.asked.append((method, params))
        whole: dict[str, Json] = {
            "Shelly.GetDeviceInfo": self.info,
            "Shelly.GetStatus": dict(self.state),
            "Shelly.GetConfig": dict(self.config),
            "Sys.GetStatus": self.state["sys"],
            "Shelly.Update": None,
        }
        if method in whole:
            return whole[method]
        if method == "Shelly.GetComponents":
            return self._components(params)
        name, _, verb = method.partition(".")
        key = f"{name.casefold()}:{params.get('id', 0)}"
        if key in self.dynamic and verb == "Set":
            self._set_dynamic(key, params)
        elif key in self.state:
            self._set(key, name, verb, params)
        else:
            raise RpcError(404, f"No handler for {method}")
        return {}

    def _set(self, key: str, name: str, verb: str, params: Fields) -> None:
        match name, verb:
            case ("Switch", "Set"):
                self.change(key, {"output": params["on"], "source": "WS_in"})
            case ("Light" | "RGB" | "RGBW" | "CCT" | "RGBCCT", "Set"):
                told = {"output": params["on"]} if "on" in params else {}
                passed = ("brightness", "rgb", "white", "ct", "mode")
                self.change(key, told | {k: params[k] for k in passed if k in params})
            case ("Cover", "GoToPosition"):
                self._move(key, params["pos"])
            case ("Cover", "Open" | "Close"):
                self._move(key, 100 if verb == "Open" else 0)
            case ("Cover", "Stop"):
                self.change(key, {"state": "stopped"})
            case ("Thermostat", "SetConfig"):
                said = as_fields(params.get("config"))
                self.change(key, {k: said[k] for k in ("target_C", "enable") if k in said})
            case _:
                raise RpcError(404, f"No handler for {name}.{verb}")

    def _move(self, key: str, goal: Json) -> None:
        """Move a cover: it says that it moves, and then where it is."""
        if not isinstance(goal, int | float) or not 0 <= goal <= 100:
            raise RpcError(-103, "Invalid argument 'pos'!")
        now = self.state[key].get("current_pos")
        rising = not isinstance(now, int | float) or goal > now
        self.change(key, {"state": "opening" if rising else "closing"})
        self.change(key, {"state": "open" if goal else "closed", "current_pos": goal})

    def _components(self, params: Fields) -> Json:
        offset = params.get("offset", 0)
        first = offset if isinstance(offset, int) else 0
        page: list[Json] = [
            {"key": key, **said} for key, said in list(self.dynamic.items())[first : first + 5]
        ]
        return {
            "components": page,
            "cfg_rev": 10,
            "offset": first,
            "total": len(self.dynamic),
        }

    def _set_dynamic(self, key: str, params: Fields) -> None:
        as_fields(self.dynamic[key]["status"])["value"] = params["value"]
        self._notify("NotifyStatus", {key: {"value": params["value"]}})

    # what happens by itself

    def change(self, key: str, said: Mapping[str, Json]) -> None:
        """Change a component, and notify what is new of it."""
        news = {k: v for k, v in said.items() if self.state[key].get(k) != v}
        self.state[key] |= news
        if news:
            self._notify("NotifyStatus", {key: {"id": _number(key), **news}})

    def press(self, component: str, event: str) -> None:
        """Have a button's event happen."""
        happened: Fields = {"component": component, "event": event, "ts": 1_780_000_000.1}
        self._notify("NotifyEvent", {"events": [happened]})

    def rename(self, key: str, name: str) -> None:
        """Give a component another name, as its owner does in the maker's app."""
        self.config[key]["name"] = name
        happened: Fields = {"component": key, "event": "config_changed", "cfg_rev": 11}
        self._notify("NotifyEvent", {"events": [happened]})

    def whole(self) -> Fields:
        """Return the notification of everything, which a battery device sends when it wakes."""
        params: Fields = {"ts": 1_780_000_000.1, **self.state}
        return {"src": self.id, "dst": f"{self.id}/events", "method": "NotifyFullStatus",
                "params": params}  # fmt: skip

    def _notify(self, method: str, params: Fields) -> None:
        frame: Fields = {
            "src": self.id,
            "dst": f"{self.id}/events",
            "method": method,
            "params": {"ts": 1_780_000_000.1, **params},
        }
        for notify in self.notify:
            notify(frame)

    # its password

    def _let_in(self, auth: Json) -> None:
        """Check the digest of a frame, SHA-256. Raises RpcError with the challenge."""
        if not self.password:
            return
        said = as_fields(auth or {})
        ha1 = _hash(f"admin:{self.id}:{self.password}")
        ha2 = _hash("dummy_method:dummy_uri")
        parts = (ha1, self._nonce, said.get("nc", 1), said.get("cnonce"), "auth", ha2)
        if said.get("response") != _hash(":".join(map(str, parts))):
            challenge = (
                f'{{"auth_type": "digest", "nonce": {self._nonce}, "nc": 1, '
                f'"realm": "{self.id}", "algorithm": "SHA-256"}}'
            )
            raise RpcError(401, challenge)


def as_fields(said: Json) -> Fields:
    """Return a JSON object. Raises RpcError for anything else."""
    if not isinstance(said, dict):
        raise RpcError(-103, f"not an object: {said!r}")
    return said


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _number(key: str) -> int:
    number = key.partition(":")[2]
    return int(number) if number else 0


def plus_1pm(
    device_id: str = "shellyplus1pm-a8032ab12345", *, password: str = ""
) -> ShellyFirmware:
    """Return a relay with a meter and a switch's input."""
    switch: Fields = {
        "source": "init",
        "output": False,
        "apower": 0.0,
        "voltage": 231.4,
        "current": 0.0,
        "aenergy": {"total": 1234.5, "by_minute": [0.0, 0.0, 0.0], "minute_ts": 1_780_000_000},
        "temperature": {"tC": 41.2, "tF": 106.2},
    }
    config: dict[str, Fields] = {
        "switch:0": {"id": 0, "name": "Kettle"},
        "input:0": {"id": 0, "name": None, "type": "button"},
    }
    status: dict[str, Fields] = {"switch:0": switch, "input:0": {"state": None}}
    return ShellyFirmware(device_id, status, config, password=password)
