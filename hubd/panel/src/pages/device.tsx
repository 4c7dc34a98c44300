/** One device: its controls, who wants what of it, what happened lately, and what it is. */

import { useComputed, useSignal } from "@preact/signals";
import { ownerWords } from "../describe";
import { valueWords, when } from "../format";
import { useHub } from "../hub";
import { actionTitle, areaName, propertyTitle, saysItself } from "../names";
import { useAsked } from "../parts/asked";
import { PropertyRow } from "../parts/control";
import { Errands } from "../parts/errands";
import { EventRow } from "../parts/event-row";
import { Icon } from "../parts/icon";
import { Naming } from "../parts/naming";
import { Empty, Failed, Waiting } from "../parts/notes";
import { PageHead } from "../parts/shell";
import { href } from "../route";
import type { LiveDevice, LiveEndpoint } from "../state/home";
import { merge } from "../state/timeline";
import { words } from "../words";
import { ELSEWHERE } from "./home";

const HISTORY = 12;

export function DevicePage({ id }: { id: string }) {
  const { home, may } = useHub();
  const { pages, common, device: said } = words.value;
  const frame = home.frame.value;
  const device = home.device(id);
  if (!device)
    return (
      <>
        <PageHead title={pages.device} back={{ href: href("home"), name: pages.home }} />
        <Empty>{common.notFound}</Empty>
      </>
    );
  const area = frame?.areas.find((a) => a.id === device.area);
  const back = area
    ? { href: href("area", area.id), name: areaName(area) }
    : { href: href("area", ELSEWHERE), name: words.value.home.elsewhere };
  return (
    <>
      <PageHead title={device.name} back={back}>
        <Contact device={device} />
      </PageHead>
      <div class="columns">
        <div>
          {device.endpoints.map((endpoint) => (
            <EndpointCard key={endpoint.id} device={device} endpoint={endpoint} />
          ))}
          {device.troubles.length > 0 && (
            <section class="card">
              <h2>{said.troubles}</h2>
              {device.troubles.map((trouble) => (
                <p key={trouble.where} class="problem">
                  {trouble.where}: {trouble.reason}
                </p>
              ))}
            </section>
          )}
        </div>
        <div>
          <Wishes device={device} />
          {may("see_history") && <History device={device} />}
          <About device={device} />
          {may("edit_home") && <Naming key={device.name} device={device} />}
          {may("edit_home") && <Errands device={device.id} />}
        </div>
      </div>
    </>
  );
}

function Contact({ device }: { device: LiveDevice }) {
  const { available, reason } = device.contact.value;
  const { device: said } = words.value;
  return (
    <div role="status">
      {!available && (
        <p class="banner">
          <Icon name="away" />
          {reason ? said.unreachableWhy(reason) : said.unreachable}
        </p>
      )}
    </div>
  );
}

/** What means nothing while its endpoint is off. */
const WHILE_ON = /^(LevelControl|ColorControl|Light)\./;

function EndpointCard({ device, endpoint }: { device: LiveDevice; endpoint: LiveEndpoint }) {
  const { device: said } = words.value;
  const { api, fail } = useHub();
  const isOff = useComputed(
    () => endpoint.properties.find((p) => p.spec.name === "OnOff.on")?.state.value.value === false,
  );
  const asked = useSignal("");
  const isSeveral = device.endpoints.length > 1;
  return (
    <section class="card">
      {isSeveral && <h2>{endpoint.name || endpoint.id}</h2>}
      {endpoint.properties.map((property) => (
        <PropertyRow
          key={property.spec.id}
          property={property}
          isGated={isOff.value && WHILE_ON.test(property.spec.name)}
        />
      ))}
      {endpoint.actions.length > 0 && (
        <div class="buttons">
          {endpoint.actions.map((action) => (
            <button
              key={action.name}
              type="button"
              onClick={() => {
                api.act(device.id, endpoint.id, action.name).then(() => {
                  asked.value = action.name;
                }, fail);
              }}
            >
              {actionTitle(action.name, action.title)}
            </button>
          ))}
          <span role="status" class="quiet">
            {asked.value && `${said.asked}: ${actionTitle(asked.value)}`}
          </span>
        </div>
      )}
    </section>
  );
}

/** The claims that stand on the device's properties; one's own can be taken back. */
function Wishes({ device }: { device: LiveDevice }) {
  const { home, api, me, fail, timezone } = useHub();
  const { device: said } = words.value;
  const claims = device.endpoints.flatMap((endpoint) =>
    endpoint.properties.flatMap((property) =>
      property.state.value.claims.map((claim) => ({ spec: property.spec, claim })),
    ),
  );
  if (!claims.length) return null;
  return (
    <section class="card">
      <h2>{said.wishes}</h2>
      <ul class="claims">
        {claims.map(({ spec, claim }) => (
          <li key={`${spec.id} ${claim.owner}`}>
            <p>
              {said.wish(
                ownerWords(home, claim.owner),
                [saysItself(spec.name) ? "" : propertyTitle(spec), valueWords(claim.value, spec)]
                  .join(" ")
                  .trim(),
              )}
            </p>
            <p class="quiet">
              {[
                claim.why && said.because(claim.why),
                claim.until && said.until(when(claim.until, timezone.value)),
              ]
                .filter(Boolean)
                .join(", ")}
            </p>
            {claim.owner === `person:${me.value?.person}` && (
              <button
                type="button"
                class="plain"
                title={said.releaseHint}
                onClick={() => {
                  api.release(spec.id).catch(fail);
                }}
              >
                {said.release}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ device }: { device: LiveDevice }) {
  const { api, recent } = useHub();
  const { device: said, common } = words.value;
  const asked = useAsked(() => api.events({ device: device.id, limit: HISTORY }), device.id);
  const live = recent.value.filter((row) => row.device === device.id);
  const rows = merge(asked.value?.events ?? [], live, HISTORY);
  return (
    <section class="card">
      <h2>{said.history}</h2>
      {asked.problem !== undefined && <Failed problem={asked.problem} onRetry={asked.again} />}
      {!asked.value && asked.problem === undefined && <Waiting />}
      {asked.value && rows.length === 0 && <p class="quiet">{said.noHistory}</p>}
      <ul class="events">
        {rows.map((row) => (
          <EventRow key={row.id} row={row} isPlaced={false} />
        ))}
      </ul>
      <p class="links">
        <a href={href("why", device.id)}>{said.why}</a>
        <a href={href("timeline", "", { device: device.id })}>{common.details}</a>
      </p>
    </section>
  );
}

/** Who speaks to a device: of a joined one all, the best way first. */
function driversOf(device: LiveDevice, lost: string): string {
  const ways = device.paths.map((way) =>
    way.live === false ? `${way.driver} (${lost})` : way.driver,
  );
  return ways.length ? ways.join(", ") : device.driver;
}

function About({ device }: { device: LiveDevice }) {
  const { api, timezone } = useHub();
  const { device: said } = words.value;
  const asked = useAsked(() => api.device(device.id), device.id);
  const seen =
    asked.value && (asked.value.seen ? when(asked.value.seen, timezone.value) : said.never);
  const facts: [string, string][] = [
    [said.seen, seen ?? ""],
    [said.maker, device.maker],
    [said.model, device.model],
    [said.driver, driversOf(device, said.lostWay)],
    [said.id, device.id],
  ];
  return (
    <section class="card">
      <h2>{said.about}</h2>
      <dl>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
