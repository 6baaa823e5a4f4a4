/**
 * Which builds of the engine this program has. In Node all are there; a page brings along those that it imports, so that nobody loads
 * what is not used (`src/entries/`).
 */
import type { instantiate as builtFactory } from "../../built/release-js.js"
import { HeapError } from "../errors.js"
import { type Packed, unpack } from "./packed.js"

/** Which build of the engine runs: compiled to WebAssembly, or the same source as JavaScript. */
export type EngineKind = "wasm" | "js"
/** `checked` finds misuse and broken invariants (poison, quarantine, owners, sections); `release` is fast. */
export type Flavour = "release" | "checked"
/** A factory with the signature of the built JavaScript engines: for broken twins and instrumented builds. */
export type EngineFactory = typeof builtFactory

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
