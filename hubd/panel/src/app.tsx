/** Which page is shown, and what is around it. */

import { useEffect, useRef } from "preact/hooks";
import { useHub } from "./hub";
import { AreaPage } from "./pages/area";
import { DevicePage } from "./pages/device";
import { FoundPage } from "./pages/found";
import { HomePage } from "./pages/home";
import { ScenesPage } from "./pages/scenes";
import { SignInPage } from "./pages/sign-in";
import { SystemPage } from "./pages/system";
import { TimelinePage } from "./pages/timeline";
import { WhyPage } from "./pages/why";
import { Waiting } from "./parts/notes";
import { Shell } from "./parts/shell";
import { route } from "./route";
import { words } from "./words";

export function App() {
  const { me, home } = useHub();
  if (me.value === undefined) return null;
  if (me.value === null) return <SignInPage />;
  return <Shell>{home.frame.value ? <CurrentPage /> : <Waiting />}</Shell>;
}

function CurrentPage() {
  const { page, id } = route.value;
  const { pages } = words.value;
  const { home } = useHub();
  const first = useRef(true);
  const name = home.frame.value?.name ?? "";
  useEffect(() => {
    document.title = [pages[page], name].filter(Boolean).join(" · ");
  }, [pages, page, name]);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    // A new page begins at its top, for the eye and for a screen reader alike.
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [page, id]);
  switch (page) {
    case "home":
      return <HomePage />;
    case "area":
      return <AreaPage key={id} id={id} />;
    case "device":
      return <DevicePage key={id} id={id} />;
    case "timeline":
      return <TimelinePage />;
    case "why":
      return <WhyPage key={id} of={id} />;
    case "scenes":
      return <ScenesPage />;
    case "found":
      return <FoundPage />;
    case "system":
      return <SystemPage />;
  }
}
