/** What people call a device and where they put it: the one place to change it. */

import { useSignal } from "@preact/signals";
import { useHub } from "../hub";
import { areaName } from "../names";
import type { LiveDevice } from "../state/home";
import { words } from "../words";
import { Failed } from "./notes";

export function Naming({ device }: { device: LiveDevice }) {
  const { api, home } = useHub();
  const { naming } = words.value;
  const name = useSignal(device.name);
  const area = useSignal(device.area ?? "");
  const problem = useSignal<unknown>(undefined);
  const save = (event: Event) => {
    event.preventDefault();
    problem.value = undefined;
    api.rename(device.id, { name: name.value, area: area.value }).catch((error: unknown) => {
      problem.value = error;
    });
  };
  return (
    <section class="card">
      <h2>{naming.title}</h2>
      <form class="naming" onSubmit={save}>
        <label>
          {naming.name}
          <input
            value={name.value}
            maxLength={64}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </label>
        <AreaInput
          value={area.value}
          onChange={(value) => {
            area.value = value;
          }}
        />
        <button type="submit">{naming.save}</button>
      </form>
      <p class="quiet">{naming.hint}</p>
      {problem.value !== undefined && <Failed problem={problem.value} />}
      <datalist id="areas">
        {home.frame.value?.areas.map((known) => (
          <option key={known.id} value={areaName(known)} />
        ))}
      </datalist>
    </section>
  );
}

/** A room to choose or to write: one that the home does not have yet is made. */
export function AreaInput({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string) => void;
}) {
  const { home } = useHub();
  const known = home.frame.value?.areas ?? [];
  const named = known.find((area) => area.id === value);
  return (
    <label>
      {words.value.device.area}
      <input
        list="areas"
        value={named ? areaName(named) : value}
        maxLength={64}
        onInput={(event) => {
          const said = event.currentTarget.value;
          const meant = known.find((area) => areaName(area) === said);
          onChange(meant ? meant.id : said);
        }}
      />
    </label>
  );
}
