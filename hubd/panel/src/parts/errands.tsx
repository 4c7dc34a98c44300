/** What may be asked of a device's driver beside commands. */

import { useSignal } from "@preact/signals";
import { doingKey, useHub } from "../hub";
import type { Errand } from "../types";
import { words } from "../words";
import { useAsked } from "./asked";
import { Going, NeedInput } from "./needs";
import { Failed } from "./notes";

export function Errands({ device }: { device: string }) {
  const { api } = useHub();
  const asked = useAsked(() => api.errands(), "errands");
  const { errands: said } = words.value;
  const mine = (asked.value ?? []).filter((errand) => errand.devices.includes(device));
  if (!mine.length) return null;
  return (
    <section class="card">
      <h2>{said.title}</h2>
      {mine.map((errand) => (
        <ErrandForm key={`${errand.driver} ${errand.name}`} errand={errand} device={device} />
      ))}
    </section>
  );
}

function ErrandForm({ errand, device }: { errand: Errand; device: string }) {
  const { api, doing } = useHub();
  const { errands: said } = words.value;
  const answers = useSignal<Record<string, string>>({});
  const told = useSignal<Record<string, string> | undefined>(undefined);
  const isBusy = useSignal(false);
  const problem = useSignal<unknown>(undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    problem.value = told.value = undefined;
    isBusy.value = true;
    const given = Object.entries(answers.value).filter(([, value]) => value !== "");
    api
      .runErrand(errand, Object.fromEntries(given), device)
      .then(
        (ran) => {
          told.value = ran.told;
        },
        (error: unknown) => {
          problem.value = error;
        },
      )
      .finally(() => {
        isBusy.value = false;
      });
  };
  const { driver, name } = errand;
  return (
    <form class="naming" onSubmit={submit}>
      {errand.needs.map((need) => (
        <NeedInput
          key={need.name}
          need={need}
          onChange={(value) => {
            answers.value = { ...answers.value, [need.name]: value };
          }}
        />
      ))}
      <button type="submit" disabled={isBusy.value}>
        {errand.title}
      </button>
      <Going words={doing.value[doingKey({ driver, entry: null, errand: name, device })]} />
      {told.value && (
        <dl>
          {Object.entries(told.value).map(([what, value]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {told.value && Object.keys(told.value).length === 0 && <p class="quiet">{said.done}</p>}
      {problem.value !== undefined && <Failed problem={problem.value} />}
    </form>
  );
}
