import { expect, test } from "vitest";
import { createHome } from "../src/state/home";
import { summarise } from "../src/state/summary";
import type { Device } from "../src/types";
import { device, home, LAMP, property } from "./sample";

function summary(devices: Device[]) {
  const store = createHome();
  store.load(home(devices));
  return summarise(store.frame.value?.devices ?? []);
}

const sensor = (id: string, value: boolean | null) =>
  device(id, [property(`${id}/1/OccupancySensing.occupied`, { value, known: value !== null })]);

test("one sensor that sees someone is enough, and one that is not known makes empty unknown", () => {
  expect(summary([sensor("a", true), sensor("b", null)]).occupancy).toBe("occupied");
  expect(summary([sensor("a", false), sensor("b", null)]).occupancy).toBe("unknown");
  expect(summary([sensor("a", false), sensor("b", false)]).occupancy).toBe("empty");
  expect(summary([]).occupancy).toBe("unwatched");
});

test("a light that is not known or out of reach is counted as unknown, not as off", () => {
  const unknown = device("a", [property("a/1/OnOff.on", { known: false, value: null })]);
  const away = device("b", [property("b/1/OnOff.on", { value: false })], { available: false });
  const off = device("lamp", [property(LAMP)]);
  expect(summary([unknown, away, off]).lights).toEqual({ on: 0, off: 1, unknown: 2 });
});

test("the temperature is the mean of what is known, and nothing where nothing is", () => {
  const thermometer = (id: string, value: number | null) =>
    device(id, [
      property(`${id}/1/TemperatureMeasurement.temperature`, {
        type: "number",
        value,
        known: value !== null,
      }),
    ]);
  const three = [thermometer("a", 20), thermometer("b", 22), thermometer("c", null)];
  expect(summary(three).temperature).toBe(21);
  expect(summary([thermometer("c", null)]).temperature).toBeNull();
});

test("water is an alarm", () => {
  const leak = device("sink", [property("sink/1/BooleanState.leak", { value: true })]);
  expect(summary([leak]).alarms.map((p) => p.device)).toEqual(["sink"]);
});
