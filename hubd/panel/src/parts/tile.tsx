/** A device in a few words, with its main switch under the thumb. */

import { valueWords } from "../format";
import { useHub } from "../hub";
import { href } from "../route";
import type { LiveDevice, LiveEndpoint, LiveProperty } from "../state/home";
import { isAlarm, isLight } from "../state/summary";
import { shown } from "../state/wish";
import { words } from "../words";
import { isSlider, Slider, Toggle, WishNote } from "./control";
import { Icon, iconOf } from "./icon";

/** What of an endpoint is said first, by name; the first that it has. */
const MAIN = [
  "OnOff.on",
  "DoorLock.locked",
  "WindowCovering.position",
  "Valve.open",
  "Thermostat.setpoint",
  "FanControl.speed",
  "OccupancySensing.occupied",
  "BooleanState.open",
  "SmokeCoAlarm.smoke",
  "TemperatureMeasurement.temperature",
  "ElectricalPowerMeasurement.activePower",
];

/** Endpoints that come with a device and are not what it is for: settings, firmware, the battery. */
const BESIDE = ["generic", "update", "battery"];

/** The endpoint that a device is for: one that can be steered, before one that only tells. */
export function mainEndpoint(device: LiveDevice): LiveEndpoint | undefined {
  const rank = (endpoint: LiveEndpoint): number => {
    if (BESIDE.includes(endpoint.type)) return 2;
    return endpoint.properties.some((p) => p.spec.writable) ? 0 : 1;
  };
  const said = (endpoint: LiveEndpoint): number => {
    const names = new Set(endpoint.properties.map((p) => p.spec.name));
    const index = MAIN.findIndex((name) => names.has(name));
    return index < 0 ? MAIN.length : index;
  };
  return [...device.endpoints].sort((a, b) => rank(a) - rank(b) || said(a) - said(b))[0];
}

/** What a device is to its room. */
export type Use = "lights" | "controls" | "sensors";

export function useOf(device: LiveDevice): Use {
  const endpoint = mainEndpoint(device);
  if (!endpoint) return "sensors";
  if (isLight(endpoint.type)) return "lights";
  const isSteered = endpoint.properties.some((p) => p.spec.writable) || endpoint.actions.length > 0;
  return isSteered ? "controls" : "sensors";
}

export function mainProperty(endpoint: LiveEndpoint): LiveProperty | undefined {
  for (const name of MAIN) {
    const found = endpoint.properties.find((p) => p.spec.name === name);
    if (found) return found;
  }
  return endpoint.properties[0];
}

/** What a tap may switch. A lock is not among them: it is opened on its own page, on purpose. */
function tappable(property: LiveProperty | undefined): property is LiveProperty {
  return (
    property?.spec.type === "boolean" &&
    property.spec.writable &&
    property.spec.name !== "DoorLock.locked"
  );
}

/** The slider that belongs to a tile: brightness while it is on, position, wished temperature. */
function range(endpoint: LiveEndpoint, isOn: boolean): LiveProperty | undefined {
  const names = ["WindowCovering.position", "Thermostat.setpoint", "FanControl.speed"];
  if (isOn) names.unshift("LevelControl.level");
  return endpoint.properties.find(
    (p) => names.includes(p.spec.name) && p.spec.writable && isSlider(p.spec),
  );
}

export function Tile({ device, isRoomy = false }: { device: LiveDevice; isRoomy?: boolean }) {
  const endpoint = mainEndpoint(device);
  const { device: said } = words.value;
  const contact = device.contact.value;
  const main = endpoint && mainProperty(endpoint);
  const { controls } = useHub();
  const value = main ? shown(main.state.value, controls.wishOf(main.spec.id).value) : null;
  const isLamp = endpoint !== undefined && isLight(endpoint.type);
  const isOn = value === true && tappable(main);
  const isAlarming = main !== undefined && value === true && isAlarm(main);
  const { name } = device;
  const icon = <Icon name={contact.available ? iconOf(endpoint?.type ?? "") : "away"} />;
  const slider = isRoomy && endpoint && contact.available ? range(endpoint, isOn) : undefined;
  const classes = [
    "tile",
    isOn && (isLamp ? "lit" : "on"),
    value === null && "unknown",
    !contact.available && "away",
    isAlarming && "alarming",
  ];
  return (
    <div class={classes.filter(Boolean).join(" ")}>
      {tappable(main) ? (
        <Toggle
          property={main}
          class="tile-icon"
          label={isOn ? said.turnOff(name) : said.turnOn(name)}
        >
          {icon}
        </Toggle>
      ) : (
        <span class="tile-icon still">{icon}</span>
      )}
      <a class="tile-text" href={href("device", device.id)}>
        <span class="tile-name">{name}</span>
        <span class="tile-state">
          {contact.available ? (
            endpoint && main && <TileState endpoint={endpoint} main={main} isOn={isOn} />
          ) : (
            <span class="problem">
              {isRoomy && contact.reason ? said.unreachableWhy(contact.reason) : said.unreachable}
            </span>
          )}
          {main && <WishNote property={main} />}
        </span>
      </a>
      {slider && <Slider property={slider} label={`${name} ${slider.spec.title}`} />}
    </div>
  );
}

/** The state in words: "On · 40%", "21.5 °C", "Unknown". */
function TileState({
  endpoint,
  main,
  isOn,
}: {
  endpoint: LiveEndpoint;
  main: LiveProperty;
  isOn: boolean;
}) {
  const { controls } = useHub();
  const say = (property: LiveProperty): string => {
    const wish = controls.wishOf(property.spec.id).value;
    return valueWords(shown(property.state.value, wish), property.spec);
  };
  const parts = [say(main)];
  const level = endpoint.properties.find((p) => p.spec.name === "LevelControl.level");
  if (isOn && level?.state.value.known) parts.push(say(level));
  const room = endpoint.properties.find((p) => p.spec.name === "Thermostat.localTemperature");
  if (room && main.spec.name === "Thermostat.setpoint")
    return <span>{`${say(room)} → ${parts[0]}`}</span>;
  return <span>{parts.join(" · ")}</span>;
}
