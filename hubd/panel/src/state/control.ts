/** Carries people's wishes to the hub and follows them to their outcome. */

import { effect, type Signal, signal } from "@preact/signals";
import type { Api } from "../api";
import type { Value } from "../types";
import type { HomeStore, LiveProperty } from "./home";
import { judge, PATIENCE_MS, type Phase, refused, taken, type Wish, wished } from "./wish";

/** How long a good outcome stays on the control, in ms. */
const CONFIRMED_MS = 1600;
/** How long a bad one does. */
const FAILED_MS = 12_000;

export interface Controls {
  /** The open wish for a property; null when there is none. */
  readonly wishOf: (property: string) => Signal<Wish | null>;
  readonly set: (property: LiveProperty, value: Value) => void;
}

export function createControls(
  api: Pick<Api, "claim">,
  home: HomeStore,
  /** Told of each wish that came to nothing, to say it aloud. */
  onFailure: (property: LiveProperty, wish: Wish) => void,
): Controls {
  const wishes = new Map<string, Signal<Wish | null>>();
  const followers = new Map<string, () => void>();

  function wishOf(property: string): Signal<Wish | null> {
    let wish = wishes.get(property);
    if (!wish) {
      wish = signal(null);
      wishes.set(property, wish);
    }
    return wish;
  }

  function set(property: LiveProperty, value: Value): void {
    const id = property.spec.id;
    const wish = wishOf(id);
    const mine = wished(value);
    wish.value = mine;
    followers.get(id)?.();
    followers.delete(id);
    api.claim(id, value).then(
      () => {
        // A newer tap has taken the place of this one.
        if (wish.peek() !== mine) return;
        wish.value = taken(mine, Date.now());
        followers.set(id, follow(property, wish));
      },
      (problem: unknown) => {
        if (wish.peek() !== mine) return;
        wish.value = refused(mine, problem);
        followers.set(id, follow(property, wish));
      },
    );
  }

  function follow(property: LiveProperty, wish: Signal<Wish | null>): () => void {
    const now = signal(Date.now());
    let told = false;
    let fade: ReturnType<typeof setTimeout> | undefined;
    let fading: Phase | undefined;
    const overdue = setTimeout(() => {
      now.value = Date.now();
    }, PATIENCE_MS + 50);
    const stop = effect(() => {
      const state = property.state.value;
      const available = home.device(property.device)?.contact.value.available ?? false;
      const at = now.value;
      const before = wish.peek();
      if (!before) return;
      const after = judge(before, state, property.spec, available, Math.max(at, Date.now()));
      if (after !== before) wish.value = after;
      const isGood = after.phase === "confirmed";
      const isBad = ["refused", "overruled", "unanswered"].includes(after.phase);
      if (isBad && !told) {
        told = true;
        onFailure(property, after);
      }
      if (after.phase === fading) return;
      fading = after.phase;
      clearTimeout(fade);
      if (isGood || isBad || after.phase === "parked")
        fade = setTimeout(close, isGood ? CONFIRMED_MS : FAILED_MS);
    });
    function end(): void {
      clearTimeout(overdue);
      clearTimeout(fade);
      stop();
    }
    function close(): void {
      end();
      followers.delete(property.spec.id);
      wish.value = null;
    }
    return end;
  }

  return { wishOf, set };
}
