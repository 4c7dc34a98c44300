"""The activity model: live and in batch it believes the same, and it says when it is unsure."""

import numpy as np
import pytest
from a_home import write_intervals
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from perception.activity.common import COMMON, common
from perception.activity.model import Model, cooled
from perception.activity.table import Table, table
from perception.data.folder import home
from perception.data.recording import Recording
from perception.encoding.channels import Channels, at_home
from perception.encoding.stream import Stream
from perception.learning.activity import fit
from perception.learning.ensemble import Effort

QUICK = Effort(trees=8, nets=1, passes=2, hidden=8)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Channels, Table, Model]:
    recording = home(write_intervals(tmp_path_factory.mktemp("home"), 4))
    channels = at_home(recording.senses)
    known = table(recording, recording.moments, channels)
    labels = tuple(np.unique(known.labels).tolist())
    return recording, channels, known, Model(fit([known], labels, len(channels.names), QUICK))


def test_live_it_believes_what_it_does_in_batch(
    lived: tuple[Recording, Channels, Table, Model],
) -> None:
    recording, channels, known, model = lived
    batch = model.beliefs(known.rows)
    stream, heard = Stream(channels), 0
    for place in range(900):
        while heard < recording.moments.seen[place]:
            at, sense, value = (
                part[heard] for part in (recording.at, recording.sense, recording.value)
            )
            stream.hear(float(at), int(sense), float(value))
            heard += 1
        if place % 30 == 0:
            live = model.belief(stream.vector(float(known.at[place])))
            assert live == pytest.approx(batch[place], abs=1e-3)


def test_it_says_what_it_is_sure_of_and_nothing_else(
    lived: tuple[Recording, Channels, Table, Model],
) -> None:
    _, _, known, model = lived
    beliefs = model.beliefs(known.rows)
    for place in range(0, known.at.size, 400):
        told = model.percept(known.rows[place])
        if beliefs[place].max() < 0.49:
            assert told is None
        if beliefs[place].max() > 0.51:
            assert told is not None
            assert told[0] == model.labels[int(beliefs[place].argmax())]


def test_the_same_days_make_the_same_model(
    lived: tuple[Recording, Channels, Table, Model],
) -> None:
    _, channels, known, _ = lived
    labels = tuple(np.unique(known.labels).tolist())
    one, two = (fit([known], labels, len(channels.names), QUICK) for _ in range(2))
    assert one == two
    assert one.size < 2_000_000


@given(arrays.arrays(np.float64, (3, 4), elements=st.floats(0.001, 1)), st.floats(0.3, 3))
def test_cooling_changes_how_sure_it_is_and_never_what_is_likeliest(
    scores: np.ndarray, temperature: float
) -> None:
    belief = scores / scores.sum(axis=1, keepdims=True)
    cool = cooled(belief, temperature)
    assert cool.sum(axis=1) == pytest.approx(1)
    best = belief.argmax(axis=1)
    assert np.all(cool[np.arange(3), best] >= cool.max(axis=1) - 1e-12)


@pytest.mark.parametrize(
    ("label", "means"),
    [
        ("Bed_Toilet_Transition", "toileting"),
        ("go-to-bed", "sleeping"),
        ("Wash_Dinner_Dishes", "meals"),
        ("Spare_Time/TV", "relaxing"),
        ("Going out for shopping", "away"),
        ("Idle", "other"),
    ],
)
def test_homes_own_labels_have_a_common_meaning(label: str, means: str) -> None:
    assert common(label) == means
    assert means in COMMON
