/** What a thread does when its engine asks: calls modules' functions, sleeps, tells the time, reports. */
import { Header, Oops, Thread as ThreadRecord } from "../../built/layout.js"
import { type OopsError, throwAfter } from "../errors.js"
import type { Engine, EngineHost } from "../host/engine.js"
import { engineWarning, ownThreadOops, oopsError } from "../host/oops.js"
import { canBlock, endOfTurn, nowNs, sleep, writeFineTime, writeTime } from "../host/thread-host.js"
import { issuerPartsHere } from "../issuer/parts.js"
import { type Answerer, holderOf, seatIn } from "../memory/answerers.js"
import { diagnostics } from "../memory/diagnostics.js"
import type { HeapMemory } from "../memory/heap-memory.js"
import { writeName } from "../name.js"
import { warnOfStall } from "../waiting/grace.js"

/** The thread, as its engine's host sees it. */
export interface HostedThread {
  readonly name: string
  readonly heap: HeapMemory
  readonly words: Int32Array
  readonly record: number
  readonly isAttached: boolean
  /** Looks whether another has reclaimed it: then it is attached no more. */
  notice(): void
  readonly engine: Pick<
    Engine,
    "stalledReader" | "callingThread" | "assertReaders" | "offline" | "endTurn" | "settleRest"
  >
  callOp(op: number, fence: number): number
  /** Warns, in the middle of an operation: whoever is told may call us, and must not break it off. */
  warn(body: () => void): void
  /** An operation was broken off: puts the thread back, and returns what an issuer threw before that. */
  recover(): unknown
}

const LONGEST_STALL_MS = 1
/** Of what an operation had put off, so many parts may fail. The rest of a damaged heap is left to the next operation. */
const MOST_BROKEN_OFF = 16
/** After so many sleeps in vain, about 75 ms, it is looked whether those that are waited for can be readers at all, and elsewhere. */
const LONG_STALL = 100

export function hostFor(thread: HostedThread): EngineHost {
  const { heap, words } = thread
  let stalledAt = 0
  let warnAt = 0
  let depth = 0
  /** Before it acts in its seat again, having waited: that may be another's by now. @throws HeapError DETACHED when it was reclaimed, alive */
  const assertSeated = () => {
    if (!thread.isAttached) return
    thread.notice()
    void thread.record
  }
  /** Breaks the operation off. What it had put off is done now: others may wait for it, and the thread may never come back. */
  const breakOff = (error: OopsError): never => {
    assertSeated()
    const cause = thread.recover()
    if (cause !== undefined) error.cause = cause
    return throwAfter(error, () => {
      if (depth < MOST_BROKEN_OFF && thread.isAttached) {
        depth++
        try {
          thread.engine.settleRest(thread.record)
        } finally {
          depth--
        }
      }
    })
  }
  const errorFor = (code: number, a: number, b: number, c: number): OopsError => {
    // In the checked flavour only, and there it is there.
    if (code === Oops.LockOrder && diagnostics !== undefined)
      return diagnostics.lockOrderOops(heap, thread.name, a, b, diagnostics.placeHere())
    if (code === Oops.DeadRecord) {
      const parts = issuerPartsHere()
      if (parts) return parts.deadRecordOops(thread.name, parts.deadRecordName(words, b), a, b, c)
    }
    return oopsError(thread.name, code, a, b, c)
  }
  /** About to sleep until somebody gives back what is told by the word at an address: an oops with this code if nobody ever will. */
  const assertAnswered = (by: Answerer, what: string, address: number, code: number) => {
    if (by === "nobody") breakOff(oopsError(thread.name, code, address, heap.word(address), 0))
    else if (by !== "elsewhere") breakOff(ownThreadOops(thread.name, by.name, what, address))
  }
  /** The same of what a word of another seat tells. */
  const assertEnds = (seat: number, offset: number, what: string) => {
    if (seat !== 0) assertAnswered(seatIn(words, seat), what, seat + offset, Oops.BrokenList)
  }
  return {
    call: (op, fence) => thread.callOp(op, fence),
    oops: (code, a, b, c) => breakOff(errorFor(code, a, b, c)),
    warn: (code, a, b) => thread.warn(() => heap.warn(engineWarning(thread.name, code, a, b))),
    park(address, value, atMostMs, holder) {
      if (holder !== 0)
        assertAnswered(holderOf(words, holder), `the lock 0x${address.toString(16)}`, address, Oops.NoLock)
      assertSeated()
      if (thread.isAttached) thread.engine.offline(thread.record)
      if (canBlock) Atomics.wait(words, address >> 2, value, atMostMs)
      assertSeated()
    },
    turn(record) {
      // In a section that lasts longer than its turn, or while a lock is busy: not yet.
      endOfTurn(() => !thread.isAttached || thread.engine.endTurn(record) !== 0)
    },
    place: (_record, address) => writeName(words, address, diagnostics?.placeHere() ?? ""),
    now: heap.word(Header.traced)
      ? (record) => writeFineTime(words, record)
      : (record) => writeTime(words, record, nowNs()),
    stall(record, round) {
      assertSeated()
      if (round > 0 && round % LONG_STALL === 0) {
        thread.engine.assertReaders(record)
        assertEnds(thread.engine.stalledReader(), ThreadRecord.epoch, "its read section to end")
        assertEnds(thread.engine.callingThread(record), ThreadRecord.calls, "its deferred functions to return")
      }
      const now = performance.now()
      if (round === 0) {
        stalledAt = now
        warnAt = now + heap.word(Header.stallMs)
      } else if (now > warnAt) {
        warnAt = now + 2 * (now - stalledAt)
        thread.warn(() => warnOfStall(thread, Math.round(now - stalledAt)))
      }
      sleep(Math.min(LONGEST_STALL_MS, 0.02 * (round + 1)))
    },
  }
}
