// Heating, cooling, fans and pumps. Temperatures in hundredths of a degree.

export default {
  Thermostat: {
    features: ["Heating", "Cooling", "AutoMode", "Occupancy"],
    state: {
      localTemperature: 2080,
      externalMeasuredIndoorTemperature: 2080,
      outdoorTemperature: 750,
      occupancy: { occupied: true },
      occupiedHeatingSetpoint: 2000,
      occupiedCoolingSetpoint: 2600,
      unoccupiedHeatingSetpoint: 1700,
      unoccupiedCoolingSetpoint: 2800,
      minSetpointDeadBand: 20,
      controlSequenceOfOperation: 4,
      systemMode: 4,
      thermostatRunningMode: 4,
      thermostatRunningState: { heat: true },
      temperatureSetpointHold: 0,
      temperatureSetpointHoldDuration: null,
      localTemperatureCalibration: 0,
    },
  },
  ThermostatUserInterfaceConfiguration: {
    state: { temperatureDisplayMode: 0, keypadLockout: 0, scheduleProgrammingVisibility: 0 },
  },
  FanControl: {
    features: ["MultiSpeed", "Auto", "Rocking", "Wind", "Step", "AirflowDirection"],
    state: {
      fanMode: 0,
      fanModeSequence: 2,
      percentSetting: 0,
      percentCurrent: 0,
      speedMax: 10,
      speedSetting: 0,
      speedCurrent: 0,
      rockSupport: { rockLeftRight: true, rockUpDown: true },
      rockSetting: {},
      windSupport: { sleepWind: true, naturalWind: true },
      windSetting: {},
      airflowDirection: 0,
    },
    follows: {
      percentSetting: (percent) => ({ percentCurrent: percent ?? 0 }),
      speedSetting: (speed) => ({ speedCurrent: speed ?? 0 }),
    },
    commands: {
      step({ direction }) {
        const speed = Math.min(10, Math.max(0, (this.state.speedSetting ?? 0) + (direction === 0 ? 1 : -1)));
        Object.assign(this.state, { speedSetting: speed, speedCurrent: speed, percentSetting: speed * 10, percentCurrent: speed * 10 });
      },
    },
  },
  PumpConfigurationAndControl: {
    features: ["ConstantPressure", "ConstantSpeed", "ConstantFlow", "ConstantTemperature"],
    state: {
      maxPressure: 100,
      maxSpeed: 3000,
      maxFlow: 50,
      minConstPressure: 0,
      maxConstPressure: 100,
      minConstSpeed: 0,
      maxConstSpeed: 3000,
      minConstFlow: 0,
      maxConstFlow: 50,
      minConstTemp: 0,
      maxConstTemp: 6000,
      pumpStatus: { running: true },
      effectiveOperationMode: 0,
      effectiveControlMode: 0,
      capacity: 55,
      speed: 1500,
      lifetimeRunningHours: 1234,
      power: 60,
      lifetimeEnergyConsumed: 74_040,
      operationMode: 0,
      controlMode: 0,
    },
  },
  TemperatureControl: {
    features: ["TemperatureNumber", "TemperatureStep"],
    state: { temperatureSetpoint: 400, minTemperature: 100, maxTemperature: 1000, step: 100 },
    commands: {
      setTemperature({ targetTemperature, targetTemperatureLevel }) {
        if (targetTemperature !== undefined) this.state.temperatureSetpoint = targetTemperature;
        if (targetTemperatureLevel !== undefined) this.state.selectedTemperatureLevel = targetTemperatureLevel;
      },
    },
  },
  TemperatureAlarm: {
    features: ["OverTemperature", "UnderTemperature"],
    state: {
      criticalOverTemperatureThreshold: 800,
      criticalUnderTemperatureThreshold: 0,
      mask: { criticalOverTemperature: true },
      state: {},
      supported: { criticalOverTemperature: true, criticalUnderTemperature: true },
    },
  },
  WaterHeaterManagement: {
    features: ["EnergyManagement", "TankPercent"],
    state: {
      heaterTypes: { immersionElement1: true },
      heatDemand: {},
      tankVolume: 200,
      estimatedHeatRequired: 4_000_000,
      tankPercentage: 40,
      boostState: 0,
    },
    commands: {
      boost() {
        this.state.boostState = 1;
        this.state.heatDemand = { immersionElement1: true };
      },
      cancelBoost() {
        this.state.boostState = 0;
        this.state.heatDemand = {};
      },
    },
  },
};
