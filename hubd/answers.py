"""What a person answers to what a driver needs, held against it before the driver is asked."""

from collections.abc import Iterable, Mapping

from drivers.kit.errors import AdoptionError
from drivers.kit.found import Need
from hubd.documents import did_you_mean


def missing(needs: Iterable[Need], answers: Mapping[str, str]) -> list[Need]:
    """Return the needs that must be answered and are not."""
    return [need for need in needs if not need.optional and not answers.get(need.name)]


def check_answers(name: str, needs: Iterable[Need], answers: Mapping[str, str]) -> None:
    """Raise AdoptionError where `answers` to what `name` wants lack one, or have one too many."""
    needs = tuple(needs)
    known = [need.name for need in needs]
    for said in answers:
        if said not in known:
            hint = did_you_mean(said, known).capitalize()
            raise AdoptionError(f"{name} does not want {said!r}", mend=hint)
    lacking = missing(needs, answers)
    if lacking:
        raise AdoptionError(
            f"{name} wants {', '.join(need.title for need in lacking)}",
            mend=lacking[0].hint or "Give it, and try again",
        )
