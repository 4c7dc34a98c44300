import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { createHome } from "../src/state/home";
import type { Change } from "../src/types";
import { device, home, LAMP, LEVEL, lamp, property } from "./sample";

const change = (id: string, value: boolean | number): Change => ({
  id,
  value,
  known: true,
  desired: null,
  pending: false,
  since: null,
  claims: [],
});

test("a change reaches its own property and wakes no other", () => {
  const store = createHome();
  store.load(home([lamp()]));
  let woken = 0;
  effect(() => {
    store.property(LEVEL)?.state.value;
    woken += 1;
  });
  store.change(11, [change(LAMP, true)]);
  expect(store.property(LAMP)?.state.value.value).toBe(true);
  expect(woken).toBe(1);
  expect(store.lastEvent()).toBe(11);
});

test("a change of a property that is not there is let pass", () => {
  const store = createHome();
  store.load(home([lamp()]));
  store.change(11, [change("ghost/1/OnOff.on", true), change(LAMP, true)]);
  expect(store.property(LAMP)?.state.value.value).toBe(true);
});

test("a property keeps its signal over a new snapshot and shows what the snapshot says", () => {
  const store = createHome();
  store.load(home([lamp()]));
  const before = store.property(LAMP)?.state;
  store.load(home([device("lamp", [property(LAMP, { value: true })])], { last_event: 20 }));
  expect(store.property(LAMP)?.state).toBe(before);
  expect(before?.value.value).toBe(true);
  expect(store.property(LEVEL)).toBeUndefined();
  expect(store.lastEvent()).toBe(20);
});

test("a home asked for meanwhile does not undo what the link told since", () => {
  const store = createHome();
  store.load(home([lamp()]));
  store.change(30, [change(LAMP, true)]);
  store.reach([{ id: "lamp", available: false, reason: null }]);
  store.refresh(home([lamp()], { last_event: 20 }));
  expect(store.property(LAMP)?.state.value.value).toBe(true);
  expect(store.device("lamp")?.contact.value.available).toBe(false);
  expect(store.lastEvent()).toBe(30);
});

test("a link that begins anew is believed, also by a hub whose log began anew", () => {
  const store = createHome();
  store.load(home([lamp()]));
  store.change(30, [change(LAMP, true)]);
  store.load(home([lamp()], { last_event: 3 }));
  expect(store.property(LAMP)?.state.value.value).toBe(false);
  expect(store.lastEvent()).toBe(3);
});

test("a batch of changes is seen whole or not at all", () => {
  const store = createHome();
  store.load(home([lamp()]));
  const seen: string[] = [];
  effect(() => {
    seen.push(
      `${store.property(LAMP)?.state.value.value} ${store.property(LEVEL)?.state.value.value}`,
    );
  });
  store.change(12, [change(LAMP, true), change(LEVEL, 80)]);
  expect(seen).toEqual(["false 40", "true 80"]);
});

test("a device that fell out of reach says why", () => {
  const store = createHome();
  store.load(home([lamp()]));
  store.reach([{ id: "lamp", available: false, reason: "nothing heard for an hour" }]);
  expect(store.device("lamp")?.contact.value).toEqual({
    available: false,
    reason: "nothing heard for an hour",
  });
});
