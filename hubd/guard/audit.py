"""The audit: an append-only chain in which every entry vouches for all before it. Pure."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

import msgspec
from msgspec import Struct

from hubd.guard.tables import AuditEntry

GENESIS = "0" * 64
"""What the first entry has for its past."""


class Act(StrEnum):
    """What the audit knows of."""

    OWNER_CODE_ISSUED = "owner_code_issued"
    OWNER_CAME_IN = "owner_came_in"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ROTATED = "session_rotated"
    PASSWORD_SET = "password_set"  # noqa: S105 - an act, not a secret
    TOKEN_MADE = "token_made"  # noqa: S105 - an act, not a secret
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - an act, not a secret
    PERSON_BARRED = "person_barred"
    SCENE_FORCED = "scene_forced"


class Note(Struct, frozen=True):
    """What is to be written: `source` did `action` to `subject`."""

    at_us: int
    source: str
    action: Act
    subject: str
    detail: str = ""


class Broken(Struct, frozen=True):
    """Where the chain does not hold, and why."""

    entry: int
    reason: str


def link(previous: AuditEntry | None, note: Note) -> AuditEntry:
    """Return `note` as the entry that follows `previous`."""
    entry = AuditEntry(
        id=previous.id + 1 if previous is not None else 1,
        at_us=note.at_us,
        source=note.source,
        action=note.action.value,
        subject=note.subject,
        detail=note.detail,
        previous=previous.hash if previous is not None else GENESIS,
        hash="",
    )
    entry.hash = _hash(entry)
    return entry


def verify(entries: Iterable[AuditEntry]) -> Broken | None:
    """Return the first break of a whole chain, given from its first entry; None if it holds.

    Entries cut off at the end leave a chain that holds: compare the last hash with one kept
    elsewhere, such as in the journal.
    """
    past, number = GENESIS, 1
    for entry in entries:
        if entry.id != number:
            return Broken(number, f"entry {number} is missing")
        if entry.previous != past:
            return Broken(number, "it does not follow from the entry before it")
        if entry.hash != _hash(entry):
            return Broken(number, "it was changed after it was written")
        past, number = entry.hash, number + 1
    return None


def _hash(entry: AuditEntry) -> str:
    # A JSON array keeps the fields apart: no two entries have the same bytes.
    fields = (
        entry.previous,
        entry.id,
        entry.at_us,
        entry.source,
        entry.action,
        entry.subject,
        entry.detail,
    )
    return hashlib.sha256(msgspec.json.encode(fields)).hexdigest()
