/** A scene's text to edit: tried out as it is written, saved when nothing speaks against it. */

import { useEffect, useState } from "preact/hooks";
import { useHub } from "../hub";
import { type Draft, green, isStale, tried, typed } from "../state/draft";
import type { Trial } from "../types";
import { words } from "../words";
import { useAsked } from "./asked";
import { Failed, Waiting } from "./notes";

/** How long after the last key a text is tried, in ms. */
const TRIED_AFTER_MS = 500;

export function SceneEditor({ path, onClose }: { path: string; onClose: () => void }) {
  const { api } = useHub();
  const asked = useAsked(() => api.sceneText(path), `scene ${path}`);
  if (asked.problem !== undefined) return <Failed problem={asked.problem} onRetry={asked.again} />;
  if (!asked.value) return <Waiting />;
  return <Editor key={path} path={path} saved={asked.value.text} onClose={onClose} />;
}

function Editor(props: { path: string; saved: string; onClose: () => void }) {
  const { path, onClose } = props;
  const { api, fail } = useHub();
  const { scenes } = words.value;
  const [draft, setDraft] = useState<Draft>({ text: props.saved });
  useEffect(() => {
    if (!isStale(draft)) return;
    const text = draft.text;
    const timer = setTimeout(() => {
      api.tryScene(path, text).then((trial) => setDraft((now) => tried(now, text, trial)), fail);
    }, TRIED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft.text, path]);
  const save = (force: boolean) => {
    const text = draft.text;
    api
      .saveScene(path, text, force)
      .then((trial) => setDraft((now) => tried(now, text, trial)), fail);
  };
  const { trial } = draft;
  return (
    <div class="scene-editor">
      <textarea
        aria-label={scenes.text(path)}
        spellcheck={false}
        rows={Math.min(24, Math.max(8, draft.text.split("\n").length + 1))}
        value={draft.text}
        onInput={(event) => setDraft((now) => typed(now, event.currentTarget.value))}
      />
      <div role="status">
        {isStale(draft) ? <p class="quiet">{scenes.trying}</p> : trial && <Verdict trial={trial} />}
      </div>
      <p class="scene-buttons">
        <button type="button" class="main" disabled={!green(draft)} onClick={() => save(false)}>
          {scenes.save}
        </button>
        {!isStale(draft) && trial && !trial.all_right && (
          <button type="button" onClick={() => save(true)}>
            {scenes.force}
          </button>
        )}
        <button type="button" onClick={onClose}>
          {scenes.close}
        </button>
      </p>
    </div>
  );
}

function Verdict({ trial }: { trial: Trial }) {
  const { scenes } = words.value;
  return (
    <>
      <p class={trial.all_right ? "quiet" : "problem"}>
        {trial.saved ? scenes.saved : trial.all_right ? scenes.right : scenes.problem}{" "}
        {scenes.tests(trial.passed, trial.tests)}
      </p>
      <ul class="verdict">
        {[...trial.problems, ...trial.findings].map((wrong) => (
          <li key={`${wrong.path}:${wrong.line}:${wrong.message}`} class="problem">
            {scenes.line(wrong.path, wrong.line)}: {wrong.message}
          </li>
        ))}
        {trial.failed.map((test) => (
          <li key={`${test.path}:${test.line}:${test.expected}`} class="problem">
            <strong>{test.name}</strong> ({scenes.line(test.path, test.line)}):{" "}
            {scenes.expected(test.expected)}. {scenes.got(test.got)}. {test.why}
          </li>
        ))}
        {trial.doubts.map((wrong) => (
          <li key={`${wrong.path}:${wrong.line}:${wrong.message}`} class="quiet">
            {scenes.doubt}: {wrong.message} ({scenes.line(wrong.path, wrong.line)})
          </li>
        ))}
      </ul>
    </>
  );
}
