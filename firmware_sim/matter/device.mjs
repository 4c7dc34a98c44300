// A virtual Matter device: commissionable on its network, its state changed as by a hand.
//
// Started as `node device.mjs DESCRIPTION`, where DESCRIPTION is JSON (or `-`: the first line of the input):
//   {"id": "lamp", "port": 5540, "passcode": 20202021, "discriminator": 3840,
//    "vendor": "Acme", "product": "Lamp", "serial": "0001", "label": "",
//    "endpoints": [{"id": "light", "type": "DimmableLight", …}, …]}     what an endpoint takes: endpoints.mjs
// MATTER_STORAGE_PATH is where it keeps its state, MATTER_MDNS_NETWORKINTERFACE the network that it is on.
//
// It says one JSON object a line:
//   {"ready": {"qr": "MT:…", "manual": "3497…", "port": 5540, "commissioned": false}}
//   {"commissioned": true, "fabrics": 1}                       when a controller takes it in, or lets it go
//   {"commanded": {"endpoint": "light", "cluster": "onOff", "command": "on", "fields": {…}}}
//   {"changed": {"endpoint": "light", "cluster": "onOff", "attribute": "onOff", "value": true}}
// and carries out one JSON object a line, each answered by {"done": …} or {"failed": "why"}:
//   {"set": {"light": {"onOff": {"onOff": true}}}}             a hand's touch
//   {"get": "light"}                                           all of its state, by cluster and attribute
//   {"press": "button", "position": 1, "heldMs": 50}           a switch is pressed and let go
//   {"happen": {"lock": {"doorLock": {"doorLockAlarm": {"alarmCode": 0}}}}}    an event of a cluster
//   {"add": {"id": …, "type": …}}, {"remove": "light"}         an endpoint comes and goes (a bridged device)
//   {"stop": true}                                             it says goodbye and ends

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, ServerNode } from "@matter/main";
import { endpoint } from "./endpoints.mjs";
import { plain, reasons, say } from "./lines.mjs";
import { tellChanges } from "./telling.mjs";

// What matter.js logs must not stand among what is said.
Logger.destinations.default.write = (text) => process.stderr.write(`${text}\n`);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const given = process.argv[2];
const description = JSON.parse(!given || given === "-" ? (await lines.next()).value : given);

const node = await ServerNode.create({
  id: description.id ?? "device",
  network: { port: description.port ?? 5540, ble: false },
  commissioning: {
    passcode: description.passcode ?? 20202021,
    discriminator: description.discriminator ?? 3840,
  },
  productDescription: { name: description.product ?? "Virtual device" },
  basicInformation: {
    vendorName: description.vendor ?? "Acme",
    vendorId: 0xfff1,
    productName: description.product ?? "Virtual device",
    productId: 0x8000,
    nodeLabel: description.label ?? "",
    serialNumber: description.serial ?? description.id ?? "device",
    uniqueId: description.serial ?? description.id ?? "device",
  },
});

const parts = new Map();
const add = async (described, owner = node) => {
  const part = endpoint(described);
  parts.set(described.id, part);
  await owner.add(part);
  tellChanges(part, described.id);
  for (const below of described.parts ?? []) await add(below, part);
};
try {
  for (const described of description.endpoints ?? []) await add(described);
} catch (error) {
  say({ failed: reasons(error).join("; ") });
  process.exit(1);
}

const known = (id) => {
  const part = parts.get(id);
  if (part === undefined) throw new Error(`no endpoint ${id}, only ${[...parts.keys()].join(", ")}`);
  return part;
};

const acts = {
  async set({ set }) {
    for (const [id, state] of Object.entries(set)) await known(id).set(state);
  },
  get: ({ get }) => plain(known(get).state),
  async press({ press, position = 1, heldMs = 50 }) {
    await known(press).set({ switch: { currentPosition: position } });
    await sleep(heldMs);
    await known(press).set({ switch: { currentPosition: 0 } });
  },
  async happen({ happen }) {
    for (const [id, clusters] of Object.entries(happen)) {
      await known(id).act((agent) => {
        for (const [cluster, events] of Object.entries(clusters)) {
          for (const [event, fields] of Object.entries(events)) {
            agent[cluster].events[event].emit(fields, agent.context);
          }
        }
      });
    }
  },
  add: ({ add: described }) => add(described, known(described.under)),
  async remove({ remove }) {
    await known(remove).delete();
    parts.delete(remove);
  },
};

node.lifecycle.commissioned.on(() => fabrics());
node.lifecycle.decommissioned.on(() => fabrics());
node.events.operationalCredentials.commissionedFabrics$Changed?.on(() => fabrics());
const fabrics = () => {
  const { commissionedFabrics } = node.state.operationalCredentials;
  say({ commissioned: commissionedFabrics > 0, fabrics: commissionedFabrics });
};

await node.start();
const { qrPairingCode, manualPairingCode } = node.state.commissioning.pairingCodes;
say({
  ready: {
    qr: qrPairingCode,
    manual: manualPairingCode,
    port: node.state.network.operationalPort,
    commissioned: node.lifecycle.isCommissioned,
  },
});

for await (const line of lines) {
  let act;
  try {
    act = JSON.parse(line);
    if (act.stop) break;
    const wanted = Object.keys(act).find((key) => key in acts);
    if (wanted === undefined) throw new Error(`takes ${Object.keys(acts).join(", ")}, not ${line}`);
    say({ done: (await acts[wanted](act)) ?? null });
  } catch (error) {
    say({ failed: reasons(error).join("; ") });
  }
}
await node.close();
say({ done: null });
process.exit(0);
