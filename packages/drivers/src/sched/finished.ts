/**
 * drm_sched: the finished fence of a job. It is named through its scheduler, has a release op, and keeps the hardware's fence to its
 * last put: text of gpu-sched, a scheduler of the driver's, a fence of the driver's. With the patch, which nobody has posted for the
 * kernel, it is as this package's scheduler makes it elsewhere: no release op, and the hardware's fence is let go of at the finish.
 */
import { type Fence, type RunningJob, defineModule } from "@outlive/core"
import type { Desk } from "../desk.js"
import { DriverCode } from "../driver-code.js"
import type { FenceType } from "../fence-type.js"
import { Layered } from "../layered.js"
import { Pipeline, SLOTS, passInOrder } from "../pipeline.js"

const ECANCELED = -125
/** So long the scheduler has ended before its modules go. */
const AFTER_MS = 2
/** So many jobs a thread remembers that it has started. */
const WATCHED = 6

const TOO_EARLY = "A job is over only when the hardware is done with it, or the scheduler was closed."

/** A job that was started, and the hardware's fence for it. */
interface Started {
  readonly finished: Fence
  readonly parent: Fence
}

export const schedFinished: FenceType = {
  driver: "sched",
  name: "finished",
  about:
    "the finished fence of a job: named through a scheduler that ends before it, freed by gpu-sched, keeps its parent",
  mustHold: [TOO_EARLY],
  controls: { [TOO_EARLY]: "early" },
  hasPatch: true,
  survives: true,
  faults: {
    early: "the driver says that there is nothing to wait for, and the hardware is at it still",
  },
  cannot: { layered: "it is the layer" },
  cells: SLOTS,
  module: ({ how }) =>
    defineModule({
      name: "gpu-sched",
      driverName: "drm_sched",
      // Its slab's memory comes back after a grace period, by a function of the module's.
      ...(how.form === "patched" ? {} : { ops: { free() {} } }),
    }),
  peer: () => defineModule({ name: "the scheduler's driver", driverName: "gpu" }),
  device: passInOrder,
  bind: (desk) => new Finished(desk),
}

class Finished extends DriverCode {
  readonly #layered: Layered
  #started: Started[] = []

  constructor(desk: Desk) {
    super(desk)
    const hardware = new Pipeline(desk, { name: "a ring of the driver's", load: () => desk.loadPeer() })
    this.#layered = new Layered(hardware, desk, {
      keepsParent: desk.how.form !== "patched",
      home: () => desk.load(),
      answersEarly: () => desk.hasFault("early"),
      started: (job, parent) => this.#watch(job, parent),
    })
  }

  override probe(): void {
    this.#layered.probe()
  }

  override open(): void {
    this.#layered.open()
  }

  issue(): Fence | undefined {
    return this.#layered.issue()
  }

  override close(): void {
    this.#layered.close()
  }

  override work(): boolean {
    this.#look()
    return this.#layered.work()
  }

  #watch({ finished }: RunningJob, parent: Fence): void {
    if (this.#started.length < WATCHED && !this.desk.pinsAll)
      this.#started.push({ finished: finished.addRef(), parent: parent.addRef() })
  }

  /** Who has started jobs looks at the two fences of each, and lets go of them. */
  #look(): void {
    const areOver = this.#started.filter(({ finished }) => finished.hasSignaled())
    this.#started = this.#started.filter((one) => !areOver.includes(one))
    for (const { finished, parent } of areOver) {
      const isDone = parent.hasSignaled()
      this.desk.attempt("judges a fence", () => {
        if (!isDone && finished.status() !== ECANCELED) this.desk.tell("wrong", TOO_EARLY)
      })
      for (const fence of [finished, parent]) this.desk.attempt("drops a fence", () => fence.drop())
    }
  }

  /** The scheduler ends, then its hardware, and the driver's module goes: nothing leads to it any more that would keep it. */
  override stop(): void {
    this.#layered.stop()
    // A module is not taken away at the moment when its last user has ended.
    this.desk.stage.sleep(AFTER_MS)
    this.desk.attempt("unloads a module", () => void this.desk.loadPeer().tryUnload())
  }

  override remove(): void {
    this.#layered.remove()
  }
}
