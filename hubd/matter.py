"""The Matter server that the hub runs itself where `[matter] managed` says so."""

import logging
import os
from collections.abc import Coroutine

from drivers.kit.manifest import Option
from drivers.matter.managed.errors import MatterServerError
from drivers.matter.managed.options import MatterServerOptions
from drivers.matter.managed.running import ManagedServer, answers
from hubd.settings import Settings

_log = logging.getLogger(__name__)
DRIVER = "matter"


def server_options(settings: Settings) -> MatterServerOptions:
    """Return what the server is to be like, by `[matter]`."""
    said = settings.matter
    return MatterServerOptions(
        settings.data / "matter",
        port=said.port,
        interface=said.interface,
        certificates=said.certificates,
        test_certificates=said.test_certificates,
        bluetooth=said.bluetooth,
    )


def options_of(settings: Settings) -> dict[str, dict[str, Option]]:
    """Return the drivers' options; that of where the Matter server is follows from `[matter]`."""
    options: dict[str, dict[str, Option]] = dict(settings.drivers.options)
    without = DRIVER in settings.drivers.without
    if settings.matter.managed and not without:
        url = server_options(settings).url
        options[DRIVER] = {"server": url, **options.get(DRIVER, {})}
    return options


def matter_server(settings: Settings) -> Coroutine[None, None, None] | None:
    """Return what runs the server until cancelled; None where that is not the hub's to do.

    A service manager runs it as a service of its own (systemd/hubd-matter.service): the hub itself
    may start no programs in namespaces there.
    """
    if not settings.matter.managed or os.environ.get("NOTIFY_SOCKET"):
        return None
    return _run(server_options(settings))


async def _run(options: MatterServerOptions) -> None:
    if await answers(options.port):
        _log.info("a Matter server answers at %s already: it is used", options.url)
        return
    try:
        await ManagedServer(options).run()
    except MatterServerError as error:
        # The home goes on without: the driver says that the server is away.
        _log.error("%s. %s", error.what, error.mend)
