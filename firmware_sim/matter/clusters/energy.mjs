// Power, energy, batteries and the car. Power in mW, energy in mWh, currents in mA, voltages in mV.

const accuracy = (measurementType, most) => ({
  measurementType,
  measured: true,
  minMeasuredValue: -most,
  maxMeasuredValue: most,
  accuracyRanges: [{ rangeMin: -most, rangeMax: most, percentMax: 100 }],
});
const counted = (energy) => ({ energy, startTimestamp: 1_700_000_000, endTimestamp: 1_700_003_600 });

export default {
  PowerSource: {
    features: ["Battery", "Rechargeable"],
    state: {
      status: 1,
      order: 0,
      description: "Battery",
      batVoltage: 3900,
      batPercentRemaining: 150,
      batTimeRemaining: 86_400,
      batChargeLevel: 0,
      batReplacementNeeded: false,
      batReplaceability: 1,
      batPresent: true,
      activeBatFaults: [],
      batCapacity: 2600,
      batChargeState: 1,
      batTimeToFullCharge: 3600,
      batFunctionalWhileCharging: true,
      batChargingCurrent: 500,
      activeBatChargeFaults: [],
      endpointList: [],
    },
  },
  PowerTopology: { features: ["NodeTopology"] },
  ElectricalPowerMeasurement: {
    features: ["AlternatingCurrent"],
    state: {
      powerMode: 2,
      numberOfMeasurementTypes: 1,
      accuracy: [accuracy(5, 4_000_000)],
      voltage: 230_100,
      activeCurrent: 522,
      reactiveCurrent: 10,
      apparentCurrent: 524,
      activePower: 120_000,
      reactivePower: 2300,
      apparentPower: 120_500,
      rmsVoltage: 230_100,
      rmsCurrent: 522,
      rmsPower: 120_000,
      frequency: 50_000,
      powerFactor: 9_900,
    },
  },
  ElectricalEnergyMeasurement: {
    features: ["ImportedEnergy", "ExportedEnergy", "CumulativeEnergy", "PeriodicEnergy"],
    state: {
      accuracy: accuracy(14, 1_000_000_000_000),
      cumulativeEnergyImported: counted(12_345_678),
      cumulativeEnergyExported: counted(2_345_678),
      periodicEnergyImported: counted(42_000),
      periodicEnergyExported: counted(0),
    },
  },
  DeviceEnergyManagement: {
    features: ["PowerAdjustment"],
    state: {
      esaType: 0,
      esaCanGenerate: false,
      esaState: 1,
      absMinPower: 0,
      absMaxPower: 7_400_000,
      powerAdjustmentCapability: {
        powerAdjustCapability: [{ minPower: 1_000_000, maxPower: 7_400_000, minDuration: 60, maxDuration: 3600 }],
        cause: 0,
      },
      optOutState: 0,
    },
    commands: {
      powerAdjustRequest() {
        this.state.esaState = 3;
      },
      cancelPowerAdjustRequest() {
        this.state.esaState = 1;
      },
    },
  },
  EnergyEvse: {
    features: ["ChargingPreferences", "SoCReporting", "PlugAndCharge"],
    state: {
      state: 1,
      supplyState: 0,
      faultState: 0,
      chargingEnabledUntil: null,
      circuitCapacity: 32_000,
      minimumChargeCurrent: 6000,
      maximumChargeCurrent: 16_000,
      userMaximumChargeCurrent: 16_000,
      randomizationDelayWindow: 600,
      nextChargeStartTime: null,
      nextChargeTargetTime: null,
      nextChargeRequiredEnergy: null,
      nextChargeTargetSoC: null,
      approximateEvEfficiency: 5000,
      stateOfCharge: 54,
      batteryCapacity: 60_000_000,
      vehicleId: "WVWZZZ",
      sessionId: 7,
      sessionDuration: 1800,
      sessionEnergyCharged: 5_400_000,
    },
    commands: {
      disable() {
        this.state.supplyState = 0;
        this.state.chargingEnabledUntil = null;
      },
      enableCharging({ chargingEnabledUntil, minimumChargeCurrent, maximumChargeCurrent }) {
        Object.assign(this.state, { supplyState: 1, chargingEnabledUntil, minimumChargeCurrent, maximumChargeCurrent });
      },
      setTargets() {},
      getTargets: () => ({ chargingTargetSchedules: [] }),
      clearTargets() {},
      startDiagnostics() {
        this.state.supplyState = 4;
      },
    },
  },
  EnergyPreference: {
    features: ["EnergyBalance", "LowPowerModeSensitivity"],
    state: {
      energyBalances: [{ step: 0, label: "Saving" }, { step: 50, label: "Balanced" }, { step: 100, label: "Comfort" }],
      currentEnergyBalance: 1,
      energyPriorities: [1, 0],
      lowPowerModeSensitivities: [{ step: 0, label: "Low" }, { step: 100, label: "High" }],
      currentLowPowerModeSensitivity: 0,
    },
  },
  MeterIdentification: {
    features: ["PowerThreshold"],
    state: {
      meterType: 0,
      pointOfDelivery: "DE000",
      meterSerialNumber: "4711",
      protocolVersion: "1",
      powerThreshold: { powerThreshold: 10_000_000, powerThresholdSource: null },
    },
  },
  CommodityMetering: {
    state: {
      meteredQuantity: [{ tariffComponentIDs: [1], quantity: 12_345 }],
      meteredQuantityTimestamp: 1_700_000_000,
      tariffUnit: 0,
      maximumMeteredQuantities: 1,
    },
  },
  CommodityPrice: {
    features: ["Forecasting"],
    state: {
      tariffUnit: 0,
      currency: { currency: 978, decimalPoints: 5 },
      currentPrice: { periodStart: 1_700_000_000, periodEnd: 1_700_003_600, price: 31_200 },
      priceForecast: [],
    },
  },
  CommodityTariff: {
    features: ["Pricing"],
    state: {
      tariffInfo: { tariffLabel: "Night", providerName: "Works", currency: { currency: 978, decimalPoints: 5 }, blockMode: 0 },
      tariffUnit: 0,
      startDate: 1_700_000_000,
      dayEntries: null,
      dayPatterns: null,
      calendarPeriods: null,
      individualDays: null,
      currentDay: null,
      nextDay: null,
      currentDayEntry: null,
      currentDayEntryDate: null,
      nextDayEntry: null,
      nextDayEntryDate: null,
      tariffComponents: null,
      tariffPeriods: null,
      currentTariffComponents: null,
      nextTariffComponents: null,
    },
    commands: { getTariffComponent: () => ({}), getDayEntry: () => ({}) },
  },
  ElectricalGridConditions: {
    features: ["Forecasting"],
    state: {
      localGenerationAvailable: true,
      currentConditions: {
        periodStart: 1_700_000_000,
        periodEnd: 1_700_003_600,
        gridCarbonIntensity: 320,
        gridCarbonLevel: 1,
        localCarbonIntensity: 20,
        localCarbonLevel: 0,
      },
      forecastConditions: [],
    },
  },
};
