/** A text that is being written, and what is known of how it would come out. */

import type { Trial } from "../types";

export interface Draft {
  readonly text: string;
  /** What came of trying `of`. */
  readonly trial?: Trial;
  readonly of?: string;
}

/** The draft after its text was changed. */
export function typed(draft: Draft, text: string): Draft {
  return { ...draft, text };
}

/** The draft after `text` was tried; of a text that is no more, nothing is learnt. */
export function tried(draft: Draft, text: string, trial: Trial): Draft {
  return draft.text === text ? { text, trial, of: text } : draft;
}

/** Whether what is known is not of the text as it is now. */
export function isStale(draft: Draft): boolean {
  return draft.trial === undefined || draft.of !== draft.text;
}

/** Whether the text may be saved: tried as it is, right, and not saved already. */
export function green(draft: Draft): boolean {
  return !isStale(draft) && draft.trial?.all_right === true && !draft.trial.saved;
}
