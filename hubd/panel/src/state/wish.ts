/**
 * A person's wish for a property, from the tap to what came of it. Pure.
 *
 * The hub's own state says most of it (`desired`, `pending`); the wish carries what the hub can't
 * know: that a tap was made and is still on its way, and that this person waits for its outcome.
 */

import type { PropertySpec, PropertyState, Value } from "../types";

export type Phase =
  /** On its way to the hub. */
  | "sending"
  /** The hub has it; the device has not answered. */
  | "taken"
  /** The device did it. */
  | "confirmed"
  /** The hub refused it; `problem` says why. */
  | "refused"
  /** Something of a higher rank holds the property. */
  | "overruled"
  /** The device did not do it, or did not say so. */
  | "unanswered"
  /** The device is out of reach; the hub sets it right when it returns. */
  | "parked";

export interface Wish {
  readonly value: Value;
  readonly phase: Phase;
  /** When the hub took it, in ms; 0 before. */
  readonly takenAt: number;
  /** Whether the hub was seen bringing it about. */
  readonly seenPending: boolean;
  readonly problem?: unknown;
}

/** How long the hub may take to show a wish in its state, in ms: a batch of changes, and the way. */
export const PATIENCE_MS = 2000;

export function wished(value: Value): Wish {
  return { value, phase: "sending", takenAt: 0, seenPending: false };
}

export function taken(wish: Wish, now: number): Wish {
  return { ...wish, phase: "taken", takenAt: now };
}

export function refused(wish: Wish, problem: unknown): Wish {
  return { ...wish, phase: "refused", problem };
}

/** Whether two values look the same on a control: numbers within 3 % of its range. */
export function alike(a: Value, b: Value, spec: PropertySpec): boolean {
  if (typeof a === "number" && typeof b === "number") {
    const range =
      spec.minimum !== null && spec.maximum !== null ? spec.maximum - spec.minimum : Math.abs(b);
    return Math.abs(a - b) <= range * 0.03;
  }
  return a === b;
}

/** Say what has become of `wish`, now that the property is in `state`. */
export function judge(
  wish: Wish,
  state: PropertyState,
  spec: PropertySpec,
  available: boolean,
  now: number,
): Wish {
  if (wish.phase !== "taken" && wish.phase !== "parked" && wish.phase !== "unanswered") return wish;
  const phase = phaseOf(wish, state, spec, available, now);
  const seenPending = wish.seenPending || state.pending;
  return phase === wish.phase && seenPending === wish.seenPending
    ? wish
    : { ...wish, phase, seenPending };
}

function phaseOf(
  wish: Wish,
  state: PropertyState,
  spec: PropertySpec,
  available: boolean,
  now: number,
): Phase {
  const isThere = state.known && alike(state.value, wish.value, spec);
  const isDesired = state.desired !== null && alike(state.desired, wish.value, spec);
  const isOverdue = now - wish.takenAt >= PATIENCE_MS;
  if (!isDesired) {
    if (!isOverdue) return "taken";
    return isThere && available ? "confirmed" : "overruled";
  }
  if (state.pending) return "taken";
  if (!available) return "parked";
  if (isThere) return "confirmed";
  return wish.seenPending || isOverdue ? "unanswered" : "taken";
}

/** What a control shows: the wish while it is open, else what is desired and under way, else what is. */
export function shown(state: PropertyState, wish: Wish | null): Value {
  if (wish && (wish.phase === "sending" || wish.phase === "taken")) return wish.value;
  if (state.pending && state.desired !== null) return state.desired;
  return state.known ? state.value : null;
}
