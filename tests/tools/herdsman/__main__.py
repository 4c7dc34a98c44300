"""`python -m tests.tools.herdsman FOLDER`: judge all devices in a folder that write.mjs wrote."""

import json
import sys
from collections import Counter
from pathlib import Path

from tests.tools.herdsman.check import Verdict, check

WHOLE = (
    "on/off", "level", "colour", "cover", "climate", "lock", "fan", "occupancy", "contact",
    "climate-sensing", "power and energy",
)  # fmt: skip
"""Of these classes nothing may be wrong."""
AT_LEAST = 0.98


def main(folder: Path) -> int:
    """Print the table, and return 1 if the bar is missed."""
    verdicts: list[Verdict] = []
    devices = 0
    for file in sorted(folder.glob("*.json")):
        for device in json.loads(file.read_text("utf-8")):
            devices += 1
            verdicts += check(device)
    right, every = Counter[str](), Counter[str]()
    for verdict in verdicts:
        every[verdict.kind] += 1
        right[verdict.kind] += not verdict.wrong
    print(f"{devices} devices, {len(verdicts)} features")
    for kind, count in every.most_common():
        print(f"{kind:18} {right[kind]:6} of {count:6}  {right[kind] / count:8.2%}")
    why = Counter(v.wrong.split("[")[0][:90] for v in verdicts if v.wrong)
    for reason, count in why.most_common(25):
        print(f"{count:6}  {reason}")
    short = [k for k in WHOLE if right[k] != every[k]]
    for verdict in [v for v in verdicts if v.wrong and v.kind in short][:40]:
        print(f"    {verdict.device}: {verdict.feature}: {verdict.wrong}")
    share = sum(right.values()) / max(1, len(verdicts))
    print(f"{share:.2%} right; {', '.join(short) or 'nothing'} short of whole")
    return 0 if share >= AT_LEAST and not short and devices else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
