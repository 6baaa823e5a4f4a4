/**
 * Which builds of the engine this program has. In Node all are there; a page brings along those that it imports, so that nobody loads
 * what is not used (`src/entries/`).
 */
import { HeapError } from "../errors.js"
import type { EngineFactory, EngineKind, Flavour } from "./engine.js"
import { type Packed, unpack } from "./packed.js"

const wasm: Partial<Record<Flavour, Packed>> = {}
const js: Partial<Record<Flavour, EngineFactory>> = {}

export function provideWebAssembly(flavour: Flavour, build: Packed): void {
  wasm[flavour] = build
}

export function provideJavaScript(flavour: Flavour, factory: EngineFactory): void {
  js[flavour] = factory
}

/** @throws HeapError NOT_IMPORTED */
export function bytesOf(flavour: Flavour): Uint8Array<ArrayBuffer> {
  return unpack(wasm[flavour] ?? missing("wasm", flavour))
}

/** @throws HeapError NOT_IMPORTED */
export function factoryOf(flavour: Flavour): EngineFactory {
  return js[flavour] ?? missing("js", flavour)
}

const IMPORTS = {
  wasm: { release: "release", checked: "checked" },
  js: { release: "js", checked: "checked-js" },
} as const

function missing(kind: EngineKind, flavour: Flavour): never {
  const name = `@outlive/core/${IMPORTS[kind][flavour]}`
  const message = `Cannot run the engine "${kind}", flavour "${flavour}": this program has no such build. Import "${name}" first`
  throw new HeapError("NOT_IMPORTED", message)
}
