/** Modules: the issuers of fences. Defined in every thread, loaded once into the heap. */
import {
  Header,
  Kind,
  Module as ModuleRecord,
  ModuleState,
  Op,
  Pool,
  Record as RecordWords,
  Size,
  Text,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { ModuleError } from "../errors.js"
import type { Fence } from "./fence.js"
import { checkName, readName, writeName } from "../name.js"
import type { Thread } from "../heap/thread.js"
import { sleep } from "../host/thread-host.js"
import { Timeline, type TimelineOptions } from "./timeline.js"

/** The functions an issuer may bring. Each runs in whichever thread needs it. The fence is on loan: `addRef` it to keep it. */
export interface ModuleOps {
  /** Somebody wants to know: make sure that the fence will be signaled. `false` says that it is done. Under the fence's lock. */
  enableSignaling?(fence: Fence): boolean | void
  /** A peek: is it done? Once true, always true. Sometimes under the fence's lock. */
  pollSignaled?(fence: Fence): boolean
  /** Deprecated, as in the kernel: waits in the issuer's own way. A module that has it stays loaded while its fences live. */
  wait?(fence: Fence, timeoutMs: number): boolean
  /** The last reference has gone. A module that has it stays loaded while its fences live. */
  free?(fence: Fence): void
  /** Somebody would like the fence to be complete by then. May come many times: keep the soonest. */
  setDeadline?(fence: Fence, atNs: bigint): void
}

/** What a module is, in the words of one thread. Threads that define the same name must mean the same module. */
export interface ModuleDefinition {
  readonly name: string
  /** What `fence.driverName()` says while the module can be asked. */
  readonly driverName: string
  readonly ops: ModuleOps
}

/** Checks and freezes a definition. Pass it to `heap.attach({ modules })` in every thread that uses its fences. @throws TypeError */
export function defineModule(definition: { name: string; driverName: string; ops?: ModuleOps }): ModuleDefinition {
  const { name, driverName, ops = {} } = definition
  if (typeof name !== "string" || name === "") throw new TypeError("Cannot define a module without a name")
  if (typeof driverName !== "string" || driverName === "")
    throw new TypeError(`Cannot define module "${name}" without a driver name`)
  checkName(name)
  checkName(driverName)
  for (const key of Object.keys(ops))
    if (!OP_NAMES.includes(key as keyof ModuleOps))
      throw new TypeError(`Cannot define module "${name}": there is no op "${key}"`)
  return Object.freeze({ name, driverName, ops })
}

/** By `Op`. */
export const OP_NAMES = [
  "enableSignaling",
  "pollSignaled",
  "wait",
  "free",
  "setDeadline",
] as const satisfies readonly (keyof ModuleOps)[]

function opsMask(ops: ModuleOps): number {
  const bits = {
    enableSignaling: Op.EnableSignaling,
    pollSignaled: Op.PollSignaled,
    wait: Op.Wait,
    free: Op.Free,
    setDeadline: Op.SetDeadline,
  }
  return OP_NAMES.reduce((mask, name) => (ops[name] ? mask | (1 << bits[name]) : mask), 0)
}

/** A module in the heap. Loading again by the same name finds the same one, until it is unloaded. */
export class Module {
  readonly thread: Thread
  readonly name: string
  readonly address: number
  readonly #generation: number

  /** @internal Use `thread.load`. */
  constructor(thread: Thread, name: string, { address, generation }: FoundModule) {
    this.thread = thread
    this.name = name
    this.address = address
    this.#generation = generation
  }

  /** `gone` also for a handle whose record has another tenant by now. May be late. */
  get state(): "live" | "going" | "gone" {
    if (this.thread.heap.word(this.address + RecordWords.generation) !== this.#generation) return "gone"
    const references = this.thread.engine.moduleReferences(this.address)
    if (references >= 0 || references === ModuleState.Checked) return "live"
    return references === ModuleState.Going ? "going" : "gone"
  }

  /** Open timelines and other users; 0 once it is going. May be late. */
  get references(): number {
    return Math.max(0, this.state === "live" ? this.thread.engine.moduleReferences(this.address) : 0)
  }

  /** Its fences that are not signaled yet. Counts through all fences of the heap. */
  get pending(): number {
    return this.state === "live" ? this.thread.engine.countPending(this.address) : 0
  }

  /** A number that no other loading of any module has. */
  get loadId(): number {
    return this.thread.heap.word(this.address + ModuleRecord.loadId)
  }

  /** Keeps the module loaded until `dropRef`. False when it is going or gone. */
  tryAddRef(): boolean {
    const { engine, record } = this.thread
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      engine.readLock(record)
      const added = engine.tryAddModuleRef(this.address, this.#generation)
      const isChecked = engine.moduleReferences(this.address) === ModuleState.Checked
      engine.readUnlock(record)
      if (added === 1) return true
      // Somebody who wants to unload it is counting its pending fences: it may be live again in a moment.
      if (!isChecked) return false
      sleep(CHECK_MS)
    }
    return false
  }

  dropRef(): void {
    this.thread.engine.dropModuleRef(this.address)
  }

  /**
   * Finds this module's timeline of that name, or makes it. It keeps the module loaded until it is closed.
   * @throws ModuleError NOT_LIVE, HeapError FULL
   */
  timeline(name: string, options: TimelineOptions = {}): Timeline {
    checkName(name)
    if (!this.tryAddRef()) throw this.#notLive("open a timeline of")
    const attempt = () => this.#findOrCreateTimeline(name, options)
    const address = attempt() || this.thread.afterMakingRoom(attempt)
    if (address !== 0) return new Timeline(this, address)
    this.dropRef()
    throw this.thread.heap.fullError("timelines")
  }

  /**
   * Takes the module away. Independent heap: waits for a grace period; its signaled fences live on. Issuer-bound: at once.
   * @throws ModuleError IN_USE while references are held, PENDING while a fence of it is not signaled, NOT_LIVE
   */
  unload(): void {
    const refusal = this.tryUnload()
    if (refusal) throw refusal
  }

  /** The same, but returns the refusal instead of throwing it; undefined when the module has gone. */
  tryUnload(): ModuleError | undefined {
    if (this.state !== "live") return this.#notLive("unload")
    const { engine, record } = this.thread
    const found = engine.unload(record, this.address, this.#generation)
    if (found === 0) return undefined
    if (found < 0)
      return new ModuleError("NOT_LIVE", `Cannot unload module "${this.name}": somebody else is unloading it`)
    const pending = found & PENDING ? found & ~PENDING : 0
    return pending > 0
      ? new ModuleError("PENDING", `Cannot unload module "${this.name}": ${count(pending, "fence")} not signaled`)
      : new ModuleError("IN_USE", `Cannot unload module "${this.name}": ${count(found, "reference")} held`)
  }

  #findOrCreateTimeline(name: string, options: TimelineOptions): number {
    const { engine, heap, record, words } = this.thread
    const external = options.lock === undefined ? heap.word(Header.externalLocks) : options.lock === "external" ? 1 : 0
    engine.lockModules(record)
    try {
      for (
        let at = heap.word(this.address + ModuleRecord.timelines);
        at !== 0;
        at = heap.word(at + TimelineRecord.next)
      )
        if (readName(words, at + TimelineRecord.name) === name) return at
      const address = engine.createTimelineLocked(record, this.address, external, options.seqno64 ? 1 : 0)
      if (address !== 0) writeName(words, address + TimelineRecord.name, name)
      return address
    } finally {
      engine.unlockModules(record)
    }
  }

  #notLive(what: string): ModuleError {
    return new ModuleError("NOT_LIVE", `Cannot ${what} module "${this.name}": it is ${this.state}`)
  }
}

/** Set in the engine's answer when pending fences keep a module (see `engine/modules.ts`). */
const PENDING = 0x40000000

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what} is` : `${n} ${what}s are`
}

/** One life of a module record. */
interface FoundModule {
  readonly address: number
  readonly generation: number
}

/** How long to wait for somebody who is counting a module's pending fences; when it has died at it we go on without it. */
const CHECK_MS = 0.02
const MOST_ATTEMPTS = 5_000

/** Finds the live module of this name, or loads it. @throws HeapError FULL */
export function loadModule(thread: Thread, definition: ModuleDefinition): Module {
  let found: FoundModule | undefined
  let checks = 0
  const attempt = (): number => {
    const answer = findOrCreate(thread, definition, checks < MOST_ATTEMPTS)
    if (answer !== "checked") return (found = answer)?.address ?? 0
    checks++
    sleep(CHECK_MS)
    return attempt()
  }
  if (attempt() === 0) thread.afterMakingRoom(attempt)
  if (!found) throw thread.heap.fullError("modules")
  return new Module(thread, definition.name, found)
}

/** The live module of this name, loaded if need be; undefined when the heap is full, "checked" when one must wait a moment. */
function findOrCreate(
  thread: Thread,
  definition: ModuleDefinition,
  waits: boolean,
): FoundModule | "checked" | undefined {
  const { engine, heap, record, words } = thread
  engine.lockModules(record)
  try {
    // One that is being checked may be live again: two of one name must not be.
    const may = (references: number) => references >= 0 || (waits && references === ModuleState.Checked)
    const found = findModule(
      thread,
      (m) => may(engine.moduleReferences(m)) && readName(words, m + ModuleRecord.name) === definition.name,
    )
    if (found) return engine.moduleReferences(found.address) >= 0 ? found : "checked"
    const module = engine.createModule(record, opsMask(definition.ops))
    if (module === 0) return undefined
    const text = heap.word(module + ModuleRecord.text) & ~63
    writeName(words, module + ModuleRecord.name, definition.name)
    writeName(words, text + Text.moduleName, definition.name)
    writeName(words, text + Text.driverName, definition.driverName)
    engine.publishModule(record, module)
    return { address: module, generation: heap.word(module + RecordWords.generation) }
  } finally {
    engine.unlockModules(record)
  }
}

/** Name of the module with this load id; undefined when it has gone. */
export function moduleNameOf(thread: Thread, loadId: number): string | undefined {
  const found = findModule(thread, (m) => thread.heap.word(m + ModuleRecord.loadId) === loadId)
  return found && readName(thread.words, found.address + ModuleRecord.name)
}

/** The first module record in use that fits. In a read section: a record seen in use does not change hands meanwhile. */
function findModule(thread: Thread, fits: (module: number) => boolean): FoundModule | undefined {
  const { engine, heap, record } = thread
  const pool = Header.pools + Kind.Module * Pool.Bytes
  const end = heap.word(pool + Pool.end)
  engine.readLock(record)
  let found: FoundModule | undefined
  for (let address = heap.word(pool + Pool.base); address < end && !found; address += Size.Module) {
    const generation = heap.word(address + RecordWords.generation)
    if ((generation & 1) === 1 && fits(address)) found = { address, generation }
  }
  engine.readUnlock(record)
  return found
}
