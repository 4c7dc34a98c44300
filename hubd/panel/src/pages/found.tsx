/** What was found in the network: to adopt with one tap, and what seems to be one thing. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useHub } from "../hub";
import { areaName } from "../names";
import { type Asked, useAsked } from "../parts/asked";
import { Icon, iconOf } from "../parts/icon";
import { AreaInput } from "../parts/naming";
import { Going, NeedInput } from "../parts/needs";
import { Empty, Failed, Waiting } from "../parts/notes";
import { PageHead } from "../parts/shell";
import { href } from "../route";
import type { Adds, Entry, Things } from "../types";
import { lookUp, words } from "../words";

const REFRESH_MS = 3000;

export function FoundPage() {
  const { api, fail, home } = useHub();
  const { pages, found: said } = words.value;
  const asked = useAsked(() => api.inbox(), "inbox");
  const things = useAsked(() => api.things(), "things");
  const adds = useAsked(() => api.adds(), "adds");
  const isAll = useSignal(false);
  const { again } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [again]);
  const entries = (asked.value ?? []).filter((entry) => isAll.value || !entry.dismissed);
  const hidden = (asked.value ?? []).filter((entry) => entry.dismissed).length;
  return (
    <>
      <PageHead title={pages.found}>
        <p class="buttons">
          <button type="button" onClick={() => void api.look().catch(fail)}>
            {said.look}
          </button>
          {hidden > 0 && (
            <button
              type="button"
              class="plain"
              onClick={() => {
                isAll.value = !isAll.value;
              }}
            >
              {isAll.value ? said.fewer : said.all(hidden)}
            </button>
          )}
        </p>
      </PageHead>
      <ThingsCards asked={things} />
      {asked.problem !== undefined && <Failed problem={asked.problem} onRetry={again} />}
      {!asked.value && asked.problem === undefined && <Waiting />}
      {asked.value && entries.length === 0 && <Empty>{said.empty}</Empty>}
      <ul class="found">
        {entries.map((entry) => (
          <li key={entry.id} class={entry.present ? "card" : "card absent"}>
            <EntryCard entry={entry} onDone={again} />
          </li>
        ))}
      </ul>
      {adds.value && adds.value.length > 0 && <AddCard adds={adds.value} onDone={again} />}
      <datalist id="areas">
        {home.frame.value?.areas.map((area) => (
          <option key={area.id} value={areaName(area)} />
        ))}
      </datalist>
    </>
  );
}

function EntryCard({ entry, onDone }: { entry: Entry; onDone: () => void }) {
  const { found: said } = words.value;
  const isOpen = useSignal(false);
  const { api, doing, fail } = useHub();
  const facts = [entry.maker, entry.model, entry.address].filter(Boolean).join(" · ");
  const icon = iconOf(entry.pictured[0] ?? "generic");
  const isAdoptable = entry.driver !== null && !entry.adopted_elsewhere;
  return (
    <>
      <header>
        <Icon name={icon} />
        <div>
          <h2>{entry.name}</h2>
          {facts && <p class="quiet">{facts}</p>}
        </div>
      </header>
      <Pictured entry={entry} />
      {entry.driver !== null && <p class={`trust ${entry.trust}`}>{said.trust[entry.trust]}</p>}
      {entry.driver === null && <p class="quiet">{said.noDriver}</p>}
      {entry.adopted_elsewhere && <p class="problem">{said.elsewhere}</p>}
      {entry.twin && (
        <p class={entry.twin.again ? "problem" : "quiet"}>
          {entry.twin.again
            ? said.again(entry.twin.name)
            : said.twin(entry.twin.name, entry.twin.evidence.join(", "))}
        </p>
      )}
      {entry.driver !== null && entry.why && <p class="problem">{entry.why}</p>}
      {!entry.present && <p class="quiet">{said.absent}</p>}
      <Going words={doing.value[entry.id] ?? entry.doing} />
      <p class="buttons">
        {isAdoptable && !isOpen.value && (
          <button
            type="button"
            onClick={() => {
              isOpen.value = true;
            }}
          >
            {said.adopt}
          </button>
        )}
        <button
          type="button"
          class="plain"
          onClick={() => {
            api.dismissFound(entry.id, !entry.dismissed).then(onDone, fail);
          }}
        >
          {entry.dismissed ? said.undismiss : said.dismiss}
        </button>
      </p>
      {isOpen.value && <AdoptForm entry={entry} onDone={onDone} />}
    </>
  );
}

/** What a thing seems able to do, as a row of drawings with their words. */
function Pictured({ entry }: { entry: Entry }) {
  const { found: said } = words.value;
  if (!entry.pictured.length) return null;
  return (
    <ul class="pictured">
      {entry.pictured.map((type) => (
        <li key={type}>
          <Icon name={iconOf(type)} />
          {lookUp<string>(said.types, type) ?? type.replaceAll("_", " ")}
        </li>
      ))}
    </ul>
  );
}

function AdoptForm({ entry, onDone }: { entry: Entry; onDone: () => void }) {
  const { api } = useHub();
  const { found: said, naming } = words.value;
  const name = useSignal(entry.former?.name ?? entry.name);
  const area = useSignal(entry.room?.area ?? "");
  const answers = useSignal<Record<string, string>>({});
  const isBusy = useSignal(false);
  const problem = useSignal<unknown>(undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    problem.value = undefined;
    isBusy.value = true;
    const room = area.value === entry.room?.area ? (entry.room?.name ?? "") : area.value;
    api
      .adopt(
        entry.id,
        answers.value,
        name.value === entry.name ? "" : name.value,
        room || undefined,
      )
      .then(onDone, (error: unknown) => {
        problem.value = error;
      })
      .finally(() => {
        isBusy.value = false;
      });
  };
  return (
    <form class="naming" onSubmit={submit}>
      {entry.asks && <p>{entry.asks}</p>}
      {entry.needs.map((need) => (
        <NeedInput
          key={need.name}
          need={need}
          onChange={(value) => {
            answers.value = { ...answers.value, [need.name]: value };
          }}
        />
      ))}
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
        value={area.value === entry.room?.area && !entry.room.known ? entry.room.name : area.value}
        onChange={(value) => {
          area.value = value;
        }}
      />
      {entry.room && <p class="quiet">{said.room(entry.room.name, entry.room.told_by)}</p>}
      <button type="submit" disabled={isBusy.value}>
        {isBusy.value ? said.adopting : said.adopt}
      </button>
      {problem.value !== undefined && <Failed problem={problem.value} />}
    </form>
  );
}

/** Adopt what does not show itself, by what its driver asks. */
function AddCard({ adds, onDone }: { adds: Adds[]; onDone: () => void }) {
  const { api, doing } = useHub();
  const { found: said, naming } = words.value;
  const chosen = useSignal("");
  const name = useSignal("");
  const area = useSignal("");
  const answers = useSignal<Record<string, string>>({});
  const isBusy = useSignal(false);
  const problem = useSignal<unknown>(undefined);
  const driver = adds.find((one) => one.driver === chosen.value);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!driver) return;
    problem.value = undefined;
    isBusy.value = true;
    const given = Object.entries(answers.value).filter(([, value]) => value !== "");
    api
      .add(driver.driver, Object.fromEntries(given), name.value, area.value || undefined)
      .then(
        () => {
          chosen.value = name.value = area.value = "";
          answers.value = {};
          onDone();
        },
        (error: unknown) => {
          problem.value = error;
        },
      )
      .finally(() => {
        isBusy.value = false;
      });
  };
  return (
    <section class="card">
      <h2>{said.add}</h2>
      <form class="naming" onSubmit={submit}>
        <label>
          {said.addWhat}
          <select
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
              answers.value = {};
              problem.value = undefined;
            }}
          >
            <option value="">{said.addChoose}</option>
            {adds.map((one) => (
              <option key={one.driver} value={one.driver}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        {driver?.needs.map((need) => (
          <NeedInput
            key={`${driver.driver} ${need.name}`}
            need={need}
            onChange={(value) => {
              answers.value = { ...answers.value, [need.name]: value };
            }}
          />
        ))}
        {driver && (
          <>
            <label>
              {said.optional(naming.name)}
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
            <button type="submit" disabled={isBusy.value}>
              {isBusy.value ? said.adopting : said.adopt}
            </button>
          </>
        )}
        {driver && <Going words={doing.value[driver.driver]} />}
        {problem.value !== undefined && <Failed problem={problem.value} />}
      </form>
    </section>
  );
}

/** What seems to be one thing, and what was made one. */
function ThingsCards({ asked }: { asked: Asked<Things> }) {
  const { api, fail, home } = useHub();
  const { found: said } = words.value;
  const things = asked.value;
  if (!things) return null;
  const nameOf = (id: string) => home.device(id)?.name ?? id;
  return (
    <ul class="found">
      {things.proposals.map((one) => (
        <li key={`${one.first} ${one.second}`} class="card">
          <h2>{said.same(one.first_name, one.second_name)}</h2>
          <p class="quiet">{one.evidence.join("; ")}</p>
          <p class="buttons">
            <button
              type="button"
              onClick={() => {
                api.join(one.first, one.second).then(asked.again, fail);
              }}
            >
              {said.join}
            </button>
          </p>
        </li>
      ))}
      {things.joined.map((one) => (
        <li key={one.id} class="card">
          <h2>
            <a href={href("device", one.thing)}>{nameOf(one.thing)}</a>
          </h2>
          <p class="quiet">{said.joined(one.name, one.driver)}</p>
          <p class="buttons">
            <button
              type="button"
              class="plain"
              onClick={() => {
                api.split(one.id).then(asked.again, fail);
              }}
            >
              {said.split}
            </button>
          </p>
        </li>
      ))}
    </ul>
  );
}
