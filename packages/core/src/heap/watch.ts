/**
 * Tells of fences that somebody has waited for too long. The kernel's proposal: 2 seconds.
 *
 * Nobody notes when a wait begins: that would be a clock on every wait. The watch looks now and then at who waits for
 * what, and remembers since when it has seen each. So nothing is done for it while nobody watches, and who sleeps
 * cannot watch: any thread that is awake does it for all. A look reads through the records of the heap: 1 to 3 ms for
 * 65,536 fences, eight times in `afterMs`.
 */
import { dispose } from "../dispose.js"
import { Record as RecordWords, Text } from "../../built/layout.js"
import { callable } from "../entrance/functions.js"
import { wholeNumber } from "../entrance/numbers.js"
import { optionsOf } from "../entrance/words.js"
import { surface, withCleanup } from "../errors.js"
import { Fence, type SharedFence } from "../fence/fence.js"
import { Waits } from "../memory/waits.js"
import { readName } from "../name.js"
import type { Seat } from "../seat/seat.js"
import { MADE } from "../seat/made.js"
import { INSPECT } from "../seat/shown.js"

/** What is watched for. */
export interface WatchOptions {
  /** After how many milliseconds of being waited for a fence is told of, at most a quarter later. Default: 2,000. */
  readonly afterMs?: number
  /** Called with each, once. Default: a warning of the kind "stuck-fence". */
  readonly onStuck?: (stuck: StuckFence) => void
}

/** A fence that is pending and has been waited for too long. Data only: it can be posted. */
export interface StuckFence {
  /** For `thread.open`, while somebody holds the fence. */
  readonly fence: SharedFence
  readonly context: bigint
  readonly seqno: bigint
  readonly driverName: string
  readonly timelineName: string
  /** The module that issued it; "" for what the engine itself issues (soft timelines, schedulers, containers). */
  readonly moduleName: string
  /** For how long it was seen to be waited for, in milliseconds. */
  readonly waitedMs: number
  /** Names of the threads that wait for it, or for something that waits for it; none if only a job does. */
  readonly threads: readonly string[]
  /** The arrays, chains and jobs that wait for it, each as "context:seqno". */
  readonly holdsUp: readonly string[]
  /** All that in a sentence. */
  readonly message: string
}

/** The kernel's proposal. */
const AFTER_MS = 2_000
const MOST_MS = 3_600_000
/** How often to look while a fence comes to be told of. */
const LOOKS = 8

/** A watch that goes on until it is stopped, or its thread leaves. It keeps no process alive. */
export class Watch {
  readonly #seat: Seat
  readonly #afterMs: number
  readonly #onStuck: (stuck: StuckFence) => void
  readonly #onStop: (watch: Watch) => void
  readonly #timer: ReturnType<typeof setInterval>
  /** By address: which life of the fence, since when it has been seen to be waited for, and whether that was told. */
  #seen = new Map<number, { readonly generation: number; readonly sinceMs: number; isTold: boolean }>()
  #isOver = false

  /** @internal Use `thread.watch`. */
  constructor(seat: Seat, options: WatchOptions, onStop: (watch: Watch) => void) {
    const { afterMs = AFTER_MS, onStuck = (stuck: StuckFence) => warn(seat, stuck) } = optionsOf("a watch", options)
    this.#seat = seat
    this.#afterMs = wholeNumber("afterMs", afterMs, 1, MOST_MS)
    this.#onStuck = callable("onStuck", onStuck)
    this.#onStop = onStop
    this.#timer = setInterval(() => this.#look(), Math.max(1, afterMs / LOOKS))
    // In a browser it is a number, and nothing is kept alive.
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return "Watch"
  }

  /** Ends it: nothing is told any more. Idempotent. */
  stop(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#timer)
    this.#onStop(this)
  }

  [dispose](): void {
    this.stop()
  }

  #look(): void {
    const nowMs = performance.now()
    const before = this.#seen
    this.#seen = new Map()
    const { heap, words } = this.#seat
    const waits = new Waits(
      words,
      heap.threads().map(({ id }) => id),
    )
    for (const address of waits.fences()) {
      if (this.#isOver) return
      const generation = heap.word(address + RecordWords.generation)
      const known = before.get(address)
      const seen = known?.generation === generation ? known : { generation, sinceMs: nowMs, isTold: false }
      this.#seen.set(address, seen)
      const waitedMs = nowMs - seen.sinceMs
      if (seen.isTold || waitedMs < this.#afterMs) continue
      seen.isTold = true
      this.#tell(waits, address, generation, Math.round(waitedMs))
    }
  }

  #tell(waits: Waits, address: number, generation: number, waitedMs: number): void {
    const seat = this.#seat
    try {
      const stuck = opened(seat, address, generation, (fence) => stuckFence(fence, waits, waitedMs))
      if (stuck) this.#onStuck(stuck)
    } catch (error) {
      surface(error)
    }
  }
}

/** What there is to say of it; undefined if it is complete by now. */
function stuckFence(fence: Fence, waits: Waits, waitedMs: number): StuckFence | undefined {
  const { thread: seat, address, context, seqno } = fence
  const names = { ...issuerOf(seat, address), timelineName: fence.timelineName() }
  // Last: the names of a fence that is complete say nothing.
  if (fence.hasSignaled()) return undefined
  const seats = new Set(waits.seatsOf(address))
  const threads = seat.heap.threads().flatMap(({ id, name }) => (seats.has(id) ? [name] : []))
  const positions = waits.heldUpBy(address).map((other) => positionOf(seat, other))
  const holdsUp = positions.filter((position) => position !== undefined)
  const stuck = { fence: fence.share(), context, seqno, ...names, waitedMs, threads, holdsUp }
  return { ...stuck, message: inWords(stuck) }
}

/** Context and seqno of a fence that was pending a moment ago; undefined if it has gone. */
function positionOf(seat: Seat, address: number): string | undefined {
  const generation = seat.heap.word(address + RecordWords.generation)
  return opened(seat, address, generation, (fence) => `${fence.context}:${fence.seqno}`)
}

/** What a function makes of a fence that is held meanwhile; undefined if this life of the record is over. */
function opened<T>(seat: Seat, address: number, generation: number, body: (fence: Fence) => T): T | undefined {
  if ((generation & 1) === 0) return undefined
  const held = seat.told(seat.ask.open(seat.record, address, generation), (found) => seat.dropFence(found))
  if (held === 0) return undefined
  const fence = new Fence(MADE, seat, address)
  return withCleanup(
    () => body(fence),
    () => fence.drop(),
  )
}

/** Names of driver and module: both are in the issuer's text, which stays for the read section in which the engine answers. */
function issuerOf(seat: Seat, fence: number): { readonly driverName: string; readonly moduleName: string } {
  const { engine, record, words } = seat
  const driver = engine.driverName(record, fence)
  const names = [driver, driver + Text.moduleName - Text.driverName].map((at) => readName(words, at) ?? "")
  engine.readUnlock(record)
  return { driverName: names[0]!, moduleName: names[1]! }
}

function inWords(stuck: Omit<StuckFence, "message">): string {
  const { threads, holdsUp, waitedMs, moduleName, driverName, timelineName } = stuck
  const names = threads.map((name) => `"${name}"`).join(", ")
  const who =
    threads.length === 0 ? "A job has" : threads.length === 1 ? `Thread ${names} has` : `Threads ${names} have`
  const issuer = moduleName === "" ? driverName : `module "${moduleName}" (${driverName})`
  const others = holdsUp.length === 0 ? "" : `, which holds up ${holdsUp.join(", ")}`
  const fence = `fence ${stuck.context}:${stuck.seqno} of timeline "${timelineName}", issued by ${issuer}${others}`
  return `${who} been waiting ${waitedMs.toLocaleString("en")} ms for ${fence}`
}

function warn(seat: Seat, { message, threads }: StuckFence): void {
  seat.heap.warn({ kind: "stuck-fence", thread: threads[0] ?? seat.name, message })
}
