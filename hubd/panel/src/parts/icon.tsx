/** Small line drawings, 24 by 24. They say nothing to a screen reader: the words beside them do. */

const PATHS = {
  home: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
  timeline: "M6 4v16M6 7h12M6 12h8M6 17h10",
  scenes: "M12 3v4M12 17v4M3 12h4M17 12h4M6 6l2.5 2.5M15.5 15.5 18 18M18 6l-2.5 2.5M8.5 15.5 6 18",
  found: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5M11 8v6M8 11h6",
  system: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  back: "m14 6-6 6 6 6",
  next: "m10 6 6 6-6 6",
  check: "m5 13 4 4 10-10",
  alert: "M12 4 2.8 19.5h18.4zM12 10v4M12 17v.5",
  away: "M4 4l16 16M8.5 14.5a5 5 0 0 1 5-1.3M5 11a10 10 0 0 1 4-2.5M12.5 8a10 10 0 0 1 6.5 3M12 18v.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.8-3.5 3.5-5 7-5s6.2 1.5 7 5",
  light: "M9 17.5h6M10 20.5h4M8.5 14.5a6 6 0 1 1 7 0c-.6.5-1 1.2-1 2h-5c0-.8-.4-1.5-1-2z",
  plug: "M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5V21",
  temperature: "M12 4a2 2 0 0 0-2 2v8.3a4 4 0 1 0 4 0V6a2 2 0 0 0-2-2zM12 10v7",
  humidity: "M12 4c3.5 4.3 5.5 7 5.5 10a5.5 5.5 0 0 1-11 0c0-3 2-5.7 5.5-10z",
  door: "M7 21V4h10v17M4 21h16M14 12v1",
  lock: "M6.5 11h11v9h-11zM9 11V8a3 3 0 0 1 6 0v3",
  cover: "M4 4h16M6 4v12h12V4M6 8h12M6 12h12M12 16v4",
  thermostat: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 12l3-4",
  fan: "M12 11c-1-4 0-7 3-7s3 4 0 7M13 12c4-1 7 0 7 3s-4 3-7 0M12 13c1 4 0 7-3 7s-3-4 0-7M11 12c-4 1-7 0-7-3s4-3 7 0",
  alarm: "M12 4a6 6 0 0 0-6 6v4l-2 3h16l-2-3v-4a6 6 0 0 0-6-6zM10 20h4",
  water: "M4 9c2-2 4-2 6 0s4 2 6 0 3-2 4-1M4 15c2-2 4-2 6 0s4 2 6 0 3-2 4-1",
  power: "M13 3 6 13h5l-1 8 8-11h-5z",
  air: "M4 9h10a2.5 2.5 0 1 0-2.5-2.5M4 13h14a2.5 2.5 0 1 1-2.5 2.5M4 17h7",
  vacuum: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 16h8",
  speaker: "M7 3h10v18H7zM12 17.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 7v.5",
  button: "M5 5h14v14H5zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  bed: "M3 18V7M3 14h18v4M21 14v-1a3 3 0 0 0-3-3H9v4M6 11.5v.5",
  generic: "M5 8l7-4 7 4v8l-7 4-7-4zM5 8l7 4 7-4M12 12v8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

const OF_TYPE: Record<string, IconName> = {
  on_off_plug: "plug",
  generic_switch: "button",
  occupancy_sensor: "person",
  contact_sensor: "door",
  light_sensor: "light",
  temperature_sensor: "temperature",
  humidity_sensor: "humidity",
  air_quality_sensor: "air",
  water_leak_detector: "water",
  rain_sensor: "water",
  smoke_co_alarm: "alarm",
  siren: "alarm",
  alarm_panel: "alarm",
  electrical_sensor: "power",
  battery: "power",
  window_covering: "cover",
  thermostat: "thermostat",
  fan: "fan",
  humidifier: "humidity",
  door_lock: "lock",
  water_valve: "water",
  robotic_vacuum: "vacuum",
  speaker: "speaker",
  bed_sensor: "bed",
  tracker: "person",
};

export function iconOf(type: string): IconName {
  return type.endsWith("_light") ? "light" : (OF_TYPE[type] ?? "generic");
}
