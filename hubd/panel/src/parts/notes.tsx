/** Notes in place of content: it is coming, there is none, it could not be had. */

import { problemWords, words } from "../words";
import { Icon } from "./icon";

export function Waiting() {
  return (
    <p class="note" role="status">
      {words.value.common.loading}
    </p>
  );
}

export function Empty({ children }: { children: string }) {
  return <p class="note">{children}</p>;
}

export function Failed({ problem, onRetry }: { problem: unknown; onRetry?: () => void }) {
  const { message, mend } = problemWords(problem);
  return (
    <div class="failed" role="alert">
      <Icon name="alert" />
      <div>
        <p>{message}</p>
        {mend && <p class="quiet">{mend}</p>}
        {onRetry && (
          <button type="button" class="plain" onClick={onRetry}>
            {words.value.common.retry}
          </button>
        )}
      </div>
    </div>
  );
}
