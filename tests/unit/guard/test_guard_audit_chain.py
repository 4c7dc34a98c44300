"""The audit: a chain holds as it was written, and no change to it goes unseen."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hubd.guard.audit import Act, Note, link, verify
from hubd.guard.tables import AuditEntry

_texts = st.text(max_size=20)
_notes = st.lists(
    st.builds(
        Note,
        at_us=st.integers(0, 2**53),
        source=_texts,
        action=st.sampled_from(Act),
        subject=_texts,
        detail=_texts,
    ),
    min_size=1,
    max_size=12,
)
_FIELDS = ("at_us", "source", "action", "subject", "detail", "previous", "hash", "id")


def _chain(notes: list[Note]) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for note in notes:
        entries.append(link(entries[-1] if entries else None, note))
    return entries


@given(_notes)
def test_a_chain_as_it_was_written_holds(notes: list[Note]) -> None:
    assert verify(_chain(notes)) is None


@given(_notes, st.data())
def test_any_change_of_any_field_breaks_the_chain(notes: list[Note], data: Any) -> None:
    entries = _chain(notes)
    entry = data.draw(st.sampled_from(entries))
    field = data.draw(st.sampled_from(_FIELDS))
    before = getattr(entry, field)
    other = st.integers(0, 2**53) if isinstance(before, int) else _texts
    setattr(entry, field, data.draw(other.filter(lambda value: value != before)))
    assert verify(entries) is not None


@given(_notes.filter(lambda notes: len(notes) > 1), st.data())
def test_an_entry_left_out_before_the_end_breaks_the_chain(notes: list[Note], data: Any) -> None:
    entries = _chain(notes)
    del entries[data.draw(st.integers(0, len(entries) - 2))]
    assert verify(entries) is not None


@given(_notes.filter(lambda notes: len(notes) > 1), st.data())
def test_entries_that_changed_places_break_the_chain(notes: list[Note], data: Any) -> None:
    entries = _chain(notes)
    at = data.draw(st.integers(0, len(entries) - 2))
    entries[at], entries[at + 1] = entries[at + 1], entries[at]
    assert verify(entries) is not None


def test_text_moved_from_one_field_to_the_next_breaks_the_chain() -> None:
    entry = link(None, Note(1, "person:ann", Act.SIGNED_IN, "ab", "c"))
    entry.subject, entry.detail = "a", "bc"
    assert verify([entry]) is not None
