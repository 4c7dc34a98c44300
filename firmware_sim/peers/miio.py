"""A Xiaomi device on UDP: token, clock, MIoT-Spec or the methods from before it.

It has its own reading and writing of the packets, as the protocol's description has them
(https://github.com/OpenMiHome/mihome-binary-protocol), and can be made to lose packets, to send
them twice, to be slow with its clock, and to take few properties at once.
"""

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

type Plain = bool | int | float | str | None

_STAMP_TOLERANCE_S = 60


@dataclass
class Faults:
    """What is wrong with the device or the way to it."""

    lost_in: float = 0.0
    """The share of requests that never come."""
    lost_out: float = 0.0
    """The share of answers that never come."""
    doubled: bool = False
    """Every answer is sent twice."""
    most: int = 16
    """Properties in one request; more are refused."""
    silent: bool = False
    """Nothing is answered at all."""
    garbled: int = 0
    """So many answers are garbage."""


@dataclass
class MiioPeer:
    """One device. `state` is what it has by its keys: `2.1`, or `power` without MIoT-Spec.

    `methods` are the requests of a device without MIoT-Spec that set a key: name -> key. With
    `status` it tells all it has by `get_status`, as robot vacuums do.
    """

    model: str
    state: dict[str, Plain]
    methods: Mapping[str, str] | None = None
    status: bool = False
    token: bytes = bytes.fromhex("00112233445566778899aabbccddeeff")
    device_id: int = 123456789
    mac: str = "04:CF:8C:12:34:56"
    address: str = "127.0.0.1"
    reveals: bool = False
    """Tells its token to whoever says hello, as before it is set up."""
    boot_s: int = 4200
    """What its clock shows when it is started."""
    faults: Faults = field(default_factory=Faults)
    react: Callable[[dict[str, Plain], str], None] | None = None
    """What follows by itself from a key that was set: a curtain gets to its target."""
    port: int = 0
    done: list[str] = field(default_factory=list)
    """What it was asked to do, in order: methods, and `action 2.1`."""
    calls: list[str] = field(default_factory=list)
    """Every request that was let in, by its method."""

    def __post_init__(self) -> None:
        """Derive the key, and get ready to be started."""
        self._key = hashlib.md5(self.token, usedforsecurity=False).digest()
        vector = hashlib.md5(self._key + self.token, usedforsecurity=False).digest()
        self._cipher = Cipher(algorithms.AES(self._key), modes.CBC(vector))
        self._transport: asyncio.DatagramTransport | None = None
        self._started_s = 0.0
        self._seen: set[int] = set()
        self._chance = random.Random(7)  # noqa: S311 - which packets are lost need not be secret

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Plug it in; it keeps its port from the first start on."""
        loop = asyncio.get_running_loop()
        self._started_s = loop.time()
        self._seen.clear()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Socket(self), local_addr=(self.address, self.port)
        )
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    async def stop(self) -> None:
        """Pull the plug."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
            await asyncio.sleep(0)

    async def set(self, key: str, value: Plain) -> None:
        """Change what it has, as by a hand at the device."""
        self.state[key] = value

    @property
    def clock_s(self) -> int:
        """What its clock shows."""
        return self.boot_s + int(asyncio.get_running_loop().time() - self._started_s)

    def received(self, data: bytes, sender: tuple[str, int]) -> None:
        """Take a packet."""
        if self.faults.silent or self._chance.random() < self.faults.lost_in:
            return
        if len(data) < 32 or data[:2] != b"\x21\x31":
            return
        if data[4:] == b"\xff" * 28:
            check = self.token if self.reveals else b"\xff" * 16
            self._answer(self._header(32) + check, sender)
            return
        text = self._open(data)
        if text is None:
            return
        request = json.loads(text)
        number = request["id"]
        if number in self._seen:
            return
        self._seen.add(number)
        self.calls.append(request["method"])
        answer = {"id": number, **self._answer_to(request["method"], request.get("params", []))}
        self._answer(self._sealed(json.dumps(answer).encode() + b"\x00"), sender)

    def _answer(self, data: bytes, receiver: tuple[str, int]) -> None:
        if self._transport is None or self._chance.random() < self.faults.lost_out:
            return
        if self.faults.garbled > 0:
            self.faults.garbled -= 1
            data = data[:32] + bytes(b ^ 0x55 for b in data[32:])
        for _ in range(2 if self.faults.doubled else 1):
            self._transport.sendto(data, receiver)

    def _header(self, length: int) -> bytes:
        did = self.device_id.to_bytes(8, "big")
        return b"\x21\x31" + length.to_bytes(2, "big") + did + self.clock_s.to_bytes(4, "big")

    def _sealed(self, text: bytes) -> bytes:
        padder = PKCS7(128).padder()
        padded = padder.update(text) + padder.finalize()
        encryptor = self._cipher.encryptor()
        body = encryptor.update(padded) + encryptor.finalize()
        head = self._header(32 + len(body))
        check = hashlib.md5(head + self.token + body, usedforsecurity=False).digest()
        return head + check + body

    def _open(self, data: bytes) -> bytes | None:
        """Return a packet's text; None for what is sealed otherwise, too old, or not for it."""
        head, check, body = data[:16], data[16:32], data[32:]
        if hashlib.md5(head + self.token + body, usedforsecurity=False).digest() != check:
            return None
        stamp = int.from_bytes(head[12:16], "big")
        if abs(stamp - self.clock_s) > _STAMP_TOLERANCE_S:
            return None
        if int.from_bytes(head[4:12], "big") != self.device_id:
            return None
        decryptor, unpadder = self._cipher.decryptor(), PKCS7(128).unpadder()
        padded = decryptor.update(body) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()

    def _answer_to(self, method: str, params: object) -> dict[str, object]:
        if method == "miIO.info":
            about = {"model": self.model, "mac": self.mac, "fw_ver": "2.1.7", "hw_ver": "esp32"}
            return {"result": about}
        if self.methods is None and isinstance(params, list | dict):
            return self._by_spec(method, params)
        return self._from_before(method, params if isinstance(params, list) else [])

    def _from_before(self, method: str, params: list[object]) -> dict[str, object]:
        """Answer without MIoT-Spec."""
        if method == "get_prop" and not self.status:
            if len(params) > self.faults.most:
                return _fault(-5001)
            return {"result": [self._told(str(name)) for name in params]}
        if method == "get_status" and self.status:
            return {"result": [dict(self.state)]}
        return self._by_method(method, params)

    def _told(self, name: str) -> Plain:
        value = self.state.get(name, "")
        return "" if value is None else value

    def _by_method(self, method: str, params: list[object]) -> dict[str, object]:
        key = (self.methods or {}).get(method)
        self.done.append(method)
        if key is None:
            known = method.startswith(("app_", "find_"))
            return {"result": ["ok"]} if known else _fault(-32601, "Method not found.")
        value = params[0] if params else not method.endswith("_off")
        if not isinstance(value, bool | int | float | str):
            return _fault(-5001)
        self._changed(key, value)
        return {"result": ["ok"]}

    def _by_spec(self, method: str, params: list[object] | dict[str, object]) -> dict[str, object]:
        if method == "action" and isinstance(params, dict):
            self.done.append(f"action {params['siid']}.{params['aiid']}")
            return {"result": {"code": 0, "out": []}}
        places = [p for p in params if isinstance(p, dict)]
        if method not in {"get_properties", "set_properties"}:
            return _fault(-32601, "Method not found.")
        if len(places) > self.faults.most:
            return _fault(-9999, "user ack timeout")
        asks = method == "get_properties"
        return {"result": [self._read(p) if asks else self._written(p) for p in places]}

    def _read(self, place: dict[str, object]) -> dict[str, object]:
        key = f"{place['siid']}.{place['piid']}"
        if key not in self.state:
            return {**place, "code": -4003}
        value = self.state[key]
        return {**place, "code": -4004} if value is None else {**place, "code": 0, "value": value}

    def _written(self, place: dict[str, object]) -> dict[str, object]:
        key, value = f"{place['siid']}.{place['piid']}", place.pop("value")
        if key not in self.state:
            return {**place, "code": -4003}
        former = self.state[key]
        if isinstance(former, bool) != isinstance(value, bool):
            return {**place, "code": -4005}
        if not isinstance(value, bool | int | float | str):
            return {**place, "code": -4005}
        self.done.append(f"set {key}")
        self._changed(key, value)
        return {**place, "code": 0}

    def _changed(self, key: str, value: Plain) -> None:
        self.state[key] = value
        if self.react is not None:
            self.react(self.state, key)


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, peer: MiioPeer) -> None:
        self._peer = peer

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand a packet to the device."""
        self._peer.received(data, addr)

    def error_received(self, exc: Exception) -> None:
        """Pass over who is not there any more."""


def _fault(code: int, message: str = "invalid arg") -> dict[str, object]:
    return {"error": {"code": code, "message": message}}
