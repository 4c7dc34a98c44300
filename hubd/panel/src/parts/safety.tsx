/** The safety rules, what they hold back now, and a person's word on it. */

import { useEffect, useState } from "preact/hooks";
import { withheldWords } from "../describe";
import { when } from "../format";
import { useHub } from "../hub";
import type { Withheld } from "../types";
import { words } from "../words";
import { useAsked } from "./asked";
import { Empty, Failed, Waiting } from "./notes";

const REFRESH_MS = 5000;

export function SafetyCard() {
  const { api } = useHub();
  const asked = useAsked(() => api.safety(), "safety");
  const { again } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [again]);
  const { safety } = words.value;
  const known = asked.value;
  return (
    <section class="card">
      <h2>{safety.title}</h2>
      {asked.problem !== undefined && <Failed problem={asked.problem} onRetry={again} />}
      {!known && asked.problem === undefined && <Waiting />}
      {known && (
        <>
          <h3>{safety.withheld}</h3>
          {known.withheld.length === 0 && <Empty>{safety.nothing}</Empty>}
          <ul class="claims">
            {known.withheld.map((held) => (
              <HeldRow key={held.event} held={held} onDone={again} />
            ))}
          </ul>
          <h3>{safety.rules}</h3>
          {known.rules.length === 0 && <Empty>{safety.noRules}</Empty>}
          <ul class="claims">
            {known.rules.map((rule) => (
              <li key={rule.id}>
                {rule.text}
                {rule.why && <p class="quiet">{words.value.device.because(rule.why)}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function HeldRow({ held, onDone }: { held: Withheld; onDone: () => void }) {
  const { api, home, me } = useHub();
  const [problem, setProblem] = useState<unknown>();
  const [waits, setWaits] = useState(false);
  const { safety } = words.value;
  const role = me.value?.role;
  const may =
    held.confirm !== null &&
    (role === "owner" || (held.confirm === "person" && role === "resident"));
  const zone = home.frame.value?.place?.timezone ?? "UTC";
  const confirm = () => {
    setWaits(true);
    setProblem(undefined);
    api
      .confirm(held.event)
      .then(onDone, setProblem)
      .finally(() => setWaits(false));
  };
  return (
    <li>
      {withheldWords(home, held)}
      <p class="quiet">
        {words.value.device.because(held.why)}
        {held.until && ` · ${safety.until(when(held.until, zone))}`}
      </p>
      {may && (
        <button type="button" disabled={waits} onClick={confirm}>
          {safety.confirm}
        </button>
      )}
      {problem !== undefined && <Failed problem={problem} />}
    </li>
  );
}
