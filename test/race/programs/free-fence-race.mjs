// The trial of the fence without a lock in a race: whoever has a callback knows whether it ran, and no record is lost.
import { layout } from "@outlive/core/engine-js"
import { raceBare } from "./bare-race.mjs"

const { Header, Kind, Pool } = layout

export function play(task) {
  return raceBare({ ...task, racer: "free-fence-racer.mjs" }, (reports, words) => {
    const free = reports[0].freeCallbacks
    const all = words[(Header.pools + Kind.Callback * Pool.Bytes + Pool.capacity) >> 2]
    return [...reports.flatMap(({ seen }) => seen), ...(free === all ? [] : [`${all - free} records were lost`])]
  })
}
