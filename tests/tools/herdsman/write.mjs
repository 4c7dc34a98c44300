// Writes every device definition of zigbee-herdsman-converters as a device of `bridge/devices`.
//
//   node write.mjs FOLDER     one file for each of the package's device files, and nothing else
//
// What Zigbee2MQTT puts into that message is documented at
// https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html#zigbee2mqtt-bridge-devices.

import {mkdirSync, readdirSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {basename, dirname, join} from "node:path";

const folder = process.argv[2];
if (!folder) {
    console.error("usage: node write.mjs FOLDER");
    process.exit(2);
}
// Beside the node_modules of the working directory, wherever this file itself is.
const require = createRequire(join(process.cwd(), "write.mjs"));
const {prepareDefinition} = require("zigbee-herdsman-converters");
const devices = join(dirname(require.resolve("zigbee-herdsman-converters")), "devices");

// The bridge adds what its radio measures.
const LINK_QUALITY = {
    type: "numeric", name: "linkquality", label: "Linkquality", property: "linkquality", access: 1,
    category: "diagnostic", unit: "lqi", value_min: 0, value_max: 255,
    description: "Link quality (signal strength)",
};

let count = 0;

function told(definition) {
    const ready = prepareDefinition(definition);
    const {exposes} = ready;
    const features = typeof exposes === "function" ? exposes({isDummyDevice: true}, {}) : exposes;
    count += 1;
    const address = `0x${count.toString(16).padStart(16, "0")}`;
    return {
        ieee_address: address,
        type: "Router",
        network_address: count,
        supported: true,
        disabled: false,
        friendly_name: `${basename(file, ".js")} ${ready.model}`.replace(/[+#/]/g, "_"),
        endpoints: {},
        power_source: "Mains (single phase)",
        interview_completed: true,
        interview_state: "SUCCESSFUL",
        manufacturer: ready.vendor,
        model_id: definition.zigbeeModel?.[0] ?? ready.model,
        definition: {
            source: "native",
            model: ready.model,
            vendor: ready.vendor,
            description: ready.description,
            exposes: [...features, LINK_QUALITY],
            supports_ota: Boolean(ready.ota),
            options: ready.options ?? [],
        },
    };
}

mkdirSync(folder, {recursive: true});
let file;
for (file of readdirSync(devices).filter((name) => name.endsWith(".js")).sort()) {
    const {definitions} = require(join(devices, file));
    if (definitions) {
        writeFileSync(join(folder, `${basename(file, ".js")}.json`), JSON.stringify(definitions.map(told)));
    }
}
console.log(`${count} devices`);
