/** Pictures of results as files of their own: small, light and dark. */
import { svg } from "./charts/picture.js"
import { ALONE } from "./charts/style.js"
import { textOf } from "./markup.js"
import { drawn } from "./page/experiment.js"
import type { ChromeTrace } from "./trace/event.js"
import { tracePicture } from "./trace/picture.js"
import type { Result } from "./schema/result.js"

/** By their names: "contended-1", "contended-ratios", "trace". */
export function pictures(results: readonly Result[], traces: readonly ChromeTrace[] = []): Map<string, string> {
  const all = [
    ...results.flatMap(({ experiments = [] }) => experiments.flatMap(drawn)),
    ...traces.map((trace, i) => ({ name: i === 0 ? "trace" : `trace-${i + 1}`, picture: tracePicture(trace) })),
  ]
  return new Map(all.map(({ name, picture }) => [name, `${textOf(svg(picture, ALONE))}\n`]))
}
