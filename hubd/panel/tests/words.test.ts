import { afterEach, expect, test } from "vitest";
import { ApiError } from "../src/api";
import { describe } from "../src/describe";
import { quantity, span, valueWords } from "../src/format";
import { languageChoice } from "../src/prefs";
import { href, parse } from "../src/route";
import { createHome } from "../src/state/home";
import { problemWords } from "../src/words";
import { en } from "../src/words/en";
import { zh } from "../src/words/zh";
import { home, LAMP, lamp, row } from "./sample";

afterEach(() => {
  languageChoice.value = "auto";
});

/** All texts of a catalogue by their path, functions called with stand-ins for what they take. */
function texts(part: unknown, path = ""): [string, string][] {
  if (typeof part === "string") return [[path, part]];
  if (typeof part === "function") return [[path, String(part("一", "一", "一"))]];
  return Object.entries(part as object).flatMap(([key, value]) => texts(value, `${path}.${key}`));
}

test("no text is empty in any language", () => {
  for (const [path, text] of [...texts(en), ...texts(zh)]) expect(text, path).not.toBe("");
});

test("the Chinese catalogue is Chinese", () => {
  const foreign = texts(zh).filter(([, text]) => !/\p{Script=Han}/u.test(text));
  expect(foreign.map(([path]) => path)).toEqual([
    ".properties.Pm25ConcentrationMeasurement.value",
    ".properties.Pm10ConcentrationMeasurement.value",
    ".properties.Pm1ConcentrationMeasurement.value",
  ]);
});

test("an event is told in the language of the browser, by the names of the home", () => {
  const store = createHome();
  store.load(home([{ ...lamp(), name: "Ceiling light" }]));
  const fired = row(1, { kind: "fired", what: { scene: "evening_light", why: "it is dark" } });
  const told = row(2, { what: { property: LAMP, value: true } });
  const wish = row(3, {
    kind: "claimed",
    what: { claims: [{ property: LAMP, value: false, owner: "person:ann" }] },
  });
  expect(describe(store, fired)).toBe("Scene “Evening light” fired: it is dark");
  expect(describe(store, told)).toBe("Ceiling light: On");
  expect(describe(store, wish)).toBe("Ann wants Ceiling light Off");
  languageChoice.value = "zh";
  expect(describe(store, told)).toBe("Ceiling light：开");
});

test("an event of a kind that is not known here is told in the hub's words", () => {
  const store = createHome();
  expect(describe(store, row(1, { kind: "brewed", text: "Tea was made" }))).toBe("Tea was made");
});

test("a value that is not known is said to be so", () => {
  expect(valueWords(null, { name: "OnOff.on", unit: "" })).toBe("Unknown");
  expect(valueWords(false, { name: "BooleanState.open", unit: "" })).toBe("Closed");
});

test("numbers carry as many digits as tell something", () => {
  expect(quantity(21, "°C")).toBe("21.0\u00a0°C");
  expect(quantity(61.7, "%")).toBe("62%");
  expect(quantity(0.123, "kWh")).toBe("0.12\u00a0kWh");
  expect(span(93_784)).toBe("1 d 2 h");
});

test("an error is told by its code, and in the hub's words when the code is not known here", () => {
  expect(problemWords(new ApiError("busy", "x", "y"))).toEqual({
    message: en.errors.busy[0],
    mend: en.errors.busy[1],
  });
  expect(problemWords(new ApiError("odd", "It broke", "Mend it"))).toEqual({
    message: "It broke.",
    mend: "Mend it.",
  });
});

test("an address is read as it was written, whatever the id holds", () => {
  const address = href("device", "lamp/1?#é", { kind: "a b" });
  expect(parse(address)).toEqual({ page: "device", id: "lamp/1?#é", query: { kind: "a b" } });
  expect(parse("#/nowhere").page).toBe("home");
  expect(parse("#/device/%E0%A4%A").id).toBe("%E0%A4%A");
});
