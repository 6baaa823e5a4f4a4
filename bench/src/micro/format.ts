/** The micro figures as a table. */
import type { Measurement } from "../rounds.js"
import { pairedRatio, summarize } from "../statistics.js"
import { closing, table } from "../table.js"
import type { MicroResult } from "./micro.js"

const TITLES: Readonly<Record<string, string>> = {
  hasSignaled: "hasSignaled",
  firstSignal: "first signal, nobody waits",
  repeatedSignal: "repeated signal",
  addRefDropRef: "addRef + dropRef",
  hasSignaledAt: "hasSignaled in a read section",
  lockUnlock: "lock + unlock",
  firstSignalHandles: "first signal, 1,024 handles in turn",
  createSignalDrop: "create + signal + drop",
}

/** What a figure is compared with, where it is not the twin of the same name. */
const TWIN_OF: Readonly<Record<string, string>> = { firstSignalHandles: "firstSignal" }

export function formatMicro(result: MicroResult): string {
  const native = of(result, "C++")
  const rows = Object.entries(TITLES).flatMap(([operation, title]) =>
    (["wasm", "js"] as const).flatMap((engine) => {
      const mine = of(result, engine).map((m) => m.figures[operation]!).filter((x) => x !== undefined)
      if (mine.length === 0) return []
      const twin = native.map((m) => m.figures[TWIN_OF[operation] ?? operation]).filter((x) => x !== undefined)
      const { median, min, max } = summarize(mine)
      const ratio = twin.length > 0 ? pairedRatio(mine, twin, result.seed) : undefined
      return [[
        title,
        engine,
        median.toFixed(2),
        `${min.toFixed(2)}–${max.toFixed(2)}`,
        twin.length > 0 ? summarize(twin).median.toFixed(2) : "",
        ratio ? `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})` : "",
      ]]
    }),
  )
  const head = ["operation", "engine", "ns", "min–max", "C++ ns", "ratio to C++ (95 %)"]
  const notes = result.nativeMissing ? [`C++: ${result.nativeMissing}`] : []
  return [table(head, rows), ...notes, closing(result)].join("\n")
}

function of(result: MicroResult, variant: string): Measurement[] {
  return result.measurements.filter((m) => m.variant === variant)
}
