/** Counts of references: at least as many as were found, and never none. */
import { Action, Callback, Fence, Header, Kind, ObjectType, SharedObject, Unlinked } from "../../../built/layout.js"
import { Place, type Survey } from "./survey.js"

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

function checkCounts(survey: Survey, kind: number, offset: number): void {
  const pool = survey.pool(kind)
  for (const record of survey.live(kind)) {
    const name = survey.nameOf(record)
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
    if (place !== Place.Retired) return
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

/** Callbacks that nothing was found to have: an engine's own that has run is still its registrant's, another is lost. */
export function checkCallbacks(survey: Survey): void {
  for (const node of survey.live(Kind.Callback)) {
    const name = survey.nameOf(node)
    const code = survey.word(node + Callback.code)
    if (code < 0 || code > Action.DependencySeen)
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
    if (survey.ownerOf(Kind.Callback, node) !== 0) continue
    const hasRun = survey.word(node + Callback.previous) === Unlinked.Mark
    if (!hasRun || (code !== Action.AddToCell && code !== Action.RingThread && code !== Action.RingWaiter))
      survey.report("lost", node, name, "It is in use, and nothing has it")
  }
}
