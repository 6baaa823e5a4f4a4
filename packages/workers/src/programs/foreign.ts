/**
 * A lock, or a reclamation scheme, in any language: a module of JavaScript, or of WebAssembly, whose functions stand in the
 * place of the engine's. Each call crosses a boundary that the engine's own do not.
 *
 *   acquire(word, thread), release(word, thread)         a lock; tryAcquire(word, thread) if it can be tried
 *   enter(word, thread), leave(word, thread),
 *   synchronize(word, thread)                            a scheme; `word` has 64 bytes for it
 *
 * `word` is a byte offset in the memory, and is 0 at first; `thread` a number from 1. JavaScript exports
 * `create(memory: SharedArrayBuffer)`, which returns these functions; WebAssembly imports the memory as `env.memory`.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Engine, SharedHeap, Thread } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"

type Foreign = Readonly<Record<string, ((word: number, thread: number) => number | void) | undefined>>

const LOCK = ["acquire", "release"] as const
const SCHEME = ["enter", "leave", "synchronize"] as const

/** Which of the two a module is. @throws RangeError when it is neither, or not whole */
export function kindOfForeign(foreign: Foreign, where: string): "lock" | "scheme" {
  const lacks = (names: readonly string[]) => names.filter((name) => typeof foreign[name] !== "function")
  if (lacks(LOCK).length === 0) return "lock"
  if (lacks(SCHEME).length === 0) return "scheme"
  const isScheme = lacks(SCHEME).length < SCHEME.length
  const missing = lacks(isScheme ? SCHEME : LOCK).join(", ")
  throw new RangeError(`${where} does not export ${missing}: a ${isScheme ? "scheme" : "lock"} has all of them`)
}

const EMBEDDED = "data:application/wasm;base64,"

/** A file, or the bytes themselves. */
export const isWebAssembly = (url: string) => url.endsWith(".wasm") || url.startsWith(EMBEDDED)

function bytesOf(url: string): BufferSource {
  if (url.startsWith(EMBEDDED)) return Buffer.from(url.slice(EMBEDDED.length), "base64")
  return readFileSync(new URL(url))
}

const NEEDED =
  "a lock or a scheme in WebAssembly imports its memory as env.memory, shared, with a maximum of 65536 pages, and nothing else: asc --importMemory --sharedMemory --maximumMemory 65536"

/** As people call it: of what was made of a file of theirs, the command knows the name. */
function nameOf(url: string): string {
  if (url.startsWith(EMBEDDED)) return "The module"
  return isWebAssembly(url) ? fileURLToPath(url) : url
}

/** Its functions over a memory; what is exported is not looked at yet. @throws RangeError that says what it must import, or what went wrong in it */
export async function loadForeign(url: string, memory: SharedHeap["memory"]): Promise<Foreign> {
  if (isWebAssembly(url)) return loadWebAssembly(url, memory)
  const { create } = (await told(url, "cannot be loaded", () => import(url))) as {
    readonly create?: (memory: ArrayBufferLike) => Foreign | undefined
  }
  if (typeof create !== "function") return {}
  return (await told(url, "threw in create()", () => create(memory.buffer))) ?? {}
}

async function loadWebAssembly(url: string, memory: SharedHeap["memory"]): Promise<Foreign> {
  const module = await told(url, "is no module of WebAssembly", () => new WebAssembly.Module(bytesOf(url)), NEEDED)
  const imports = WebAssembly.Module.imports(module)
  const isMemory = ({ module: from, name, kind }: (typeof imports)[number]) =>
    from === "env" && name === "memory" && kind === "memory"
  const other = imports.find((one) => !isMemory(one))
  if (other !== undefined)
    throw new RangeError(`${nameOf(url)} imports ${other.module}.${other.name}, which is not there: ${NEEDED}`)
  if (imports.length === 0) throw new RangeError(`${nameOf(url)} does not import its memory: ${NEEDED}`)
  const made = () => new WebAssembly.Instance(module, { env: { memory } })
  const { exports } = await told(url, "does not take the memory", made, NEEDED)
  return exports as unknown as Foreign
}

/** What somebody's code throws, or the platform says of it, in a sentence. */
async function told<T>(url: string, what: string, work: () => T | Promise<T>, needed?: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `${nameOf(url)} ${what} (${why})${needed === undefined ? "" : `: ${needed}`}`
    throw new RangeError(message, { cause: error })
  }
}

/** The thread's engine, with these functions in place of its own. */
export async function engineWith(url: string | undefined, thread: Thread, word: number): Promise<Engine> {
  const { engine, record, heap } = thread
  if (url === undefined) return engine
  const foreign = await loadForeign(url, heap.memory)
  const me = (record - heap.word(layout.Header.threads)) / layout.Size.Thread + 1
  if (kindOfForeign(foreign, url) === "lock") return Object.create(engine, methods(lockOf(foreign, me))) as Engine
  return Object.create(engine, methods(schemeOf(foreign, me, word, engine))) as Engine
}

const methods = (all: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }]))

function lockOf({ acquire, release, tryAcquire }: Foreign, me: number) {
  return {
    lock: (_: number, word: number) => void acquire!(word, me),
    unlock: (_: number, word: number) => void release!(word, me),
    tryLock(_: number, word: number) {
      if (!tryAcquire) throw new RangeError("This lock cannot be tried: it does not export tryAcquire")
      return tryAcquire(word, me)
    },
  }
}

function schemeOf({ enter, leave, synchronize }: Foreign, me: number, word: number, engine: Engine) {
  return {
    readLock: () => void enter!(word, me),
    readUnlock: () => void leave!(word, me),
    // To the engine no section has begun.
    dereference: (_: number, cell: number) => engine.readCell(cell),
    synchronize: () => void synchronize!(word, me),
  }
}
