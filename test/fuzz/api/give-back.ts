/** The end of a batch: everything is given back, in an order in which it can be. */
import {
  type Fence,
  FenceError,
  Heap,
  type Module,
  type ModuleDefinition,
  Scheduler,
  type SharedObjectToken,
  defineModule,
} from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { Aborted } from "./odd.js"
import type { Stage } from "./stage.js"

interface Player {
  attempt(name: string, body: () => unknown): unknown
  fault(what: string): void
}

/** A promise that is pending so long after its thread has left will never settle. */
const PATIENCE_MS = 200
/** As many as the heaps of a stage have. */
const CELLS = 8
const GUARDS = ["MutexGuard", "ReadGuard", "WriteGuard", "Permits"]
const SYNC = "Mutex RwLock Semaphore Event Latch Barrier Condition Once Channel FenceChannel Cell".split(" ")

export async function giveBack(stage: Stage, player: Player): Promise<void> {
  stage.isWild = false
  for (const controller of stage.controllers) controller.abort(new Aborted())
  await turn()
  const ours = (type: string) => stage.of(type).filter((thing) => thing.isOurs)
  const each = (type: string, what: string, body: (value: never) => unknown) => {
    for (const thing of ours(type).toReversed())
      player.attempt(`${thing.label} ${what}`, () => body(thing.value as never))
  }
  await letGo(stage, player)
  each("Generator", "return", (walk: Generator) => walk.return(undefined))
  each("AcquireContext", "end", (context: Disposable) => context[Symbol.dispose]())
  each("FenceCallback", "remove", (callback: { remove(): boolean }) => callback.remove())
  // Threads of the batch may have left, and its heaps be closed: these come anew.
  const anew = stage.shared.map((shared) => Heap.open(shared))
  for (const [scheduler, token] of stage.tokens)
    player.attempt("close keeper", () =>
      closeForGood(
        anew.find(({ identity }) => identity === token.heap)!,
        scheduler,
        token,
        stage.definitions,
      ),
    )
  for (const type of ["Scheduler", "Entity", "SoftTimeline"])
    each(type, "close", (object: { close(): void }) => object.close())
  // Whatever is pending keeps what waits for it.
  each("Fence", "signal", (fence: Fence) => fence.kind === "plain" && fence.signal())
  for (const heap of anew) player.attempt("empty cells", () => emptyCells(heap))
  for (const heap of anew) player.attempt("discard records", () => discardRecords(heap))
  for (const heap of anew) player.attempt("take transfers back", () => takeTransfersBack(heap, stage.definitions))
  each("SyncobjTable", "close", (table: { close(): void }) => table.close())
  for (const type of SYNC) each(type, "drop", (handle: { drop(): void }) => handle.drop())
  for (const type of ["Entity", "Scheduler", "Reservation", "SyncFile", "Syncobj", "SoftTimeline", "Fence"])
    each(type, "drop", (handle: { drop(): void }) => handle.drop())
  for (const heap of anew) player.attempt("signal what is left", () => signalLeftovers(heap, stage.definitions))
  each("Timeline", "close", (timeline: { close(): void }) => timeline.close())
  await turn()
  for (const thread of stage.threads) if (thread.isAttached) player.attempt("barrier", () => thread.barrier())
  for (const module of stage.taken) player.attempt("dropRef", () => module.dropRef())
  const heaps = new Set([
    stage.home,
    stage.foreign,
    ...stage.of("Heap").map((thing) => thing.value as typeof stage.home),
  ])
  for (const thread of stage.threads) {
    if (!thread.isAttached) continue
    player.attempt("barrier", () => thread.barrier())
    player.attempt("detach", () => thread.detach())
  }
  // Those that had left before as well: a lock may have kept something of theirs hanging.
  for (const thread of stage.threads) await thread.detachAsync()
  for (const heap of heaps) player.attempt("close", () => heap.close())
  for (const end = performance.now() + PATIENCE_MS; stage.pending.size > 0 && performance.now() < end;) await turn(2)
  for (const name of new Set(stage.pending.values())) player.fault(`${name} never settles`)
  await turn(1)
  // Last: what promises gave back when they were told that their thread had left.
  unloadAll(stage, anew, player)
}

/** What is locked is unlocked; then those have it that wait, and unlock it as well. */
async function letGo(stage: Stage, player: Player): Promise<void> {
  const held = () =>
    GUARDS.flatMap((type) => stage.of(type)).filter((thing) => (thing.value as { isHeld?: boolean }).isHeld !== false)
  const released = new Set<object>()
  for (;;) {
    const now = held().filter(({ type, value }) => type !== "Permits" || !released.has(value))
    if (now.length === 0) return
    for (const { label, value } of now) {
      released.add(value)
      player.attempt(`${label} end`, () => (value as Disposable)[Symbol.dispose]())
    }
    await turn()
  }
}

/** Whatever module is there goes: a thread that comes anew finds it by its name. */
function unloadAll(stage: Stage, heaps: readonly Heap[], player: Player): void {
  const definitions = [...stage.definitions, ...(stage.of("Module") as { value: Module }[]).map(({ value }) => value)]
  for (const heap of heaps) {
    player.attempt("unload", () => {
      const thread = heap.attach({ name: "last" })
      thread.barrier()
      for (const name of new Set(definitions.map((named) => named.name))) {
        const refusal = thread.load(defineModule({ name, driverName: "any" })).tryUnload()
        if (refusal) player.fault(`refuses to unload: ${refusal.code}`)
      }
      thread.barrier()
    })
    heap.close()
  }
}

/** Records that issuers have forgotten: an unload takes none. */
function discardRecords(heap: Heap): void {
  const { Header, IssuerRecord, Kind, Pool, RecordType } = layout
  const thread = heap.attach({ name: "discarding" })
  const pool = Header.pools + Kind.IssuerRecord * Pool.Bytes
  const word = (address: number) => heap.words[address >> 2]!
  for (let address = word(pool + Pool.base); address < word(pool + Pool.end); address += word(pool + Pool.size)) {
    const token = word(address + IssuerRecord.token)
    if ((word(address) & 1) === 0 || token === 0) continue
    if (word(address + IssuerRecord.type) === RecordType.Plain) thread.issuerRecord(token).discard()
    else {
      thread.work(token).cancelSync({ timeoutMs: 0 })
      thread.work(token).discard()
    }
  }
  thread.detach()
}

/** What was transferred, and nobody has taken. */
function takeTransfersBack(heap: Heap, modules: readonly ModuleDefinition[]): void {
  const { Header, Kind, ObjectType, Pool, SharedObject } = layout
  const thread = heap.attach({ name: "taking back", modules })
  const pool = Header.pools + Kind.Object * Pool.Bytes
  const word = (address: number) => heap.words[address >> 2]!
  for (let address = word(pool + Pool.base); address < word(pool + Pool.end); address += word(pool + Pool.size)) {
    const generation = word(address)
    if ((generation & 1) === 0 || word(address + SharedObject.type) !== ObjectType.Parcel) continue
    const token = { kind: "outlive-fence", heap: heap.identity, address, generation, isTransfer: true } as const
    thread.cancelTransfer(token)
  }
  thread.detach()
}

/** What was left in cells for others to find; a cell that is a counter is left alone. */
function emptyCells(heap: Heap): void {
  const thread = heap.attach({ name: "emptying" })
  for (let cell = 0; cell < CELLS; cell++) {
    try {
      thread.replaceAt(cell, undefined)?.drop()
    } catch (error) {
      if (!(error instanceof FenceError) || error.code !== "EINVAL") throw error
    }
  }
  thread.detach()
}

/** What is armed keeps what it is made of, though we have dropped it: completes what only others hold. */
function signalLeftovers(heap: Heap, modules: readonly ModuleDefinition[]): void {
  const { Fence: Words, Flag, Header, Kind, Pool } = layout
  const thread = heap.attach({ name: "signaling", modules })
  const pool = Header.pools + Kind.Fence * Pool.Bytes
  const word = (address: number) => heap.words[address >> 2]!
  for (let address = word(pool + Pool.base); address < word(pool + Pool.end); address += word(pool + Pool.size)) {
    const generation = word(address)
    const flags = word(address + Words.flags)
    const isPlain = (flags & (Flag.Array | Flag.Chain | Flag.Soft | Flag.Job | Flag.Signaled)) === 0
    if ((generation & 1) === 0 || word(address + Words.refs) === 0 || !isPlain) continue
    const fence = thread.open({ kind: "outlive-fence", heap: heap.identity, address, generation })
    fence.signal()
    fence.drop()
  }
  thread.detach()
}

/** In a thread that comes anew: its own may have left. */
function closeForGood(
  heap: Heap,
  scheduler: Scheduler,
  token: SharedObjectToken,
  modules: readonly ModuleDefinition[],
): void {
  const thread = heap.attach({ name: "closing", modules })
  const other = Scheduler.open(thread, token)
  other.close()
  other.drop()
  thread.detach()
  scheduler.drop()
}

function turn(ms = 0): Promise<void> {
  return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)))
}
