/** What scenes ask: whether to make up for what they missed while the hub was off. */

import { useState } from "preact/hooks";
import { readable } from "../describe";
import { useHub } from "../hub";
import type { Question, Row } from "../types";
import { words } from "../words";
import { useAsked } from "./asked";
import { Failed } from "./notes";

const STIRRING = ["questioned", "replied"];

export function Questions() {
  const { api, recent } = useHub();
  const stirred = recent.value.find((row: Row) => STIRRING.includes(row.kind))?.id ?? 0;
  const asked = useAsked(() => api.questions(), `questions ${stirred}`);
  const [problem, setProblem] = useState<unknown>();
  const said = words.value.questions;
  const list = asked.value ?? [];
  if (!list.length && problem === undefined) return null;
  const reply = (question: Question, yes: boolean) => () => {
    setProblem(undefined);
    api.reply(question, yes).then(asked.again, setProblem);
  };
  return (
    <section class="attention" aria-label={said.title}>
      <ul class="questions">
        {list.map((question) => (
          <li key={`${question.scene} ${question.timer}`} class="card">
            <p>{said.ask(readable(question.scene), question.text)}</p>
            <p class="actions">
              <button type="button" class="plain" onClick={reply(question, true)}>
                {said.yes}
              </button>
              <button type="button" class="plain" onClick={reply(question, false)}>
                {said.no}
              </button>
            </p>
          </li>
        ))}
      </ul>
      {problem !== undefined && <Failed problem={problem} />}
    </section>
  );
}
