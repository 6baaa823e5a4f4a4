/** Single operations: each engine, address-level and through handles, beside the C++ twins. */
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { withAgain } from "../chance.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"
import { type Twins, buildTwins } from "./native.js"
import { LAB, NATIVE, OPERATIONS, type Operation, variantName } from "./operations.js"

export interface MicroOptions {
  /** Three short rounds, at most about 15 seconds. */
  readonly quick?: boolean
  /** How many processes for each variant. Default 9, quick 3. */
  readonly rounds?: number
  /** For the resampling. Default 1. */
  readonly seed?: number
  /** A build of the engine, in WebAssembly, with the lab's fences: their rows are left out without it. */
  readonly lab?: string
  readonly signal?: AbortSignal
}

/** Plain data. Figure "ns" of a measurement is the median of its process. */
export interface MicroResult extends Rounds {
  readonly kind: "micro"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
  /** What built the C++ twins. */
  readonly compiler?: string
  /** Why there are no C++ figures. */
  readonly nativeMissing?: string
}

/** What is measured twice: whatever has a limit. */
export const AGAIN_FOR = OPERATIONS.filter(({ limit }) => limit !== undefined).map(({ name }) => name)

const VARIANT = new URL("./variant.js", import.meta.url)
/** Long enough for processor times, which tick in 10 ms, to tell whether somebody else was at work. */
const TWIN_MS = 120
const QUICK_BUDGET_MS = 10_000

/** Measures; when aborted, returns what there is. */
export async function runMicro(
  options: MicroOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<MicroResult> {
  checkOptions(options, ["lab"])
  const { quick = false, seed = 1, signal } = options
  const machine = describeMachine()
  onProgress("building the C++ twins")
  const twins = buildTwins()
  const missing = "missing" in twins
  const all = variants(missing ? undefined : twins, options.lab, quick ? 50 : 150)
  // Where there is little time, one of them.
  const again = new Set(AGAIN_FOR.slice(0, quick ? 1 : AGAIN_FOR.length).map((name) => variantName("wasm", name)))
  const rounds = await runRounds(
    withAgain(all, ({ name }) => again.has(name)),
    {
      rounds: options.rounds ?? (quick ? 3 : 9),
      ...(quick ? { budgetMs: QUICK_BUDGET_MS } : {}),
      onProgress,
      signal,
    },
  )
  const native = missing ? { nativeMissing: twins.missing } : { compiler: twins.compiler }
  return { kind: "micro", machine, seed, interrupted: signal?.aborted ?? false, ...native, ...rounds }
}

/** Operation by operation, what is compared stands side by side: C++, wasm, js. */
function variants(twins: Twins | undefined, lab: string | undefined, ms: number): Variant[] {
  const twinned = new Set(OPERATIONS.map(({ twin }) => twin))
  return OPERATIONS.flatMap((operation) => {
    const { name } = operation
    const engines = enginesOf(operation, lab !== undefined).map((engine): Variant => ({
      name: variantName(engine, name),
      run: (signal) => runProgram(VARIANT, [...buildOf(engine, lab), "--op", name, "--ms", String(ms)], signal),
    }))
    if (!twins || !twinned.has(name)) return engines
    return [{ name: variantName(NATIVE, name), run: (signal) => twins.run(name, TWIN_MS, signal) }, ...engines]
  })
}

function enginesOf({ isThroughThread, inLab }: Operation, hasLab: boolean): string[] {
  const ours = inLab === "only" ? [] : isThroughThread ? ["wasm"] : ["wasm", "js"]
  return inLab && hasLab ? [...ours, LAB] : ours
}

function buildOf(engine: string, lab: string | undefined): string[] {
  return engine === LAB ? ["--engine", "wasm", "--build", lab!] : ["--engine", engine]
}
