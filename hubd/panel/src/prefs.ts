/** What this browser prefers: language and colours. Follows the browser until told otherwise. */

import { computed, effect, type Signal, signal } from "@preact/signals";

export type Language = "en" | "zh";
export type Theme = "light" | "dark";
export type Choice<T> = T | "auto";

/** A signal that survives a reload; where the browser keeps nothing, it lasts as long as the page. */
function kept<T extends string>(key: string, options: readonly T[], fallback: T): Signal<T> {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {
    // Storage is forbidden here: the fallback holds.
  }
  const value = signal(options.find((option) => option === stored) ?? fallback);
  effect(() => {
    const chosen = value.value;
    try {
      if (chosen === fallback) localStorage.removeItem(key);
      else localStorage.setItem(key, chosen);
    } catch {
      // As above.
    }
  });
  return value;
}

export const languageChoice = kept<Choice<Language>>("language", ["auto", "en", "zh"], "auto");
export const themeChoice = kept<Choice<Theme>>("theme", ["auto", "light", "dark"], "auto");

function browserLanguage(): Language {
  const known = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag));
  return known?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const language = computed<Language>(() =>
  languageChoice.value === "auto" ? browserLanguage() : languageChoice.value,
);

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
});

effect(() => {
  const root = document.documentElement;
  if (themeChoice.value === "auto") delete root.dataset["theme"];
  else root.dataset["theme"] = themeChoice.value;
});
