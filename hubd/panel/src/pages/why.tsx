/** Why something is so: the chain of causes, the latest first; each step is one to go on from. */

import { describe } from "../describe";
import { when } from "../format";
import { type Hub, useHub } from "../hub";
import { useAsked } from "../parts/asked";
import { toneOf } from "../parts/event-row";
import { Failed, Waiting } from "../parts/notes";
import { PageHead } from "../parts/shell";
import { language } from "../prefs";
import { href } from "../route";
import type { Row, Why } from "../types";
import { words } from "../words";

interface Explained extends Why {
  /** The content of each step, to say it in the language of this browser. */
  readonly rows: readonly (Row | undefined)[];
}

async function explain({ api }: Hub, of: string): Promise<Explained> {
  const why = await (/^\d+$/.test(of) ? api.whyEvent(Number(of)) : api.whyOf(of));
  const rows = await Promise.all(why.steps.map((step) => api.event(step.event)));
  return { ...why, rows };
}

export function WhyPage({ of }: { of: string }) {
  const hub = useHub();
  const { pages } = words.value;
  const asked = useAsked(() => explain(hub, of), of);
  const device = hub.home.device(of.split("/", 1)[0] ?? "");
  const back = device
    ? { href: href("device", device.id), name: device.name }
    : { href: href("timeline"), name: pages.timeline };
  const first = asked.value?.rows[0];
  // The hub's sentence is English; in another language the last event stands for it.
  const sentence =
    language.value === "en" || !first ? asked.value?.sentence : describe(hub.home, first);
  return (
    <>
      <PageHead title={pages.why} back={back}>
        {sentence && <p class="glance">{sentence}</p>}
      </PageHead>
      {asked.problem !== undefined && <Failed problem={asked.problem} onRetry={asked.again} />}
      {!asked.value && asked.problem === undefined && <Waiting />}
      {asked.value && asked.value.steps.length > 0 && <Chain why={asked.value} of={of} />}
    </>
  );
}

function Chain({ why, of }: { why: Explained; of: string }) {
  const { home, timezone } = useHub();
  return (
    <section class="card" aria-label={words.value.why.chain}>
      <ol class="chain">
        {why.steps.map((step, index) => {
          const row = why.rows[index];
          return (
            <li key={step.event} class={row && toneOf(row)}>
              <a
                href={href("why", String(step.event))}
                aria-current={String(step.event) === of ? "true" : undefined}
              >
                <time dateTime={step.at}>{when(step.at, timezone.value)}</time>
                <span>{row ? describe(home, row) : step.text}</span>
              </a>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
