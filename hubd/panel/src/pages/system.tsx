/** How the hub is doing, and how this browser shows it. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { readable } from "../describe";
import { number, span } from "../format";
import { useHub } from "../hub";
import { useAsked } from "../parts/asked";
import { Failed, Waiting } from "../parts/notes";
import { Preferences } from "../parts/preferences";
import { SafetyCard } from "../parts/safety";
import { PageHead } from "../parts/shell";
import type { Health } from "../types";
import { lookUp, words } from "../words";

const REFRESH_MS = 5000;

export function SystemPage() {
  const { me, may, leave, fail } = useHub();
  const { pages, system, sign } = words.value;
  const person = me.value;
  return (
    <>
      <PageHead title={pages.system} />
      <div class="columns">
        {may("see_system") && <HealthCard />}
        <div>
          {may("see_scenes") && <SafetyCard />}
          <section class="card">
            <h2>{system.panel}</h2>
            <Preferences />
          </section>
          {person && (
            <section class="card">
              <h2>{system.you}</h2>
              <p>
                {person.name}
                <span class="quiet">
                  {" · "}
                  {lookUp<string>(system.role, person.role) ?? person.role}
                </span>
              </p>
              <button type="button" onClick={() => void leave().catch(fail)}>
                {sign.signOut}
              </button>
            </section>
          )}
        </div>
      </div>
    </>
  );
}

function HealthCard() {
  const { api } = useHub();
  const asked = useAsked(() => api.health(), "health");
  const { again } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <section class="card">
      <h2>{words.value.system.health}</h2>
      {asked.problem !== undefined && <Failed problem={asked.problem} onRetry={again} />}
      {!asked.value && asked.problem === undefined && <Waiting />}
      {asked.value && <HealthFacts health={asked.value} />}
    </section>
  );
}

function HealthFacts({ health }: { health: Health }) {
  const { system } = words.value;
  return (
    <>
      <dl>
        <Fact name={system.uptime}>{span(health.uptime_s)}</Fact>
        <Fact name={system.logLag}>{`${number(health.log_lag_s, 2)} s`}</Fact>
        <Fact name={system.lastEvent}>{number(health.last_event)}</Fact>
      </dl>
      <h3>{system.drivers}</h3>
      <DriverFacts />
      <h3>{system.counts}</h3>
      <dl>
        {Object.entries(health.counts).map(([name, count]) => (
          <Fact key={name} name={lookUp<string>(system.counted, name) ?? readable(name)}>
            {number(count)}
          </Fact>
        ))}
      </dl>
    </>
  );
}

/** The drivers, what keeps them from working, and the mend. */
function DriverFacts() {
  const { api, may, fail } = useHub();
  const { system } = words.value;
  const asked = useAsked(() => api.drivers(), "drivers");
  const { again } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (asked.problem !== undefined) return <Failed problem={asked.problem} onRetry={again} />;
  const shown = (asked.value ?? []).filter((d) => d.devices || d.running || d.problems.length);
  return (
    <dl>
      {shown.map((driver) => (
        <Fact key={driver.name} name={driver.title}>
          {driver.problems.map((problem) => (
            <p key={`${problem.code} ${problem.key}`} class="problem">
              {problem.what}
              {problem.mend && <span class="quiet"> {problem.mend}</span>}
            </p>
          ))}
          {driver.problems.length === 0 && (driver.running ? system.ok : system.sleeps)}
          {may("edit_home") && driver.problems.some((p) => p.repair === "restart") && (
            <button
              type="button"
              class="plain"
              onClick={() => void api.restart(driver.name).then(again, fail)}
            >
              {system.restart}
            </button>
          )}
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
