"""What can be configured: one `hub.toml`, and the environment over it.

`HUBD_API__PORT=8421` sets `[api] port`. Paths that are relative count from the file's own folder.
"""

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from drivers.kit.found import Trust
from hubd.inbox import Rule
from hubd.model.errors import ConfigError


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HomeSettings(_Table):
    """`[home]`: the file that describes it (docs/home-file.md)."""

    file: Path | None = None


class StoreSettings(_Table):
    """`[store]`: where the log is, and how long it is kept.

    `url`: `sqlite:///PATH` or `postgresql://…`; without it, `hub.db` in the data folder.
    """

    url: str | None = None
    keep_days: int = Field(default=30, ge=1)
    keep_megabytes: int = Field(default=2_000, ge=50)


class MqttSettings(_Table):
    """`[mqtt]`: the broker. Without a `url` the hub runs one of its own.

    `dialects`: the manners of announcing that are listened to (docs/mqtt.md); without it, all.
    `bind_keys`: what Bluetooth sensors encrypt with, by MAC address (docs/drivers/theengs.md).
    """

    url: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    discovery_prefix: str = "homeassistant"
    client_id: str = "hubd"
    dialects: tuple[str, ...] | None = None
    bind_keys: dict[str, SecretStr] = Field(default_factory=dict)


class BrokerSettings(_Table):
    """`[broker]`: the hub's own broker, when `[mqtt]` names none. It listens on loopback."""

    port: int = Field(default=1883, ge=0, le=65_535)


class DriversSettings(_Table):
    """`[drivers]`: which not to run, others beside them, and whether to look on the network.

    `manifests`: `driver.toml` files of drivers that are not installed as packages. `options`: what
    a driver is to do otherwise than usual, by its name; its manifest lists what there is.
    """

    without: tuple[str, ...] = ()
    manifests: tuple[Path, ...] = ()
    look: bool = True
    options: dict[str, dict[str, bool | int | float | str]] = Field(default_factory=dict)


class MatterSettings(_Table):
    """`[matter]`: a Matter server of the hub's own (docs/drivers/matter.md).

    Without `managed` the hub uses the server that `[drivers.options.matter] server` names.
    `interface`: the network that devices are on, where there are several. `certificates`: a folder
    of root certificates to trust; `test_certificates`: take devices that are not certified.
    `bluetooth`: the number of an adapter (0 for hci0), to give new devices the Wi-Fi or Thread.
    """

    managed: bool = False
    port: int = Field(default=5580, ge=1024, le=65_535)
    interface: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,15}$")
    certificates: Path | None = None
    test_certificates: bool = False
    bluetooth: int | None = Field(default=None, ge=0, le=15)


class AdoptionRule(_Table):
    """`[[adopt]]`: what is adopted by itself, by patterns as in a shell (docs/adopting.md).

    `area`: a room's id or name, or "from name" for the room that the thing's name says. `trust`:
    how well the talk with it must be guarded at least (proven, keyed, password, open).
    """

    driver: str = "*"
    maker: str = "*"
    model: str = "*"
    name: str = "*"
    area: str = ""
    trust: Trust = Trust.OPEN


class ScenesSettings(_Table):
    """`[scenes]`: the folder of their YAML files."""

    folder: Path = Path("scenes")


class SafetySettings(_Table):
    """`[safety]`: the file of the safety rules (docs/safety.md).

    Without it, `safety.yaml` beside the scenes' folder; where there is none, the rules that hubd
    comes with.
    """

    file: Path | None = None


class PanelSettings(_Table):
    """`[api]`: the panel and the API. Loopback until TLS is set up or the owner says otherwise."""

    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65_535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    allow_plain_lan: bool = False
    hosts: tuple[str, ...] = ()


class Settings(BaseSettings):
    """All of `hub.toml`. `data` is the folder of what the hub writes, `run` that of its socket."""

    model_config = SettingsConfigDict(
        env_prefix="HUBD_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data: Path = Field(default_factory=lambda: _folder("STATE_DIRECTORY", ".local/state/hubd"))
    run: Path = Field(default_factory=lambda: _folder("RUNTIME_DIRECTORY", ".local/state/hubd"))
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    home: HomeSettings = HomeSettings()
    store: StoreSettings = StoreSettings()
    mqtt: MqttSettings = MqttSettings()
    broker: BrokerSettings = BrokerSettings()
    scenes: ScenesSettings = ScenesSettings()
    safety: SafetySettings = SafetySettings()
    leases: dict[str, str] = Field(default_factory=dict)
    """`[leases]`: how long a person's hand is left alone, by kind of device (docs/safety.md)."""
    api: PanelSettings = PanelSettings()
    drivers: DriversSettings = DriversSettings()
    matter: MatterSettings = MatterSettings()
    adopt: tuple[AdoptionRule, ...] = (AdoptionRule(driver="mqtt"),)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, which comes in as initial values."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @property
    def store_url(self) -> str:
        """The log's URL, the default filled in."""
        return self.store.url or f"sqlite:///{self.data / 'hub.db'}"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """By what rules found things are adopted by themselves."""
        return tuple(Rule(**rule.model_dump()) for rule in self.adopt)

    @property
    def safety_file(self) -> Path:
        """The file of the safety rules, which need not be there."""
        return self.safety.file or self.scenes.folder.parent / "safety.yaml"

    @property
    def socket(self) -> Path:
        """The Unix socket that the command line talks to."""
        return self.run / "hub.sock"

    @classmethod
    def load(cls, path: Path | None) -> Self:
        """Read `path`; without one, what the environment says over the defaults.

        Raises ConfigError that names the file, the key and the nearest valid one.
        """
        if path is None:
            return cls._of({}, Path.cwd(), "the environment")
        try:
            document = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            what = f"{path} can't be read: {error.strerror}"
            raise ConfigError(what, mend="Name a file with --config") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not TOML: {error}") from error
        return cls._of(document, path.resolve().parent, str(path))

    @classmethod
    def _of(cls, document: dict[str, Any], base: Path, origin: str) -> Self:
        try:
            settings = cls(**document)
        except ValidationError as error:
            raise ConfigError("\n".join(_in_words(cls, error, origin))) from error
        return settings._based_on(base)

    def _based_on(self, base: Path) -> Self:
        home, safety, roots = self.home.file, self.safety.file, self.matter.certificates
        return self.model_copy(
            update={
                "data": base / self.data,
                "run": base / self.run,
                "home": HomeSettings(file=base / home if home is not None else None),
                "scenes": ScenesSettings(folder=base / self.scenes.folder),
                "drivers": self.drivers.model_copy(
                    update={"manifests": tuple(base / path for path in self.drivers.manifests)}
                ),
                "safety": SafetySettings(file=base / safety if safety is not None else None),
                "matter": self.matter.model_copy(
                    update={"certificates": base / roots if roots is not None else None}
                ),
            }
        )


def _folder(systemd_variable: str, below_home: str) -> Path:
    given = os.environ.get(systemd_variable)
    return Path(given.split(":")[0]) if given else Path.home() / below_home


def _in_words(root: type[BaseModel], error: ValidationError, origin: str) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False):
        *tables, key = [str(part) for part in problem["loc"]] or ["?"]
        where = f"{origin}: [{'.'.join(tables)}] {key}" if tables else f"{origin}: {key}"
        if problem["type"] != "extra_forbidden":
            lines.append(f"{where}: {problem['msg']}")
            continue
        model: Any = root
        for table in tables:
            model = model.model_fields[table].annotation
        near = difflib.get_close_matches(key, model.model_fields, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        lines.append(f"{where}: there is no such key{hint}")
    return lines
