/** The hub as the pages see it: its home, the live link, and who is signed in. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Api, api, isSignedOut } from "./api";
import { propertyTitle, saysItself } from "./names";
import { type Controls, createControls } from "./state/control";
import { createHome, type HomeStore } from "./state/home";
import { createLink, type Link } from "./state/link";
import { merge } from "./state/timeline";
import type { Doing, Me, Message, Permission, Row } from "./types";
import { problemWords, words } from "./words";

/** How many of the newest events are kept at hand. */
const RECENT = 300;
/** How often the timeline is shown anew at most, in ms: events may come by the hundred. */
const RECENT_EVERY_MS = 250;
/** How long to wait for more of it, in ms, when the home is arranged anew. */
const REARRANGED_MS = 200;

/** By what what a driver is doing is known: the entry, the errand and its device, or the driver. */
export function doingKey(doing: Omit<Doing, "words">): string {
  if (doing.errand === null) return doing.entry ?? doing.driver;
  return `${doing.driver} ${doing.errand} ${doing.device ?? ""}`;
}

export interface Hub {
  readonly api: Api;
  readonly home: HomeStore;
  readonly controls: Controls;
  readonly link: Link;
  /** undefined until it is known whether someone is signed in. */
  readonly me: Signal<Me | null | undefined>;
  /** Whether the one who is signed in has a right. */
  readonly may: (permission: Permission) => boolean;
  /** What drivers are doing for a person at the moment, in words, by `doingKey`. */
  readonly doing: ReadonlySignal<Readonly<Record<string, string>>>;
  readonly recent: ReadonlySignal<readonly Row[]>;
  /** The latest failure, for all to hear. */
  readonly notice: Signal<string>;
  /** The home's time zone. */
  readonly timezone: ReadonlySignal<string>;
  readonly entered: (me: Me) => void;
  readonly leave: () => Promise<void>;
  readonly fail: (problem: unknown) => void;
}

export function createHub(): Hub {
  const home = createHome();
  const me = signal<Me | null | undefined>(undefined);
  const notice = signal("");
  const doing = signal<Readonly<Record<string, string>>>({});
  const recent = signal<readonly Row[]>([]);
  const timezone = computed(() => home.frame.value?.place?.timezone ?? "UTC");

  let fresh: Row[] = [];
  let flush: ReturnType<typeof setTimeout> | undefined;
  function arrived(rows: readonly Row[]): void {
    fresh.push(...rows);
    if (fresh.length > RECENT) fresh = merge([], fresh, RECENT);
    if (flush !== undefined) return;
    flush = setTimeout(() => {
      flush = undefined;
      recent.value = merge(recent.peek(), fresh, RECENT);
      fresh = [];
    }, RECENT_EVERY_MS);
  }

  /** Ask for the home anew: once for all that is arranged within a moment, one at a time. */
  let isStale = false;
  let isAsking = false;
  async function rearranged(): Promise<void> {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    try {
      while (isStale) {
        await new Promise((resolve) => setTimeout(resolve, REARRANGED_MS));
        isStale = false;
        home.refresh(await api.home());
      }
    } catch (problem) {
      fail(problem);
    } finally {
      isAsking = false;
    }
  }

  function onMessage(message: Message): void {
    switch (message.type) {
      case "home":
        home.load(message);
        break;
      case "changes":
        home.change(message.at_event, message.properties);
        break;
      case "events":
        arrived(message.events);
        break;
      case "availability":
        home.reach(message.devices);
        break;
      case "doing":
        doing.value = { ...doing.value, [doingKey(message)]: message.words };
        break;
      case "home_changed":
        void rearranged();
        break;
    }
  }

  function signedOut(): void {
    link.stop();
    home.clear();
    recent.value = [];
    doing.value = {};
    me.value = null;
  }

  function fail(problem: unknown): void {
    if (isSignedOut(problem)) signedOut();
    else {
      const { message, mend } = problemWords(problem);
      notice.value = [message, mend].filter(Boolean).join(" ");
    }
  }

  const link = createLink({
    onMessage,
    lastEvent: home.lastEvent,
    onSignedOut: signedOut,
    onBroken: () => {
      // A WebSocket does not say why it was refused; the API does.
      void api.me().catch((problem: unknown) => {
        if (isSignedOut(problem)) signedOut();
      });
    },
  });

  const controls = createControls(api, home, (property, wish) => {
    const { wish: said } = words.value;
    const device = home.device(property.device)?.name ?? property.device;
    const name = saysItself(property.spec.name)
      ? device
      : `${device} · ${propertyTitle(property.spec)}`;
    if (wish.phase === "refused") {
      if (isSignedOut(wish.problem)) signedOut();
      const { message, mend } = problemWords(wish.problem);
      notice.value = said.failed(name, `${message} ${mend}`);
    } else if (wish.phase === "overruled" || wish.phase === "unanswered")
      notice.value = said.failed(name, said[wish.phase]);
  });

  const may = (permission: Permission): boolean =>
    me.value?.permissions.includes(permission) ?? false;

  function entered(person: Me): void {
    me.value = person;
    link.start();
  }

  async function leave(): Promise<void> {
    await api.signOut();
    signedOut();
  }

  return {
    api,
    home,
    controls,
    link,
    me,
    may,
    doing,
    recent,
    notice,
    timezone,
    entered,
    leave,
    fail,
  };
}

const HubContext = createContext<Hub | null>(null);

export const HubProvider = HubContext.Provider;

export function useHub(): Hub {
  const hub = useContext(HubContext);
  if (!hub) throw new Error("There is no hub above this part");
  return hub;
}
