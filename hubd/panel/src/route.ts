/** Where in the panel one is: the part of the address after the #. */

import { computed, signal } from "@preact/signals";

export type PageName =
  | "home"
  | "area"
  | "device"
  | "timeline"
  | "why"
  | "scenes"
  | "found"
  | "system";

export interface Route {
  readonly page: PageName;
  /** What the page is about: an area's, device's or event's id. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
}

const PAGES: readonly PageName[] = [
  "home",
  "area",
  "device",
  "timeline",
  "why",
  "scenes",
  "found",
  "system",
];

export function parse(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const [name = "", ...rest] = path.split("/");
  const page = PAGES.find((known) => known === name) ?? "home";
  return {
    page,
    id: rest.map(decoded).join("/"),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function href(page: PageName, id = "", query: Record<string, string> = {}): string {
  const path = id ? `${page}/${encodeURIComponent(id)}` : page;
  const set = Object.entries(query).filter(([, value]) => value !== "");
  const search = new URLSearchParams(set).toString();
  return `#/${path}${search ? `?${search}` : ""}`;
}

const hash = signal(location.hash);
window.addEventListener("hashchange", () => {
  hash.value = location.hash;
});

export const route = computed(() => parse(hash.value));

/** Replace the address, so that "back" leaves the page and not each filter tried on it. */
export function replace(address: string): void {
  history.replaceState(null, "", address);
  hash.value = location.hash;
}
