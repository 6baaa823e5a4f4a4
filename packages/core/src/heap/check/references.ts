/** Counts of references: at least as many as were found, and never none. */
import {
  Action,
  Callback,
  Fence,
  Header,
  Kind,
  ObjectType,
  SharedObject,
  Size,
  Unlinked,
  Wanted,
} from "../../../built/layout.js"
import { hex } from "./problem.js"
import { Place, type Survey } from "./survey.js"
import { followTag } from "./tags.js"

/** More than any program holds: a count beyond it is on its way to overflow. */
const MOST = 0x4000_0000

export function checkReferences(survey: Survey): void {
  checkCounts(survey, Kind.Fence, Fence.refs)
  checkCounts(survey, Kind.Object, SharedObject.refs)
  const refs = survey.word(Header.stub + Fence.refs)
  // One is the heap's own.
  if (refs < survey.knownOfStub + 1 || refs > MOST)
    survey.report(
      "reference",
      Header.stub + Fence.refs,
      "stub refs",
      `It counts ${refs} references, and ${survey.knownOfStub + 1} were found`,
    )
  checkRetired(survey, Kind.Fence, Fence.refs)
  checkRetired(survey, Kind.Object, SharedObject.refs)
}

/** Nobody holds these: they belong to another object, or to whoever takes them. */
const UNCOUNTED: ReadonlySet<number> = new Set([ObjectType.ChannelOut, ObjectType.Parcel])

function checkCounts(survey: Survey, kind: number, offset: number): void {
  const pool = survey.pool(kind)
  for (const record of survey.live(kind)) {
    const name = survey.nameOf(record)
    if (kind === Kind.Object && UNCOUNTED.has(survey.word(record + SharedObject.type))) continue
    const refs = survey.word(record + offset)
    const known = pool.known[pool.indexOf(record)]!
    if (refs === 0)
      survey.report("lost", record + offset, `${name} refs`, "Nobody holds it, and it is not on its way out")
    else if (refs < known || refs > MOST)
      survey.report(
        "reference",
        record + offset,
        `${name} refs`,
        `It counts ${refs} references, and ${known} were found`,
      )
  }
}

/** What is on its way out is held by nobody. (A job is never held.) */
function checkRetired(survey: Survey, kind: number, offset: number): void {
  const pool = survey.pool(kind)
  pool.places.forEach((place, index) => {
    if (place !== Place.Retired && place !== Place.PutOff) return
    const record = pool.addressOf(index)
    if (kind === Kind.Object && survey.word(record + SharedObject.type) === ObjectType.Job) return
    const refs = survey.word(record + offset)
    if (refs !== 0)
      survey.report(
        "reference",
        record + offset,
        `${survey.nameOf(record)} refs`,
        `It is on its way out, and counts ${refs} references`,
      )
  })
}

/** What has run, and is its registrant's to give back. */
const MAY_BE_KEPT: ReadonlySet<number> = new Set([Action.AddToCell, Action.RingThread, Action.RingWaiter])

/** What rings a thread, or is delivered to it. */
const IS_FOR_A_THREAD: ReadonlySet<number> = new Set([Action.RingThread, Action.RingWaiter, Action.Deliver])

/** Waiters for submissions: each is a pair, whose second record holds the syncobj; what was handed over is held as well. */
export function checkWaiters(survey: Survey): void {
  for (const node of survey.live(Kind.Callback)) {
    if (survey.word(node + Callback.code) !== Action.RingWaiter) continue
    const name = survey.nameOf(node)
    const fence = survey.fenceOf(node)
    if (fence !== 0) survey.refer(Kind.Fence, fence, node + Callback.fence, `${name} fence`)
    const wanted = survey.word(node + Callback.wanted)
    if (!survey.isLive(Kind.Callback, wanted) || survey.word(wanted + Callback.code) !== Action.OfWaiter) {
      survey.report(
        "callback",
        node + Callback.wanted,
        `${name} wanted`,
        `It is ${survey.nameOf(wanted)}, which says nothing`,
      )
      continue
    }
    survey.claim(Kind.Callback, wanted, node, node + Callback.wanted, `${name} wanted`)
    const syncobj = followTag(survey, Kind.Object, wanted + Wanted.syncobj, `${survey.nameOf(wanted)} syncobj`)
    if (syncobj !== 0) survey.refer(Kind.Object, syncobj, wanted + Wanted.syncobj, `${survey.nameOf(wanted)} syncobj`)
  }
}

/** Callbacks that nothing was found to have: an engine's own that has run is still its registrant's, another is lost. */
export function checkCallbacks(survey: Survey): void {
  for (const node of survey.live(Kind.Callback)) {
    const name = survey.nameOf(node)
    const code = survey.word(node + Callback.code)
    if (code < 0 || code > Action.ModuleFunction)
      survey.report("callback", node + Callback.code, `${name} code`, `It is ${code}, which is no action`)
    const cell = survey.word(node + Callback.argument)
    const end = survey.map.cells + survey.map.cellCapacity * 4
    if (code === Action.AddToCell && (cell < survey.map.cells || cell >= end || (cell & 3) !== 0))
      survey.report(
        "callback",
        node + Callback.argument,
        `${name} argument`,
        `It counts up ${survey.nameOf(cell)}, which is no cell`,
      )
    if (IS_FOR_A_THREAD.has(code)) checkThread(survey, node, name)
    if (survey.ownerOf(Kind.Callback, node) !== 0) continue
    const hasRun = survey.word(node + Callback.previous) === Unlinked.Mark
    if (!hasRun || !MAY_BE_KEPT.has(code)) survey.report("lost", node, name, "It is in use, and nothing has it")
  }
}

function checkThread(survey: Survey, node: number, name: string): void {
  const { threads, threadCapacity } = survey.map
  const thread = survey.word(node + Callback.thread)
  const index = (thread - threads) / Size.Thread
  if (!Number.isInteger(index) || index < 0 || index >= threadCapacity)
    survey.report("callback", node + Callback.thread, `${name} thread`, `It is ${hex(thread)}, which is no seat`)
}
