/**
 * The home as the panel holds it: a frame that changes rarely, and one signal for each property.
 *
 * A change of one property wakes what shows that property and nothing else, so a thousand devices
 * cost no more on the screen than those one looks at.
 */

import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type {
  Action,
  Area,
  Change,
  Device,
  Floor,
  Home,
  Path,
  Person,
  Place,
  Property,
  PropertySpec,
  PropertyState,
  Reach,
  Trouble,
} from "../types";

export interface LiveProperty {
  readonly spec: PropertySpec;
  readonly device: string;
  readonly endpoint: string;
  readonly state: Signal<PropertyState>;
}

export interface LiveEndpoint {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly properties: readonly LiveProperty[];
  readonly actions: readonly Action[];
}

export interface Contact {
  available: boolean;
  reason: string;
}

export interface LiveDevice {
  readonly id: string;
  readonly name: string;
  readonly area: string | null;
  readonly maker: string;
  readonly model: string;
  readonly driver: string;
  readonly troubles: readonly Trouble[];
  readonly paths: readonly Path[];
  readonly endpoints: readonly LiveEndpoint[];
  readonly contact: Signal<Contact>;
}

/** What of a home changes only when someone arranges it anew. */
export interface Frame {
  readonly name: string;
  readonly place: Place | null;
  readonly floors: readonly Floor[];
  readonly areas: readonly Area[];
  readonly people: readonly Person[];
  readonly devices: readonly LiveDevice[];
}

export interface HomeStore {
  /** null until the first snapshot came. */
  readonly frame: ReadonlySignal<Frame | null>;
  /** The last event that the state holds; a resumed link begins after it. */
  readonly lastEvent: () => number;
  readonly device: (id: string) => LiveDevice | undefined;
  readonly property: (id: string) => LiveProperty | undefined;
  /** Take the home as the link begins with it, whatever was known before. */
  readonly load: (home: Home) => void;
  /** Take the home as asked for meanwhile: what the link told since then stands. */
  readonly refresh: (home: Home) => void;
  readonly change: (atEvent: number, changes: readonly Change[]) => void;
  readonly reach: (devices: readonly Reach[]) => void;
  readonly clear: () => void;
}

export function createHome(): HomeStore {
  const frame = signal<Frame | null>(null);
  let devices = new Map<string, LiveDevice>();
  let properties = new Map<string, LiveProperty>();
  let lastEvent = 0;
  /** Which event the link's latest word on a property or a device is of. */
  let told = new Map<string, number>();

  function load(home: Home): void {
    told = new Map();
    lastEvent = home.last_event;
    refresh(home);
  }

  function refresh(home: Home): void {
    const known = properties;
    const isNewer = (id: string): boolean => (told.get(id) ?? 0) > home.last_event;
    batch(() => {
      const live = home.devices.map((device) => liveDevice(device, devices, known, isNewer));
      devices = new Map(live.map((device) => [device.id, device]));
      properties = new Map();
      for (const device of live)
        for (const endpoint of device.endpoints)
          for (const property of endpoint.properties) properties.set(property.spec.id, property);
      const { name, place, floors, areas, people } = home;
      frame.value = { name, place, floors, areas, people, devices: live };
    });
  }

  function change(atEvent: number, changes: readonly Change[]): void {
    batch(() => {
      for (const item of changes) {
        const property = properties.get(item.id);
        if (property) property.state.value = stateOf(item);
        told.set(item.id, atEvent);
      }
    });
    lastEvent = atEvent;
  }

  function reach(reached: readonly Reach[]): void {
    batch(() => {
      for (const { id, available, reason } of reached) {
        const device = devices.get(id);
        if (device) device.contact.value = { available, reason: reason ?? "" };
        told.set(id, lastEvent);
      }
    });
  }

  function clear(): void {
    devices = new Map();
    properties = new Map();
    told = new Map();
    lastEvent = 0;
    frame.value = null;
  }

  return {
    frame,
    lastEvent: () => lastEvent,
    device: (id) => devices.get(id),
    property: (id) => properties.get(id),
    load,
    refresh,
    change,
    reach,
    clear,
  };
}

function stateOf(it: PropertyState): PropertyState {
  const { value, known, desired, pending, since, claims } = it;
  return { value, known, desired, pending, since, claims };
}

function specOf(it: PropertySpec): PropertySpec {
  const { id, name, title, type, unit, writable, minimum, maximum, step, choices } = it;
  return { id, name, title, type, unit, writable, minimum, maximum, step, choices };
}

/** A property keeps its signal over snapshots, so that what shows it need not be built again. */
function liveProperty(
  property: Property,
  device: string,
  endpoint: string,
  known: ReadonlyMap<string, LiveProperty>,
  isNewer: (id: string) => boolean,
): LiveProperty {
  const before = known.get(property.id);
  const state = before?.state ?? signal(stateOf(property));
  if (before && !isNewer(property.id)) state.value = stateOf(property);
  return { spec: specOf(property), device, endpoint, state };
}

function liveDevice(
  device: Device,
  devices: ReadonlyMap<string, LiveDevice>,
  known: ReadonlyMap<string, LiveProperty>,
  isNewer: (id: string) => boolean,
): LiveDevice {
  const contact = { available: device.available, reason: device.unreachable_reason ?? "" };
  const before = devices.get(device.id);
  if (before && !isNewer(device.id)) before.contact.value = contact;
  return {
    id: device.id,
    name: device.name,
    area: device.area,
    maker: device.maker,
    model: device.model,
    driver: device.driver,
    troubles: device.troubles,
    paths: device.paths,
    endpoints: device.endpoints.map((endpoint) => ({
      id: endpoint.id,
      type: endpoint.type,
      name: endpoint.name,
      actions: endpoint.actions,
      properties: endpoint.properties.map((p) =>
        liveProperty(p, device.id, endpoint.id, known, isNewer),
      ),
    })),
    contact: before?.contact ?? signal(contact),
  };
}
