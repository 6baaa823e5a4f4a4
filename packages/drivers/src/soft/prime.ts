/**
 * Two drivers that share buffers (PRIME): one exports, the other imports, waits for the exporter's fences by callbacks of its own, and
 * each keeps the other's last fence on its buffers. The importer goes first: it takes its callbacks down, and then its memory goes.
 */
import { type Fence, type FenceCallback, type Timeline, defineModule } from "@outlive/core"
import type { Desk } from "../desk.js"
import { DriverCode } from "../driver-code.js"
import type { FenceType } from "../fence-type.js"
import { Pipeline, SLOTS, passInOrder } from "../pipeline.js"

/** Words beyond the pipeline's: the importer's record, whether it takes its callbacks down, who has one, how many hang. */
const IMPORTER = 32
const IS_LEAVING = 33
const WAITING = 34
const HANGING = 35
/** Words of the importer's record. */
const CALLED = 0
/** Cells: what the importer keeps of the exporter's, and the exporter of the importer's. */
const IMPORTED = SLOTS
const EXPORTED = SLOTS + 1

const LEFT_BEHIND = "Who goes leaves no callback behind."

export const prime: FenceType = {
  driver: "soft",
  name: "prime",
  about: "an exporter's fences, which an importer waits for by callbacks; each keeps the other's last one",
  mustHold: [LEFT_BEHIND],
  controls: { [LEFT_BEHIND]: "F59" },
  survives: true,
  faults: {
    F59: "the importer goes, and leaves its callbacks behind on the exporter's fences",
    F60: "fences pin their modules, each driver keeps one of the other's, and gives it back when it goes",
  },
  faultsUnder: { F60: { lifetime: "pinned", form: "merged" } },
  cannot: { layered: "no job: what is shared is the memory, whoever works on it" },
  cells: SLOTS + 2,
  module: () => defineModule({ name: "soft prime", driverName: "an exporter" }),
  peer: () => defineModule({ name: "soft prime's importer", driverName: "an importer" }),
  device: passInOrder,
  bind: (desk) => new Prime(desk),
}

class Prime extends DriverCode {
  readonly #exporter: Pipeline
  #importers: Timeline | undefined
  /** Of this thread: what it waits for in the importer's name. */
  #callback: FenceCallback | undefined
  #awaited: Fence | undefined

  constructor(desk: Desk) {
    super(desk)
    this.#exporter = new Pipeline(desk, { name: "a buffer's exporter" })
  }

  override probe(): void {
    const { words } = this.desk
    this.#exporter.probe()
    words.store(IS_LEAVING, 0)
    words.store(HANGING, 0)
    const importer = this.desk.loadPeer()
    words.store(IMPORTER, importer.record({ name: "importer" }).token)
    this.#importers = importer.timeline("a buffer's importer")
  }

  override open(): void {
    this.#exporter.open()
  }

  override close(): void {
    this.#exporter.close()
  }

  /** The exporter's last fence is on the importer's buffer too. */
  issue(): Fence | undefined {
    const fence = this.#exporter.issue()
    if (fence) this.#keep(IMPORTED, fence.addRef())
    return fence
  }

  #keep(place: number, fence: Fence | undefined): void {
    const before = this.thread.replaceAt(this.desk.firstCell + place, fence)
    this.desk.attempt("drops a fence", () => before?.drop())
  }

  /** The exporter's interrupt; and the importer's thread, which waits for the exporter. */
  override work(): boolean {
    this.#import()
    return this.#exporter.work()
  }

  #import(): void {
    const { words } = this.desk
    if (this.#callback) {
      if (words.load(IS_LEAVING) === 1 || this.#awaited!.hasSignaled()) this.#leave()
      return
    }
    words.add(WAITING, 1)
    const fence = words.load(IS_LEAVING) === 0 ? this.thread.openAt(this.desk.firstCell + IMPORTED) : undefined
    const callback = fence && this.#hang(fence)
    if (callback === undefined || callback === "already-signaled") {
      this.desk.attempt("drops a fence", () => fence?.drop())
      words.add(WAITING, -1)
      return
    }
    this.#callback = callback
    this.#awaited = fence
  }

  /** The callback is the importer's code: it writes into the importer's memory. */
  #hang(fence: Fence): FenceCallback | "already-signaled" {
    const { words } = this.desk
    const token = words.load(IMPORTER)
    const callback = fence.addCallback(() => {
      words.add(HANGING, -1)
      this.desk.attempt("runs a callback", () => void this.thread.issuerRecord(token).add(CALLED, 1))
    })
    if (callback !== "already-signaled") words.add(HANGING, 1)
    return callback
  }

  /** Removed, or it has run: whoever comes after the removal is told by nobody. */
  #leave(): void {
    const isLeft = this.desk.hasFault("F59") && this.desk.words.load(IS_LEAVING) === 1
    // One that has been called for is run before this thread lets go of what it uses.
    if (!isLeft) this.#takeDown(this.#callback!)
    this.#callback = undefined
    const awaited = this.#awaited
    this.#awaited = undefined
    this.desk.attempt("drops a fence", () => awaited?.drop())
    this.desk.words.add(WAITING, -1)
  }

  #takeDown(callback: FenceCallback): void {
    if (callback.remove()) this.desk.words.add(HANGING, -1)
    else this.thread.deliver()
  }

  /** The importer goes, while the exporter's hardware is at work; then the exporter stops. */
  override stop(): void {
    const { words } = this.desk
    // On the exporter's buffer is a fence of the importer's, which is done.
    const last = this.#importers!.fence()
    last.signal()
    this.#keep(EXPORTED, last)
    this.#importers!.close()
    words.store(IS_LEAVING, 1)
    const areDown = this.desk.waitFor("an importer's thread does not take its callback down", () => {
      this.#import()
      return words.load(WAITING) === 0
    })
    if (areDown && words.load(HANGING) !== 0) this.desk.tell("wrong", LEFT_BEHIND)
    this.desk.attempt("frees the importer", () => this.thread.issuerRecord(words.load(IMPORTER)).discard())
    if (!this.desk.pinsAll) this.dropOwn()
    this.#exporter.stop()
  }

  /** Each gives back what it keeps of the other; in the module's exit, which does not run while a fence pins the module. */
  dropOwn(): void {
    if (this.desk.hasFault("F60")) return
    this.#keep(IMPORTED, undefined)
    this.#keep(EXPORTED, undefined)
    this.desk.attempt("unloads a module", () => void this.desk.loadPeer().tryUnload())
  }
}
