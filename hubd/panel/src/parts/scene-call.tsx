/** A scene begun or ended by a tap. */

import { useState } from "preact/hooks";
import { useHub } from "../hub";
import type { Scene } from "../types";
import { words } from "../words";
import { Failed } from "./notes";

export function SceneCall({ scene, onDone }: { scene: Scene; onDone: () => void }) {
  const { api } = useHub();
  const [problem, setProblem] = useState<unknown>();
  const { scenes } = words.value;
  const stands = scene.state === "active" || scene.state === "waiting";
  const call = (deed: "begin" | "end") => () => {
    setProblem(undefined);
    api.callScene(scene.id, deed).then(onDone, setProblem);
  };
  if (scene.state === "broken") return null;
  return (
    <>
      <p class="actions">
        <button type="button" class="plain" onClick={call("begin")}>
          {scenes.begin}
        </button>
        {stands && (
          <button type="button" class="plain" onClick={call("end")}>
            {scenes.end}
          </button>
        )}
      </p>
      {problem !== undefined && <Failed problem={problem} />}
    </>
  );
}
