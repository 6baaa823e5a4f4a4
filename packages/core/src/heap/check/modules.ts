/** Modules, their texts, their timelines, and the locks these share. */
import {
  Address,
  Fence,
  Flag,
  Kind,
  Lifetime,
  Lock,
  Module,
  ModuleState,
  Op,
  Text,
  Timeline,
} from "../../../built/layout.js"
import { checkLockWord, holderOf } from "./lock-words.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"
import { followTag } from "./tags.js"

export function checkModules(survey: Survey): void {
  for (const module of survey.live(Kind.Module)) checkModule(survey, module)
  for (const text of survey.live(Kind.Text))
    if (survey.ownerOf(Kind.Text, text) === 0)
      survey.report("lost", text, survey.nameOf(text), "It is in use, and no module has it")
}

function checkModule(survey: Survey, module: number): void {
  const name = survey.nameOf(module)
  const references = survey.word(module + Module.references)
  // A token: that thread counts its pending fences, or gives back what it brought along.
  const isHandled = holderOf(survey, references) !== 0
  if (references === ModuleState.Gone || isHandled)
    survey.report("module", module + Module.references, `${name} references`, "It is being loaded or unloaded")
  else if (references < ModuleState.Going)
    survey.report("module", module + Module.references, `${name} references`, `It is ${references}`)
  survey.checkName(module + Module.name, name)
  const text = followTag(survey, Kind.Text, module + Module.text, `${name} text`)
  if (text !== 0) {
    survey.claim(Kind.Text, text, module, module + Module.text, `${name} text`)
    if (followTag(survey, Kind.Module, text + Text.module, `${survey.nameOf(text)} module`) !== module)
      survey.report("module", text + Text.module, `${survey.nameOf(text)} module`, `It leads elsewhere than to ${name}`)
    if (survey.word(text + Text.loadId) !== survey.word(module + Module.loadId))
      survey.report("module", text + Text.loadId, `${survey.nameOf(text)} loadId`, `It differs from that of ${name}`)
    if ((survey.word(text + Text.opsMask) & ~31) !== 0)
      survey.report(
        "module",
        text + Text.opsMask,
        `${survey.nameOf(text)} opsMask`,
        `It is ${survey.word(text + Text.opsMask)}`,
      )
    survey.checkName(text + Text.driverName, survey.nameOf(text))
    survey.checkName(text + Text.moduleName, survey.nameOf(text))
  }
  const timelines = survey.list(module + Module.timelines, Timeline.next, `${name} timelines`, (at) =>
    survey.isLive(Kind.Timeline, at),
  )
  for (const timeline of timelines) {
    claimTimeline(survey, timeline, module, module + Module.timelines, `${name} timelines`)
    if (survey.word(timeline + Timeline.module) !== module)
      survey.report(
        "module",
        timeline + Timeline.module,
        `${survey.nameOf(timeline)} module`,
        `It leads elsewhere than to ${name}`,
      )
    checkUsers(survey, timeline)
    if (text !== 0) checkFenceFlags(survey, timeline, flagsOf(survey, text, survey.word(timeline + Timeline.lock)))
  }
}

/** What the fences of a timeline start as is said by its text and its lock; how wide its seqnos are, by nothing else. */
export function checkFenceFlags(survey: Survey, timeline: number, expected: number): void {
  const flags = survey.word(timeline + Timeline.fenceFlags)
  if ((flags & ~Flag.Seqno64) !== expected)
    survey.report(
      "module",
      timeline + Timeline.fenceFlags,
      `${survey.nameOf(timeline)} fenceFlags`,
      `They are ${hex(flags)}, and should be ${hex(expected)}`,
    )
}

/** As in `engine/modules.ts`. */
function flagsOf(survey: Survey, text: number, lock: number): number {
  const ops = survey.word(text + Text.opsMask)
  const keeps =
    (survey.map.lifetime & Lifetime.Detaches) === 0 ||
    ((survey.map.lifetime & Lifetime.Unlocked) === 0 && (ops & ((1 << Op.Wait) | (1 << Op.Free))) !== 0)
  return (
    Flag.Initialized |
    (lock === 0 ? Flag.InlineLock : 0) |
    (ops & (1 << Op.PollSignaled) ? Flag.Polls : 0) |
    (keeps ? Flag.KeepsOps : 0)
  )
}

/** A module's timeline stays while it is open, or fences of it lead to it: those that were there when it was closed are counted. */
function checkUsers(survey: Survey, timeline: number): void {
  const name = survey.nameOf(timeline)
  const users = survey.word(timeline + Timeline.users)
  const fences = survey.word(timeline + Timeline.fences)
  let found = 0
  for (const fence of survey.inUse(Kind.Fence))
    if (
      (survey.word(fence + Fence.timeline) & ~Address.TagMask) === timeline &&
      survey.word(fence + Fence.flags) & Flag.OfClosed
    )
      found++
  if (users < 0) survey.report("module", timeline + Timeline.users, `${name} users`, `It is ${users}`)
  // One with a slab stays to the end of its module.
  if (users <= 0 && fences <= 0 && survey.word(timeline + Timeline.slab) === 0)
    survey.report("lost", timeline, name, "Nobody has it open, and it is on its module's list")
  if (fences !== found)
    survey.report(
      "module",
      timeline + Timeline.fences,
      `${name} fences`,
      `It waits for ${fences} fences, and ${found} were found`,
    )
}

/** A timeline that something has: its text, its lock, its name. */
export function claimTimeline(survey: Survey, timeline: number, owner: number, at: number, where: string): void {
  survey.claim(Kind.Timeline, timeline, owner, at, where)
  const name = survey.nameOf(timeline)
  followTag(survey, Kind.Text, timeline + Timeline.text, `${name} text`)
  survey.checkName(timeline + Timeline.name, name)
  if (survey.word(timeline + Timeline.lock) === 0) return
  const lock = followTag(survey, Kind.Lock, timeline + Timeline.lock, `${name} lock`)
  if (lock !== 0) survey.refer(Kind.Lock, lock, timeline + Timeline.lock, `${name} lock`)
}

/** After everything that has timelines was looked at. */
export function checkTimelinesAndLocks(survey: Survey): void {
  for (const timeline of survey.live(Kind.Timeline))
    if (survey.ownerOf(Kind.Timeline, timeline) === 0)
      survey.report("lost", timeline, survey.nameOf(timeline), "It is in use, and nothing has it")
  const locks = survey.pool(Kind.Lock)
  for (const lock of survey.live(Kind.Lock)) {
    checkLockWord(survey, lock + Lock.word, `${survey.nameOf(lock)} word`)
    const references = survey.word(lock + Lock.refs)
    const known = locks.known[locks.indexOf(lock)]!
    if (references !== known)
      survey.report(
        "reference",
        lock + Lock.refs,
        `${survey.nameOf(lock)} refs`,
        `It counts ${references} references, and ${known} were found`,
      )
  }
}
