// The air, its pollutants and the filters that clean it. Units of measurement: 0 ppm, 1 ppb, 4 ug/m3, 7 Bq/m3.

const concentration = (measuredValue, maxMeasuredValue, measurementUnit) => ({
  features: ["NumericMeasurement", "LevelIndication", "MediumLevel", "CriticalLevel", "PeakMeasurement", "AverageMeasurement"],
  state: {
    measuredValue,
    minMeasuredValue: 0,
    maxMeasuredValue,
    peakMeasuredValue: measuredValue,
    peakMeasuredValueWindow: 3600,
    averageMeasuredValue: measuredValue,
    averageMeasuredValueWindow: 3600,
    uncertainty: 0,
    measurementUnit,
    measurementMedium: 0,
    levelValue: 1,
  },
});

const monitoring = {
  features: ["Condition", "Warning", "ReplacementProductList"],
  state: {
    condition: 85,
    degradationDirection: 1,
    changeIndication: 0,
    inPlaceIndicator: true,
    lastChangedTime: 1_700_000_000,
    replacementProductList: [{ productIdentifierType: 1, productIdentifierValue: "4012345678901" }],
  },
  commands: {
    resetCondition() {
      this.state.condition = 100;
      this.state.changeIndication = 0;
    },
  },
};

export default {
  AirQuality: {
    features: ["Fair", "Moderate", "VeryPoor", "ExtremelyPoor"],
    state: { airQuality: 1 },
  },
  CarbonMonoxideConcentrationMeasurement: concentration(1, 1000, 0),
  CarbonDioxideConcentrationMeasurement: concentration(612, 5000, 0),
  NitrogenDioxideConcentrationMeasurement: concentration(12, 1000, 1),
  OzoneConcentrationMeasurement: concentration(31, 1000, 1),
  FormaldehydeConcentrationMeasurement: concentration(9, 1000, 4),
  Pm1ConcentrationMeasurement: concentration(4, 1000, 4),
  Pm25ConcentrationMeasurement: concentration(7, 1000, 4),
  Pm10ConcentrationMeasurement: concentration(11, 1000, 4),
  RadonConcentrationMeasurement: concentration(40, 2000, 7),
  TotalVolatileOrganicCompoundsConcentrationMeasurement: concentration(120, 5000, 1),
  HepaFilterMonitoring: monitoring,
  ActivatedCarbonFilterMonitoring: monitoring,
  WaterTankLevelMonitoring: monitoring,
};
