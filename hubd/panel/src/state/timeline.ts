/** The rows of the timeline: newest first, each once, and no more than fit. Pure. */

import type { EventFilter } from "../api";
import type { Row } from "../types";

/** Join newly arrived `fresh` rows, in any order, to `rows`; keep the `limit` newest. */
export function merge(rows: readonly Row[], fresh: readonly Row[], limit: number): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of fresh) byId.set(row.id, row);
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, limit);
}

/** Whether `row` passes `filter`; `areaOf` gives a device's area. */
export function passes(
  row: Row,
  filter: EventFilter,
  areaOf: (device: string) => string | null,
): boolean {
  if (filter.kind && row.kind !== filter.kind) return false;
  if (filter.device && row.device !== filter.device) return false;
  if (filter.area && (row.device === null || areaOf(row.device) !== filter.area)) return false;
  return true;
}
