// The nodes of the simulated network: what each is, and what it can do.

import { CommandClasses as CC, SecurityClass } from "@zwave-js/core";

const can = (ccId, version, more = {}) => ({ ccId, isSupported: true, version, ...more });

// Generic and specific device classes: Z-Wave device class specification, sections 4 and 5.
const LIGHT = { genericDeviceClass: 0x11, specificDeviceClass: 0x01 };
const MOTOR = { genericDeviceClass: 0x11, specificDeviceClass: 0x06 };
const PLUG = { genericDeviceClass: 0x10, specificDeviceClass: 0x01 };
const LOCK = { genericDeviceClass: 0x40, specificDeviceClass: 0x03 };
const THERMOSTAT = { genericDeviceClass: 0x08, specificDeviceClass: 0x06 };
const SENSOR = { genericDeviceClass: 0x07, specificDeviceClass: 0x01 };
const SIREN = { genericDeviceClass: 0x10, specificDeviceClass: 0x05 };

const known = [can(CC.Version, 3), can(CC["Manufacturer Specific"], 2)];

export const nodes = (named) => [
  {
    id: 2,
    capabilities: {
      ...LIGHT,
      commandClasses: [
        ...known,
        can(CC["Node Naming and Location"], 1, named[2]),
        can(CC["Multilevel Switch"], 4, { primarySwitchType: 2, defaultValue: 0 }),
        can(CC.Configuration, 3, {
          parameters: [
            { "#": 1, valueSize: 1, name: "Ramp time", minValue: 0, maxValue: 90, defaultValue: 3 },
          ],
        }),
      ],
    },
  },
  {
    id: 3,
    capabilities: {
      ...PLUG,
      commandClasses: [
        ...known,
        can(CC["Binary Switch"], 2),
        can(CC.Meter, 4, {
          meterType: 1,
          supportedScales: [0, 2, 4],
          supportedRateTypes: [1],
          supportsReset: true,
          getValue: (scale) => ({ 0: 3.25, 2: 12.5, 4: 230 })[scale],
        }),
      ],
    },
  },
  {
    id: 4,
    capabilities: {
      ...SENSOR,
      commandClasses: [
        ...known,
        can(CC.Notification, 8, {
          notificationTypesAndEvents: { 0x06: [0x16, 0x17], 0x07: [0x03, 0x08], 0x05: [0x02] },
        }),
        can(CC["Multilevel Sensor"], 11, {
          sensors: { 1: { supportedScales: [1] }, 3: { supportedScales: [1] }, 5: { supportedScales: [0] } },
          getValue: (type) => ({ 1: 68, 3: 120, 5: 41 })[type],
        }),
        can(CC["Binary Sensor"], 2, { supportedSensorTypes: [0x0c], getValue: () => false }),
      ],
    },
  },
  {
    id: 5,
    capabilities: {
      ...LOCK,
      commandClasses: [
        ...known,
        can(CC["Door Lock"], 4, {
          supportedOperationTypes: [1],
          supportedDoorLockModes: [0x00, 0xff],
          doorSupported: true,
          boltSupported: true,
        }),
        can(CC.Notification, 8, { notificationTypesAndEvents: { 0x06: [0x01, 0x02, 0x05, 0x06] } }),
        can(CC["User Code"], 2, { numUsers: 2, supportedASCIIChars: "0123456789" }),
      ],
    },
  },
  {
    id: 6,
    capabilities: {
      ...MOTOR,
      commandClasses: [
        ...known,
        can(CC["Multilevel Switch"], 4, { primarySwitchType: 3, defaultValue: 99, travelTime: 400 }),
      ],
    },
  },
  {
    id: 7,
    capabilities: {
      ...THERMOSTAT,
      commandClasses: [
        ...known,
        can(CC["Thermostat Mode"], 3, { supportedModes: [0, 1, 2, 11] }),
        can(CC["Thermostat Setpoint"], 3, {
          setpoints: {
            1: { minValue: 5, maxValue: 30, defaultValue: 20, scale: "°C" },
            2: { minValue: 60, maxValue: 95, defaultValue: 77, scale: "°F" },
          },
        }),
        can(CC["Multilevel Sensor"], 11, {
          sensors: { 1: { supportedScales: [0] } },
          getValue: () => 21.5,
        }),
      ],
    },
  },
  {
    id: 8,
    capabilities: {
      ...LIGHT,
      commandClasses: [
        ...known,
        can(CC["Multilevel Switch"], 4, { primarySwitchType: 2, defaultValue: 50 }),
        can(CC["Color Switch"], 3, { colorComponents: { 0: 0, 1: 255, 2: 255, 3: 0, 4: 0 } }),
      ],
    },
  },
  {
    id: 9,
    capabilities: {
      ...SIREN,
      commandClasses: [
        ...known,
        can(CC["Sound Switch"], 2, {
          defaultToneId: 1,
          defaultVolume: 40,
          tones: [
            { name: "Ding dong", duration: 2 },
            { name: "Alarm", duration: 30 },
          ],
        }),
      ],
    },
  },
  {
    id: 10,
    capabilities: {
      ...PLUG,
      commandClasses: [...known, can(CC["Multi Channel"], 4), can(CC["Binary Switch"], 2)],
      endpoints: [
        { ...PLUG, commandClasses: [can(CC["Binary Switch"], 2)] },
        { ...PLUG, commandClasses: [can(CC["Binary Switch"], 2)] },
      ],
    },
  },
];

/** A plug that is in no network yet, and asks for these security classes by their names. */
export const newcomer = (id, classes) => ({
  id,
  capabilities: {
    ...PLUG,
    securityClasses: new Set(classes.map((name) => SecurityClass[name])),
    commandClasses: [
      ...known,
      can(CC["Binary Switch"], 2),
      ...(classes.length ? [can(CC["Security 2"], 1)] : []),
    ],
  },
});
