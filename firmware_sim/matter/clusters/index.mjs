// What clusters have where a description does not say: their features, what they begin with, what their commands
// do where matter.js leaves it open, and what follows of a change. One table a theme, by cluster.

import air from "./air.mjs";
import appliances from "./appliances.mjs";
import climate from "./climate.mjs";
import closures from "./closures.mjs";
import energy from "./energy.mjs";
import lighting from "./lighting.mjs";
import media from "./media.mjs";
import network from "./network.mjs";
import sensing from "./sensing.mjs";

const clusters = { ...lighting, ...sensing, ...air, ...energy, ...closures, ...climate, ...appliances, ...media, ...network };

/** Device types of which a cluster has other features, or begins otherwise. */
const ofTypes = {
  ColorTemperatureLight: { ColorControl: { features: ["ColorTemperature"] } },
};

export const table = (type, cluster) => ({ ...clusters[cluster], ...ofTypes[type]?.[cluster] });
