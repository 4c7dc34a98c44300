"""The activity tasks, end to end on made-up homes; on recorded ones where they are at hand."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from a_home import write_casas, write_intervals

from perception.errors import DataError, PerceptionError
from perception.evaluation.activity import mean_f
from perception.evaluation.outcome import Outcome
from perception.evaluation.scores import calibration_error, scores
from perception.evaluation.tasks import TASKS, task

DATASETS = os.environ.get("HUBD_DATASETS")
recorded = pytest.mark.skipif(not DATASETS, reason="HUBD_DATASETS names no folder of recordings")


def quiet(_: str) -> None:
    pass


def judged(name: str, train: Path, test: Path) -> Outcome:
    return task(name).evaluate(train, test, quiet)


def accuracy(outcome: Outcome) -> float:
    return scores(outcome.truth, outcome.belief.argmax(axis=1)).accuracy


def better_than_others(outcome: Outcome) -> bool:
    others = max(scores(outcome.truth, g).accuracy for g in outcome.guesses.values())
    return accuracy(outcome) >= others - 0.02


def test_a_homes_days_are_left_out_one_by_one(tmp_path: Path) -> None:
    folder = write_intervals(tmp_path, 4)
    outcome = judged("activity", folder, folder)
    assert outcome.truth.size == len(outcome.times) > 4 * 1000
    assert set(outcome.guesses) == {"majority", "last sensor", "hmm", "random forest"}
    assert "Idle" in outcome.labels
    assert accuracy(outcome) > 0.85
    assert better_than_others(outcome)


def test_f_is_counted_as_the_paper_does() -> None:
    truth, guess = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    assert mean_f(truth, guess).endswith(f"{2 * (5 / 6) * 0.75 / (5 / 6 + 0.75):.3f}.")


def test_later_days_are_judged_by_earlier_ones_and_unknown_labels_count_as_missed(
    tmp_path: Path,
) -> None:
    train = write_casas(tmp_path / "train", 4)
    test = write_casas(tmp_path / "test", 2, seed=1, start=10)
    events = test / "events.csv"
    events.write_text(events.read_text().replace("watch-tv", "dance"))
    outcome = judged("activity", train, test)
    dancing = outcome.truth == outcome.labels.index("dance")
    assert dancing.any()
    assert not (outcome.belief[:, outcome.labels.index("dance")] > 0).any()
    assert accuracy(outcome) > 0.7


def test_what_is_to_come_changes_no_belief_about_before(tmp_path: Path) -> None:
    train = write_casas(tmp_path / "train", 4)
    test = write_casas(tmp_path / "test", 2, seed=1, start=10)
    whole = judged("activity", train, test)
    lines = (test / "events.csv").read_text().splitlines(keepends=True)
    (test / "events.csv").write_text("".join(lines[: len(lines) // 2]))
    half = judged("activity", train, test)
    known = half.truth.size
    assert whole.belief[:known] == pytest.approx(half.belief, abs=1e-6)


def test_a_home_never_seen_is_understood_from_others(tmp_path: Path) -> None:
    for seed in range(3):
        write_intervals(tmp_path / f"home_{seed}", 3, seed=seed)
    for name in ("activity-zero-shot", "activity-adapted"):
        outcome = judged(name, tmp_path, tmp_path / "home_2")
        assert "home_2," not in outcome.protocol.split("judged")[0].replace("days of home_2", "")
        assert accuracy(outcome) > 0.8
        assert "in-home model" in outcome.guesses


def test_a_folder_without_other_homes_cannot_teach(tmp_path: Path) -> None:
    folder = write_intervals(tmp_path / "only", 2)
    with pytest.raises(DataError, match="holds no other home"):
        judged("activity-zero-shot", tmp_path, folder)


def test_an_unknown_task_is_told_which_there_are() -> None:
    with pytest.raises(PerceptionError, match="activity"):
        task("mind-reading")
    assert len({t.name for t in TASKS}) == len(TASKS)


@recorded
def test_a_casas_home_is_told_better_than_by_a_forest_and_honestly(tmp_path: Path) -> None:
    (source,) = (Path(DATASETS or "") / "casas_al_smarthome").glob("*.csv.gz")
    header, *lines = gzip.decompress(source.read_bytes()).decode().splitlines(keepends=True)
    days = sorted({line[:10] for line in lines})
    for name, chosen in (("train", set(days[:14])), ("test", set(days[14:]))):
        (tmp_path / name).mkdir()
        inside = [line for line in lines if line[:10] in chosen]
        (tmp_path / name / "events.csv").write_text("".join([header, *inside]))
    outcome = judged("activity", tmp_path / "train", tmp_path / "test")
    assert better_than_others(outcome)
    assert calibration_error(outcome.truth, outcome.belief) <= 0.05


@recorded
@pytest.mark.parametrize("name", ["ordonez_A", "kasteren_A"])
def test_a_home_of_intervals_is_told_better_than_by_simple_means(name: str) -> None:
    folder = Path(DATASETS or "") / name
    outcome = judged("activity", folder, folder)
    assert better_than_others(outcome)
    assert calibration_error(outcome.truth, outcome.belief) <= 0.05
