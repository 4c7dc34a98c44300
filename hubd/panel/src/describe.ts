/** An event of the log, said in the language of this browser. */

import { valueWords, when } from "./format";
import { actionTitle, areaName, endpointName, propertyTitle, saysItself } from "./names";
import type { HomeStore } from "./state/home";
import type { Row, Value } from "./types";
import { lookUp, words } from "./words";

type What = Record<string, unknown>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): What[] => (Array.isArray(value) ? (value as What[]) : []);
const inner = (value: unknown): What => (value && typeof value === "object" ? (value as What) : {});

/** Who did something, from an owner or a source such as `scene:evening`. */
export function ownerWords(home: HomeStore, owner: string): string {
  const { owners } = words.value;
  const [kind = "", ...rest] = owner.split(":");
  const id = rest.join(":");
  const person = home.frame.value?.people.find((p) => p.id === id);
  switch (kind) {
    case "person":
      return owners.person(person?.name ?? id);
    case "scene":
      return owners.scene(readable(id));
    case "hand":
      return owners.hand;
    case "agent":
      return owners.agent(id);
    case "habit":
      return owners.habit(id);
    case "safety":
      return owners.safety;
    case "driver":
      return owners.driver(id);
    case "core":
    case "hub":
      return owners.hub;
    default:
      return owner;
  }
}

/** An id as people read it. */
export function readable(id: string): string {
  const spaced = id.replaceAll(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function deviceName(home: HomeStore, id: unknown): string {
  return home.device(text(id))?.name ?? readable(text(id));
}

/** A property by its device, and by its own name where the device has several to mistake it for. */
function propertyWords(home: HomeStore, id: unknown, value: unknown): [string, string] {
  const property = home.property(text(id));
  const [device = "", , name = ""] = text(id).split("/", 3);
  const spec = property?.spec ?? { name, title: "", unit: "" };
  const known = home.device(device);
  const endpoint = known?.endpoints.find((e) => e.id === property?.endpoint);
  const base = known && endpoint ? endpointName(known, endpoint) : deviceName(home, device);
  const said = valueWords(value as Value, spec);
  return [saysItself(spec.name) ? base : `${base} · ${propertyTitle(spec)}`, said];
}

/** One sentence for an event: from its content where it is known, else in the hub's own words. */
export function describe(home: HomeStore, event: Row): string {
  return fromContent(home, event) ?? event.text;
}

/** What a safety rule holds back, and whose wish that is. */
export function withheldWords(
  home: HomeStore,
  held: { property: string; value: Value; owner: string; rule: string },
): string {
  const { safety } = words.value;
  const [name, value] = propertyWords(home, held.property, held.value);
  const action = held.value === null ? actionTitle(held.property.split("/")[2] ?? "") : value;
  return safety.held(ownerWords(home, held.owner), name, action, readable(held.rule));
}

function fromContent(home: HomeStore, event: Row): string | undefined {
  const { kind, what, device } = event;
  const { events, signals } = words.value;
  const named = (key: string): string => text(inner(what[key])["name"]);
  const id = (key: string): string => readable(text(what[key]));
  const zone = home.frame.value?.place?.timezone ?? "UTC";
  switch (kind) {
    case "reported":
      return events.reported(...propertyWords(home, what["property"], what["value"] ?? null));
    case "perceived": {
      const [name, value] = propertyWords(home, what["property"], what["value"] ?? null);
      const sure = `${Math.round(Number(what["confidence"] ?? 0) * 100)} %`;
      return events.perceived(name, value, sure);
    }
    case "signalled": {
      const said = lookUp<string>(signals, text(what["name"])) ?? text(what["name"]);
      const value = text(what["value"]);
      return events.signalled(
        deviceName(home, what["device"]),
        value ? `${said} (${value})` : said,
      );
    }
    case "availability":
      return what["available"]
        ? events.available(deviceName(home, what["device"]))
        : events.unavailable(deviceName(home, what["device"]), text(what["reason"]));
    case "claimed": {
      const claims = list(what["claims"]);
      const wishes = claims.map((claim) =>
        events.claim(...propertyWords(home, claim["property"], claim["value"] ?? null)),
      );
      return events.claimed(ownerWords(home, text(claims[0]?.["owner"])), wishes.join(", "));
    }
    case "released":
      return events.released(ownerWords(home, text(what["owner"])));
    case "asked":
      return events.asked(
        ownerWords(home, text(what["owner"])),
        actionTitle(text(what["action"])),
        deviceName(home, what["device"]),
      );
    case "answered":
      return what["accepted"] ? events.accepted : events.declined(text(what["reason"]));
    case "time":
      return events.time;
    case "adopted":
      return events.adopted(named("device"));
    case "forgotten":
      return events.forgotten(deviceName(home, what["device"]));
    case "place_set":
      return events.place_set;
    case "floor_set":
      return events.floor_set(named("floor"));
    case "floor_removed":
      return events.floor_removed(id("floor"));
    case "area_set":
      return events.area_set(named("area"));
    case "area_removed":
      return events.area_removed(areaNameOf(home, text(what["area"])));
    case "person_set":
      return events.person_set(named("person"));
    case "person_removed":
      return events.person_removed(id("person"));
    case "scene_revised":
      return events.scene_revised(id("scene"));
    case "scene_removed":
      return events.scene_removed(id("scene"));
    case "fired":
      return events.fired(id("scene"), text(what["why"]));
    case "timer_set": {
      const due = new Date(Number(what["due_us"] ?? 0) / 1000).toISOString();
      return events.timer_set(id("scene"), when(due, zone));
    }
    case "timer_cleared":
      return events.timer_cleared(id("scene"));
    case "commanded": {
      const command = inner(what["command"]);
      const name = text(command["name"]);
      if (command["action"])
        return events.commandedAction(deviceName(home, command["device"]), actionTitle(name));
      const property = `${text(command["device"])}/${text(command["endpoint"])}/${name}`;
      return events.commanded(
        ...propertyWords(home, property, command["value"] ?? null),
        Number(command["attempt"] ?? 1),
      );
    }
    case "settled": {
      const { settled } = events;
      const outcome = text(what["outcome"]);
      const name = device ? deviceName(home, device) : settled.device;
      if (outcome === "refused") return settled.refused(name, text(what["note"]));
      if (outcome === "confirmed" || outcome === "timed_out" || outcome === "superseded")
        return settled[outcome](name);
      return undefined;
    }
    case "run_moved":
      return Number(inner(what["to"])["step"] ?? 0) < 0
        ? events.runQueued(id("scene"))
        : events.runWaits(id("scene"));
    case "run_ended":
      return events.runEnded(id("scene"));
    case "summoned": {
      const said = what["end"] ? events.dismissed : events.summoned;
      return said(ownerWords(home, text(what["owner"])), id("scene"), text(what["refused"]));
    }
    case "told":
      return events.told(ownerWords(home, text(what["owner"])), text(what["text"]));
    case "hub_started":
      return events.hubStarted;
    case "message":
      return events.message(text(what["topic"]), text(what["payload"]));
    case "hailed":
      return events.hailed(text(what["name"]), text(what["text"]));
    case "sent":
      return events.sent(
        ownerWords(home, text(what["owner"])),
        text(what["topic"]),
        text(what["payload"]),
      );
    case "calendar_revised":
      return events.calendarRevised(readable(text(inner(what["calendar"])["id"])));
    case "calendar_removed":
      return events.calendarRemoved(id("calendar"));
    case "renamed":
      return events.renamed(deviceName(home, what["device"]));
    case "dismissed":
      return events.dismissedFound(text(what["key"]), what["dismissed"] !== false);
    case "errand_run":
      return events.errandRun(
        ownerWords(home, event.source),
        text(what["title"]),
        text(what["problem"]),
      );
    case "joined": {
      const join = inner(what["join"]);
      return events.joined(text(inner(join["record"])["name"]), deviceName(home, join["thing"]));
    }
    case "parted":
      return events.parted(deviceName(home, what["device"]));
    case "questioned":
      return events.questioned(id("scene"), text(what["text"]));
    case "replied":
      return events.replied(id("scene"), what["yes"] === true);
    case "disputed": {
      const [name] = propertyWords(home, what["property"], null);
      return events.disputed(name, Number(what["undone"] ?? 0));
    }
    case "withheld":
      return withheldWords(home, {
        property: text(what["property"]),
        value: (what["value"] ?? null) as Value,
        owner: text(what["owner"]),
        rule: text(what["rule"]),
      });
    case "admitted": {
      const [name] = propertyWords(home, what["property"], null);
      return events.admitted(ownerWords(home, text(what["owner"])), name);
    }
    case "slowed":
      return what["until_us"]
        ? events.slowed(deviceName(home, what["device"]))
        : events.unslowed(deviceName(home, what["device"]));
    case "confirmed":
      return events.confirmed(ownerWords(home, event.source));
    case "disagreed": {
      const [name] = propertyWords(home, what["property"], null);
      const owners = Array.isArray(what["owners"]) ? (what["owners"] as unknown[]) : [];
      return events.disagreed(
        owners.map((owner) => ownerWords(home, text(owner))).join(", "),
        name,
      );
    }
    case "used":
      return events.used(propertyWords(home, what["property"], null)[0], id("rule"));
    case "safety_revised":
      return events.safety_revised;
    case "leases_set":
      return events.leases_set;
    default:
      return undefined;
  }
}

function areaNameOf(home: HomeStore, id: string): string {
  const area = home.frame.value?.areas.find((a) => a.id === id);
  return area ? areaName(area) : readable(id);
}
