/** A draft is saved only when it was tried as it stands, and nothing spoke against it. */

import { expect, test } from "vitest";
import { type Draft, green, isStale, tried, typed } from "../src/state/draft";
import type { Trial } from "../src/types";

const right: Trial = {
  path: "hall.yaml",
  all_right: true,
  problems: [],
  doubts: [],
  findings: [],
  tests: 2,
  passed: 2,
  failed: [],
  saved: false,
};
const opened: Draft = { text: "scene: Hall" };

test("what was not tried is not saved", () => {
  expect(isStale(opened)).toBe(true);
  expect(green(opened)).toBe(false);
});

test("what was tried and is right can be saved", () => {
  expect(green(tried(opened, "scene: Hall", right))).toBe(true);
});

test("a text that changed since it was tried must be tried again", () => {
  const changed = typed(tried(opened, "scene: Hall", right), "scene: Hall!");
  expect(isStale(changed)).toBe(true);
  expect(green(changed)).toBe(false);
});

test("a verdict on a text that is no more is dropped", () => {
  const changed = typed(opened, "scene: Kitchen");
  expect(tried(changed, "scene: Hall", right)).toEqual(changed);
});

test("what something speaks against, and what is saved already, is not saved", () => {
  expect(green(tried(opened, "scene: Hall", { ...right, all_right: false }))).toBe(false);
  expect(green(tried(opened, "scene: Hall", { ...right, saved: true }))).toBe(false);
});
