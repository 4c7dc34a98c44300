/** The home at a glance: what is so, what needs attention, and every room by its floor. */

import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useHub } from "../hub";
import { areaName, propertyTitle } from "../names";
import { AreaCard } from "../parts/area-card";
import { Icon } from "../parts/icon";
import { Empty } from "../parts/notes";
import { Questions } from "../parts/questions";
import { PageHead } from "../parts/shell";
import { href } from "../route";
import type { Frame, LiveDevice } from "../state/home";
import { type LiveSummary, liveSummary, type Summary } from "../state/summary";
import { words } from "../words";

/** The id under which devices without a room have their page. */
export const ELSEWHERE = "-";

const ATTENTION_SHOWN = 5;

interface Room {
  id: string;
  name: string;
  devices: LiveDevice[];
  summary: LiveSummary;
}

interface Storey {
  id: string;
  name: string;
  rooms: Room[];
}

/** The rooms that have devices, by floor from the ground up; what has no floor comes last. */
function storeys(frame: Frame): Storey[] {
  const { home } = words.value;
  const devicesOf = new Map<string | null, LiveDevice[]>();
  const known = new Set(frame.areas.map((area) => area.id));
  for (const device of frame.devices) {
    const area = device.area !== null && known.has(device.area) ? device.area : null;
    const list = devicesOf.get(area) ?? [];
    list.push(device);
    devicesOf.set(area, list);
  }
  const floors = [...frame.floors].sort((a, b) => a.level - b.level);
  const room = (id: string, name: string, devices: LiveDevice[]): Room => ({
    id,
    name,
    devices,
    summary: liveSummary(devices),
  });
  const onFloor = (floor: string | null): Room[] =>
    frame.areas
      .filter((area) => (floors.some((f) => f.id === area.floor) ? area.floor : null) === floor)
      .map((area) => room(area.id, areaName(area), devicesOf.get(area.id) ?? []));
  const rest = onFloor(null);
  const elsewhere = devicesOf.get(null);
  if (elsewhere) rest.push(room(ELSEWHERE, home.elsewhere, elsewhere));
  return [
    ...floors.map((floor) => ({ id: floor.id, name: floor.name, rooms: onFloor(floor.id) })),
    { id: ELSEWHERE, name: floors.length ? home.noFloor : "", rooms: rest },
  ].filter((storey) => storey.rooms.length > 0);
}

export function HomePage() {
  const { home } = useHub();
  const frame = home.frame.value;
  const said = words.value;
  const floors = useMemo(() => (frame ? storeys(frame) : []), [frame, said]);
  if (!frame) return null;
  return (
    <>
      <PageHead title={frame.name || said.pages.home}>
        <Glance key={floors} storeys={floors} />
      </PageHead>
      <Attention key={floors} storeys={floors} />
      <Questions />
      {frame.devices.length === 0 && <Empty>{said.home.noDevices}</Empty>}
      {floors.map((storey) => (
        <section key={storey.id} class="storey" aria-label={storey.name || undefined}>
          {storey.name && <h2>{storey.name}</h2>}
          <div class="cards">
            {storey.rooms.map((room) => (
              <AreaCard key={room.id} {...room} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

const summaries = (storeys: readonly Storey[]): Summary[] =>
  storeys.flatMap((storey) => storey.rooms).map((room) => room.summary.value);

/** The whole home in a sentence. */
function Glance({ storeys }: { storeys: readonly Storey[] }) {
  const said = useComputed(() => {
    const { home } = words.value;
    const rooms = summaries(storeys);
    const inUse = rooms.filter((room) => room.occupancy === "occupied").length;
    const isEmpty = rooms.every(({ occupancy }) => ["empty", "unwatched"].includes(occupancy));
    const isWatched = rooms.some((room) => room.occupancy === "empty");
    const lights = rooms.reduce((sum, room) => sum + room.lights.on, 0);
    const open = rooms.reduce((sum, room) => sum + room.open, 0);
    const parts: string[] = [];
    if (inUse) parts.push(home.peopleIn(inUse));
    else if (isEmpty && isWatched) parts.push(home.nobodyIn);
    if (lights) parts.push(home.lightsOn(lights));
    if (open) parts.push(home.open(open));
    return parts.join(" · ");
  });
  return <p class="glance">{said}</p>;
}

const ids = (list: readonly string[]): string => list.join("\n");

function listed<T>(joined: string, find: (id: string) => T | undefined): T[] {
  return joined.split("\n").flatMap((id) => find(id) ?? []);
}

/** What someone should look at: dangers first, then devices that do not answer. */
function Attention({ storeys }: { storeys: readonly Storey[] }) {
  const said = words.value.home;
  const { home } = useHub();
  // Ids in one text: a reading that changes neither list wakes nothing.
  const alarming = useComputed(() =>
    ids(summaries(storeys).flatMap((room) => room.alarms.map((p) => p.spec.id))),
  );
  const absent = useComputed(() =>
    ids(summaries(storeys).flatMap((room) => room.unreachable.map((d) => d.id))),
  );
  const alarms = listed(alarming.value, home.property);
  const away = listed(absent.value, home.device);
  if (!alarms.length && !away.length) return null;
  return (
    <section class="attention" aria-label={said.attention}>
      <div role="alert">
        {alarms.map((alarm) => (
          <a key={alarm.spec.id} class="alarm" href={href("device", alarm.device)}>
            <Icon name="alert" />
            {propertyTitle(alarm.spec)} · {home.device(alarm.device)?.name}
          </a>
        ))}
      </div>
      {away.length > 0 && (
        <details>
          <summary>
            <Icon name="away" />
            {said.unreachable(away.length)}
          </summary>
          <ul>
            {away.slice(0, ATTENTION_SHOWN).map((device) => (
              <li key={device.id}>
                <a href={href("device", device.id)}>{device.name}</a>
                {device.contact.value.reason && (
                  <span class="quiet"> {device.contact.value.reason}</span>
                )}
              </li>
            ))}
            {away.length > ATTENTION_SHOWN && (
              <li class="quiet">{said.more(away.length - ATTENTION_SHOWN)}</li>
            )}
          </ul>
        </details>
      )}
    </section>
  );
}
