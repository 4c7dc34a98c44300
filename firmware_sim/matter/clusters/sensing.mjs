// What is measured and sensed.

const measured = (measuredValue, minMeasuredValue, maxMeasuredValue) => ({
  state: { measuredValue, minMeasuredValue, maxMeasuredValue, tolerance: 0 },
});

export default {
  BooleanState: { state: { stateValue: false } },
  BooleanStateConfiguration: {
    features: ["Visual", "Audible", "AlarmSuppress", "SensitivityLevel"],
    state: {
      currentSensitivityLevel: 1,
      supportedSensitivityLevels: 3,
      defaultSensitivityLevel: 1,
      alarmsActive: {},
      alarmsSuppressed: {},
      alarmsEnabled: { visual: true, audible: true },
      alarmsSupported: { visual: true, audible: true },
      sensorFault: {},
    },
    commands: {
      suppressAlarm({ alarmsToSuppress }) {
        this.state.alarmsSuppressed = alarmsToSuppress;
      },
      enableDisableAlarm({ alarmsToEnableDisable }) {
        this.state.alarmsEnabled = alarmsToEnableDisable;
      },
    },
  },
  TemperatureMeasurement: measured(2150, -4000, 12500),
  RelativeHumidityMeasurement: measured(4800, 0, 10000),
  IlluminanceMeasurement: measured(20001, 1, 65533),
  FlowMeasurement: measured(12, 0, 65533),
  PressureMeasurement: {
    features: ["Extended"],
    state: {
      measuredValue: 1013,
      minMeasuredValue: 300,
      maxMeasuredValue: 1100,
      scale: -1,
      scaledValue: 10132,
      minScaledValue: 3000,
      maxScaledValue: 11000,
    },
  },
  OccupancySensing: {
    features: ["PassiveInfrared"],
    state: {
      occupancy: { occupied: false },
      occupancySensorType: 0,
      occupancySensorTypeBitmap: { pir: true },
      holdTimeLimits: { holdTimeMin: 1, holdTimeMax: 3600, holdTimeDefault: 30 },
      holdTime: 30,
      pirOccupiedToUnoccupiedDelay: 30,
    },
  },
  SoilMeasurement: {
    state: {
      soilMoistureMeasurementLimits: {
        measurementType: 17,
        measured: true,
        minMeasuredValue: 0,
        maxMeasuredValue: 100,
        accuracyRanges: [{ rangeMin: 0, rangeMax: 100, fixedMax: 1 }],
      },
      soilMoistureMeasuredValue: 34,
    },
  },
  SmokeCoAlarm: {
    features: ["SmokeAlarm", "CoAlarm"],
    state: {
      expressedState: 0,
      smokeState: 0,
      coState: 0,
      batteryAlert: 0,
      deviceMuted: 0,
      testInProgress: false,
      hardwareFaultAlert: false,
      endOfServiceAlert: 0,
      interconnectSmokeAlarm: 0,
      interconnectCoAlarm: 0,
      contaminationState: 0,
      smokeSensitivityLevel: 1,
      expiryDate: 1_900_000_000,
    },
    commands: {
      selfTestRequest() {
        this.state.testInProgress = true;
        this.state.expressedState = 4;
      },
    },
  },
};
