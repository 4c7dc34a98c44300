/** Language and colours of the panel in this browser. */

import { languageChoice, themeChoice } from "../prefs";
import { words } from "../words";

export function Preferences() {
  const { system } = words.value;
  return (
    <div class="preferences">
      <label>
        <span>{system.language}</span>
        <select
          value={languageChoice.value}
          onChange={(event) => {
            languageChoice.value = event.currentTarget.value as typeof languageChoice.value;
          }}
        >
          <option value="auto">{system.auto}</option>
          <option value="en" lang="en">
            English
          </option>
          <option value="zh" lang="zh-Hans">
            中文
          </option>
        </select>
      </label>
      <label>
        <span>{system.theme}</span>
        <select
          value={themeChoice.value}
          onChange={(event) => {
            themeChoice.value = event.currentTarget.value as typeof themeChoice.value;
          }}
        >
          <option value="auto">{system.auto}</option>
          <option value="light">{system.light}</option>
          <option value="dark">{system.dark}</option>
        </select>
      </label>
    </div>
  );
}
