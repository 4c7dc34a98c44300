"""Sessions: how long they live, how their secret changes, and the index to find them by."""

from collections.abc import Iterable, Iterator

from hubd.guard.secret import digest, new_id
from hubd.guard.tables import GuardSession
from hubd.model.ids import PersonId
from hubd.model.instant import DAY_US, MINUTE_US

IDLE_US = 30 * DAY_US
"""A session that is not used for so long ends."""

LIFE_US = 180 * DAY_US
"""No session lives longer."""

ROTATE_US = DAY_US
"""A secret older than this is changed for a new one."""

GRACE_US = MINUTE_US
"""So long the old secret is good still, for requests that were under way."""


def begin(person: PersonId, secret: str, now_us: int) -> GuardSession:
    """Return a new session of `person` that `secret` opens."""
    return GuardSession(
        id=new_id(),
        person=person,
        digest=digest(secret),
        created_us=now_us,
        rotated_us=now_us,
        expires_us=now_us + IDLE_US,
    )


def rotated(old: GuardSession, secret: str, now_us: int) -> GuardSession:
    """Return the session `old` with the new `secret`, and its end moved on."""
    return GuardSession(
        id=old.id,
        person=old.person,
        digest=digest(secret),
        previous=old.digest,
        previous_until_us=now_us + GRACE_US,
        created_us=old.created_us,
        rotated_us=now_us,
        expires_us=min(now_us + IDLE_US, old.created_us + LIFE_US),
    )


class Sessions:
    """All sessions, in memory, by id and by the digests that open them."""

    def __init__(self, rows: Iterable[GuardSession] = ()) -> None:
        self._by_id: dict[str, GuardSession] = {}
        self._by_digest: dict[str, GuardSession] = {}
        for row in rows:
            self.put(row)

    def find(self, secret: str, now_us: int) -> GuardSession | None:
        """Return the living session that `secret` opens; None if there is none."""
        key = digest(secret)
        row = self._by_digest.get(key)
        if row is None or now_us >= row.expires_us:
            return None
        if key == row.previous and now_us >= row.previous_until_us:
            return None
        return row

    def get(self, session: str) -> GuardSession | None:
        """Return the session of that id; None if it has ended."""
        return self._by_id.get(session)

    def put(self, row: GuardSession) -> None:
        """Keep `row`, in place of the one with its id."""
        old = self._by_id.get(row.id)
        if old is not None:
            self.drop(old)
        self._by_id[row.id] = row
        self._by_digest[row.digest] = row
        if row.previous:
            self._by_digest[row.previous] = row

    def drop(self, row: GuardSession) -> None:
        """Forget `row`."""
        self._by_id.pop(row.id, None)
        self._by_digest.pop(row.digest, None)
        self._by_digest.pop(row.previous, None)

    def of(self, person: PersonId) -> list[GuardSession]:
        """Return the sessions of `person`, oldest first."""
        mine = (row for row in self._by_id.values() if row.person == person)
        return sorted(mine, key=lambda row: row.rotated_us)

    def expired(self, now_us: int) -> Iterator[GuardSession]:
        """Yield the sessions whose time is over."""
        return (row for row in self._by_id.values() if now_us >= row.expires_us)
