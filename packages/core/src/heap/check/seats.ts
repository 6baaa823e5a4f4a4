/** Thread records: what a thread that does nothing leaves in its seat. */
import {
  Action,
  Callback,
  Fence,
  Header,
  Kind,
  LockClass,
  Nobody,
  Owner,
  SharedObject,
  Size,
  Thread,
} from "../../../built/layout.js"
import { holderOf, isFree, isTaken } from "./lock-words.js"
import { hex } from "./problem.js"
import { Place, type Survey } from "./survey.js"

const CHAINS = 4
const MOST_NESTED = 1_000
/** The halves of a count of what is open: the caller's above, the running operation's below (`engine/kept.ts`). */
const KEPT = 0x1_0000
/** Behind a lock word that its holder keeps: the next one. */
const KEPT_LINK = 40
/** Items of work that is put off: what they are (`engine/deferral.ts`). */
const IS_FENCE = 1
const IS_OBJECT = 2
const ITEM_BITS = 7

/** Notes what is on its way out: it hangs on the chains of threads, also of those that have left. */
export function findRetired(survey: Survey): void {
  for (let i = 0; i < survey.map.threadCapacity; i++)
    for (let chain = 0; chain < CHAINS; chain++)
      findOnChain(
        survey,
        survey.map.threads + i * Size.Thread + Thread.retiredHeads + chain * 4,
        `seat ${i + 1} retired ${chain}`,
      )
}

/** Notes what nobody holds any more and that is put off to be released. */
export function findPutOff(survey: Survey): void {
  for (let i = 0; i < survey.map.threadCapacity; i++) {
    const work = survey.map.threads + i * Size.Thread + Thread.work
    let at = work
    for (let item = survey.word(work); item !== 0; item = survey.word(at)) {
      const record = item & ~ITEM_BITS
      const kind = item & IS_FENCE ? Kind.Fence : item & IS_OBJECT ? Kind.Object : undefined
      if (kind === undefined ? !survey.isLiveNode(record) : !survey.isLive(kind, record)) {
        survey.report("seat", at, `seat ${i + 1} work`, `It leads to ${hex(item)}, which says nothing`)
        break
      }
      at = record + (kind === Kind.Fence ? Fence.putOff : kind === Kind.Object ? SharedObject.link : Callback.next)
      if (kind !== undefined) survey.pool(kind).places[survey.pool(kind).indexOf(record)] = Place.PutOff
      else if (survey.isNoted(record)) {
        survey.report("seat", at, `seat ${i + 1} work`, `It comes back to ${survey.nameOf(record)}`)
        break
      } else survey.note(record)
    }
  }
}

function findOnChain(survey: Survey, head: number, where: string): void {
  if (survey.word(head) < 0) return survey.report("retired", head, where, `${hex(survey.word(head))} is emptying it`)
  let at = head
  for (let record = survey.word(head); record !== 0; record = survey.word(record + 4)) {
    const pool = survey.pools.find((candidate) => candidate.indexOf(record) >= 0)
    if (pool === undefined) return survey.report("retired", at, where, `It leads to ${hex(record)}, which is no record`)
    const index = pool.indexOf(record)
    if ((survey.generationOf(record) & 1) === 0)
      return survey.report("retired", at, where, `${survey.nameOf(record)} is there, and free`)
    if (pool.places[index] !== Place.Nowhere)
      return survey.report("retired", at, where, `${survey.nameOf(record)} is there twice, or in a free list`)
    pool.places[index] = Place.Retired
    at = record + 4
  }
}

export function checkSeats(survey: Survey): void {
  for (let i = 0; i < survey.map.threadCapacity; i++) {
    const seat = survey.map.threads + i * Size.Thread
    const state = survey.word(seat + Thread.state)
    if (isTaken(state, i)) checkTaken(survey, seat, i)
    else if (isFree(state)) checkEmpty(survey, seat, i)
    else if ((state & Owner.Seat) === Nobody.Left || (state & Owner.Nibble) === Owner.Mark)
      survey.report("seat", seat + Thread.state, `seat ${i + 1} state`, "It is being reclaimed")
    else survey.report("seat", seat + Thread.state, `seat ${i + 1} state`, `It is ${state}, which says nothing`)
  }
}

/** What a seat is left with: nothing that could hold anybody up. */
function checkEmpty(survey: Survey, seat: number, index: number): void {
  for (const name of ["epoch", "nesting", "mailbox", "work", "working", "running", "acting", "keptLocks"] as const)
    if (survey.word(seat + Thread[name]) !== 0)
      survey.report(
        "seat",
        seat + Thread[name],
        `seat ${index + 1} ${name}`,
        `Nobody sits there, and it is ${hex(survey.word(seat + Thread[name]))}`,
      )
}

type Report = (offset: number, name: string, message: string) => void

function checkTaken(survey: Survey, seat: number, index: number): void {
  const report: Report = (offset, name, message) =>
    survey.report("seat", seat + offset, `seat ${index + 1} ${name}`, message)
  const word = (offset: number) => survey.word(seat + offset)
  if (index >= survey.word(Header.threadsUsed))
    report(Thread.state, "state", `Only ${survey.word(Header.threadsUsed)} seats are scanned`)
  if (word(Thread.id) !== word(Thread.state))
    report(Thread.id, "id", `It is ${hex(word(Thread.id))}, which is not its token`)
  checkSection(survey, seat, report)
  for (const name of ["running", "acting", "working"] as const)
    if (word(Thread[name]) !== 0)
      report(Thread[name], name, `It is in the middle of ${survey.nameOf(word(Thread[name]) & ~ITEM_BITS)}`)
  if (!isCount(word(Thread.deferring))) report(Thread.deferring, "deferring", `It is ${hex(word(Thread.deferring))}`)
  // Or a lock was busy, and it waits for the end of a turn.
  if (word(Thread.deferring) === 0 && word(Thread.turns) === 0 && word(Thread.work) !== 0)
    report(Thread.work, "work", "It was put off, and nothing holds it up")
  for (const name of ["impatient", "clearing"] as const)
    if (word(Thread[name]) !== 0) report(Thread[name], name, `It is ${word(Thread[name])}, and no operation runs`)
  for (const name of ["asking", "acquired", "moduleHandles", "fenceHandles", "objectHandles"] as const)
    if (word(Thread[name]) < 0) report(Thread[name], name, `It is ${word(Thread[name])}: a count is never negative`)
  if (word(Thread.retired) < 0 || word(Thread.retired) > survey.pool(Kind.Fence).map.batch)
    report(Thread.retired, "retired", `It is ${word(Thread.retired)}`)
  const position = word(Thread.tracePosition)
  if (position < 0 || (position !== 0 && position >= survey.map.traceCapacity))
    report(Thread.tracePosition, "tracePosition", `It is ${position}`)
  checkHeld(survey, seat, report)
  checkKept(survey, seat, index)
  checkMail(survey, seat, index)
  if (word(Thread.named) !== word(Thread.generation))
    report(Thread.named, "named", "It is not its thread's, which may have died while it attached: reclaim that")
  survey.checkName(seat + Thread.name, `seat ${index + 1}`)
}

/** A count in two halves, of which only the caller's can stand while no operation runs. */
function isCount(value: number): boolean {
  return value >= 0 && value % KEPT === 0 && value / KEPT <= MOST_NESTED
}

/** Outside sections a thread announces nothing; inside, the epoch, or one that is about to end. */
function checkSection(survey: Survey, seat: number, report: Report): void {
  const nesting = survey.word(seat + Thread.nesting)
  const announced = survey.word(seat + Thread.epoch)
  if (!isCount(nesting)) return report(Thread.nesting, "nesting", `It is ${hex(nesting)}`)
  const epoch = survey.word(Header.epoch)
  const isDue = announced === ((epoch << 1) | 1) || announced === (((epoch - 1) << 1) | 1)
  if (nesting === 0 ? announced !== 0 : !isDue)
    report(
      Thread.epoch,
      "epoch",
      `It announces ${hex(announced)} at a nesting of ${nesting / KEPT}, and the epoch is ${epoch}`,
    )
}

/** Checked flavour: the stack of the locks that it holds. */
function checkHeld(survey: Survey, seat: number, report: Report): void {
  const held = survey.word(seat + Thread.heldCount)
  const kept = survey.word(seat + Thread.heldKept)
  if (held < 0 || held > MOST_NESTED) return report(Thread.heldCount, "heldCount", `It is ${held}`)
  if (kept !== held) report(Thread.heldKept, "heldKept", `It is ${kept}, and ${held} locks are held`)
  for (let i = 0; i < Math.min(held, 8); i++) {
    const lockClass = (survey.word(seat + Thread.held + (i >> 2) * 4) >> ((i & 3) * 8)) & 0xff
    if (lockClass >= LockClass.Count) report(Thread.held, "held", `It holds a lock of class ${lockClass}`)
  }
}

/** The locks that its caller has. */
function checkKept(survey: Survey, seat: number, index: number): void {
  const where = `seat ${index + 1} keptLocks`
  survey.list(seat + Thread.keptLocks, KEPT_LINK, where, (word) => holderOf(survey, survey.word(word)) === seat)
}

/** What was delivered and not yet called. */
function checkMail(survey: Survey, seat: number, index: number): void {
  const where = `seat ${index + 1} mailbox`
  const nodes = survey.list(seat + Thread.mailbox, Callback.next, where, (node) => survey.isLive(Kind.Callback, node))
  for (const node of nodes) {
    survey.claim(Kind.Callback, node, seat, node, where)
    const isForIt = survey.word(node + Callback.code) === Action.Deliver && survey.word(node + Callback.thread) === seat
    if (!isForIt)
      survey.report(
        "callback",
        node,
        `${survey.nameOf(node)} thread`,
        `It lies in the mailbox of seat ${index + 1}, and says otherwise`,
      )
    const fence = survey.fenceOf(node)
    if (fence !== 0) survey.refer(Kind.Fence, fence, node + Callback.fence, `${survey.nameOf(node)} fence`)
  }
}
