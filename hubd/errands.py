"""What people ask of drivers that is neither adopting nor commanding, and the log of it."""

from collections.abc import Iterable, Mapping, Sequence

from drivers.kit.driver import Said
from drivers.kit.errors import AdoptionError, ErrandError
from drivers.kit.link import ITSELF
from drivers.kit.manifest import Errand, Of
from drivers.kit.process import DriverProcess
from hubd.answers import check_answers
from hubd.api.finding import Offer
from hubd.documents import did_you_mean
from hubd.hub import Hub
from hubd.model.events import ErrandRun
from hubd.model.ids import DeviceId
from hubd.network import Network


class Errands:
    """Finds whom an errand is for, has it run, and keeps in the log who asked and how it came out.

    What was answered to its needs, and what is shown for it, is in no log.
    """

    def __init__(self, hub: Hub, network: Network) -> None:
        self._hub = hub
        self._network = network

    def offers(self) -> Sequence[Offer]:
        """Return all that may be asked."""
        return [
            Offer(p.name, p.manifest.title, errand, self._devices(p, errand))
            for p in self._network.processes
            for errand in p.manifest.errands
        ]

    async def run(
        self,
        driver: str,
        name: str,
        device: DeviceId | None,
        answers: Mapping[str, str],
        source: str,
        said: Said,
    ) -> Mapping[str, str]:
        """Run an errand; return what to show for it. Raises ErrandError.

        Without a `device` it is for the only thing of the driver that there is.
        """
        process, errand = self._known(driver, name)
        try:
            check_answers(errand.title, errand.needs, answers)
        except AdoptionError as error:
            raise ErrandError(error.what, mend=error.mend) from None
        key, device = self._whom(process, errand, device)
        try:
            told = await process.errand(errand, key, answers, said)
        except ErrandError as error:
            await self._log(ErrandRun(driver, name, errand.title, device, error.what), source)
            raise
        await self._log(ErrandRun(driver, name, errand.title, device), source)
        return told

    async def _log(self, what: ErrandRun, source: str) -> None:
        await self._hub.configure([what], source)

    def _known(self, driver: str, name: str) -> tuple[DriverProcess, Errand]:
        process = self._network.process(driver)
        if process is None or not process.manifest.errands:
            able = [p.name for p in self._network.processes if p.manifest.errands]
            what = f"no driver {driver!r} runs errands"
            raise ErrandError(what, mend=did_you_mean(driver, able).capitalize())
        errands = {errand.name: errand for errand in process.manifest.errands}
        if name not in errands:
            what = f"the {driver} driver knows no errand {name!r}"
            raise ErrandError(what, mend=did_you_mean(name, errands).capitalize())
        return process, errands[name]

    def _whom(
        self, process: DriverProcess, errand: Errand, device: DeviceId | None
    ) -> tuple[str, DeviceId | None]:
        """Return the key of the thing that an errand is for, and its device. Raises ErrandError."""
        if errand.of is Of.DRIVER:
            if device is not None:
                what = f"{errand.title} is of no device"
                raise ErrandError(what, mend="Ask it without one")
            return "", None
        things = self._things(process)
        if device is None:
            if len(things) == 1:
                return next(iter(things.items()))
            if not things:
                raise ErrandError(
                    f"nothing is adopted by the {process.name} driver",
                    mend=f"Adopt it first: hubd found, or hubd add {process.name}",
                )
            ids = sorted(things.values())
            raise ErrandError(f"there are {len(ids)} to choose from", mend=_one_of(ids))
        for record in self._hub.paths.records_of(device):
            key, part = process.place_of(record) or ("", ITSELF)
            if key and part != ITSELF:
                raise ErrandError(f"{device} is behind {things[key]}", mend=f"Ask {things[key]}")
            if key:
                return key, device
        mend = _one_of(sorted(things.values())) if things else ""
        raise ErrandError(f"{device} is not of the {process.name} driver", mend=mend)

    def _devices(self, process: DriverProcess, errand: Errand) -> tuple[DeviceId, ...]:
        return tuple(self._things(process).values()) if errand.of is Of.THING else ()

    def _things(self, process: DriverProcess) -> dict[str, DeviceId]:
        """Return the adopted things of a driver, as the devices of the home that they are."""
        joins = self._hub.core.state.home.joins
        ids = {key: process.id_of(key) for key in process.keys}
        return {k: joins[id_].thing if id_ in joins else id_ for k, id_ in ids.items()}


def _one_of(ids: Iterable[DeviceId]) -> str:
    return f"Ask one of {', '.join(ids)}"
