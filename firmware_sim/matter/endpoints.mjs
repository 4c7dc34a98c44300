// An endpoint out of its description:
//   {"id": "light", "type": "ExtendedColorLight",   a device type of @matter/main/devices or …/endpoints, or a number
//    "features": {"ColorControl": ["HueSaturation", "Xy"]},   instead of those of clusters/
//    "clusters": ["ElectricalPowerMeasurement"],    beside those that the device type must have; "all": all it may have
//    "state": {"onOff": {"onOff": true}},           what it begins with
//    "bridged": {"nodeLabel": "Hall lamp"},         a device behind a bridge: its Bridged Device Basic Information
//    "parts": [ … ]}                                endpoints below it
//
// Clusters and features are named as in the specification (`OnOff`), attributes as matter.js writes them (`onOff`).

import { Endpoint } from "@matter/main";
import * as behaviors from "@matter/main/behaviors";
import * as devices from "@matter/main/devices";
import * as utilities from "@matter/main/endpoints";
import { table } from "./clusters/index.mjs";
import { telling } from "./telling.mjs";

export const deviceTypes = Object.keys(devices)
  .filter((name) => name.endsWith("Device"))
  .map((name) => name.slice(0, -"Device".length));

export const endpoint = (described) => {
  const base = deviceType(described.type);
  const servers = serversOf(base, described);
  const begins = {};
  for (const [name, server] of Object.entries(servers)) {
    const state = { ...table(described.type, name).state, ...described.state?.[server.id] };
    if (Object.keys(state).length > 0) begins[server.id] = state;
  }
  if (described.bridged) {
    servers.bridged = behaviors.BridgedDeviceBasicInformationServer;
    begins.bridgedDeviceBasicInformation = { reachable: true, ...described.bridged };
  }
  return new Endpoint(base.with(...Object.values(servers)), { id: described.id, ...begins });
};

function deviceType(wanted) {
  const found =
    devices[`${wanted}Device`] ??
    utilities[`${wanted}Endpoint`] ??
    [...Object.values(devices), ...Object.values(utilities)].find((type) => type?.deviceType === wanted);
  if (found === undefined) throw new Error(`no device type ${wanted}, only ${deviceTypes.join(", ")}`);
  return found;
}

function serversOf(base, { id, type, features = {}, clusters = [] }) {
  const { mandatory = {}, optional = {} } = base.requirements?.server ?? {};
  const wanted = { ...mandatory };
  if (clusters === "all") Object.assign(wanted, optional);
  else for (const name of clusters) wanted[name] = optional[name] ?? server(name);
  return Object.fromEntries(
    Object.entries(wanted).map(([name, behavior]) => {
      const usual = table(type, name);
      const has = features[name] ?? usual.features;
      return [name, telling(has ? behavior.with(...has) : behavior, id, usual)];
    }),
  );
}

function server(name) {
  const found = behaviors[`${name}Server`];
  if (found === undefined) throw new Error(`no cluster ${name}`);
  return found;
}
