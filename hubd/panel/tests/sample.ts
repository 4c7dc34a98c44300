/** A small home to test on. */

import type { Device, Home, Property, Row } from "../src/types";

export function property(id: string, change: Partial<Property> = {}): Property {
  return {
    id,
    name: id.split("/")[2] ?? "",
    title: "",
    type: "boolean",
    unit: "",
    writable: true,
    minimum: null,
    maximum: null,
    step: null,
    choices: [],
    value: false,
    known: true,
    desired: null,
    pending: false,
    since: null,
    claims: [],
    ...change,
  };
}

export function device(id: string, properties: Property[], change: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    area: "kitchen",
    maker: "",
    model: "",
    driver: "mqtt",
    available: true,
    unreachable_reason: null,
    seen: "2026-03-01T07:00:00Z",
    troubles: [],
    paths: [],
    endpoints: [
      { id: "1", type: "dimmable_light", name: "", properties, actions: [], signals: [] },
    ],
    ...change,
  };
}

export const LAMP = "lamp/1/OnOff.on";
export const LEVEL = "lamp/1/LevelControl.level";

export function home(devices: Device[], change: Partial<Home> = {}): Home {
  return {
    name: "Maple Street",
    place: { latitude: 52, longitude: 5, timezone: "Europe/Amsterdam" },
    floors: [],
    areas: [{ id: "kitchen", name: "Kitchen", aliases: ["厨房"], floor: null }],
    people: [{ id: "ann", name: "Ann", role: "owner" }],
    devices,
    last_event: 10,
    ...change,
  };
}

export function lamp(): Device {
  return device("lamp", [
    property(LAMP),
    property(LEVEL, { type: "number", unit: "%", minimum: 0, maximum: 100, value: 40 }),
  ]);
}

export function row(id: number, change: Partial<Row> = {}): Row {
  return {
    id,
    at: "2026-03-01T12:00:00Z",
    kind: "reported",
    source: "driver:mqtt",
    cause: null,
    device: "lamp",
    text: "",
    what: {},
    ...change,
  };
}
