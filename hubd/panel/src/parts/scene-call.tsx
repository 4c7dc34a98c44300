/** A scene begun or ended by a tap. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useHub } from "../hub";
import type { Scene } from "../types";
import { words } from "../words";
import { Failed } from "./notes";

interface Props {
  scene: Scene;
  onDone: () => void;
  /** What else can be done with the scene. */
  children?: ComponentChildren;
}

export function SceneCall({ scene, onDone, children }: Props) {
  const { api } = useHub();
  const [problem, setProblem] = useState<unknown>();
  const { scenes } = words.value;
  const stands = scene.state === "active" || scene.state === "waiting";
  const call = (deed: "begin" | "end") => () => {
    setProblem(undefined);
    api.callScene(scene.id, deed).then(onDone, setProblem);
  };
  return (
    <>
      <p class="actions">
        {scene.state !== "broken" && (
          <button type="button" class="plain" onClick={call("begin")}>
            {scenes.begin}
          </button>
        )}
        {stands && (
          <button type="button" class="plain" onClick={call("end")}>
            {scenes.end}
          </button>
        )}
        {children}
      </p>
      {problem !== undefined && <Failed problem={problem} />}
    </>
  );
}
