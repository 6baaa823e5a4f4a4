/** Single operations: each engine, address-level and through handles, beside the C++ twins. */
import { type Machine, describeMachine } from "../machine.js"
import { type Rounds, type Variant, runChild, runRounds } from "../rounds.js"
import { nativeVariant } from "./native.js"

export interface MicroOptions {
  readonly quick?: boolean
  /** How many processes for each variant. */
  readonly rounds?: number
  readonly seed?: number
  readonly signal?: AbortSignal
}

export interface MicroResult extends Rounds {
  readonly kind: "micro"
  readonly machine: Machine
  readonly seed: number
  /** Why there are no C++ figures. */
  readonly nativeMissing?: string
}

const VARIANT = new URL("./variant.js", import.meta.url)

/** Measures; when aborted, returns what there is. */
export async function runMicro(options: MicroOptions = {}, onProgress: (text: string) => void = () => {}): Promise<MicroResult> {
  const iterations = options.quick ? 200 : 1_000
  const engines = (["wasm", "js"] as const).map(
    (engine): Variant => ({ name: engine, run: (signal) => runChild(VARIANT, ["--engine", engine, "--iterations", String(iterations)], signal) }),
  )
  const native = nativeVariant()
  const variants = "missing" in native ? engines : [native, ...engines]
  const rounds = await runRounds(variants, options.rounds ?? (options.quick ? 3 : 9), onProgress, options.signal)
  const missing = "missing" in native ? { nativeMissing: native.missing } : {}
  return { kind: "micro", machine: describeMachine(), seed: options.seed ?? 1, ...rounds, ...missing }
}
