/**
 * vgem: fences that a process makes by itself, and completes by itself. A timer in each completes what the process forgets. The
 * process has a number for each, which holds a reference; the fence itself knows its timer, and its release deletes it.
 */
import {
  type Fence,
  type IssuerRecord,
  type ModuleDefinition,
  type SharedFence,
  type Thread,
  type Timeline,
  type Work,
  defineModule,
} from "@outlive/core"
import { DriverCode } from "../driver-code.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"

/** Plain memory. */
const LAST_SEQNO = 0

/** Words of what lies in a fence beside the fence: its timer, and for that the way back. */
const TIMER = 0
const ADDRESS = 1
const GENERATION = 2

/** Ten seconds, in a time where files are open for some milliseconds. */
const TIMEOUT_MS = 3
/** A process has so many numbers. */
const HANDLES = 8
/** Cells for what timers have completed. A timer that finds none empty is run again later. */
const COMPLETED = numbers(64)

const NOT_IN_TIME = "What a process forgets is completed by the timer."
const DELETED_RUNS = "No timer runs for a fence that has been freed."
const TOLD_LATE = "Who completes a fence too late is told so."

export const vgem: FenceType = {
  driver: "soft",
  name: "vgem",
  about: "fences of a process, a timer in each that its release deletes",
  mustHold: [NOT_IN_TIME, DELETED_RUNS, TOLD_LATE],
  controls: {
    [NOT_IN_TIME]: "no-timer",
    // What lies in a fence that was freed is told by the engine, to the timer's function that looks there.
    [DELETED_RUNS]: { twin: "no-wait", shownBy: "freed timer" },
    [TOLD_LATE]: "untold",
  },
  hasPatch: true,
  survives: true,
  faults: {
    "no-delete": "the release does not delete the timer, and frees it",
    "no-wait": "the release deletes the timer, and does not wait for one that runs",
    "no-timer": "the timer is never armed, and the process forgets",
    untold: "a process that is late is told success: nobody looks at who has completed the fence",
  },
  // With the patch there is no release op.
  faultsUnder: {
    "no-delete": { lifetime: "independent", form: "merged" },
    "no-wait": { lifetime: "independent", form: "merged" },
  },
  cannot: { layered: "no job: the process says itself when it is done" },
  cells: COMPLETED.length,
  module: moduleOf,
  device: () => false,
  bind: (desk) => new Vgem(desk),
}

function moduleOf({ how, preempt, firstCell }: Maker): ModuleDefinition {
  return defineModule({
    name: "soft vgem",
    driverName: "vgem",
    ops:
      how.form === "patched"
        ? {}
        : {
            free(fence) {
              const thread = fence.thread as Thread
              const timer = timerOf(fence)
              if (how.fault === "no-wait") timer.cancel()
              else if (how.fault !== "no-delete") deleteTimer(timer)
              thread.issuerRecord(fence.user).discard()
              timer.discard()
            },
          },
    works: {
      timeout(work: Work, thread: Thread) {
        const kept = thread.issuerRecord(work.argument)
        preempt()
        if (emptyPlace(thread, firstCell) === undefined) {
          work.queue()
          return
        }
        const fence = openIfThere(thread, kept)
        fence?.signal()
        // What lies in the fence is there until the timer has returned.
        kept.read(TIMER)
        if (fence) leave(fence, thread, firstCell)
      },
    },
  })
}

/**
 * The timer's function has a reference here, and none in the kernel. It leaves it to others: given back by the function, it could be
 * the last one, and the module would go before the function has returned. A release could not wait for it either.
 */
function leave(fence: Fence, thread: Thread, firstCell: number): void {
  let left: Fence | undefined = fence
  while (left) {
    const place = emptyPlace(thread, firstCell)
    // Whose fence was put there meanwhile gets another place.
    if (place !== undefined) left = thread.replaceAt(place, left)
  }
}

function emptyPlace({ heap }: Thread, firstCell: number): number | undefined {
  const found = COMPLETED.find((n) => heap.word(heap.cell(firstCell + n)) === 0)
  return found === undefined ? undefined : firstCell + found
}

const timerOf = (fence: Fence): Work => {
  const thread = fence.thread as Thread
  return thread.work(thread.issuerRecord(fence.user).read(TIMER))
}

/**
 * Deletes a timer, and waits for its function without sleeping for it: a release runs in a read section. One that is being looked at, and is
 * not due yet, is armed again: so that is asked with the other.
 */
function deleteTimer(timer: Work): void {
  for (;;) {
    timer.cancel()
    const { isRunning, pending } = timer.state
    if (!isRunning && pending === undefined) return
  }
}

/** The fence that a timer is in. Not one on its way out: its release waits for us. */
function openIfThere(thread: Thread, kept: IssuerRecord): Fence | undefined {
  const heap = thread.heap.identity
  try {
    return thread.open({
      kind: "outlive-fence",
      heap,
      address: kept.read(ADDRESS),
      generation: kept.read(GENERATION),
    } satisfies SharedFence)
  } catch (error) {
    if ((error as { code?: string }).code === "STALE") return undefined
    throw error
  }
}

class Vgem extends DriverCode {
  #timeline: Timeline | undefined
  /** Of the open file: the numbers that the process has. */
  #handles: Fence[] = []

  override open(): void {
    this.#timeline = this.desk.load().timeline("unbound: a name in the module")
  }

  issue(): Fence | undefined {
    const { random } = this.desk
    if (this.#handles.length >= HANDLES || random.oneIn(3)) this.#complete()
    const module = this.desk.load()
    const fence = this.#timeline!.fence(BigInt(this.desk.words.add(LAST_SEQNO, 1) + 1))
    const kept = module.record({ name: "timer" })
    const timer = module.work("timeout", { argument: kept.token })
    const { address, generation } = fence.share()
    kept.write(TIMER, timer.token)
    kept.write(ADDRESS, address)
    kept.write(GENERATION, generation)
    fence.user = kept.token
    if (!this.desk.hasFault("no-timer")) timer.arm(1 + random.below(TIMEOUT_MS))
    this.#handles.push(fence.addRef())
    return fence
  }

  /** Gives back what timers had of the fences that they have completed. */
  override work(): boolean {
    const cells = COMPLETED.map((n) => this.desk.firstCell + n).filter((cell) => !this.desk.isEmptyAt(cell))
    for (const cell of cells) this.desk.attempt("drops a fence", () => this.thread.replaceAt(cell, undefined)?.drop())
    return cells.length > 0
  }

  /** The process says that it is done: gives a number back. It may have forgotten one: then the timer completes it. */
  #complete(): void {
    const { random } = this.desk
    const fence = this.#handles.splice(random.below(this.#handles.length), 1)[0]
    if (!fence) return
    if (random.oneIn(4)) this.#forget(fence)
    this.#end(fence)
  }

  #forget(fence: Fence): void {
    this.desk.waitFor(NOT_IN_TIME, () => fence.hasSignaled())
  }

  #end(fence: Fence): void {
    this.desk.attempt("signals a fence", () => {
      const wasLate = fence.hasSignaled()
      if (this.#signal(fence) && wasLate) this.desk.tell("wrong", TOLD_LATE)
    })
    if (this.desk.how.form === "patched") this.desk.attempt("deletes a timer", () => this.#release(fence))
    this.desk.attempt("drops a fence", () => fence.drop())
  }

  /** What the process is told: whether it was in time. */
  #signal(fence: Fence): boolean {
    return fence.signal() || this.desk.hasFault("untold")
  }

  /** With the patch: as soon as it is complete, its timer goes; whoever holds the fence then holds no more than the fence. */
  #release(fence: Fence): void {
    const timer = timerOf(fence)
    timer.cancelSync()
    this.thread.issuerRecord(fence.user).discard()
    timer.discard()
  }

  /** Whatever the process has not given back is completed. */
  override close(): void {
    for (const fence of this.#handles.splice(0)) this.#end(fence)
    this.#timeline?.close()
  }
}
