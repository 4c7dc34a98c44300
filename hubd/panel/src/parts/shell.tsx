/** What is around every page: the way to the others, the state of the link, what failed. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useHub } from "../hub";
import { href, type PageName, route } from "../route";
import type { Permission } from "../types";
import { words } from "../words";
import { Icon, type IconName } from "./icon";

const TABS: readonly (PageName & IconName)[] = ["home", "timeline", "scenes", "found", "system"];
const NEEDED: Partial<Record<PageName, Permission>> = {
  timeline: "see_history",
  scenes: "see_scenes",
  found: "edit_home",
};
const TAB_OF: Partial<Record<PageName, PageName>> = {
  area: "home",
  device: "home",
  why: "timeline",
};

export function Shell({ children }: { children: ComponentChildren }) {
  const { common, pages } = words.value;
  const { page } = route.value;
  const { may } = useHub();
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        {common.skip}
      </button>
      <nav class="tabs" aria-label={common.navigation}>
        {TABS.filter((tab) => may(NEEDED[tab] ?? "see_home")).map((tab) => (
          <a
            key={tab}
            href={href(tab)}
            aria-current={(TAB_OF[page] ?? page) === tab ? "page" : undefined}
          >
            <Icon name={tab} />
            <span>{pages[tab]}</span>
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        <LinkNote />
        {children}
      </main>
      <Notice />
    </div>
  );
}

function LinkNote() {
  const { link } = useHub();
  return (
    <div role="status">
      {link.state.value === "broken" && <p class="banner">{words.value.link.broken}</p>}
    </div>
  );
}

const NOTICE_MS = 9000;

/** The latest failure, shown and read aloud; it leaves by itself. */
function Notice() {
  const { notice } = useHub();
  const text = notice.value;
  useEffect(() => {
    if (!text) return;
    const timer = setTimeout(() => {
      notice.value = "";
    }, NOTICE_MS);
    return () => clearTimeout(timer);
  }, [text, notice]);
  return (
    <div class="notice" role="alert">
      {text && (
        <p>
          <span>{text}</span>
          <button
            type="button"
            class="plain"
            onClick={() => {
              notice.value = "";
            }}
          >
            {words.value.common.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}

/** A page's head: where it stands, its name, and what is to say at once. */
export function PageHead({
  title,
  back,
  children,
}: {
  title: string;
  back?: { href: string; name: string };
  children?: ComponentChildren;
}) {
  return (
    <header class="page-head">
      {back && (
        <a class="back" href={back.href}>
          <Icon name="back" />
          {back.name}
        </a>
      )}
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </header>
  );
}
