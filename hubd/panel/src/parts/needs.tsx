/** What a driver needs to be told, and how it goes with it. */

import type { TargetedInputEvent } from "preact";
import { useId } from "preact/hooks";
import type { Need } from "../types";
import { words } from "../words";

/** How something goes that a driver does for a person, for as long as it does. */
export function Going({ words: said }: { words: string | undefined }) {
  return (
    <p class="quiet" role="status">
      {said}
    </p>
  );
}

/** An answer to a need. */
export function NeedInput({ need, onChange }: { need: Need; onChange: (value: string) => void }) {
  const { found: said } = words.value;
  const shape = {
    id: useId(),
    autocomplete: "off",
    required: !need.optional,
    ...(need.pattern ? { pattern: need.pattern } : {}),
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  };
  return (
    <label for={shape.id}>
      {need.optional ? said.optional(need.title) : need.title}
      {need.secret ? <input type="password" {...shape} /> : <input type="text" {...shape} />}
      {need.hint && <span class="quiet">{need.hint}</span>}
    </label>
  );
}
