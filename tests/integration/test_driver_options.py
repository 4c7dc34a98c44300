"""Options of hub.toml in a driver's own process: there before all else, or told as a problem."""

from pathlib import Path

import pytest
from driving import at_home
from toy import Toy

from drivers.kit.errors import AdoptionError

MANIFEST = Path(__file__).parents[1] / "fixtures" / "drivers" / "toy" / "driver.toml"


@pytest.mark.parametrize(
    ("said", "maker"),
    [({}, "Toymaker"), ({"maker": "Acme", "loud": True}, "Acme!")],
    ids=["as usual", "as said"],
)
async def test_a_driver_has_its_options_before_it_sees_anything(
    tmp_path: Path, said: dict[str, str | bool], maker: str
) -> None:
    options = {"toy": said}
    async with Toy() as toy, at_home(tmp_path, manifests=[MANIFEST], options=options) as home:
        home.see(toy.sighting())
        assert (await home.found(toy.key)).found.maker == maker


@pytest.mark.parametrize(
    ("maker", "what"),
    [
        ("nobody", "[drivers.options.toy] maker: somebody must"),
        ("crash", "[drivers.options.toy]: ZeroDivisionError: it was told to"),
    ],
)
async def test_an_option_that_the_driver_cannot_take_is_a_problem_and_it_stays_down(
    tmp_path: Path, maker: str, what: str
) -> None:
    options = {"toy": {"maker": maker}}
    async with Toy() as toy, at_home(tmp_path, manifests=[MANIFEST], options=options) as home:
        process = home.network.process("toy")
        assert process is not None
        home.see(toy.sighting())
        await home.until(lambda: bool(process.problems) and not process.running, "it is down")
        (problem,) = process.problems
        assert (problem.code, problem.what) == ("driver.option", what)
        assert problem.mend.endswith("(hub.toml), and start the hub anew")
        with pytest.raises(AdoptionError, match=r"drivers\.options\.toy"):
            await home.add("toy", place=f"{toy.key}@127.0.0.1:{toy.port}", key="1234")
