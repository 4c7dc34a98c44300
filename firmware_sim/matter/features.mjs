// What endpoints have where their description does not say: the features of clusters, and what they begin with.
// By cluster; a device type may differ. Only what matter.js has no default for.

const features = {
  ColorControl: ["HueSaturation", "Xy", "ColorTemperature"],
  Switch: ["MomentarySwitch", "MomentarySwitchRelease", "MomentarySwitchLongPress", "MomentarySwitchMultiPress"],
};
const featuresByType = {
  ColorTemperatureLight: { ColorControl: ["ColorTemperature"] },
};

const states = {
  ColorControl: {
    colorTempPhysicalMinMireds: 153,
    colorTempPhysicalMaxMireds: 500,
    coupleColorTempToLevelMinMireds: 153,
    startUpColorTemperatureMireds: null,
    colorMode: 2,
    enhancedColorMode: 2,
    colorTemperatureMireds: 250,
  },
  LevelControl: { currentLevel: 254 },
  Switch: { numberOfPositions: 2, currentPosition: 0, multiPressMax: 3 },
};

export const featuresOf = (type, cluster) => featuresByType[type]?.[cluster] ?? features[cluster];

/** Return what the servers begin with, under matter.js's names of their clusters. */
export const stateOf = (servers) =>
  Object.fromEntries(
    servers.filter(({ cluster }) => cluster?.name in states).map(({ id, cluster }) => [id, states[cluster.name]]),
  );
