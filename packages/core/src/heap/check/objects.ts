/** Shared objects: reservations, sync files, soft timelines, syncobjs. (Schedulers, entities and jobs: `jobs.ts`.) */
import {
  Callback,
  Fence,
  Flag,
  Kind,
  ObjectType,
  Parcel,
  Reservation,
  SharedObject,
  Slots,
  SoftPoint,
  SoftTimeline,
  SyncFile,
  Syncobj,
  Timeline,
  Version,
  Versions,
} from "../../../built/layout.js"
import { checkLinks } from "./fences.js"
import { checkLockWord } from "./lock-words.js"
import { checkChannel, checkEnd } from "./channels.js"
import { checkFenceFlags, claimTimeline } from "./modules.js"
import { checkSync } from "./sync.js"
import type { Survey } from "./survey.js"

const USAGE = 3

export function checkObjects(survey: Survey): void {
  for (const object of survey.live(Kind.Object)) {
    const name = survey.nameOf(object)
    const type = survey.word(object + SharedObject.type)
    checkLockWord(survey, object + SharedObject.lock, `${name} lock`, true)
    if (type === ObjectType.Reservation) checkReservation(survey, object, name)
    else if (type === ObjectType.SyncFile) checkSyncFile(survey, object, name)
    else if (type === ObjectType.SoftTimeline) checkSoftTimeline(survey, object, name)
    else if (type === ObjectType.Syncobj) checkSyncobj(survey, object, name)
    else if (type >= ObjectType.Mutex && type <= ObjectType.Condition) checkSync(survey, object, type, name)
    else if (type === ObjectType.Channel) checkChannel(survey, object, name)
    else if (type === ObjectType.Versions) checkVersions(survey, object, name)
    else if (type === ObjectType.Parcel) checkParcel(survey, object, name)
    else if (type === ObjectType.ChannelOut) checkEnd(survey, object, name)
    else if (type < ObjectType.Reservation || type > ObjectType.Versions)
      survey.report("object", object + SharedObject.type, `${name} type`, `It is ${type}, which is no object's`)
  }
}

/** The version that readers find: blocks of its own, as many as its bytes take. */
function checkVersions(survey: Survey, object: number, name: string): void {
  const blocks = survey.list(object + Versions.current, Slots.next, `${name} version`, (at) =>
    survey.isLive(Kind.Slots, at),
  )
  for (const block of blocks) survey.claim(Kind.Slots, block, object, block, `${name} version`)
  const [first] = blocks
  if (first === undefined) {
    survey.report("object", object + Versions.current, `${name} version`, "There is none")
    return
  }
  const bytes = survey.word(first + Slots.count)
  const most = blocks.length * Version.Capacity * 4
  if (bytes < 0 || bytes > most || (blocks.length > 1 && bytes <= most - Version.Capacity * 4))
    survey.report("object", first + Slots.count, `${name} bytes`, `There are ${bytes}, in ${blocks.length} blocks`)
  const published = survey.word(first + Version.published)
  // 1: somebody was about to replace it, and has died.
  if (published !== 0 && published !== 1)
    survey.report("object", first + Version.published, `${name} published`, `It is ${published}: 0 or 1`)
}

/** What is in it is there, if nobody is taking it. */
function checkParcel(survey: Survey, parcel: number, name: string): void {
  if (survey.word(parcel + Parcel.state) !== survey.generationOf(parcel)) return
  const type = survey.word(parcel + Parcel.type)
  const content = survey.word(parcel + Parcel.content)
  survey.refer(type === 0 ? Kind.Fence : Kind.Object, content, parcel + Parcel.content, `${name} content`)
  if (type === 0 || !survey.isLive(Kind.Object, content)) return
  const actual = survey.word(content + SharedObject.type)
  if (actual !== type)
    survey.report(
      "object",
      parcel + Parcel.type,
      `${name} type`,
      `It is ${type}, and ${survey.nameOf(content)} is of ${actual}`,
    )
}

function checkReservation(survey: Survey, reservation: number, name: string): void {
  const blocks = survey.list(reservation + Reservation.list, Slots.next, `${name} list`, (at) =>
    survey.isLive(Kind.Slots, at),
  )
  for (const block of blocks) survey.claim(Kind.Slots, block, reservation, block, `${name} list`)
  const room = blocks.length * Slots.Capacity
  const first = blocks[0]
  const count = first === undefined ? 0 : survey.word(first + Slots.count)
  if (count < 0 || count > room)
    survey.report(
      "object",
      (first ?? reservation) + Slots.count,
      `${name} count`,
      `It is ${count}, and there is room for ${room}`,
    )
  const max = survey.word(reservation + Reservation.max)
  if (max < 0 || max > room)
    survey.report("object", reservation + Reservation.max, `${name} max`, `It is ${max}, and there is room for ${room}`)
  for (let i = 0; i < Math.min(count, room); i++) {
    const slot = blocks[Math.floor(i / Slots.Capacity)]! + Slots.first + (i % Slots.Capacity) * 4
    survey.refer(Kind.Fence, survey.word(slot) & ~USAGE, slot, `${name} slot ${i}`)
  }
}

function checkSyncFile(survey: Survey, file: number, name: string): void {
  survey.refer(Kind.Fence, survey.word(file + SyncFile.fence), file + SyncFile.fence, `${name} fence`)
  survey.checkName(file + SyncFile.name, name)
}

function checkSoftTimeline(survey: Survey, soft: number, name: string): void {
  const timeline = survey.word(soft + SoftTimeline.timeline)
  if (survey.isLive(Kind.Timeline, timeline)) {
    claimTimeline(survey, timeline, soft, soft + SoftTimeline.timeline, `${name} timeline`)
    checkFenceFlags(survey, timeline, Flag.Initialized | Flag.Soft)
  } else
    survey.report(
      "object",
      soft + SoftTimeline.timeline,
      `${name} timeline`,
      `It is ${survey.nameOf(timeline)}, which is no timeline in use`,
    )
  const closed = survey.word(soft + SoftTimeline.closed)
  if (closed !== 0 && closed !== 1)
    survey.report("object", soft + SoftTimeline.closed, `${name} closed`, `It is ${closed}: 0 or 1`)
  const points = survey.list(soft + SoftTimeline.first, SoftPoint.next, `${name} points`, (at) =>
    survey.isLive(Kind.Fence, at),
  )
  const back = survey.word(timeline + Timeline.soft)
  if (survey.isLive(Kind.Timeline, timeline) && back !== soft)
    survey.report(
      "object",
      timeline + Timeline.soft,
      `${survey.nameOf(timeline)} soft`,
      `It leads elsewhere than to ${name}`,
    )
  let before: number | undefined
  for (const point of points) {
    if ((survey.word(point + Fence.flags) & (Flag.Soft | Flag.Signaled)) !== Flag.Soft)
      survey.report(
        "object",
        point + Fence.flags,
        `${survey.nameOf(point)} flags`,
        `It is on the list of ${name}, and no pending point`,
      )
    const seqno = survey.word(point + Fence.seqnoLo)
    if (before !== undefined && ((seqno - before) | 0) <= 0)
      survey.report(
        "object",
        point + Fence.seqnoLo,
        `${survey.nameOf(point)} seqno`,
        `It comes after ${before} on the list of ${name}, and is ${seqno}`,
      )
    before = seqno
  }
  const last = points.at(-1)
  if (last !== undefined && survey.word(soft + SoftTimeline.last) !== last)
    survey.report(
      "object",
      soft + SoftTimeline.last,
      `${name} last`,
      `It is ${survey.nameOf(survey.word(soft + SoftTimeline.last))}, and the last is ${survey.nameOf(last)}`,
    )
}

function checkSyncobj(survey: Survey, syncobj: number, name: string): void {
  for (const node of checkLinks(survey, syncobj + Syncobj.firstWaiter, syncobj, name))
    if (survey.fenceOf(node) !== 0)
      survey.report(
        "callback",
        node + Callback.fence,
        `${survey.nameOf(node)} fence`,
        `It hangs on ${name}, and says ${survey.nameOf(survey.fenceOf(node))}`,
      )
  const fence = survey.word(syncobj + Syncobj.fence)
  if (fence !== 0) survey.refer(Kind.Fence, fence, syncobj + Syncobj.fence, `${name} fence`)
}

/** After everything that has blocks was looked at. */
export function checkBlocks(survey: Survey): void {
  for (const block of survey.live(Kind.Slots))
    if (survey.ownerOf(Kind.Slots, block) === 0)
      survey.report("lost", block, survey.nameOf(block), "It is in use, and nothing has it")
}
