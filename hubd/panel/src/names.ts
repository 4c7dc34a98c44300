/** What things are called, in the language of this browser. */

import { language } from "./prefs";
import type { LiveDevice, LiveEndpoint } from "./state/home";
import type { Area, PropertySpec } from "./types";
import { lookUp, words } from "./words";

const HAN = /\p{Script=Han}/u;

/** An area's name; where it has one in the chosen language's script, that one. */
export function areaName(area: Area): string {
  if (language.value === "zh" && !HAN.test(area.name))
    return area.aliases.find((alias) => HAN.test(alias)) ?? area.name;
  return area.name;
}

export function propertyTitle(spec: Pick<PropertySpec, "name" | "title">): string {
  return lookUp<string>(words.value.properties, spec.name) ?? (spec.title || spec.name);
}

/** Whether a property's value says what it is about: "On", "Locked", "Closed". */
export function saysItself(name: string): boolean {
  return lookUp(words.value.states, name) !== undefined;
}

export function actionTitle(name: string, title = ""): string {
  return lookUp<string>(words.value.actions, name) ?? (title || name);
}

/** A device's name, with its endpoint's where it has several of one type. */
export function endpointName(device: LiveDevice, endpoint: LiveEndpoint): string {
  const isOne = device.endpoints.filter((e) => e.type === endpoint.type).length <= 1;
  return isOne || !endpoint.name ? device.name : `${device.name} ${endpoint.name}`;
}
