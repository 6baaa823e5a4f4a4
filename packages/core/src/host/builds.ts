/**
 * Which builds of the engine this program has. In Node all are there; a page brings along those that it imports, so that nobody loads
 * what is not used (`src/entries/`).
 */
import type { instantiate as builtFactory } from "../../built/release-js.js"
import { HeapError } from "../errors.js"
import type { Families } from "./families.js"
import { type Packed, unpack } from "./packed.js"

/** Which build of the engine runs: compiled to WebAssembly, or the same source as JavaScript. */
export type EngineKind = "wasm" | "js"
/** `checked` finds misuse and broken invariants (poison, quarantine, owners, sections); `release` is fast. */
export type Flavour = "release" | "checked"
/** A factory with the signature of the built JavaScript engines: for broken twins and instrumented builds. */
export type EngineFactory = typeof builtFactory

/** A build in WebAssembly: of a flavour, with all families, or the release with less. */
export type Build = Flavour | Exclude<Families, "all">

const wasm: Partial<Record<Build, Packed>> = {}
const js: Partial<Record<Flavour, EngineFactory>> = {}

export function provideWebAssembly(build: Build, packed: Packed): void {
  wasm[build] = packed
}

/** Whether this program has it. */
export function isProvided(build: Build): boolean {
  return wasm[build] !== undefined
}

/** The build of a flavour that has what a heap carries, and no more. */
export function buildOf(flavour: Flavour, families: Families): Build {
  return flavour === "release" && families !== "all" ? families : flavour
}

export function provideJavaScript(flavour: Flavour, factory: EngineFactory): void {
  js[flavour] = factory
}

/** @throws HeapError NOT_IMPORTED */
export function bytesOf(build: Build): Uint8Array<ArrayBuffer> {
  return unpack(wasm[build] ?? missing("wasm", build))
}

/** @throws HeapError NOT_IMPORTED */
export function factoryOf(flavour: Flavour): EngineFactory {
  return js[flavour] ?? missing("js", flavour)
}

const IMPORTS = {
  wasm: { release: "/all", checked: "/checked", fences: "", sync: "/sync" },
  js: { release: "/js", checked: "/checked-js", fences: "/js", sync: "/js" },
} as const

function missing(kind: EngineKind, build: Build): never {
  const name = `@outlive/core${IMPORTS[kind][build]}`
  const flavour = build === "checked" ? build : "release"
  const message = `Cannot run the engine "${kind}", flavour "${flavour}": this program has no such build. Import "${name}" first`
  throw new HeapError("NOT_IMPORTED", message)
}
