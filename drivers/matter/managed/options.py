"""What a Matter server of the hub's own is to be like."""

from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
PORT = 5580


@dataclass(frozen=True, slots=True)
class MatterServerOptions:
    """`folder` is where its environment and its storage are.

    `interface` is the network that devices are on, where the machine has several. `certificates` is
    a folder of root certificates (`.der`) that it trusts in place of those of the standard's
    ledger; `test_certificates` takes devices that are not certified. `bluetooth` is the number of
    an adapter (0 for hci0) with which new devices are given the Wi-Fi or Thread.
    """

    folder: Path
    port: int = PORT
    interface: str = ""
    certificates: Path | None = None
    test_certificates: bool = False
    bluetooth: int | None = None

    @property
    def url(self) -> str:
        """Its WebSocket."""
        return f"ws://{LOOPBACK}:{self.port}/ws"

    @property
    def storage(self) -> Path:
        """Where it keeps the fabric: losing that is losing every device."""
        return self.folder / "data"

    @property
    def roots(self) -> Path:
        """Where the root certificates are that it trusts."""
        return self.storage / "credentials"

    def arguments(self, storage: Path, roots: Path) -> list[str]:
        """Return the server's arguments, with the folders as it sees them."""
        said = [
            *("--storage-path", str(storage), "--paa-root-cert-dir", str(roots)),
            *("--listen-address", LOOPBACK, "--port", str(self.port)),
            *("--log-level", "warning"),
        ]
        if self.interface:
            said += ["--primary-interface", self.interface]
        if self.test_certificates:
            said.append("--enable-test-net-dcl")
        if self.bluetooth is not None:
            said += ["--bluetooth-adapter", str(self.bluetooth)]
        return said
