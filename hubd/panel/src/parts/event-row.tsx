/** One event in a list; a tap leads to its why. */

import { describe } from "../describe";
import { clock } from "../format";
import { useHub } from "../hub";
import { areaName } from "../names";
import { href } from "../route";
import type { Row } from "../types";

/** Kinds of events as the eye tells them apart: what was sensed, wished, done, arranged. */
const TONES: Record<string, string> = {
  claimed: "wish",
  released: "wish",
  asked: "wish",
  fired: "wish",
  commanded: "deed",
  settled: "deed",
  answered: "deed",
  summoned: "wish",
  told: "deed",
  disputed: "bad",
};

export function toneOf(row: Pick<Row, "kind" | "what">): string {
  if (row.kind === "availability") return row.what["available"] === false ? "bad" : "";
  if (row.kind === "settled") {
    const outcome = row.what["outcome"];
    return outcome === "refused" || outcome === "timed_out" ? "bad" : "deed";
  }
  return TONES[row.kind] ?? "";
}

/** `isPlaced` is false where the room is plain from the page. */
export function EventRow({ row, isPlaced = true }: { row: Row; isPlaced?: boolean }) {
  const { home, timezone } = useHub();
  const areaId = row.device === null ? null : home.device(row.device)?.area;
  const area = areaId && home.frame.value?.areas.find((a) => a.id === areaId);
  return (
    <li>
      <a class={`event ${toneOf(row)}`} href={href("why", String(row.id))}>
        <time dateTime={row.at}>{clock(row.at, timezone.value)}</time>
        <span>
          {describe(home, row)}
          {isPlaced && area && <span class="event-area">{areaName(area)}</span>}
        </span>
      </a>
    </li>
  );
}
