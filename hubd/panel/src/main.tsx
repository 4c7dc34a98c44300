import "./styles/base.css";
import "./styles/parts.css";
import "./styles/pages.css";
import { render } from "preact";
import { App } from "./app";
import { createHub, HubProvider } from "./hub";

const hub = createHub();
const root = document.getElementById("app");
if (root) {
  render(
    <HubProvider value={hub}>
      <App />
    </HubProvider>,
    root,
  );
}

hub.api.me().then(hub.entered, () => {
  hub.me.value = null;
});
