import { expect, test } from "vitest";
import { judge, PATIENCE_MS, type Phase, refused, shown, taken, wished } from "../src/state/wish";
import type { PropertyState } from "../src/types";
import { LAMP, LEVEL, property } from "./sample";

const SPEC = property(LAMP);
const RANGE = property(LEVEL, { type: "number", minimum: 0, maximum: 100 });

const state = (change: Partial<PropertyState>): PropertyState => ({
  value: false,
  known: true,
  desired: null,
  pending: false,
  since: null,
  claims: [],
  ...change,
});

const phase = (change: Partial<PropertyState>, available = true, after = 0): Phase =>
  judge(taken(wished(true), 1000), state(change), SPEC, available, 1000 + after).phase;

test("a wish is confirmed only when the device reports it", () => {
  expect(phase({ desired: true, pending: true })).toBe("taken");
  expect(phase({ desired: true, pending: true, value: true })).toBe("taken");
  expect(phase({ desired: true, value: true })).toBe("confirmed");
});

test("a value that was near the wish already is not taken for the device's answer", () => {
  const wish = taken(wished(41), 0);
  expect(judge(wish, state({ value: 40 }), RANGE, true, 10).phase).toBe("taken");
});

test("a wish is not given up before the hub could have shown it", () => {
  expect(phase({})).toBe("taken");
  expect(phase({}, true, PATIENCE_MS)).toBe("overruled");
});

test("a wish for a device out of reach is kept for its return, also when the old value equals it", () => {
  expect(phase({ desired: true }, false)).toBe("parked");
  expect(phase({ desired: true, value: true }, false)).toBe("parked");
});

test("a command that ended without the value is told as not done", () => {
  const under = judge(
    taken(wished(true), 1000),
    state({ desired: true, pending: true }),
    SPEC,
    true,
    1100,
  );
  expect(judge(under, state({ desired: true }), SPEC, true, 1200).phase).toBe("unanswered");
});

test("a device that does it late after all is told as done", () => {
  const under = judge(taken(wished(true), 0), state({ desired: true }), SPEC, true, PATIENCE_MS);
  expect(under.phase).toBe("unanswered");
  expect(judge(under, state({ desired: true, value: true }), SPEC, true, 9000).phase).toBe(
    "confirmed",
  );
});

test("a refused wish stays refused whatever the device does", () => {
  const wish = refused(wished(true), new Error("no"));
  expect(judge(wish, state({ value: true }), SPEC, true, 0)).toBe(wish);
});

test("a number is as wished within the width of a thumb", () => {
  const wish = taken(wished(50), 0);
  const at = (value: number): Phase =>
    judge(wish, state({ value, desired: 50 }), RANGE, true, PATIENCE_MS).phase;
  expect(at(52)).toBe("confirmed");
  expect(at(60)).toBe("unanswered");
});

test("what is not known is never shown as off", () => {
  expect(shown(state({ known: false, value: null }), null)).toBeNull();
  expect(shown(state({ known: false, value: false }), null)).toBeNull();
});

test("a control shows the wish while it is open, and the truth when it failed", () => {
  expect(shown(state({}), wished(true))).toBe(true);
  expect(shown(state({}), refused(wished(true), null))).toBe(false);
  expect(shown(state({ desired: true, pending: true }), null)).toBe(true);
});
