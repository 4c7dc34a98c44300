/** The words in the language of this browser, and what is found in them by a name from the hub. */

import { computed } from "@preact/signals";
import { ApiError } from "../api";
import { type Language, language } from "../prefs";
import { en, type Words } from "./en";
import { zh } from "./zh";

export type { Words };

const CATALOGUES: Record<Language, Words> = { en, zh };

/** Read `words.value` while rendering: what is rendered follows the language. */
export const words = computed<Words>(() => CATALOGUES[language.value]);

/** Look a name of the hub up in one part of the catalogue. */
export function lookUp<T>(part: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(part, name) ? part[name] : undefined;
}

/** What went wrong and how to mend it, in two sentences. */
export function problemWords(problem: unknown): { message: string; mend: string } {
  const known = words.value.errors;
  if (!(problem instanceof ApiError)) {
    const [message, mend] = known.unexpected;
    return { message, mend };
  }
  const translated = lookUp<[string, string]>(known, problem.code);
  if (translated) return { message: translated[0], mend: translated[1] };
  return { message: sentence(problem.message), mend: sentence(problem.mend) };
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed && !/[.!?。！？]$/.test(trimmed) ? `${trimmed}.` : trimmed;
}
