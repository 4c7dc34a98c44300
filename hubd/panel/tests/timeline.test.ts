import { expect, test } from "vitest";
import { merge, passes } from "../src/state/timeline";
import { row } from "./sample";

const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);

test("rows that come twice, and out of order, are shown once, newest first", () => {
  const rows = merge([row(3), row(1)], [row(2), row(3), row(4)], 100);
  expect(ids(rows)).toEqual([4, 3, 2, 1]);
});

test("the newest rows are kept when there are too many", () => {
  expect(ids(merge([row(1), row(2)], [row(3)], 2))).toEqual([3, 2]);
});

test("a filter passes what fits all that it names", () => {
  const areaOf = (device: string) => (device === "lamp" ? "kitchen" : null);
  expect(passes(row(1), {}, areaOf)).toBe(true);
  expect(passes(row(1), { kind: "reported", area: "kitchen" }, areaOf)).toBe(true);
  expect(passes(row(1), { kind: "settled", area: "kitchen" }, areaOf)).toBe(false);
  expect(passes(row(1), { area: "hall" }, areaOf)).toBe(false);
  expect(passes(row(1, { device: null }), { area: "kitchen" }, areaOf)).toBe(false);
});
