/**
 * amdgpu: a VM's page tables were changed, and the translations that the GPU remembers must go before the memory can be used
 * for something else. A work item for each: waits for the update, flushes, signals. No job, no ring, any order.
 */
import { type Fence, type IssuerRecord, type SharedLock, type Timeline, defineModule } from "@outlive/core"
import { isLeft } from "../departed.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType } from "../fence-type.js"
import { numbers } from "../numbers.js"

/** Registers and plain memory. */
const NEXT = 0
const UPDATED = 1
const EXECUTING = 2
/** By work item: its state (the record of whoever fills it meanwhile), and what it asks the hardware to flush. */
const FIRST_ITEM = 16
const WORDS_PER_ITEM = 4
const STATE = 0
const TICKET = 1
const ASKED = 2
/** The last flush that the hardware did, by ticket. */
const FIRST_FLUSHED = 128
const FLUSHED = 256

/** Word of a VM's record. */
const CALLED = 0

const Item = { free: 0, queued: 1, running: 2 } as const
const ITEMS = 16
/** The hardware is quick; the worker looks as often. */
const LOOK_MS = 0.05

const NOT_UPDATED = "A flush is signaled only after the page tables were updated."
const NOT_FLUSHED = "Memory is used again only when it was flushed: the flush comes before the signal."
const VM_GONE = "A VM goes when the callbacks of its fences have returned."
const NOT_RETURNED = "The worker has returned before the text goes."

const item = (n: number) => FIRST_ITEM + WORDS_PER_ITEM * n

export const tlbFlush: FenceType = {
  driver: "amdgpu",
  name: "tlb flush",
  about: "a work item that flushes after a page-table update, and signals: no enable op, no job, any order",
  mustHold: [NOT_UPDATED, NOT_FLUSHED, VM_GONE, NOT_RETURNED],
  controls: {
    [NOT_UPDATED]: "before-update",
    [NOT_FLUSHED]: "before-flush",
    [VM_GONE]: { twin: "F45", shownBy: "freed VM" },
    [NOT_RETURNED]: "F44",
  },
  survives: true,
  faults: {
    F45: "the VM goes as soon as its fences are signaled: their callbacks may still be running",
    F46: "the lock of a VM's fences is kept by its address, without a reference on one of them",
    F44: "the module goes between the signal and the worker's return: nobody flushes the works",
    "before-flush": "the worker signals before it has flushed",
    "before-update": "the worker flushes before the page tables were updated",
  },
  cannot: {
    layered:
      "no job: it is made when the page tables are written, may not fail, and a job would queue behind its dependents",
  },
  cells: ITEMS,
  module: () => defineModule({ name: "amdgpu tlb flush", driverName: "amdgpu tlb fence" }),
  device({ registers, random }: Hands) {
    let isBusy = false
    const next = registers.load(NEXT)
    if (registers.load(UPDATED) < next && !random.oneIn(3)) {
      registers.add(UPDATED, 1)
      isBusy = true
    }
    for (let n = 0; n < ITEMS; n++) {
      const ticket = registers.load(item(n) + ASKED)
      if (ticket === 0 || random.oneIn(3)) continue
      registers.store(FIRST_FLUSHED + (ticket % FLUSHED), ticket)
      registers.store(item(n) + ASKED, 0)
      isBusy = true
    }
    return isBusy
  },
  bind: (desk) => new TlbFlush(desk),
}

class TlbFlush extends DriverCode {
  #timeline: Timeline | undefined
  /** Of the open file: its VM, and the fences of it that are not known to be done with. */
  #vm: IssuerRecord | undefined
  #flushes: Fence[] = []
  /** Of a broken twin: the lock of the VM before. */
  #kept: SharedLock | undefined

  override open(): void {
    const lock = this.desk.hasFault("F46") ? "external" : "inline"
    const module = this.desk.load()
    this.#timeline = module.timeline("amdgpu_tlb: the context of a VM", { seqno64: true, lock })
    this.#vm = module.record({ name: "VM" })
  }

  /** The VM goes: its fences are waited for, and each lock is taken once, so that their callbacks have returned. */
  override close(): void {
    const flushes = this.#flushes.splice(0)
    this.desk.waitFor("a flush of a VM is not signaled", () => flushes.every((fence) => fence.hasSignaled()))
    for (const fence of flushes) {
      if (!this.desk.hasFault("F45")) this.desk.attempt("ends a VM", () => fence.locked(() => {}))
      this.desk.attempt("drops a fence", () => fence.drop())
    }
    const kept = this.#kept
    if (kept) this.desk.attempt("ends a VM", () => kept.locked(() => {}))
    this.#kept = this.#timeline?.sharedLock
    this.#timeline?.close()
    this.desk.attempt("ends a VM", () => this.#vm?.discard())
  }

  /** Cannot fail: without room for a work item it flushes at once, and returns the stub. */
  issue(): Fence | undefined {
    const { words, thread, firstCell } = this.desk
    const ticket = words.add(NEXT, 1) + 1
    const n = this.#freeItem()
    if (n === undefined) {
      this.desk.waitFor("a page-table update does not end", () => words.load(UPDATED) >= ticket)
      return thread.stub()
    }
    const fence = this.#timeline!.fence(BigInt(ticket))
    fence.user = this.#vm!.token
    this.#flushes.push(fence.addRef())
    words.store(item(n) + TICKET, ticket)
    thread.replaceAt(firstCell + n, fence.addRef())
    words.store(item(n) + STATE, Item.queued)
    return fence
  }

  /** The work function: it is the module's code, from its first step until it has returned. */
  override work(): boolean {
    const { words } = this.desk
    for (let n = 0; n < ITEMS; n++) {
      this.#finish(n)
      if (words.load(item(n) + STATE) !== Item.queued) continue
      words.add(EXECUTING, 1)
      const isMine = words.claim(item(n) + STATE, Item.queued, Item.running)
      if (isMine) this.#flush(n)
      words.add(EXECUTING, -1)
      if (isMine) return true
    }
    return false
  }

  /** What one who died was filling: once the fence is in, it is queued. */
  #finish(n: number): void {
    const { words, thread, firstCell } = this.desk
    const state = words.load(item(n) + STATE)
    if (!isLeft(thread, state) || !words.claim(item(n) + STATE, state, thread.record)) return
    words.store(item(n) + STATE, this.desk.isEmptyAt(firstCell + n) ? Item.free : Item.queued)
  }

  override stop(): void {
    const { words } = this.desk
    const isIdle = (n: number) => words.load(item(n) + STATE) === Item.free
    this.desk.waitFor("the last flush of a VM is not signaled", () => numbers(ITEMS).every(isIdle))
    if (this.desk.hasFault("F44")) return
    this.desk.waitFor("a work item does not return", () => words.load(EXECUTING) === 0)
  }

  judge(fence: Fence): void {
    const ticket = Number(fence.seqno)
    if (ticket === 0 || !fence.hasSignaled()) return
    const { words } = this.desk
    if (words.load(UPDATED) < ticket) this.desk.tell("wrong", NOT_UPDATED)
    if (words.load(FIRST_FLUSHED + (ticket % FLUSHED)) < ticket) this.desk.tell("wrong", NOT_FLUSHED)
  }

  #freeItem(): number | undefined {
    const { words, thread } = this.desk
    return numbers(ITEMS).find((n) => words.claim(item(n) + STATE, Item.free, thread.record))
  }

  #flush(n: number): void {
    const { words, thread, stage, board, firstCell, random } = this.desk
    const { life } = board
    const ticket = words.load(item(n) + TICKET)
    const fence = thread.replaceAt(firstCell + n, undefined)
    if (!fence) return
    const isEarly = this.desk.hasFault("before-flush") && random.oneIn(2)
    if (!isEarly) {
      if (!this.desk.hasFault("before-update"))
        this.desk.waitFor("a page-table update does not end", () => words.load(UPDATED) >= ticket)
      words.store(item(n) + ASKED, ticket)
      while (words.load(item(n) + ASKED) !== 0 && !stage.isStopped) stage.sleep(LOOK_MS)
    }
    this.desk.attempt("signals a fence", () => this.#signal(fence))
    this.judge(fence)
    // From here on nothing keeps the module but whoever waits for the works.
    words.store(item(n) + STATE, Item.free)
    if (random.oneIn(4)) stage.dawdle()
    this.desk.attempt("drops a fence", () => fence.drop())
    if (board.life !== life) this.desk.tell("wrong", NOT_RETURNED)
  }

  /** Under its lock: the flag first, then the callbacks, of which one is the VM's. */
  #signal(fence: Fence): void {
    const vm = this.desk.thread.issuerRecord(fence.user)
    fence.locked(() => {
      fence.signalLocked()
      this.desk.stage.pause()
      vm.add(CALLED, 1)
    })
  }
}
