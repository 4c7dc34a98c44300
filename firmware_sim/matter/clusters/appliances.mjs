// Kitchen, laundry, and the robot on the floor: modes, operational states, alarms.

/** A cluster of modes: each a label and its tag of the specification. */
const modes = (...supported) => ({
  state: {
    currentMode: 0,
    supportedModes: supported.map(([label, ...tags], mode) => ({ label, mode, modeTags: tags.map((value) => ({ value })) })),
  },
  commands: {
    changeToMode({ newMode }) {
      if (!this.state.supportedModes.some(({ mode }) => mode === newMode)) return { status: 1, statusText: "no such mode" };
      this.state.currentMode = newMode;
      return { status: 0, statusText: "" };
    },
  },
});

const done = { commandResponseState: { errorStateId: 0 } };
const to = (operationalState) =>
  function moved() {
    this.state.operationalState = operationalState;
    return done;
  };
const [STOPPED, RUNNING, PAUSED, ERROR, SEEKING, CHARGING, DOCKED] = [0, 1, 2, 3, 0x40, 0x41, 0x42];
const operational = (phaseList, states, commands) => ({
  state: {
    phaseList,
    currentPhase: 0,
    countdownTime: 1800,
    operationalStateList: states.map((operationalStateId) => ({ operationalStateId })),
    operationalState: states[0],
    operationalError: { errorStateId: 0 },
  },
  commands,
});

const alarm = (known) => ({
  state: { mask: { [known]: true }, state: {}, supported: { [known]: true } },
  commands: {
    modifyEnabledAlarms({ mask }) {
      this.state.mask = mask;
    },
  },
});

export default {
  OperationalState: operational(["Soak", "Wash", "Rinse"], [STOPPED, RUNNING, PAUSED, ERROR], {
    start: to(RUNNING),
    stop: to(STOPPED),
    pause: to(PAUSED),
    resume: to(RUNNING),
  }),
  OvenCavityOperationalState: operational(["pre-heating", "pre-heated", "cooling down"], [STOPPED, RUNNING, ERROR], {
    start: to(RUNNING),
    stop: to(STOPPED),
  }),
  RvcOperationalState: operational(["Cleaning"], [DOCKED, STOPPED, RUNNING, PAUSED, ERROR, SEEKING, CHARGING], {
    pause: to(PAUSED),
    resume: to(RUNNING),
    goHome: to(SEEKING),
  }),
  RvcRunMode: modes(["Idle", 0x4000], ["Cleaning", 0x4001], ["Mapping", 0x4002]),
  RvcCleanMode: modes(["Vacuum", 0x4001], ["Mop", 0x4002], ["Deep clean", 0x4000, 0x4001]),
  DishwasherMode: modes(["Normal", 0x4000], ["Heavy", 0x4001], ["Light", 0x4002]),
  LaundryWasherMode: modes(["Normal", 0x4000], ["Delicate", 0x4001], ["Whites", 0x4003]),
  OvenMode: modes(["Bake", 0x4000], ["Convection", 0x4001], ["Grill", 0x4002]),
  MicrowaveOvenMode: modes(["Normal", 0x4000], ["Defrost", 0x4001]),
  RefrigeratorAndTemperatureControlledCabinetMode: modes(["Auto", 0], ["Rapid cool", 0x4000], ["Rapid freeze", 0x4001]),
  EnergyEvseMode: modes(["Manual", 0x4000], ["Scheduled", 0x4001], ["Solar", 0x4002]),
  WaterHeaterMode: modes(["Off", 0x4000], ["Manual", 0x4001], ["Timed", 0x4002]),
  DeviceEnergyManagementMode: modes(["None", 0x4000], ["Device", 0x4001], ["Local", 0x4002], ["Grid", 0x4003]),
  ServiceArea: {
    features: ["Maps", "ProgressReporting"],
    state: {
      supportedMaps: [{ mapId: 1, name: "Ground floor" }],
      supportedAreas: [area(1, "Kitchen", 47), area(2, "Hall", 38)],
      selectedAreas: [],
      currentArea: null,
      estimatedEndTime: null,
      progress: [],
    },
    commands: { skipArea: () => ({ status: 0, statusText: "" }) },
  },
  LaundryWasherControls: {
    features: ["Spin", "Rinse"],
    state: { spinSpeeds: ["600", "1000", "1400"], spinSpeedCurrent: 1, numberOfRinses: 1, supportedRinses: [0, 1, 2] },
  },
  LaundryDryerControls: { state: { supportedDrynessLevels: [0, 1, 2], selectedDrynessLevel: 1 } },
  DishwasherAlarm: alarm("doorError"),
  RefrigeratorAlarm: alarm("doorOpen"),
  MicrowaveOvenControl: {
    features: ["PowerAsNumber", "PowerNumberLimits"],
    state: { cookTime: 30, maxCookTime: 3600, powerSetting: 100, minPower: 10, maxPower: 100, powerStep: 10, wattRating: 900 },
    commands: {
      setCookingParameters({ cookTime, powerSetting }) {
        if (cookTime !== undefined) this.state.cookTime = cookTime;
        if (powerSetting !== undefined) this.state.powerSetting = powerSetting;
      },
      addMoreTime({ timeToAdd }) {
        this.state.cookTime += timeToAdd;
      },
    },
  },
};

function area(areaId, locationName, areaType) {
  return { areaId, mapId: 1, areaInfo: { locationInfo: { locationName, floorNumber: 0, areaType }, landmarkInfo: null } };
}
