/** Fences: flags, lock, issuer, and what hangs on those that are pending. */
import {
  Action,
  Address,
  Body,
  Callback,
  Fence,
  FinishedBody,
  Flag,
  Job,
  Kind,
  Lifetime,
  Module,
  Readiness,
  Text,
  Timeline,
  Unlinked,
} from "../../../built/layout.js"
import { checkLockWord } from "./lock-words.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"
import { followTag, isBuiltIn } from "./tags.js"

const MAX_ERRNO = 4095
/** Bits of `flags` that say what a fence is: one at most. */
const KINDS = Flag.Array | Flag.Chain | Flag.Soft | Flag.Job

export function checkFences(survey: Survey): void {
  // What is put off to be released still holds its share of the lock, and of the module.
  for (const fence of survey.inUse(Kind.Fence)) if (!survey.isLive(Kind.Fence, fence)) checkHolds(survey, fence)
  for (const fence of survey.live(Kind.Fence)) checkFence(survey, fence)
}

function checkFence(survey: Survey, fence: number): void {
  const name = survey.nameOf(fence)
  const flags = survey.word(fence + Fence.flags)
  const kind = flags & KINDS
  if ((flags & Flag.Initialized) === 0 || (kind & (kind - 1)) !== 0)
    survey.report("fence", fence + Fence.flags, `${name} flags`, `They are ${hex(flags)}, which no fence's are`)
  const error = survey.word(fence + Fence.error)
  if (error > 0 || error < -MAX_ERRNO)
    survey.report(
      "fence",
      fence + Fence.error,
      `${name} error`,
      `It is ${error}: 0, or ${-MAX_ERRNO} to -1 is the range`,
    )
  if (flags & Flag.InlineLock) checkLockWord(survey, fence + Fence.lock, `${name} lock`)
  else checkSharedLock(survey, fence, name)
  checkIssuer(survey, fence, flags, name)
  if ((flags & Flag.Signaled) === 0) checkCallbacks(survey, fence, flags, name)
}

function checkHolds(survey: Survey, fence: number): void {
  const name = survey.nameOf(fence)
  const flags = survey.word(fence + Fence.flags)
  if ((flags & Flag.InlineLock) === 0) checkSharedLock(survey, fence, name)
  if (survey.word(fence + Fence.ops) !== 0) checkModule(survey, fence, flags, name)
}

/** Where locks dangle an issuer's fence holds no reference on the lock that it borrows. */
function checkSharedLock(survey: Survey, fence: number, name: string): void {
  const lock = followTag(survey, Kind.Lock, fence + Fence.lock, `${name} lock`)
  const isSoft = (survey.word(fence + Fence.flags) & Flag.Soft) !== 0
  if (lock !== 0 && ((survey.map.lifetime & Lifetime.CountsLocks) !== 0 || isSoft))
    survey.refer(Kind.Lock, lock, fence + Fence.lock, `${name} lock`)
}

function checkIssuer(survey: Survey, fence: number, flags: number, name: string): void {
  const isSignaled = (flags & Flag.Signaled) !== 0
  if (survey.word(fence + Fence.ops) === 0) {
    if (!isSignaled)
      survey.report("fence", fence + Fence.ops, `${name} ops`, "It is pending, and has let its issuer go")
    else if (flags & Flag.KeepsOps)
      survey.report("fence", fence + Fence.ops, `${name} ops`, "It keeps its issuer for life, and has none")
    return
  }
  if (isSignaled && (flags & Flag.KeepsOps) === 0)
    survey.report("fence", fence + Fence.ops, `${name} ops`, "It is complete, and has not let its issuer go")
  const text = followTag(survey, Kind.Text, fence + Fence.ops, `${name} ops`)
  const timeline = followTag(survey, Kind.Timeline, fence + Fence.timeline, `${name} timeline`)
  if (timeline !== 0 && text !== 0 && !isBuiltIn(Kind.Timeline, timeline)) {
    const theirs = survey.word(timeline + Timeline.text)
    if (theirs !== survey.word(fence + Fence.ops))
      survey.report(
        "fence",
        fence + Fence.timeline,
        `${name} timeline`,
        `${survey.nameOf(timeline)} is of another text than its ops`,
      )
  }
  checkModule(survey, fence, flags, name)
}

/** A fence that keeps its issuer for life holds its module. */
function checkModule(survey: Survey, fence: number, flags: number, name: string): void {
  const text = survey.word(fence + Fence.ops) & ~Address.TagMask
  if (
    (flags & Flag.KeepsOps) === 0 ||
    (survey.map.lifetime & Lifetime.Pins) === 0 ||
    survey.pool(Kind.Text).indexOf(text) < 0
  )
    return
  const module = followTag(survey, Kind.Module, text + Text.module, `${survey.nameOf(text)} module`)
  if (module !== 0) survey.refer(Kind.Module, module, fence + Fence.ops, `${name} ops`)
}

/** What hangs on a pending fence: linked both ways, and knowing on which. */
function checkCallbacks(survey: Survey, fence: number, flags: number, name: string): void {
  const nodes = checkLinks(survey, fence + Fence.first, fence, name)
  const listening = nodes.filter((node) => !isToBeAskedAgain(survey, node))
  if (listening.length > 0 && (flags & Flag.Enabled) === 0)
    survey.report(
      "fence",
      fence + Fence.flags,
      `${name} flags`,
      `${listening.length} callbacks wait, and nobody asked for signaling`,
    )
  for (const node of nodes) {
    if (survey.fenceOf(node) !== fence)
      survey.report(
        "callback",
        node + Callback.fence,
        `${survey.nameOf(node)} fence`,
        `It hangs on ${name}, and says ${survey.nameOf(survey.fenceOf(node))}`,
      )
    // One that is to be delivered keeps its fence; those of containers and jobs keep what they act for.
    if (survey.word(node + Callback.code) === Action.Deliver)
      survey.refer(Kind.Fence, fence, node, `${survey.nameOf(node)} fence`)
  }
}

/** A job hangs on also while the issuer of what it depends on has failed to be asked: it is asked again at the next turn. */
function isToBeAskedAgain(survey: Survey, node: number): boolean {
  // A job ends with its hardware's fence, also when the issuer of that could not be asked.
  if (survey.word(node + Callback.code) === Action.JobDone) return true
  if (survey.word(node + Callback.code) !== Action.DependencyDone) return false
  const job = survey.word(node - Body.node + FinishedBody.job)
  if (survey.pool(Kind.Object).indexOf(job) < 0) return false
  const readiness = survey.word(job + Job.readiness)
  return readiness === Readiness.Refused || readiness === Readiness.Retry
}

/** A list of `engine/list.ts`: its nodes, in order. */
export function checkLinks(survey: Survey, first: number, owner: number, name: string): number[] {
  const nodes = survey.list(first, Callback.next, `${name} callbacks`, (node) => survey.isLiveNode(node))
  let previous = 0
  for (const node of nodes) {
    const found = survey.word(node + Callback.previous)
    if (found !== previous)
      survey.report(
        "callback",
        node + Callback.previous,
        `${survey.nameOf(node)} previous`,
        `It is ${found === Unlinked.Mark ? "unlinked" : hex(found)}, and ${hex(previous)} comes before it`,
      )
    if (survey.pool(Kind.Callback).indexOf(node) >= 0)
      survey.claim(Kind.Callback, node, owner, node, `${name} callbacks`)
    else noteHung(survey, node - Body.node)
    previous = node
  }
  const last = survey.word(first + 4)
  if (last !== previous)
    survey.report(
      "callback",
      first + 4,
      `${name} last callback`,
      `It is ${hex(last)}, and the last is ${hex(previous)}`,
    )
  return nodes
}

/** The node of a body hangs somewhere: noted as a reference on the body, which has no others. */
function noteHung(survey: Survey, body: number): void {
  const bodies = survey.pool(Kind.Body)
  bodies.known[bodies.indexOf(body)]!++
}

/** Modules are referred to by fences that keep their ops, and by timelines and handles, which cannot be seen. */
export function checkModuleReferences(survey: Survey): void {
  const modules = survey.pool(Kind.Module)
  for (const module of survey.live(Kind.Module)) {
    const known = modules.known[modules.indexOf(module)]!
    const references = survey.word(module + Module.references)
    // Negative: it is on its way out, and counts no more.
    if (references >= 0 && references < known)
      survey.report(
        "reference",
        module + Module.references,
        `${survey.nameOf(module)} references`,
        `It counts ${references} references, and ${known} were found`,
      )
  }
}
