"""What tests of guard share: a home of three people, a clock, and who asks."""

from dataclasses import dataclass

from sqlalchemy import Engine

from hubd.core.home import Home
from hubd.guard.guard import Guard
from hubd.guard.identity import Identity, Proof
from hubd.guard.permission import RIGHTS
from hubd.model.home import Person, Role
from hubd.model.ids import PersonId

PASSWORD = "correct horse battery"
ANN = Person(PersonId("ann"), "Ann", Role.OWNER)
BEA = Person(PersonId("bea"), "Bea", Role.RESIDENT)
TIM = Person(PersonId("tim"), "Tim", Role.CHILD)


class HomeOfThree:
    """The registry and the time, both to be changed by a test."""

    def __init__(self) -> None:
        self.home = Home(people={p.id: p for p in (ANN, BEA, TIM)})
        self.now_us = 1_700_000_000_000_000


@dataclass(frozen=True)
class Guarded:
    """A guard, and what it looks at."""

    guard: Guard
    three: HomeOfThree
    engine: Engine

    async def reopened(self) -> Guard:
        """Return a new guard on the same database, as after a restart."""
        guard = Guard(self.engine, lambda: self.three.home, lambda: self.three.now_us)
        await guard.open()
        return guard


def identity(person: Person) -> Identity:
    """Return `person`, come by a session that no test ends."""
    return Identity(
        f"person:{person.id}",
        person.name,
        person.role,
        RIGHTS[person.role],
        Proof.SESSION,
        person.id,
    )
