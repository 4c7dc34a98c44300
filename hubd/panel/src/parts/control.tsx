/** Controls for a property of any kind, and what has become of a wish. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { valueWords } from "../format";
import { useHub } from "../hub";
import { propertyTitle } from "../names";
import type { LiveProperty } from "../state/home";
import { alike, shown } from "../state/wish";
import type { PropertySpec } from "../types";
import { words } from "../words";
import { Icon } from "./icon";

/** How long a key may be held down or a slider moved before the hub is told, in ms. */
const SETTLE_MS = 350;

export function isSlider(spec: PropertySpec): boolean {
  return (
    (spec.type === "number" || spec.type === "integer") &&
    spec.minimum !== null &&
    spec.maximum !== null
  );
}

/** The state of a property while something is being done about it; nothing while it rests. */
export function WishNote({ property, isGated }: { property: LiveProperty; isGated?: boolean }) {
  const { controls, home } = useHub();
  const { wish: said } = words.value;
  const wish = controls.wishOf(property.spec.id).value;
  const state = property.state.value;
  const available = home.device(property.device)?.contact.value.available ?? false;
  const { phase, text } = ((): { phase: string; text: string } => {
    if (wish) return { phase: wish.phase, text: said[wish.phase] };
    if (state.desired === null || alike(state.value, state.desired, property.spec))
      return { phase: "", text: "" };
    const desired = valueWords(state.desired, property.spec);
    if (!available) return { phase: "parked", text: said.parked };
    if (state.pending) return { phase: "taken", text: said.moving(desired) };
    if (isGated || !state.known) return { phase: "", text: "" };
    return { phase: "unanswered", text: said.notAsAsked(desired) };
  })();
  if (!text) return null;
  return (
    <span class={`wish ${phase}`}>
      {phase === "confirmed" && <Icon name="check" />}
      {text}
    </span>
  );
}

/** A switch. While its state is not known it is neither on nor off. */
export function Toggle({
  property,
  label,
  children,
  class: name = "switch",
}: {
  property: LiveProperty;
  label: string;
  children?: preact.ComponentChildren;
  class?: string;
}) {
  const { controls } = useHub();
  const value = shown(property.state.value, controls.wishOf(property.spec.id).value);
  return (
    <button
      type="button"
      class={name}
      aria-pressed={typeof value === "boolean" ? value : "mixed"}
      aria-label={label}
      onClick={() => controls.set(property, value !== true)}
    >
      {children ?? <span class="knob" />}
    </button>
  );
}

/** A number within a range. The hub is told when the hand rests. */
export function Slider({ property, label }: { property: LiveProperty; label: string }) {
  const { controls } = useHub();
  const { spec } = property;
  const held = useSignal<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const minimum = spec.minimum ?? 0;
  const maximum = spec.maximum ?? 100;
  const current = shown(property.state.value, controls.wishOf(spec.id).value);
  const value = held.value ?? (typeof current === "number" ? current : null);
  const fill = value === null ? 0 : (value - minimum) / (maximum - minimum);

  function moved(to: number): void {
    held.value = to;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      held.value = null;
      controls.set(property, to);
    }, SETTLE_MS);
  }

  return (
    <input
      type="range"
      class={value === null ? "slider unknown" : "slider"}
      aria-label={label}
      aria-valuetext={valueWords(value, spec)}
      min={minimum}
      max={maximum}
      step={spec.step ?? (spec.unit === "°C" ? 0.5 : 1)}
      value={value ?? minimum}
      style={{ "--fill": String(fill) }}
      onInput={(event) => moved(event.currentTarget.valueAsNumber)}
    />
  );
}

/** One of several words. */
export function Choice({ property, label }: { property: LiveProperty; label: string }) {
  const { controls } = useHub();
  const { spec } = property;
  const value = shown(property.state.value, controls.wishOf(spec.id).value);
  const isListed = typeof value === "string" && spec.choices.includes(value);
  return (
    <select
      aria-label={label}
      value={isListed ? value : ""}
      onChange={(event) => controls.set(property, event.currentTarget.value)}
    >
      {!isListed && (
        <option value="" disabled>
          {valueWords(value, spec)}
        </option>
      )}
      {spec.choices.map((choice) => (
        <option key={choice} value={choice}>
          {valueWords(choice, spec)}
        </option>
      ))}
    </select>
  );
}

/** A property in a row: its name, its value, and what one can do about it. */
export function PropertyRow({
  property,
  isGated = false,
}: {
  property: LiveProperty;
  isGated?: boolean;
}) {
  const { controls } = useHub();
  const { spec } = property;
  const title = propertyTitle(spec);
  const value = shown(property.state.value, controls.wishOf(spec.id).value);
  const isKnown = value !== null;
  const isRange = spec.writable && isSlider(spec);
  return (
    <div class={isRange ? "row wide" : "row"}>
      <span class="row-name">
        {title}
        <WishNote property={property} isGated={isGated} />
      </span>
      <span class={isKnown ? "row-value" : "row-value unknown"}>
        {spec.writable && spec.choices.length > 0 ? (
          <Choice property={property} label={title} />
        ) : (
          valueWords(value, spec)
        )}
      </span>
      {spec.writable && spec.type === "boolean" && <Toggle property={property} label={title} />}
      {isRange && <Slider property={property} label={title} />}
    </div>
  );
}
