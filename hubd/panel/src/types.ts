/** What the API sends and takes, as its documentation (/api/openapi.json) says. */

export type Value = boolean | number | string | null;
export type ValueType = "boolean" | "integer" | "number" | "string";
/** ISO 8601, UTC, ending in Z. */
export type Instant = string;
/** A position in the home's log. */
export type EventId = number;

/** The rights that the panel asks for before it shows something. */
export type Permission = "see_history" | "see_scenes" | "see_system" | (string & {});

export interface Me {
  /** null for a user of the hub's own machine. */
  person: string | null;
  name: string;
  role: string;
  permissions: Permission[];
}

export interface Floor {
  id: string;
  name: string;
  level: number;
}

export interface Area {
  id: string;
  name: string;
  aliases: string[];
  floor: string | null;
}

export interface Person {
  id: string;
  name: string;
  role: string;
}

export interface Place {
  latitude: number;
  longitude: number;
  timezone: string;
}

export interface Claim {
  owner: string;
  value: Value;
  priority: string;
  why: string;
  until: Instant | null;
}

/** The part of a property that changes while the home lives. */
export interface PropertyState {
  value: Value;
  known: boolean;
  desired: Value;
  pending: boolean;
  since: Instant | null;
  claims: Claim[];
}

/** The part of a property that its device's description fixes. */
export interface PropertySpec {
  id: string;
  name: string;
  title: string;
  type: ValueType;
  unit: string;
  writable: boolean;
  minimum: number | null;
  maximum: number | null;
  step: number | null;
  choices: string[];
}

export type Property = PropertySpec & PropertyState;

export interface Action {
  name: string;
  title: string;
}

export interface Signal {
  name: string;
  title: string;
  choices: string[];
}

export interface Endpoint {
  id: string;
  type: string;
  name: string;
  properties: Property[];
  actions: Action[];
  signals: Signal[];
}

export interface Trouble {
  where: string;
  reason: string;
}

export interface Device {
  id: string;
  name: string;
  area: string | null;
  maker: string;
  model: string;
  driver: string;
  available: boolean;
  unreachable_reason: string | null;
  seen: Instant | null;
  troubles: Trouble[];
  paths: Path[];
  endpoints: Endpoint[];
}

/** A way by which a joined thing is reached; `live` is null while nobody knows. */
export interface Path {
  id: string;
  driver: string;
  live: boolean | null;
}

/** What a person must tell before a thing can be adopted. */
export interface Need {
  name: string;
  title: string;
  secret: boolean;
  optional: boolean;
  pattern: string;
  hint: string;
}

/** A driver that takes things which do not show themselves, and what it must be told of one. */
export interface Adds {
  driver: string;
  title: string;
  needs: Need[];
}

/** What a driver is doing for a person, in words: adopting an `entry`, an errand, or adding. */
export interface Doing {
  driver: string;
  entry: string | null;
  errand: string | null;
  device: string | null;
  words: string;
}

/** Something that may be asked of a driver, or (`of` a thing) of one of `devices`. */
export interface Errand {
  driver: string;
  driver_title: string;
  name: string;
  title: string;
  of: "thing" | "driver";
  long: boolean;
  needs: Need[];
  devices: string[];
}

export type Trust = "proven" | "keyed" | "password" | "open";

/** A thing that was found and is not adopted. */
export interface Entry {
  id: string;
  driver: string | null;
  name: string;
  maker: string;
  model: string;
  address: string;
  trust: Trust;
  pictured: string[];
  needs: Need[];
  asks: string;
  room: { area: string; name: string; known: boolean; told_by: string } | null;
  present: boolean;
  dismissed: boolean;
  adopted_elsewhere: boolean;
  why: string;
  doing: string;
  twin: { device: string; name: string; evidence: string[]; again: boolean } | null;
  former: { name: string; area: string | null } | null;
}

/** What seems to be one thing, and what was made one. */
export interface Things {
  proposals: {
    first: string;
    first_name: string;
    second: string;
    second_name: string;
    evidence: string[];
  }[];
  joined: { id: string; name: string; driver: string; thing: string; evidence: string[] }[];
}

export interface Driver {
  name: string;
  title: string;
  protocol: string;
  running: boolean;
  separate: boolean;
  devices: number;
  problems: { code: string; what: string; mend: string; key: string; repair: string }[];
}

export interface Home {
  name: string;
  place: Place | null;
  floors: Floor[];
  areas: Area[];
  people: Person[];
  devices: Device[];
  last_event: EventId;
}

/** One entry of the home's log; `what` is its content, tagged by `kind`. */
export interface Row {
  id: EventId;
  at: Instant;
  kind: string;
  source: string;
  cause: EventId | null;
  device: string | null;
  text: string;
  what: Record<string, unknown>;
}

export interface Page {
  events: Row[];
  next_before: EventId | null;
}

/** One step of a why: the same entry of the log, by its id. */
export interface Step {
  event: EventId;
  at: Instant;
  kind: string;
  text: string;
}

/** `steps` begin with the latest and end where it all began. */
export interface Why {
  sentence: string;
  steps: Step[];
}

export type SceneState = "active" | "waiting" | "idle" | "broken";

export interface Question {
  scene: string;
  timer: string;
  text: string;
}

export interface Scene {
  id: string;
  name: string;
  path: string;
  state: SceneState;
  targets: string[];
  last_fired: Instant | null;
  problem: string | null;
}

export interface SafetyRule {
  id: string;
  text: string;
  why: string;
}

/** What a safety rule holds back; `confirm` is who may let it be, null is nobody. */
export interface Withheld {
  event: EventId;
  rule: string;
  property: string;
  value: Value;
  owner: string;
  why: string;
  text: string;
  since: Instant;
  confirm: "person" | "owner" | null;
  until: Instant | null;
}

export interface Safety {
  rules: SafetyRule[];
  withheld: Withheld[];
  slowed: { device: string; until: Instant }[];
}

/** Something wrong in a file of scenes or tests. */
export interface Wrong {
  path: string;
  line: number;
  message: string;
}

/** A test that did not pass. */
export interface FailedTest {
  name: string;
  path: string;
  line: number;
  expected: string;
  got: string;
  why: string;
}

/** What comes of a changed file of scenes. */
export interface Trial {
  path: string;
  all_right: boolean;
  problems: Wrong[];
  doubts: Wrong[];
  findings: (Wrong & { kind: string; story: string[] })[];
  tests: number;
  passed: number;
  failed: FailedTest[];
  saved: boolean;
}

export interface DriverHealth {
  name: string;
  working: boolean;
  note: string;
}

export interface Health {
  uptime_s: number;
  /** How old the oldest event is that is not on the disk yet. */
  log_lag_s: number;
  last_event: EventId;
  counts: Record<string, number>;
  drivers: DriverHealth[];
}

export interface Change extends PropertyState {
  id: string;
}

export interface Reach {
  id: string;
  available: boolean;
  reason: string | null;
}

/** What the hub says over the WebSocket. */
export type Message =
  | ({ type: "home" } & Home)
  | { type: "changes"; at_event: EventId; properties: Change[] }
  | { type: "events"; events: Row[] }
  | { type: "availability"; devices: Reach[] }
  | { type: "home_changed" }
  | ({ type: "doing" } & Doing);
