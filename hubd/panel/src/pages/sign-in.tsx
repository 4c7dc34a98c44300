/** The door: sign in, or become the first owner with the code from the journal. */

import { useSignal } from "@preact/signals";
import type { TargetedInputEvent } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useHub } from "../hub";
import { useAsked } from "../parts/asked";
import { Failed, Waiting } from "../parts/notes";
import { Preferences } from "../parts/preferences";
import { words } from "../words";

const PASSWORD_LENGTH = 15;

export function SignInPage() {
  const { api } = useHub();
  const { sign } = words.value;
  const asked = useAsked(() => api.hello(), "hello");
  useEffect(() => {
    document.title = "hubd";
  }, []);
  return (
    <main class="door">
      <img src="icon.svg" alt="" width="64" height="64" />
      <h1>{sign.welcome}</h1>
      {asked.problem !== undefined && <Failed problem={asked.problem} onRetry={asked.again} />}
      {!asked.value && asked.problem === undefined && <Waiting />}
      {asked.value && <DoorForm isFirst={asked.value.owner_needed} />}
      <Preferences />
    </main>
  );
}

function DoorForm({ isFirst }: { isFirst: boolean }) {
  const { api, entered } = useHub();
  const { sign } = words.value;
  const code = useSignal("");
  const name = useSignal("");
  const password = useSignal("");
  const again = useSignal("");
  const isBusy = useSignal(false);
  const complaint = useSignal("");
  const problem = useSignal<unknown>(undefined);

  function submit(event: Event): void {
    event.preventDefault();
    problem.value = undefined;
    complaint.value = "";
    if (isFirst && password.value.length < PASSWORD_LENGTH) complaint.value = sign.tooShort;
    else if (isFirst && password.value !== again.value) complaint.value = sign.differ;
    if (complaint.value) return;
    isBusy.value = true;
    const asked = isFirst
      ? api.becomeOwner(code.value.trim(), name.value.trim(), password.value)
      : api.signIn(name.value.trim(), password.value);
    asked.then(entered, (failure: unknown) => {
      problem.value = failure;
      isBusy.value = false;
    });
  }

  return (
    <form class="card" onSubmit={submit}>
      <p class="quiet">{isFirst ? sign.firstLead : sign.signInLead}</p>
      {isFirst && (
        <Field label={sign.code} hint={sign.codeHint} value={code} autocomplete="one-time-code" />
      )}
      <Field label={sign.name} value={name} autocomplete="username" />
      <Field
        label={sign.password}
        hint={isFirst ? sign.passwordHint : ""}
        value={password}
        isSecret
        autocomplete={isFirst ? "new-password" : "current-password"}
      />
      {isFirst && <Field label={sign.again} value={again} isSecret autocomplete="new-password" />}
      {complaint.value && (
        <p class="problem" role="alert">
          {complaint.value}
        </p>
      )}
      {problem.value !== undefined && <Failed problem={problem.value} />}
      <button type="submit" class="main" disabled={isBusy.value}>
        {isFirst ? sign.become : sign.signIn}
      </button>
    </form>
  );
}

function Field({
  label,
  hint = "",
  value,
  isSecret = false,
  autocomplete,
}: {
  label: string;
  hint?: string;
  value: { value: string };
  isSecret?: boolean;
  autocomplete: string;
}) {
  const id = useId();
  const attributes = {
    id,
    required: true,
    autocomplete,
    autocapitalize: "none" as const,
    spellcheck: false,
    "aria-describedby": hint ? `${id}-hint` : undefined,
    value: value.value,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => {
      value.value = event.currentTarget.value;
    },
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isSecret ? <input {...attributes} type="password" /> : <input {...attributes} type="text" />}
      {hint && (
        <p id={`${id}-hint`} class="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
