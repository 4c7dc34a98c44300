// A Z-Wave network: zwave-js over a mocked serial port, its server, and nodes that answer real frames.
//
// Started as `node network.mjs '{"host": …, "port": …, "storage": …, "named": {…}}'`. It says
// `{"port": …}` when it listens, then carries out one JSON object a line and answers each with one:
//   {"do": "report", "node": 2, "endpoint": 0, "cc": "MultilevelSwitchCCReport", "fields": {…},
//    "state": {…}}                            the node tells a value, as after a hand's touch
//   {"do": "state", "node": 2}                what the node remembers
//   {"do": "silent", "node": 2, "silent": true}  it answers no more (or again), and is asked
//   {"do": "sleep" | "wake" | "leave", "node": 2}
//   {"do": "rename", "node": 2, "name": …, "location": …}
//   {"do": "wantsIn", "node": 20, "classes": ["S2_Authenticated"]}  a new device asks when the network is
//                                             opened next; answered with the PIN on its label
//   {"do": "wantsOut", "node": 2}             a device asks when the network lets devices go next

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as ccs from "@zwave-js/cc";
import { generateECDHKeyPair } from "@zwave-js/core";
import {
  RemoveNodeFromNetworkRequest,
  RemoveNodeFromNetworkRequestStatusReport,
  RemoveNodeStatus,
  RemoveNodeType,
} from "@zwave-js/serial/serialapi";
import { ZwavejsServer } from "@zwave-js/server";
import { MockController, MockNode, createMockZWaveRequestFrame } from "@zwave-js/testing";
import {
  createAndStartDriverWithMockPort,
  createDefaultMockControllerBehaviors,
  createDefaultMockNodeBehaviors,
} from "zwave-js/Testing";
import { newcomer, nodes } from "./nodes.mjs";

// zwave-js 15.29 can send this command and cannot read it: it writes to a field of the class.
const colors = ["warmWhite", "coldWhite", "red", "green", "blue", "amber", "cyan", "purple", "index"];
ccs.ColorSwitchCCSet.from = function from(raw, context) {
  const table = {};
  for (let at = 1; at <= (raw.payload[0] & 0x1f) * 2; at += 2) {
    table[colors[raw.payload[at]]] = raw.payload[at + 1];
  }
  return new this({ nodeId: context.sourceNodeId, ...table });
};

const options = JSON.parse(process.argv[2]);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const key = (first) => Uint8Array.from({ length: 16 }, (_, at) => first + at);
const securityKeys = {
  S0_Legacy: key(0x10),
  S2_Unauthenticated: key(0x30),
  S2_Authenticated: key(0x50),
  S2_AccessControl: key(0x70),
};

const { driver, mockPort, serial, continueStartup } = await createAndStartDriverWithMockPort({
  storage: { cacheDir: options.storage, lockDir: options.storage },
  features: { softReset: false },
  emitValueUpdateAfterSetValue: true,
  timeouts: { ack: 500, response: 500, report: 500 },
  attempts: { sendData: 1 },
  securityKeys,
  testingHooks: { skipFirmwareIdentification: true },
});
driver.on("error", (error) => console.error(String(error)));

// What a node was told outlasts its power, as in a real one.
const file = join(options.storage, "nodes.json");
let kept = {};
try {
  kept = JSON.parse(readFileSync(file, "utf8"));
} catch (error) {
  if (error.code !== "ENOENT") throw error;
}

const controller = await MockController.create({
  mockPort,
  serial,
  homeId: options.homeId,
  ownNodeId: 1,
  securityKeys,
});
let leaving;
const lettingGo = {
  // The mock opens the network for who wants out, and then knows no further.
  async onHostMessage(_, message) {
    if (!(message instanceof RemoveNodeFromNetworkRequest)) return;
    if (message.removeNodeType === RemoveNodeType.Stop || leaving === undefined) return;
    const [nodeId, { callbackId }] = [leaving, message];
    leaving = undefined;
    setTimeout(async () => {
      for (const status of [
        { status: RemoveNodeStatus.NodeFound },
        { status: RemoveNodeStatus.RemovingSlave, nodeId },
        { status: RemoveNodeStatus.Done },
      ]) {
        await controller.sendMessageToHost(
          new RemoveNodeFromNetworkRequestStatusReport({ callbackId, ...status }),
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }, 100);
  },
};
controller.defineBehavior(lettingGo, ...createDefaultMockControllerBehaviors());
const mocks = new Map();
for (const described of nodes(options.named ?? {})) {
  const mock = await MockNode.create({ ...described, controller });
  mock.defineBehavior(...createDefaultMockNodeBehaviors());
  controller.addNode(mock);
  mocks.set(described.id, mock);
  const memory = (kept[described.id] ??= {});
  for (const [key, value] of Object.entries(memory)) mock.state.set(key, value);
  const set = mock.state.set.bind(mock.state);
  mock.state.set = (key, value) => {
    if (!key.endsWith("_transition")) {
      memory[key] = value;
      writeFileSync(file, JSON.stringify(kept));
    }
    return set(key, value);
  };
}

const acts = {
  async report({ node, endpoint = 0, cc, fields = {}, state = {} }) {
    const mock = mocks.get(node);
    for (const [key, value] of Object.entries(state)) mock.state.set(key, value);
    const report = new ccs[cc]({ nodeId: controller.ownNodeId, ...fields });
    report.endpointIndex = endpoint;
    await mock.sendToController(createMockZWaveRequestFrame(report, { ackRequested: false }));
  },
  state: ({ node }) => Object.fromEntries(mocks.get(node).state),
  async silent({ node, silent }) {
    mocks.get(node).autoAckControllerFrames = !silent;
    await driver.controller.nodes.get(node).ping();
  },
  sleep: ({ node }) => driver.controller.nodes.get(node).markAsAsleep(),
  wake: ({ node }) => driver.controller.nodes.get(node).markAsAwake(),
  leave({ node }) {
    // What zwave-js itself does at the end of an exclusion, which its mock cannot go through.
    const { controller: own } = driver;
    own.emit("node removed", own.nodes.get(node), 0);
    own.nodes.delete(node);
  },
  async wantsIn({ node, classes }) {
    const pair = await generateECDHKeyPair();
    controller.nodePendingInclusion = {
      ...newcomer(node, classes),
      setup: (mock) => {
        mock.ecdhKeyPair = pair;
        mocks.set(node, mock);
      },
    };
    const pin = pair.publicKey[0] * 256 + pair.publicKey[1];
    return String(pin).padStart(5, "0");
  },
  wantsOut({ node }) {
    leaving = node;
  },
  rename({ node, name, location }) {
    driver.controller.nodes.get(node).name = name;
    driver.controller.nodes.get(node).location = location;
  },
};

driver.once("driver ready", async () => {
  const log = (line) => console.error(line);
  const server = new ZwavejsServer(driver, {
    host: options.host,
    port: options.port,
    enableDNSServiceDiscovery: options.announced ?? false,
    logger: { error: log, warn: log, info() {}, debug() {} },
  });
  await server.start(true);
  const ready = [...driver.controller.nodes.values()].map(
    (node) => node.ready || new Promise((resolve) => node.once("ready", resolve)),
  );
  await Promise.all(ready);
  say({ port: server.server.address().port });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const act = JSON.parse(line);
      say({ done: (await acts[act.do](act)) ?? null });
    } catch (error) {
      say({ failed: String(error?.stack ?? error) });
    }
  }
  process.exit(0);
});
continueStartup();
