"""What docs/scene-check.md shows is what the analysis says."""

import json
import re
from pathlib import Path

from hubd.cli.findings import row, text
from scenes.analysis.analyse import analyse
from tests.unit.scenes.analysis.house import house

PAGE = Path(__file__).parents[4] / "docs" / "scene-check.md"
_EXAMPLE = re.compile(r"```yaml\n(.+?)```\n\n```text\n(\w+\.yaml)(.+?)\n```", re.DOTALL)


def test_the_page_shows_what_the_analysis_says() -> None:
    examples = _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(examples) == 3
    for scenes, path, shown in examples:
        found = analyse({path: scenes}, house())
        assert "\n".join(line for f in found for line in text(f)) == f"{path}{shown}"


def test_rows_for_programs_say_all_that_the_text_says() -> None:
    scenes, path, _ = _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))[0]
    (finding,) = analyse({path: scenes}, house())
    told = json.loads(json.dumps(row(finding)))
    assert told["kind"] == "conflict"
    assert told["message"] == finding.message
    assert [m["text"] for m in told["timeline"]] == [m.text for m in finding.timeline]
    assert told["also"] == [{"path": path, "line": 7}]
