/** The hub's API over HTTP: one function for each route that the panel uses. */

import type {
  Adds,
  Device,
  Driver,
  Entry,
  Errand,
  Health,
  Home,
  Me,
  Page,
  Question,
  Safety,
  Scene,
  Things,
  Trial,
  Value,
  Why,
} from "./types";

/** An error that the hub, or the way to it, gave; `code` is stable and has words in the catalogue. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly mend: string = "",
    readonly status: number = 0,
  ) {
    super(message);
  }
}

/** Whether `problem` says that nobody is signed in (any more). */
export function isSignedOut(problem: unknown): boolean {
  return problem instanceof ApiError && problem.code === "not_signed_in";
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: { code?: string; message?: string; mend?: string } } | null)
    ?.error;
  return new ApiError(
    error?.code ?? `http_${response.status}`,
    error?.message ?? response.statusText,
    error?.mend ?? "",
    response.status,
  );
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch {
    throw new ApiError("offline", "The hub does not answer");
  }
  if (!response.ok) throw await failure(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

function query(parameters: Record<string, string | number | undefined>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString();
}

/** Which events to list; empty fields do not narrow. */
export interface EventFilter {
  device?: string;
  area?: string;
  kind?: string;
}

export const api = {
  hello: () => ask<{ owner_needed: boolean }>("GET", "hello"),
  becomeOwner: (code: string, name: string, password: string) =>
    ask<Me>("POST", "owner", { code, name, password }),
  signIn: (name: string, password: string) => ask<Me>("POST", "session", { name, password }),
  signOut: () => ask<void>("DELETE", "session"),
  me: () => ask<Me>("GET", "me"),
  home: () => ask<Home>("GET", "home"),
  device: (id: string) => ask<Device>("GET", `devices/${encodeURIComponent(id)}`),
  claim: (property: string, value: Value) =>
    ask<{ event: number }>("POST", "claims", { property, value }),
  release: (property: string) => ask<void>("DELETE", `claims?${query({ property })}`),
  act: (device: string, endpoint: string, action: string) =>
    ask<{ event: number }>("POST", "actions", { device, endpoint, action }),
  events: (filter: EventFilter & { before?: number; after?: number; limit?: number }) =>
    ask<Page>("GET", `events?${query({ ...filter })}`),
  event: (id: number) =>
    ask<Page>("GET", `events?${query({ before: id + 1, after: id - 1, limit: 1 })}`).then(
      (page) => page.events[0],
    ),
  whyEvent: (id: number) => ask<Why>("GET", `events/${id}/why`),
  whyOf: (of: string) => ask<Why>("GET", `why?${query({ of })}`),
  scenes: () => ask<Scene[]>("GET", "scenes"),
  safety: () => ask<Safety>("GET", "safety"),
  confirm: (withheld: number) => ask<{ event: number }>("POST", "safety/confirm", { withheld }),
  callScene: (id: string, deed: "begin" | "end") =>
    ask<{ event: number }>("POST", `scenes/${encodeURIComponent(id)}/${deed}`, {}),
  questions: () => ask<Question[]>("GET", "questions"),
  reply: (question: Question, yes: boolean) =>
    ask<{ event: number }>("POST", "questions", {
      scene: question.scene,
      timer: question.timer,
      yes,
    }),
  sceneText: (path: string) =>
    ask<{ path: string; text: string }>("GET", `scenes/${encodeURIComponent(path)}`),
  tryScene: (path: string, text: string) => ask<Trial>("POST", "scenes/try", { path, text }),
  saveScene: (path: string, text: string, force: boolean) =>
    ask<Trial>("PUT", `scenes/${encodeURIComponent(path)}`, { text, force }),
  inbox: () => ask<Entry[]>("GET", "inbox"),
  look: () => ask<void>("POST", "inbox/look", {}),
  adopt: (id: string, answers: Record<string, string>, name: string, area?: string) =>
    ask<{ device: string | null }>("POST", `inbox/${encodeURIComponent(id)}/adopt`, {
      answers,
      name,
      ...(area === undefined ? {} : { area }),
    }),
  adds: () => ask<Adds[]>("GET", "inbox/adds"),
  add: (driver: string, answers: Record<string, string>, name: string, area?: string) =>
    ask<{ device: string | null }>("POST", "inbox", {
      driver,
      answers,
      name,
      ...(area === undefined ? {} : { area }),
    }),
  errands: () => ask<Errand[]>("GET", "errands"),
  runErrand: (errand: Errand, answers: Record<string, string>, device?: string) =>
    ask<{ told: Record<string, string> }>(
      "POST",
      `errands/${encodeURIComponent(errand.driver)}/${encodeURIComponent(errand.name)}`,
      { answers, ...(device === undefined ? {} : { device }) },
    ),
  dismissFound: (id: string, dismissed: boolean) =>
    ask<void>("POST", `inbox/${encodeURIComponent(id)}/dismiss`, { dismissed }),
  rename: (device: string, change: { name?: string; area?: string }) =>
    ask<void>("PATCH", `devices/${encodeURIComponent(device)}`, change),
  forget: (device: string) => ask<void>("DELETE", `devices/${encodeURIComponent(device)}`),
  things: () => ask<Things>("GET", "things"),
  join: (thing: string, other: string) => ask<void>("POST", "things", { thing, other }),
  split: (id: string) => ask<void>("DELETE", `things/${encodeURIComponent(id)}`),
  drivers: () => ask<Driver[]>("GET", "drivers"),
  restart: (driver: string) =>
    ask<void>("POST", `drivers/${encodeURIComponent(driver)}/restart`, {}),
  health: () => ask<Health>("GET", "health"),
};

export type Api = typeof api;
