import { expect, test } from "vitest";
import { mainEndpoint, mainProperty, useOf } from "../src/parts/tile";
import { createHome, type LiveDevice } from "../src/state/home";
import type { Endpoint } from "../src/types";
import { device, home, property } from "./sample";

function live(...endpoints: [type: string, name: string, writable: boolean][]): LiveDevice {
  const made = endpoints.map(([type, name, writable], index): Endpoint => {
    const id = `thing/${index}/${name}`;
    const properties = [property(id, { writable })];
    return { id: String(index), type, name: "", properties, actions: [], signals: [] };
  });
  const store = createHome();
  store.load(home([device("thing", [], { endpoints: made })]));
  return store.device("thing") as LiveDevice;
}

function main(it: LiveDevice): string | undefined {
  const endpoint = mainEndpoint(it);
  return endpoint && mainProperty(endpoint)?.spec.name;
}

test("a motion sensor with a setting is shown as a motion sensor", () => {
  const it = live(
    ["battery", "PowerSource.batteryLevel", false],
    ["generic", "Select.option", true],
    ["occupancy_sensor", "OccupancySensing.occupied", false],
  );
  expect(main(it)).toBe("OccupancySensing.occupied");
  expect(useOf(it)).toBe("sensors");
});

test("a plug that also measures is shown by its switch, a meter by its power", () => {
  const meter: [string, string, boolean][] = [
    ["electrical_sensor", "ElectricalEnergyMeasurement.energy", false],
    ["electrical_sensor", "ElectricalPowerMeasurement.activePower", false],
  ];
  expect(main(live(...meter))).toBe("ElectricalPowerMeasurement.activePower");
  expect(main(live(...meter, ["on_off_plug", "OnOff.on", true]))).toBe("OnOff.on");
});

test("a device without endpoints is shown all the same", () => {
  expect(mainEndpoint(live())).toBeUndefined();
  expect(useOf(live())).toBe("sensors");
});
