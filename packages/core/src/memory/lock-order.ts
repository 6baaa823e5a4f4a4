/** The lock-order graph, read back for people (see engine/locks/order.ts). */
import { Header, LockClass, LockOrder } from "../../built/layout.js"
import { HeapError, OopsError } from "../errors.js"
import type { HeapMemory } from "./heap-memory.js"
import { readName, writeName } from "../name.js"

/** "A lock of the second class was taken while one of the first was held", first seen at a place. */
export interface LockOrderEdge {
  readonly held: string
  readonly taken: string
  /** `file:line` of the program. */
  readonly place: string
}

const CLASS_NAMES: Readonly<Record<number, string>> = {
  [LockClass.Signaling]: "a signaling section",
  [LockClass.Depot]: "a pool's lock",
  [LockClass.Modules]: "the modules' lock",
  [LockClass.Fence]: "a fence's lock",
  [LockClass.External]: "an external fence lock",
  [LockClass.Array]: "an array's lock",
  [LockClass.Chain]: "a chain's lock",
  [LockClass.GracePeriod]: "a read section",
  [LockClass.Object + 1]: "a reservation",
  [LockClass.Object + 2]: "a sync file's lock",
  [LockClass.Object + 3]: "a soft timeline's lock",
  [LockClass.Object + 4]: "a syncobj's lock",
  [LockClass.Object + 5]: "a scheduler's lock",
  [LockClass.Object + 6]: "an entity's lock",
  [LockClass.Object + 7]: "a job's lock",
  [LockClass.Cell]: "a cell's lock",
}

const UNKNOWN_PLACE = "an unknown place"
/** Frames of ours, of the engine (which the explorer, where it is loaded, stands before), and of the runtime: what the program did is above them. */
const OURS =
  /(packages|@outlive)[\\/](core|explore)[\\/](dist|built|src|engine)|wasm:|node:|checked-(js|wasm)|^\s*at (async )?(Object|Module)\.?\s*$/

/** V8's own: how many frames it keeps (ten, and ours may be more), and who makes text of them. */
const stacks = Error as ErrorConstructor & {
  stackTraceLimit?: number
  prepareStackTrace?: PrepareStackTrace | undefined
}
type PrepareStackTrace = (error: Error, frames: unknown[]) => unknown
const FRAMES = 50

/**
 * The first frame of the stack here that is not ours, as `file:line`, short enough for a name. Only the frames up to it are made
 * text of, by whoever does that in this program (and knows where a line was before it was compiled): it costs the most.
 */
export function placeHere(): string {
  const at = stackHere(FRAMES, (_error, frames) => frames).findIndex((frame) => !OURS.test(`    at ${String(frame)}`))
  if (at < 0) return UNKNOWN_PLACE
  const line = String(stackHere(at + 1, stacks.prepareStackTrace).at(-1))
  const found = /([^\s()/\\]+):(\d+):\d+\)?$/.exec(line.trim())
  return found ? `${found[1]!.slice(-40)}:${found[2]!}` : UNKNOWN_PLACE
}

/** So many frames of the stack of whoever calls: what V8 is told to make of them, or lines. */
function stackHere(limit: number, prepare: PrepareStackTrace | undefined): unknown[] {
  const { stackTraceLimit = FRAMES, prepareStackTrace } = stacks
  stacks.stackTraceLimit = limit
  stacks.prepareStackTrace = prepare
  const stack: unknown = new Error("here").stack
  stacks.prepareStackTrace = prepareStackTrace
  stacks.stackTraceLimit = stackTraceLimit
  return Array.isArray(stack) ? stack : linesOf(String(stack ?? "")).slice(0, limit)
}

/** Of a stack as text: V8 begins with the message, others with the first frame. */
function linesOf(stack: string): string[] {
  return stack.split("\n").slice(stack.startsWith("Error") ? 1 : 0)
}

/** Every order that was seen. */
export function readLockOrder(heap: HeapMemory): LockOrderEdge[] {
  return edges(heap).map(({ held, taken, place }) => ({
    held: className(heap, held),
    taken: className(heap, taken),
    place,
  }))
}

interface Edge {
  readonly held: number
  readonly taken: number
  readonly place: string
}

function edges(heap: HeapMemory): Edge[] {
  const region = heap.word(Header.lockOrder)
  if (region === 0) return []
  const count = Math.min(Atomics.load(heap.words, (region + LockOrder.edgeCount) >> 2), LockOrder.MostEdges)
  return Array.from({ length: count }, (_, i) => {
    const at = region + LockOrder.edges + i * LockOrder.EdgeBytes
    const classes = heap.word(at)
    return { held: classes >> 8, taken: classes & 0xff, place: readName(heap.words, at + 4) || UNKNOWN_PLACE }
  })
}

function className(heap: HeapMemory, lockClass: number): string {
  if (lockClass < LockClass.User) return CLASS_NAMES[lockClass] ?? `locks of class ${lockClass}`
  const at = heap.word(Header.lockOrder) + LockOrder.classes + (lockClass - LockClass.User) * LockOrder.ClassBytes
  return `lock "${readName(heap.words, at + 4) ?? "?"}"`
}

/** Names the class of a cell's lock. @throws HeapError FULL */
export function nameLockClass(heap: HeapMemory, cell: number, name: string): void {
  const region = heap.word(Header.lockOrder)
  if (region === 0) return
  const count = Atomics.load(heap.words, (region + LockOrder.classCount) >> 2)
  for (let i = 0; i < count; i++) if (heap.word(region + LockOrder.classes + i * LockOrder.ClassBytes) === cell) return
  if (count >= LockOrder.MostClasses)
    throw new HeapError(
      "FULL",
      `Heap is full: ${LockOrder.MostClasses} of ${LockOrder.MostClasses} lock classes in use`,
    )
  const at = region + LockOrder.classes + count * LockOrder.ClassBytes
  writeName(heap.words, at + 4, name)
  heap.words[at >> 2] = cell
  Atomics.store(heap.words, (region + LockOrder.classCount) >> 2, count + 1)
}

/** The refusal: which two classes, and which two places disagree. */
export function lockOrderOops(
  heap: HeapMemory,
  thread: string,
  held: number,
  wanted: number,
  place: string,
): OopsError {
  const [first, second] = [className(heap, held), className(heap, wanted)]
  const known = edges(heap)
  // The way back, from the one that is wanted to the one that is held: its first step is where the other order was made.
  const other =
    held === wanted
      ? undefined
      : (known.find((e) => e.held === wanted && e.taken === held) ?? known.find((e) => e.held === wanted))
  const takes = wanted === LockClass.GracePeriod ? "waits for a grace period" : `takes ${second}`
  const holds = held === LockClass.GracePeriod ? "is in a read section" : `holds ${first}`
  const done = `Thread "${thread}" ${takes} while it ${holds}, at ${place}`
  const words =
    held === wanted
      ? `${done}: two of one class have no order`
      : `${done}; the other order was made at ${other?.place ?? UNKNOWN_PLACE}`
  return new OopsError("LOCK_ORDER", words, thread, wanted, [held, wanted])
}
