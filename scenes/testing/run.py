"""Runs tests of scenes: real core, virtual time; and says of what fails what is so, and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct
from pydantic_core import PydanticCustomError

from hubd.documents import DocumentError, Loc, Problem, did_you_mean
from hubd.model.events import PlaceSet, SceneRevised
from hubd.model.ids import SceneId
from scenes.clock import local
from scenes.explain import explain
from scenes.testing.bundle import Bundle
from scenes.testing.given import begins_us, given_of
from scenes.testing.lab import USUAL_PLACE, EndlessError, Lab
from scenes.testing.language import Written, read_tests
from scenes.testing.moments import Moment
from scenes.testing.moves import (
    Come,
    Happen,
    Heed,
    Look,
    LookedUp,
    Move,
    Restart,
    Titles,
    Wait,
    Wish,
    moves_of,
)


class Failure(Struct, frozen=True):
    """Something that is not as a test expects; `why` says how it came to be so."""

    name: str
    path: str
    line: int
    expected: str
    got: str
    why: str

    def __str__(self) -> str:
        """Return it as compilers write it, and the reason below."""
        head = f"{self.path}:{self.line}: expected: {self.expected}; got: {self.got}"
        return f"{head}\n    {self.why}" if self.why else head


class Result(Struct, frozen=True):
    """How one test came out, and how much of the home's time it took."""

    name: str
    path: str
    line: int
    failures: tuple[Failure, ...]
    simulated_us: int = 0

    @property
    def passed(self) -> bool:
        """Say whether all was as expected."""
        return not self.failures


class Report(Struct, frozen=True):
    """How all tests came out; and what of them, or of the scenes, could not be understood."""

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All failures, in the order of the tests."""
        return tuple(failure for result in self.results for failure in result.failures)

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(result.passed for result in self.results)

    @property
    def all_right(self) -> bool:
        """Say whether all was understood, and all tests passed."""
        return not self.problems and self.passed == len(self.results)

    @property
    def simulated_us(self) -> int:
        """How much of homes' time all tests took."""
        return sum(result.simulated_us for result in self.results)


def run_tests(bundle: Bundle, words: str = "") -> Report:
    """Run the tests of `bundle` whose name or path has all of `words` in it."""
    results: list[Result] = []
    problems = list(bundle.problems)
    for path, text in sorted(bundle.tests.items()):
        tests, wrong = read_tests(text, path)
        problems += wrong
        for written in tests:
            if _is_meant(f"{path} {written.test.test}", words):
                try:
                    results.append(run_test(written, bundle))
                except DocumentError as error:
                    problems += error.problems
    return Report(tuple(results), tuple(problems))


def _is_meant(name: str, words: str) -> bool:
    return all(word in name.casefold() for word in words.casefold().split())


def run_test(written: Written, bundle: Bundle) -> Result:
    """Run one test. Raises DocumentError if it cannot be understood in its home."""
    return _Run(written, bundle).result()


class _Run:
    """One test, understood, on its way."""

    def __init__(self, written: Written, bundle: Bundle) -> None:
        self._test = written.test
        self._line = written.line
        self._document = written.document
        self._failures: list[Failure] = []
        home = bundle.find_home(self._document.path, self._test)
        titles = bundle.titles()
        self._scenes = self._meant(bundle.scenes, titles)
        place = next((e.place for e in reversed(home) if isinstance(e, PlaceSet)), USUAL_PLACE)
        with self._understood("given"):
            self._begins_us = begins_us(self._test.given, place)
        self._lab = Lab(home, self._begins_us)
        with self._understood("given"):
            at_home = self._lab.core.state.home
            self._given = given_of(self._test.given, at_home, self._begins_us)
        self._moves = list(self._all_moves(titles))

    def _meant(self, scenes: Sequence[SceneRevised], titles: Titles) -> list[SceneRevised]:
        """Return the scenes that the test runs with: all of them unless it names some."""
        if not self._test.scenes:
            return list(scenes)
        meant: set[SceneId] = set()
        for number, name in enumerate(self._test.scenes):
            scene = titles.get(name.casefold())
            if scene is None:
                loc = ("scenes", number)
                hint = did_you_mean(name, titles)
                problem = self._document.problem(loc, f'no scene is called "{name}"', hint)
                raise DocumentError([problem])
            meant.add(scene)
        return [each for each in scenes if each.scene in meant]

    def _all_moves(self, titles: Titles) -> Iterator[Move]:
        problems: list[Problem] = []
        for number, step in enumerate(self._test.steps):
            try:
                with self._understood("steps", number):
                    yield from moves_of(step, self._lab.core.state.home, titles, ("steps", number))
            except DocumentError as error:
                problems += error.problems
        if problems:
            raise DocumentError(problems)

    @contextmanager
    def _understood(self, *loc: int | str) -> Iterator[None]:
        """Tell of a "wrong" where in the test's file it stands."""
        try:
            yield
        except PydanticCustomError as error:
            context = error.context or {}
            at = (*loc, *context.get("at", ()))
            problem = self._document.problem(at, context["message"], context["hint"])
            raise DocumentError([problem]) from error

    def result(self) -> Result:
        """Go through all moves; stop after the first moment at which something is not so."""
        lab, given = self._lab, self._given
        lab.begin(given.values, self._scenes, given.standing, given.waiting)
        firsts: tuple[Move, ...] = (*given.reach, *given.heed)
        for first in firsts:
            self._make(first)
        looked = len(lab.log)
        for move in self._moves:
            match move:
                case Look():
                    finding = move.check.find(lab, lab.log[looked:])
                    if finding is not None:
                        self._failures.append(self._failure(move.loc, *finding))
                case LookedUp():
                    looked = len(lab.log)
                    if self._failures:
                        break
                case _:
                    try:
                        with self._understood("steps"):
                            self._make(move)
                    except EndlessError:
                        self._failures.append(self._endless())
                        break
        took_us = lab.now_us - self._begins_us
        test = self._test
        return Result(test.test, self._document.path, self._line, tuple(self._failures), took_us)

    def _make(self, move: Move) -> None:
        lab = self._lab
        match move:
            case Wait(until=Moment() as moment):
                lab.go(moment.after(lab.now_us, lab.core.state.home.place))
            case Wait():
                lab.go(lab.now_us + move.for_us)
            case Happen():
                lab.tell(move.what, move.source)
            case Wish():
                lab.tell(move.claimed(lab.now_us), move.owner)
            case Come():
                lab.reach(move.device, available=move.available)
            case Heed():
                (lab.deaf.discard if move.obeys else lab.deaf.add)(move.device)
            case Restart():
                lab.restart(move.for_us, dict(move.meanwhile))
            case _:
                pass

    def _failure(self, loc: Loc, expected: str, got: str, why: str) -> Failure:
        at = local(self._lab.now_us, self._lab.core.state.home.place)
        line = self._document.problem(loc, "", key=True).line
        told = f"{expected} at {at:%H:%M:%S}"
        return Failure(self._test.test, self._document.path, line, told, got, why)

    def _endless(self) -> Failure:
        last = self._lab.log[-1]
        why = explain(last, self._lab.event, self._lab.core.state.home).sentence
        got = "scenes set each other off for ever"
        return self._failure(("steps",), "time goes on", got, why)
