/**
 * The live link to the hub: one WebSocket while the page is looked at, none while it is hidden.
 *
 * The hub sends the whole home at the start of each connection; asked to resume, also the events
 * that were missed. So nothing is lost, and a tab in the background costs nothing.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Message } from "../types";

export type LinkState = "connecting" | "live" | "paused" | "broken";

/** How long a hidden page keeps its link, in ms: switching tabs shortly should cost nothing. */
const LINGER_MS = 15_000;
/** The close code by which the hub says so. */
const SIGNED_OUT = 4001;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

export interface Link {
  readonly state: ReadonlySignal<LinkState>;
  readonly start: () => void;
  readonly stop: () => void;
}

export interface LinkEnds {
  readonly onMessage: (message: Message) => void;
  /** The last event that is known here; 0 for none. */
  readonly lastEvent: () => number;
  /** Called when the hub ended the link because the session ended. */
  readonly onSignedOut: () => void;
  /** Called when a connection could not be made: the session may have ended. */
  readonly onBroken: () => void;
}

export function createLink(ends: LinkEnds): Link {
  const state = signal<LinkState>("paused");
  let socket: WebSocket | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let linger: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let isWanted = false;

  function open(): void {
    clearTimeout(retry);
    if (!isWanted || socket || document.hidden) return;
    if (state.value !== "broken") state.value = "connecting";
    const url = new URL("api/ws", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    const mine = new WebSocket(url);
    socket = mine;
    mine.onopen = () => {
      const after = ends.lastEvent();
      if (after) mine.send(JSON.stringify({ type: "resume", after }));
    };
    mine.onmessage = ({ data }: MessageEvent<string>) => {
      state.value = "live";
      retryMs = FIRST_RETRY_MS;
      ends.onMessage(JSON.parse(data) as Message);
    };
    mine.onclose = ({ code }) => {
      if (socket !== mine) return;
      socket = null;
      if (code === SIGNED_OUT) {
        ends.onSignedOut();
        return;
      }
      if (!isWanted) return;
      state.value = "broken";
      ends.onBroken();
      // Spread, so that a house full of panels does not come back in the same instant.
      retry = setTimeout(open, retryMs * (0.75 + Math.random() / 2));
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
  }

  function close(): void {
    clearTimeout(retry);
    const mine = socket;
    socket = null;
    mine?.close();
    state.value = "paused";
  }

  function look(): void {
    clearTimeout(linger);
    if (document.hidden) linger = setTimeout(close, LINGER_MS);
    else {
      retryMs = FIRST_RETRY_MS;
      open();
    }
  }

  return {
    state,
    start() {
      isWanted = true;
      document.addEventListener("visibilitychange", look);
      window.addEventListener("online", open);
      open();
    },
    stop() {
      isWanted = false;
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("online", open);
      clearTimeout(linger);
      close();
    },
  };
}
