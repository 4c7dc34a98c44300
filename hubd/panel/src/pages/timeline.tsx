/** What happened, newest first, live; each entry leads to its why. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { EventFilter } from "../api";
import { day } from "../format";
import { useHub } from "../hub";
import { areaName } from "../names";
import { EventRow } from "../parts/event-row";
import { Empty, Failed, Waiting } from "../parts/notes";
import { PageHead } from "../parts/shell";
import { href, replace, route } from "../route";
import { merge, passes } from "../state/timeline";
import type { Row } from "../types";
import { words } from "../words";

const PAGE = 60;
/** Further down than this, what is read must not move: new events wait behind a button. */
const READING_PX = 160;

export function TimelinePage() {
  const { query } = route.value;
  const filter: EventFilter = {};
  if (query["kind"]) filter.kind = query["kind"];
  if (query["area"]) filter.area = query["area"];
  if (query["device"]) filter.device = query["device"];
  return (
    <>
      <PageHead title={words.value.pages.timeline}>
        <Filters filter={filter} />
      </PageHead>
      <Stream key={JSON.stringify(filter)} filter={filter} />
    </>
  );
}

function Filters({ filter }: { filter: EventFilter }) {
  const { home } = useHub();
  const { timeline, kinds } = words.value;
  const frame = home.frame.value;
  const devices = (frame?.devices ?? [])
    .filter((device) => !filter.area || device.area === filter.area)
    .sort((a, b) => a.name.localeCompare(b.name));
  const set = (change: EventFilter): void =>
    replace(href("timeline", "", { ...filter, ...change } as Record<string, string>));
  const fields: { name: keyof EventFilter; any: string; options: [string, string][] }[] = [
    { name: "kind", any: timeline.everything, options: Object.entries(kinds) },
    {
      name: "area",
      any: timeline.anyArea,
      options: (frame?.areas ?? []).map((area) => [area.id, areaName(area)]),
    },
    {
      name: "device",
      any: timeline.anyDevice,
      options: devices.map((device) => [device.id, device.name]),
    },
  ];
  return (
    <div class="filters">
      {fields.map(({ name, any, options }) => (
        <select
          key={name}
          aria-label={timeline[name]}
          value={filter[name] ?? ""}
          onChange={(event) => {
            const value = event.currentTarget.value;
            set(name === "area" ? { area: value, device: "" } : { [name]: value });
          }}
        >
          <option value="">{any}</option>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      ))}
    </div>
  );
}

function Stream({ filter }: { filter: EventFilter }) {
  const { api, home, recent, timezone } = useHub();
  const { timeline } = words.value;
  const rows = useSignal<Row[] | null>(null);
  const before = useSignal<number | null>(null);
  const problem = useSignal<unknown>(undefined);
  const isBusy = useSignal(false);

  function older(): void {
    isBusy.value = true;
    problem.value = undefined;
    const from = before.peek();
    api.events({ ...filter, limit: PAGE, ...(from === null ? {} : { before: from }) }).then(
      (page) => {
        rows.value = merge(rows.peek() ?? [], page.events, Number.POSITIVE_INFINITY);
        before.value = page.next_before;
        isBusy.value = false;
      },
      (failure: unknown) => {
        problem.value = failure;
        isBusy.value = false;
      },
    );
  }
  useEffect(older, []);

  const waiting = useComputed(() => {
    const newest = rows.value?.[0]?.id ?? 0;
    const areaOf = (device: string) => home.device(device)?.area ?? null;
    return recent.value.filter((row) => row.id > newest && passes(row, filter, areaOf));
  });
  const show = (): void => {
    rows.value = merge(rows.peek() ?? [], waiting.peek(), Number.POSITIVE_INFINITY);
  };
  const fresh = waiting.value;
  useEffect(() => {
    if (rows.peek() && fresh.length && window.scrollY < READING_PX) {
      // At the top one watches: the list stays as short as it began.
      const joined = merge(rows.peek() ?? [], fresh, Number.POSITIVE_INFINITY);
      const dropped = joined.length > 2 * PAGE ? joined.slice(0, PAGE) : joined;
      if (dropped !== joined) before.value = dropped.at(-1)?.id ?? null;
      rows.value = dropped;
    }
  });

  if (!rows.value)
    return problem.value === undefined ? (
      <Waiting />
    ) : (
      <Failed problem={problem.value} onRetry={older} />
    );
  return (
    <>
      {fresh.length > 0 && (
        <button
          type="button"
          class="fresh"
          onClick={() => {
            show();
            window.scrollTo({ top: 0 });
          }}
        >
          {timeline.fresh(fresh.length)}
        </button>
      )}
      {rows.value.length === 0 && <Empty>{timeline.empty}</Empty>}
      {byDay(rows.value, timezone.value).map(([name, members]) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul class="events card">
            {members.map((row) => (
              <EventRow key={row.id} row={row} />
            ))}
          </ul>
        </section>
      ))}
      {problem.value !== undefined && <Failed problem={problem.value} onRetry={older} />}
      {before.value === null ? (
        rows.value.length > 0 && <p class="note">{timeline.end}</p>
      ) : (
        <button type="button" class="older" disabled={isBusy.value} onClick={older}>
          {timeline.older}
        </button>
      )}
    </>
  );
}

function byDay(rows: readonly Row[], timezone: string): [string, Row[]][] {
  const { today, yesterday } = words.value.timeline;
  const now = Date.now();
  const names = new Map([
    [day(new Date(now).toISOString(), timezone), today],
    [day(new Date(now - 86_400_000).toISOString(), timezone), yesterday],
  ]);
  const days = new Map<string, Row[]>();
  for (const row of rows) {
    const date = day(row.at, timezone);
    const name = names.get(date) ?? date;
    const members = days.get(name);
    if (members) members.push(row);
    else days.set(name, [row]);
  }
  return [...days];
}
