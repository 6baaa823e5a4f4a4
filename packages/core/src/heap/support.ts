/** What a platform must have. */
import { oneOf, optionsOf } from "../entrance/words.js"
import { HeapError } from "../errors.js"
import { type EngineKind, mayCompile } from "../host/engine.js"

/** Whether heaps can be made here, and if not, what is missing, in words. */
export interface Support {
  readonly isSupported: boolean
  readonly lacking: readonly string[]
}

/** What this platform lacks for heaps, of an engine. Never throws for what is missing. */
export function isSupported(options: { readonly engine?: EngineKind } = {}): Support {
  const { engine = "wasm" } = optionsOf("isSupported", options)
  oneOf("engine", engine, ["wasm", "js"])
  const scope = globalThis as {
    SharedArrayBuffer?: unknown
    Atomics?: unknown
    WebAssembly?: unknown
    crossOriginIsolated?: boolean
    isSecureContext?: boolean
  }
  const lacking: string[] = []
  if (scope.isSecureContext === false) lacking.push("a secure context: HTTPS, or localhost")
  else if (scope.crossOriginIsolated === false)
    lacking.push(
      "cross-origin isolation: serve the page with COOP same-origin and COEP require-corp (or credentialless)",
    )
  if (scope.SharedArrayBuffer === undefined) lacking.push("SharedArrayBuffer")
  if (scope.Atomics === undefined) lacking.push("Atomics")
  if (scope.WebAssembly === undefined) lacking.push("WebAssembly (its shared memory, for every engine)")
  else if (engine === "wasm" && !mayCompile())
    lacking.push(`permission to compile WebAssembly (CSP 'wasm-unsafe-eval'), or { engine: "js" }`)
  return { isSupported: lacking.length === 0, lacking }
}

/** @throws HeapError UNSUPPORTED, saying what is lacking */
export function assertSupported(engine: EngineKind): void {
  const { lacking } = isSupported({ engine })
  if (lacking.length > 0) throw new HeapError("UNSUPPORTED", `Cannot use a heap here. Missing: ${lacking.join("; ")}`)
}
