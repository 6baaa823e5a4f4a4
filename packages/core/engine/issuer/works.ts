/**
 * Works and timers: functions of a module that are run later, by whoever serves. Nothing keeps the module loaded meanwhile,
 * and nobody counts who knows a work: the issuer takes it off, waits for whoever runs it, and only then lets go of what the function
 * uses (`cancelSync`), or is told what it has forgotten.
 *
 * There are no lists: who serves looks through the issuers' records, for one word says of each whether it is to be run and
 * by whom it is (layout/work.ts). So a work is run by one thread at a time, and whatever comes while it runs is not lost.
 *
 * A timer is claimed before it is known to be due: what says when may be written anew until then. One that is not due yet
 * goes back. Whoever takes it off waits for that as for a run.
 *
 * DEATH: `Work.state` is the commit. Who dies while it runs one leaves its token there: whoever clears up takes it away, and
 * what is to be run again is.
 */
import { ring, ringEverybody } from "../actions"
import { seatsAmong } from "../bound"
import * as host from "../host"
import { Header } from "../layout/header"
import { IssuerRecord, RecordType } from "../layout/issuer-record"
import { Oops } from "../layout/oops"
import { Address, Kind, Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { Work, WorkFound, WorkState } from "../layout/work"
import { nextInUse } from "../pool"
import { untagged } from "../tag"
import { add, compareExchange, load, peek, poke, store } from "../words"
import { assertReturned, exitText, tryEnterText } from "./executing"
import { createRecord, discardRecord, isRecordLive } from "./records"

/** A work that is idle, for a function of the module with this text; the caller writes the function's name. NONE when the heap is full. */
export function createWork(thread: i32, text: i32, loadId: i32, argument: i32): i32 {
  const token = createRecord(thread, loadId)
  if (token == Address.None) return Address.None
  const work = untagged(token)
  poke(work + Work.text, text)
  poke(work + Work.argument, argument)
  // ORDER: publish "a work", and what it is. Pairs with `isWork`.
  store(work + IssuerRecord.type, RecordType.Work)
  return token
}

/** Whether a record is a work in use: 1 or 0. */
export function isWork(record: i32): i32 {
  // ORDER: observe what it is. Pairs with `createWork` and `createRecord` of `records.ts`.
  const live = load(record + IssuerRecord.type) == RecordType.Work && load(record + IssuerRecord.token) != Address.None
  return live ? 1 : 0
}

/** The state of a live work. An oops if it has been discarded. May be late. */
export function workState(token: i32): i32 {
  // ORDER: observe what a function has done that is over.
  return load(stateOf(token, Oops.DeadRecord))
}

/** Lets a work be run as soon as somebody serves: 1, or 0 when it was to be run already (an armed one is due at once). */
export function queueWork(token: i32): i32 {
  const word = stateOf(token, Oops.WorkInDeadQueue)
  // ORDER: claim: a number. It is written before QUEUED; of two who queue it at once, either will do.
  const order = add(Header.workOrder, 1)
  let seen = load(word)
  while (true) {
    if ((seen & WorkState.Queued) == 0) store(untagged(token) + Work.order, order)
    // ORDER: announce the work, then look who serves. Pairs with `attendWorks`:
    //  - we come first: it finds the work;
    //  - it comes first: we ring it.
    // ORDER: claim: one of those who queue it is told that it did.
    const found = compareExchange(word, seen, (seen & ~WorkState.Armed) | WorkState.Queued)
    if (found == seen) break
    seen = found
  }
  assertLive(token, Oops.WorkInDeadQueue)
  ringServers()
  return (seen & WorkState.Pending) == 0 ? 1 : 0
}

/** Lets a work be run at a time (milliseconds since 1970, modulo 2^32), whatever was said before: 1, or 0 when it was to be run already. */
export function armWork(token: i32, due: i32): i32 {
  const word = stateOf(token, Oops.TimerInDeadRecord)
  // ORDER: publish the time, before ARMED. Pairs with `claimWork`, which reads it when it has the work:
  //  - it reads the new time, and puts it back;
  //  - it has read the old one, and runs it: then ours is for another run.
  store(untagged(token) + Work.due, due)
  let seen = load(word)
  while (true) {
    // ORDER: announce, as in `queueWork`. Pairs with `attendWorks`.
    const found = compareExchange(word, seen, (seen & ~WorkState.Queued) | WorkState.Armed)
    if (found == seen) break
    seen = found
  }
  assertLive(token, Oops.TimerInDeadRecord)
  ringServers()
  return (seen & WorkState.Pending) == 0 ? 1 : 0
}

/** It is not to be run: `WorkFound` bits: whether it was to be, and who runs it now. */
export function cancelWork(thread: i32, token: i32): i32 {
  const word = stateOf(token, Oops.DeadRecord)
  let seen = load(word)
  while (seen & WorkState.Pending) {
    // ORDER: claim: of whoever takes it off and whoever begins to run it, one does. Pairs with `claimWork`.
    const found = compareExchange(word, seen, seen & ~WorkState.Pending)
    if (found == seen) break
    seen = found
  }
  assertLive(token, Oops.DeadRecord)
  return (seen & WorkState.Pending ? WorkFound.Pending : 0) | runningIn(thread, seen)
}

/**
 * Who runs it now, and whether it is to be run: `WorkFound` bits. If another runs it everybody will be rung when it has come back:
 * listen before, and sleep after.
 */
export function awaitWork(thread: i32, token: i32): i32 {
  const word = stateOf(token, Oops.DeadRecord)
  let seen = load(word)
  while (runningIn(thread, seen) == WorkFound.RunningElsewhere && (seen & WorkState.Awaited) == 0) {
    // ORDER: park: AWAITED goes up, unless it has come back. Pairs with `comeBack`, which takes it away with its token, and rings.
    const found = compareExchange(word, seen, seen | WorkState.Awaited)
    if (found == seen) break
    seen = found
  }
  return (seen & WorkState.Pending ? WorkFound.Pending : 0) | runningIn(thread, seen)
}

function runningIn(thread: i32, state: i32): i32 {
  const runner = state & WorkState.Runner
  if (runner == 0) return WorkFound.Idle
  return runner == peek(thread + Thread.id) ? WorkFound.RunningHere : WorkFound.RunningElsewhere
}

/** Milliseconds until a record is to be run as a work: 0 now, -1 if it is none that is to be, or somebody runs it. A hint. */
export function dueIn(record: i32, nowMs: i32): i32 {
  if (!isWork(record)) return -1
  // ORDER: check: as in `attendWorks`.
  const state = load(record + Work.state)
  if ((state & WorkState.Runner) != 0 || (state & WorkState.Pending) == 0) return -1
  if (state & WorkState.Queued) return 0
  const left = (load(record + Work.due) - nowMs) | 0
  return left > 0 ? left : 0
}

/**
 * Begins to run a work, if it is to be run now and nobody does: 1, and this thread executes in its text until `finishWork`; or 0.
 * An oops if its text has gone.
 */
export function claimWork(thread: i32, token: i32, nowMs: i32): i32 {
  const work = untagged(token)
  const word = work + Work.state
  const me = peek(thread + Thread.id)
  if (!isRecordLive(token)) return 0
  let seen = load(word)
  let bit = 0
  while (true) {
    if ((seen & WorkState.Runner) != 0 || (seen & WorkState.Pending) == 0) return 0
    bit = (seen & WorkState.Queued) != 0 ? WorkState.Queued : WorkState.Armed
    // ORDER: claim: one thread runs it. Pairs with `cancelWork`, and with `awaitWork`: who comes later waits for us.
    const found = compareExchange(word, seen, (seen & ~bit) | me)
    if (found == seen) break
    seen = found
  }
  // ORDER: observe the time that it is armed for now. Pairs with `armWork`.
  const isEarly = bit == WorkState.Armed && ((load(work + Work.due) - nowMs) | 0) > 0
  // ORDER: check: the record may have begun another life before we had the work; now it stays.
  const goesBack = isEarly || !isRecordLive(token)
  const text = peek(work + Work.text)
  if (!goesBack && tryEnterText(thread, text)) return 1
  comeBack(token, me, goesBack ? bit : WorkState.Idle)
  if (!goesBack) host.oops(Oops.DeadText, token, text, 0)
  return 0
}

/** The function has returned; `before` is the text in which the thread was before. An oops if there is no text any more to return into. */
export function finishWork(thread: i32, token: i32, before: i32): void {
  // First: who waits for the function's return may take the text away as soon as it is told.
  const dead = exitText(thread, before)
  // The function may have discarded it.
  if (isRecordLive(token)) comeBack(token, peek(thread + Thread.id), WorkState.Idle)
  assertReturned(dead, token)
}

/** The one who runs it does so no more; `bits` are what it puts back. Nothing if another runs it: its function has discarded it, and the token repeats. */
function comeBack(token: i32, runner: i32, bits: i32): void {
  const word = untagged(token) + Work.state
  let seen = load(word)
  while (true) {
    if ((seen & WorkState.Runner) != runner) return
    // ORDER: publish what the function did. Pairs with `awaitWork`:
    //  - AWAITED came first: we find it, and ring;
    //  - we come first: it finds nobody who runs it, and does not sleep.
    const found = compareExchange(word, seen, (seen & WorkState.Pending) | bits)
    if (found == seen) break
    seen = found
  }
  if (seen & WorkState.Awaited) ringEverybody()
  // While it ran nobody else could begin with what came.
  if (((seen & WorkState.Pending) | bits) != 0) ringServers()
}

/** Ends a work: poisoned and given back, at once. An oops if it is to be run, or another runs it. */
export function discardWork(thread: i32, token: i32): void {
  // ORDER: observe: the caller knows that nobody queues or arms it, or is told at the next step.
  const state = load(stateOf(token, Oops.DeadRecord))
  const busy = (state & WorkState.Queued) != 0 || runningIn(thread, state) == WorkFound.RunningElsewhere
  if (busy) host.oops(Oops.WorkInDeadQueue, untagged(token), token, state)
  if (state & WorkState.Armed) host.oops(Oops.TimerInDeadRecord, untagged(token), token, state)
  discardRecord(thread, token)
}

/** From now on this thread is rung when a work is queued or armed. Look for works afterwards. */
export function attendWorks(thread: i32): void {
  // ORDER: announce that we serve, then look for works. Pairs with `queueWork` and `armWork`, where both outcomes are told, and with
  // `ringServers`.
  store(thread + Thread.serves, 1)
}

export function leaveWorks(thread: i32): void {
  // ORDER: publish: whoever still rings us does no harm.
  store(thread + Thread.serves, 0)
}

function ringServers(): void {
  const base = peek(Header.threads)
  // ORDER: check: as told in `queueWork`. Pairs with `attendWorks`.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const seat = base + i * Size.Thread
    if (load(seat + Thread.serves) != 0) ring(seat)
  }
}

/** After a death: what the dead thread with this token was running is run by nobody. */
export function endWorks(token: i32): void {
  for (
    let record = nextInUse(Kind.IssuerRecord, Address.None);
    record != Address.None;
    record = nextInUse(Kind.IssuerRecord, record)
  ) {
    // ORDER: observe: only the dead thread's own word is acted upon.
    if (isWork(record) && (load(record + Work.state) & WorkState.Runner) == token)
      comeBack(peek(record + IssuerRecord.token), token, WorkState.Idle)
  }
}

/** Address of the state of a live work. */
function stateOf(token: i32, oops: i32): i32 {
  assertLive(token, oops)
  return untagged(token) + Work.state
}

/** As for every record (`records.ts`), before and after. */
function assertLive(token: i32, oops: i32): void {
  if (!isRecordLive(token)) host.oops(oops, untagged(token), token, -1)
}
