/** An area in a card: what is true in it, and the devices one reaches for. */

import { useComputed } from "@preact/signals";
import { quantity } from "../format";
import { href } from "../route";
import type { LiveDevice } from "../state/home";
import type { LiveSummary, Summary } from "../state/summary";
import { words } from "../words";
import { Icon } from "./icon";
import { Tile, type Use, useOf } from "./tile";

/** How many devices a card shows; the rest is a tap away. */
const SHOWN = 6;
/** Between phrases while they are compared as one text. */
const SEPARATOR = "\n";

const USES: readonly Use[] = ["lights", "controls", "sensors"];

/** Lights first, then what else one steers, then what only tells. */
export function byUse(devices: readonly LiveDevice[]): LiveDevice[] {
  return devices
    .map((device) => ({ device, rank: USES.indexOf(useOf(device)) }))
    .sort((a, b) => a.rank - b.rank || a.device.name.localeCompare(b.device.name))
    .map(({ device }) => device);
}

/** What is true in an area, in a few calm words. */
function phrases(summary: Summary): string[] {
  const { area } = words.value;
  const { lights, occupancy } = summary;
  const parts: string[] = [];
  if (occupancy !== "unwatched") parts.push(area[occupancy]);
  if (summary.temperature !== null) parts.push(quantity(summary.temperature, "°C"));
  if (lights.on) parts.push(area.lightsOn(lights.on));
  else if (lights.off && !lights.unknown) parts.push(area.lightsOff);
  if (lights.unknown) parts.push(area.lightsUnknown(lights.unknown));
  if (summary.open) parts.push(area.open(summary.open));
  return parts;
}

/** Says what is true; wakes only when a word of it changes, not with every reading. */
export function AreaWords({ summary }: { summary: LiveSummary }) {
  const said = useComputed(() => phrases(summary.value).join(SEPARATOR));
  const occupancy = useComputed(() => summary.value.occupancy);
  const unreachable = useComputed(() => summary.value.unreachable.length);
  return (
    <p class={`area-words ${occupancy.value}`}>
      {said.value
        .split(SEPARATOR)
        .filter(Boolean)
        .map((part) => (
          <span key={part}>{part}</span>
        ))}
      {unreachable.value > 0 && (
        <span class="problem">{words.value.area.unreachable(unreachable.value)}</span>
      )}
    </p>
  );
}

export function AreaCard({
  id,
  name,
  devices,
  summary,
}: {
  id: string;
  name: string;
  devices: readonly LiveDevice[];
  summary: LiveSummary;
}) {
  const { home } = words.value;
  return (
    <section class="card area" aria-label={name}>
      <a class="area-head" href={href("area", id)}>
        <h3>{name}</h3>
        <Icon name="next" />
      </a>
      <AreaWords key={summary} summary={summary} />
      <div class="tiles">
        {byUse(devices)
          .slice(0, SHOWN)
          .map((device) => (
            <Tile key={device.id} device={device} />
          ))}
      </div>
      {devices.length > SHOWN && (
        <a class="more" href={href("area", id)}>
          {home.all(devices.length)}
        </a>
      )}
    </section>
  );
}
