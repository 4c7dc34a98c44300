/** One room: what is true in it, and all its devices within reach of the thumb. */

import { useMemo } from "preact/hooks";
import { useHub } from "../hub";
import { areaName } from "../names";
import { AreaWords, byUse } from "../parts/area-card";
import { Empty } from "../parts/notes";
import { PageHead } from "../parts/shell";
import { Tile, useOf } from "../parts/tile";
import { href } from "../route";
import type { LiveDevice } from "../state/home";
import { liveSummary } from "../state/summary";
import { words } from "../words";
import { ELSEWHERE } from "./home";

export function AreaPage({ id }: { id: string }) {
  const { home, may } = useHub();
  const frame = home.frame.value;
  const { area: said, pages, common, home: homeWords } = words.value;
  const area = frame?.areas.find((a) => a.id === id);
  const known = new Set(frame?.areas.map((a) => a.id));
  const isHere = (device: LiveDevice): boolean =>
    id === ELSEWHERE ? device.area === null || !known.has(device.area) : device.area === id;
  const devices = byUse(frame?.devices.filter(isHere) ?? []);
  const summary = useMemo(() => liveSummary(devices), [frame]);
  const back = { href: href("home"), name: pages.home };
  if (!area && id !== ELSEWHERE)
    return (
      <>
        <PageHead title={pages.area} back={back} />
        <Empty>{common.notFound}</Empty>
      </>
    );
  return (
    <>
      <PageHead title={area ? areaName(area) : homeWords.elsewhere} back={back}>
        <AreaWords key={summary} summary={summary} />
      </PageHead>
      {devices.length === 0 && <Empty>{homeWords.noDevices}</Empty>}
      {(["lights", "controls", "sensors"] as const).map((group) => {
        const members = devices.filter((device) => useOf(device) === group);
        return (
          members.length > 0 && (
            <section key={group} class="group" aria-label={said[group]}>
              <h2>{said[group]}</h2>
              <div class="tiles roomy">
                {members.map((device) => (
                  <Tile key={device.id} device={device} isRoomy />
                ))}
              </div>
            </section>
          )
        );
      })}
      {area && may("see_history") && (
        <p>
          <a class="more" href={href("timeline", "", { area: id })}>
            {pages.timeline}
          </a>
        </p>
      )}
    </>
  );
}
