// What is switched, dimmed and coloured, and the switches on the wall.

export default {
  LevelControl: { state: { currentLevel: 254 } },
  ColorControl: {
    features: ["HueSaturation", "Xy", "ColorTemperature"],
    state: {
      colorMode: 2,
      enhancedColorMode: 2,
      colorTempPhysicalMinMireds: 153,
      colorTempPhysicalMaxMireds: 500,
      coupleColorTempToLevelMinMireds: 153,
      startUpColorTemperatureMireds: null,
      colorTemperatureMireds: 250,
    },
  },
  Switch: {
    features: ["MomentarySwitch", "MomentarySwitchRelease", "MomentarySwitchLongPress", "MomentarySwitchMultiPress"],
    state: { numberOfPositions: 2, currentPosition: 0, multiPressMax: 3 },
  },
  ModeSelect: {
    state: {
      description: "Scene",
      currentMode: 0,
      supportedModes: [
        { label: "Day", mode: 0, semanticTags: [] },
        { label: "Night", mode: 1, semanticTags: [] },
      ],
    },
  },
};
