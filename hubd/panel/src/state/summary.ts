/** What is true in an area, from the properties of its devices. Never guesses: unknown is a value. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { LiveDevice, LiveProperty } from "./home";

export type Occupancy = "occupied" | "empty" | "unknown" | "unwatched";

export interface Summary {
  occupancy: Occupancy;
  /** °C, the mean of what is known; null when nothing measures it or nothing is known. */
  temperature: number | null;
  /** %, likewise. */
  humidity: number | null;
  lights: { on: number; off: number; unknown: number };
  /** Doors and windows that stand open. */
  open: number;
  unreachable: LiveDevice[];
  /** Properties that tell of danger now: water, smoke, gas. */
  alarms: LiveProperty[];
}

const ALARMS = new Set([
  "BooleanState.leak",
  "SmokeCoAlarm.smoke",
  "SmokeCoAlarm.co",
  "SmokeCoAlarm.gas",
  "SmokeCoAlarm.tamper",
]);
const TEMPERATURES = new Set(["TemperatureMeasurement.temperature", "Thermostat.localTemperature"]);
const HUMIDITIES = new Set(["RelativeHumidityMeasurement.humidity", "Thermostat.localHumidity"]);

export function isLight(type: string): boolean {
  return type.endsWith("_light");
}

export function isAlarm(property: LiveProperty): boolean {
  return ALARMS.has(property.spec.name);
}

/** A summary that keeps itself up to date. */
export type LiveSummary = ReadonlySignal<Summary>;

export function liveSummary(devices: readonly LiveDevice[]): LiveSummary {
  return computed(() => summarise(devices));
}

function mean(values: readonly number[]): number | null {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** What of a summary can be trusted of a device that is away: nothing that may have changed since. */
export function summarise(devices: readonly LiveDevice[]): Summary {
  const occupied: (boolean | null)[] = [];
  const temperatures: number[] = [];
  const humidities: number[] = [];
  const summary: Summary = {
    occupancy: "unwatched",
    temperature: null,
    humidity: null,
    lights: { on: 0, off: 0, unknown: 0 },
    open: 0,
    unreachable: [],
    alarms: [],
  };
  for (const device of devices) {
    const { available } = device.contact.value;
    if (!available) summary.unreachable.push(device);
    for (const endpoint of device.endpoints) {
      for (const property of endpoint.properties) {
        const { name } = property.spec;
        const state = property.state.value;
        const value = available && state.known ? state.value : null;
        if (name === "OccupancySensing.occupied")
          occupied.push(typeof value === "boolean" ? value : null);
        else if (TEMPERATURES.has(name) && typeof value === "number") temperatures.push(value);
        else if (HUMIDITIES.has(name) && typeof value === "number") humidities.push(value);
        else if (name === "BooleanState.open" && value === true) summary.open += 1;
        else if (ALARMS.has(name) && value === true) summary.alarms.push(property);
        else if (name === "OnOff.on" && isLight(endpoint.type)) {
          if (value === true) summary.lights.on += 1;
          else if (value === false) summary.lights.off += 1;
          else summary.lights.unknown += 1;
        }
      }
    }
  }
  summary.temperature = mean(temperatures);
  summary.humidity = mean(humidities);
  if (occupied.includes(true)) summary.occupancy = "occupied";
  else if (occupied.includes(null)) summary.occupancy = "unknown";
  else if (occupied.length) summary.occupancy = "empty";
  return summary;
}
