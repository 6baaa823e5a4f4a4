/** Races of a program in a process of its own: what hangs ends there, and what is broken breaks nothing here. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { buildTwin } from "../faults/twin.js"
import { wrongOf } from "./seeds.js"

export const SEED = Number(process.env["OUTLIVE_SEED"] ?? 20_261_127) % 1_000_000
/** Only what hangs takes so long. */
export const LONG = 90_000

interface Wrong {
  readonly wrong: readonly string[]
}
type Settings = Readonly<Record<string, unknown>>

/** What runs `programs/NAME.mjs`, and gives back the last line that it prints. */
export function raceOf<Seen extends Wrong>(name: string, usual: Settings): (settings: Settings) => Promise<Seen> {
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url))
  return (settings) => {
    const asked = JSON.stringify({ engine: "wasm", flavour: "release", seed: SEED, ...usual, ...settings })
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [program, asked], { timeout: LONG }, (error, out, errors) => {
        const line = out.trim().split("\n").at(-1)
        if (line) resolve(JSON.parse(line) as Seen)
        else reject(new Error(`${asked}: ${errors}`, { cause: error }))
      })
    })
  }
}

/** What is seen of a twin with this fault, in some races of it. */
export async function wrongOfTwin(
  race: (settings: Settings) => Promise<Wrong>,
  fault: Parameters<typeof buildTwin>[0],
  settings: Settings,
): Promise<readonly string[]> {
  const twin = await buildTwin(fault)
  try {
    const broken = { engine: "js", flavour: "checked", twin: twin.url, ...settings }
    return await wrongOf((seed) => race({ ...broken, seed }), SEED)
  } finally {
    twin.remove()
  }
}
