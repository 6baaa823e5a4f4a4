/** Thread records: what a thread that does nothing leaves in its seat. */
import { Action, Callback, Header, Kind, LockClass, Nobody, Owner, Size, Thread } from "../../../built/layout.js"
import { isFree, isTaken } from "./lock-words.js"
import { hex } from "./problem.js"
import { Place, type Survey } from "./survey.js"

const CHAINS = 4
const MOST_NESTED = 1_000_000

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

function findOnChain(survey: Survey, head: number, where: string): void {
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
      survey.report(
        "seat",
        seat + Thread.state,
        `seat ${i + 1} state`,
        "Somebody began to reclaim it, and has not come to the end",
      )
    else survey.report("seat", seat + Thread.state, `seat ${i + 1} state`, `It is ${state}, which says nothing`)
  }
}

function checkEmpty(survey: Survey, seat: number, index: number): void {
  for (const name of ["epoch", "mailbox"] as const)
    if (survey.word(seat + Thread[name]) !== 0)
      survey.report(
        "seat",
        seat + Thread[name],
        `seat ${index + 1} ${name}`,
        `Nobody sits there, and it is ${hex(survey.word(seat + Thread[name]))}`,
      )
}

function checkTaken(survey: Survey, seat: number, index: number): void {
  const report = (offset: number, name: string, message: string) =>
    survey.report("seat", seat + offset, `seat ${index + 1} ${name}`, message)
  const word = (offset: number) => survey.word(seat + offset)
  if (index >= survey.word(Header.threadsUsed))
    report(Thread.state, "state", `A thread sits there, and only ${survey.word(Header.threadsUsed)} seats are scanned`)
  if ((word(Thread.id) & 0xffff) !== index + 1) report(Thread.id, "id", `It is ${hex(word(Thread.id))}`)
  checkSection(survey, seat, report)
  for (const name of ["running", "acting", "working"] as const)
    if (word(Thread[name]) !== 0)
      report(Thread[name], name, `It is in the middle of ${survey.nameOf(word(Thread[name]))}`)
  const deferring = word(Thread.deferring)
  if (deferring < 0 || deferring > MOST_NESTED) report(Thread.deferring, "deferring", `It is ${deferring}`)
  if (deferring === 0 && word(Thread.work) !== 0)
    report(Thread.work, "work", "Work was put off, and nothing holds it up")
  if (word(Thread.retired) < 0 || word(Thread.retired) > survey.pool(Kind.Fence).map.batch)
    report(Thread.retired, "retired", `It is ${word(Thread.retired)}`)
  if (
    word(Thread.tracePosition) < 0 ||
    (word(Thread.tracePosition) >= survey.map.traceCapacity && word(Thread.tracePosition) !== 0)
  )
    report(Thread.tracePosition, "tracePosition", `It is ${word(Thread.tracePosition)}`)
  checkHeld(survey, seat, report)
  checkMail(survey, seat, index)
  survey.checkName(seat + Thread.name, `seat ${index + 1}`)
}

/** Outside sections a thread announces nothing; inside, the epoch, or one that is about to end. */
function checkSection(
  survey: Survey,
  seat: number,
  report: (offset: number, name: string, message: string) => void,
): void {
  const nesting = survey.word(seat + Thread.nesting)
  const announced = survey.word(seat + Thread.epoch)
  if (nesting < 0 || nesting > MOST_NESTED) return report(Thread.nesting, "nesting", `It is ${nesting}`)
  const epoch = survey.word(Header.epoch)
  const isDue = announced === ((epoch << 1) | 1) || announced === (((epoch - 1) << 1) | 1)
  if (nesting === 0 ? announced !== 0 : !isDue)
    report(
      Thread.epoch,
      "epoch",
      `It announces ${hex(announced)} at a nesting of ${nesting}, and the epoch is ${epoch}`,
    )
}

function checkHeld(
  survey: Survey,
  seat: number,
  report: (offset: number, name: string, message: string) => void,
): void {
  const held = survey.word(seat + Thread.heldCount)
  if (held < 0 || held > MOST_NESTED) return report(Thread.heldCount, "heldCount", `It is ${held}`)
  for (let i = 0; i < Math.min(held, 8); i++) {
    const lockClass = (survey.word(seat + Thread.held + (i >> 2) * 4) >> ((i & 3) * 8)) & 0xff
    if (lockClass >= LockClass.Count) report(Thread.held, "held", `It holds a lock of class ${lockClass}`)
  }
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
        `It lies in the mailbox of seat ${index + 1}, and is not for it`,
      )
    const fence = survey.fenceOf(node)
    if (fence !== 0) survey.refer(Kind.Fence, fence, node + Callback.fence, `${survey.nameOf(node)} fence`)
  }
}
