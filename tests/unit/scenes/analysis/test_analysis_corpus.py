"""The corpus: every seeded fault is found and shown, and no clean home is alarmed."""

import re
from pathlib import Path

import pytest

from scenes.analysis.analyse import analyse
from scenes.compiler import check
from tests.unit.scenes.analysis.house import HOMES

CORPUS = Path(__file__).parents[3] / "fixtures" / "analysis"
FAULTS = sorted((CORPUS / "faults").glob("*.yaml"))
CLEAN = sorted((CORPUS / "clean").glob("*.yaml"))
EXAMPLES = Path(__file__).parents[4] / "scenes" / "examples"


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(FAULTS) >= 36
    assert len(CLEAN) >= 36


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_a_seeded_fault_is_found_alone_and_shown(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert check(text, file.name) == []
    wanted = said(text, "finds")
    found = analyse({file.name: text}, HOMES[said(text, "home")]())
    assert [f"{f.kind}: {', '.join(sorted(f.scenes))}" for f in found] == [wanted]
    finding = found[0]
    assert finding.path == file.name
    assert not text.splitlines()[finding.line - 1].startswith(("#", "scene:", "---"))
    assert len(finding.timeline) >= 2
    assert finding.message.endswith(".")
    assert finding.hint


@pytest.mark.parametrize("file", CLEAN, ids=lambda file: file.stem)
def test_a_clean_home_is_not_alarmed(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert check(text, file.name) == []
    assert analyse({file.name: text}, HOMES[said(text, "home")]()) == []


def test_all_examples_live_together_in_a_furnished_house() -> None:
    texts = {p.name: p.read_text(encoding="utf-8") for p in EXAMPLES.glob("*.yaml")}
    assert len(texts) >= 9
    assert analyse(texts, HOMES["house"]()) == []


def test_all_faults_of_the_corpus_are_found_also_when_other_scenes_are_around() -> None:
    clean = (CORPUS / "clean" / "all_examples.yaml").read_text(encoding="utf-8")
    for file in FAULTS:
        text = file.read_text(encoding="utf-8")
        if said(text, "home") != "house":
            continue
        kind, _, scenes = said(text, "finds").partition(": ")
        found = analyse({file.name: text, "examples.yaml": clean}, HOMES["house"]())
        assert any(f.kind == kind and ", ".join(sorted(f.scenes)) == scenes for f in found), file


def test_a_text_that_cannot_be_understood_is_left_out() -> None:
    assert analyse({"broken.yaml": "scene: [", "wrong.yaml": "scene: x\n"}, HOMES["flat"]()) == []


def test_the_analysis_says_the_same_each_time() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in FAULTS[:20]}
    backwards = dict(reversed(texts.items()))
    assert analyse(texts, HOMES["house"]()) == analyse(backwards, HOMES["house"]())


def said(text: str, key: str) -> str:
    found = re.search(rf"^# {key}: (.+)$", text, re.MULTILINE)
    assert found is not None
    return found[1]
