// What an endpoint is commanded, and what of it changes, is told.

import { Behavior } from "@matter/main";
import { plain, say } from "./lines.mjs";

/** Return `behavior` for the endpoint `id`, telling; commands that it leaves open have an effect in `commands`. */
export const telling = (behavior, id, { commands = {}, follows }) => {
  const cluster = behavior.id;
  class Telling extends behavior {
    initialize() {
      const begun = super.initialize();
      for (const [attribute, follow] of Object.entries(follows ?? {})) {
        const followed = function followed(value) {
          Object.assign(this.state, follow(value));
        };
        // Offline: it is the device that does this, whoever began it.
        this.reactTo(this.events[`${attribute}$Changed`], followed, { offline: true });
      }
      return begun;
    }
  }
  for (const command of Object.keys(behavior.cluster?.commands ?? {})) {
    const own = behavior.prototype[command];
    if (own === undefined) continue;
    const effect = own === Behavior.unimplemented ? commands[command] : own;
    if (effect === undefined) continue;
    Telling.prototype[command] = function told(fields) {
      say({ commanded: { endpoint: id, cluster, command, fields: plain(fields) } });
      return effect.call(this, fields);
    };
  }
  return Telling;
};

/** Tell each change of an attribute of an endpoint that is there. */
export const tellChanges = (part, id) => {
  for (const [cluster, behavior] of Object.entries(part.behaviors.supported)) {
    const events = part.eventsOf(cluster);
    for (const attribute of Object.keys(behavior.cluster?.attributes ?? {})) {
      events[`${attribute}$Changed`]?.on((value) => {
        say({ changed: { endpoint: id, cluster, attribute, value } });
      });
    }
  }
};
