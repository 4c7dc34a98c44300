import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createControls } from "../src/state/control";
import { createHome, type LiveProperty } from "../src/state/home";
import type { Change } from "../src/types";
import { home, LAMP, lamp } from "./sample";

const change = (part: Partial<Change>): Change => ({
  id: LAMP,
  value: false,
  known: true,
  desired: true,
  pending: false,
  since: null,
  claims: [],
  ...part,
});

function setUp(claim: () => Promise<{ event: number }>) {
  const store = createHome();
  store.load(home([lamp()]));
  const failures: string[] = [];
  const controls = createControls({ claim }, store, (_, wish) => failures.push(wish.phase));
  const property = store.property(LAMP) as LiveProperty;
  return { store, controls, property, failures, wish: controls.wishOf(LAMP) };
}

const tick = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a tap is shown at once, then confirmed, then the control rests", async () => {
  const { store, controls, property, failures, wish } = setUp(async () => ({ event: 11 }));
  controls.set(property, true);
  expect(wish.value).toMatchObject({ phase: "sending", value: true });
  await tick();
  store.change(12, [change({ pending: true })]);
  expect(wish.value?.phase).toBe("taken");
  store.change(13, [change({ value: true })]);
  expect(wish.value?.phase).toBe("confirmed");
  await vi.advanceTimersByTimeAsync(2000);
  expect(wish.value).toBeNull();
  expect(failures).toEqual([]);
});

test("what the hub refuses is told once and then goes", async () => {
  const { controls, property, failures, wish } = setUp(() => Promise.reject(new Error("no")));
  controls.set(property, true);
  await tick();
  expect(wish.value?.phase).toBe("refused");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(wish.value).toBeNull();
  expect(failures).toEqual(["refused"]);
});

test("a second tap takes the place of the first, whose answer no longer counts", async () => {
  const answers: (() => void)[] = [];
  const { store, controls, property, wish } = setUp(
    () => new Promise((resolve) => answers.push(() => resolve({ event: 1 }))),
  );
  controls.set(property, true);
  controls.set(property, false);
  answers[0]?.();
  await tick();
  expect(wish.value).toMatchObject({ phase: "sending", value: false });
  answers[1]?.();
  await tick();
  store.change(12, [change({ desired: false })]);
  expect(wish.value?.phase).toBe("confirmed");
});

test("a wish that changes nothing because something more important holds is told as such", async () => {
  const { controls, property, failures } = setUp(async () => ({ event: 11 }));
  controls.set(property, true);
  await vi.advanceTimersByTimeAsync(3000);
  expect(failures).toEqual(["overruled"]);
});
