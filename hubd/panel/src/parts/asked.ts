/** Something asked of the API once for a page: under way, had, or failed. */

import { useCallback, useEffect, useState } from "preact/hooks";
import { isSignedOut } from "../api";
import { useHub } from "../hub";

export interface Asked<T> {
  readonly value?: T;
  readonly problem?: unknown;
  readonly again: () => void;
}

/** Ask anew whenever `key` changes; an answer that comes too late is dropped. */
export function useAsked<T>(ask: () => Promise<T>, key: string): Asked<T> {
  const { fail } = useHub();
  const [result, setResult] = useState<{ key: string; value?: T; problem?: unknown }>({ key });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    ask().then(
      (value) => isCurrent && setResult({ key, value }),
      (problem: unknown) => {
        if (isSignedOut(problem)) fail(problem);
        if (isCurrent) setResult({ key, problem });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [key, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return result.key === key ? { ...result, again } : { again };
}
