/** The home's scenes: how they stand, when they last fired, what is wrong with them. */

import { useState } from "preact/hooks";
import { when } from "../format";
import { useHub } from "../hub";
import { useAsked } from "../parts/asked";
import { Empty, Failed, Waiting } from "../parts/notes";
import { SceneCall } from "../parts/scene-call";
import { SceneEditor } from "../parts/scene-editor";
import { PageHead } from "../parts/shell";
import { href } from "../route";
import type { Row, Scene } from "../types";
import { words } from "../words";

/** Events after which a scene may stand otherwise. */
const STIRRING = [
  "fired",
  "released",
  "timer_set",
  "timer_cleared",
  "run_moved",
  "run_ended",
  "scene_revised",
  "scene_removed",
];

export function ScenesPage() {
  const { api, recent } = useHub();
  const { pages, scenes } = words.value;
  const stirred = recent.value.find((row: Row) => STIRRING.includes(row.kind))?.id ?? 0;
  const asked = useAsked(() => api.scenes(), "scenes");
  const again = useAsked(() => api.scenes(), `scenes ${stirred}`);
  const list = again.value ?? asked.value;
  const problem = asked.problem ?? again.problem;
  return (
    <>
      <PageHead title={pages.scenes} />
      {problem !== undefined && <Failed problem={problem} onRetry={asked.again} />}
      {!list && problem === undefined && <Waiting />}
      {list?.length === 0 && <Empty>{scenes.empty}</Empty>}
      <ul class="scenes">
        {(list ?? []).map((scene) => (
          <SceneCard key={scene.id} scene={scene} onCalled={again.again} />
        ))}
      </ul>
    </>
  );
}

function SceneCard({ scene, onCalled }: { scene: Scene; onCalled: () => void }) {
  const { home, may, timezone } = useHub();
  const [isOpen, setOpen] = useState(false);
  const { scenes } = words.value;
  const targets = [...new Set(scene.targets.map((id) => id.split("/", 1)[0] ?? id))];
  return (
    <li class={isOpen ? "card scene open" : "card scene"}>
      <div class="scene-head">
        <h2>{scene.name}</h2>
        <span class={`badge ${scene.state}`}>{scenes[scene.state]}</span>
      </div>
      <p class="quiet">
        {scene.last_fired ? scenes.fired(when(scene.last_fired, timezone.value)) : scenes.never}
      </p>
      {scene.problem && (
        <p class="problem" role="note">
          {scene.problem}
        </p>
      )}
      {targets.length > 0 && (
        <p class="targets">
          <span class="quiet">{scenes.targets}</span>
          {targets.map((id) => (
            <a key={id} href={href("device", id)}>
              {home.device(id)?.name ?? id}
            </a>
          ))}
        </p>
      )}
      <SceneCall scene={scene} onDone={onCalled}>
        {!isOpen && scene.path && may("edit_scenes") && (
          <button type="button" class="plain" onClick={() => setOpen(true)}>
            {scenes.edit}
          </button>
        )}
      </SceneCall>
      <p class="path">{scene.path}</p>
      {isOpen && <SceneEditor path={scene.path} onClose={() => setOpen(false)} />}
    </li>
  );
}
