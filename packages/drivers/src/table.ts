/** The table of lifetimes, cell by cell. */
import type { LifetimeName } from "@outlive/core"
import { LIFETIMES, ThreadPool } from "@outlive/workers"
import { type Cell, type CellOptions, raceCell } from "./cell.js"
import { FORMS, type FenceType, type Form } from "./fence-type.js"

/** In the order in which they were proposed. Those that a heap cannot have yet are told as such. */
export const COLUMNS = ["issuer-bound", "names-only", "unlocked", "layered", "independent", "pinned"] as const

/** In which form a driver is raced. The unlocked plan was one with locks of one's own, and without a release op. */
function formsOf(type: FenceType, lifetime: string): readonly Form[] {
  if (lifetime === "unlocked" && type.hasPatch) return ["patched"]
  if (lifetime !== "independent") return ["merged"]
  return FORMS.filter((form) => form === "merged" || (form === "patched" ? type.hasPatch : type.dangles !== undefined))
}

/** A short form: "crash put, name". */
export function cellInWords(cell: Pick<Cell, "outcomes" | "ways" | "cannot">): string {
  const { outcomes, ways, cannot } = cell
  if (cannot !== undefined) return "-"
  if (outcomes.length === 0) return "not told"
  return outcomes.map((outcome) => (outcome === "crash" ? `crash ${ways.join(", ")}` : outcome)).join("; ")
}

/** What was too short to tell, as on a busy machine, is raced once more, so many times as long. */
const LONGER = 4

/** Races over one type under each lifetime. Those that are not there yet give no cell. */
export async function* rowOf(
  type: FenceType,
  options: CellOptions & { readonly lifetimes?: readonly string[] } = {},
): AsyncGenerator<Cell> {
  for (const lifetime of options.lifetimes ?? COLUMNS) {
    if (!(LIFETIMES as readonly string[]).includes(lifetime)) continue
    for (const form of formsOf(type, lifetime)) {
      if (options.signal?.aborted) return
      const cell = await raceCell(type, lifetime as LifetimeName, { ...options, form })
      const { race, outcomes } = cell
      const isUntold = race?.passed === true && outcomes.length === 0 && !race.interrupted
      const longer = isUntold ? { seconds: LONGER * race.settings.seconds } : {}
      yield isUntold ? raceCell(type, lifetime as LifetimeName, { ...options, ...longer, form }) : cell
    }
  }
}

/** All cells of these types, raced by the same threads. */
export async function* tableOf(types: readonly FenceType[], options: CellOptions = {}): AsyncGenerator<Cell> {
  const pool = options.pool ?? new ThreadPool()
  try {
    for (const type of types) yield* rowOf(type, { ...options, pool })
  } finally {
    if (!options.pool) await pool.close()
  }
}
