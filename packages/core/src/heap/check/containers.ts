/** Arrays, chains, and the bodies of jobs' finished fences. */
import {
  Action,
  Arming,
  ArrayBody,
  Body,
  Callback,
  ChainBody,
  Fence,
  FinishedBody,
  Flag,
  Kind,
  Members,
  Unlinked,
} from "../../../built/layout.js"
import type { Survey } from "./survey.js"

export function checkContainers(survey: Survey): void {
  for (const fence of survey.live(Kind.Fence)) {
    const flags = survey.word(fence + Fence.flags)
    if (flags & Flag.Array) checkArray(survey, fence, flags)
    else if (flags & Flag.Chain) checkChain(survey, fence)
    else if (flags & Flag.Job && survey.word(fence + Fence.user) !== 0) checkFinished(survey, fence)
  }
  checkDepths(survey)
  for (const body of survey.live(Kind.Body))
    if (survey.ownerOf(Kind.Body, body) === 0)
      survey.report("lost", body, survey.nameOf(body), "It is in use, and no fence has it")
}

/** The body of a fence; 0, and reported, when there is none. */
function bodyOf(survey: Survey, fence: number, ...actions: readonly number[]): number {
  const body = survey.word(fence + Fence.user)
  const name = survey.nameOf(fence)
  if (!survey.isLive(Kind.Body, body)) {
    survey.report("container", fence + Fence.user, `${name} body`, `It is ${survey.nameOf(body)}, which is none in use`)
    return 0
  }
  survey.claim(Kind.Body, body, fence, fence + Fence.user, `${name} body`)
  const node = body + Body.node
  if (!actions.includes(survey.word(node + Callback.code)) || survey.word(node + Callback.argument) !== fence)
    survey.report("container", node + Callback.argument, `${survey.nameOf(body)} node`, `It does not act for ${name}`)
  checkNode(survey, fence, node, body)
  return body
}

/** A node of a body is linked when it hangs somewhere, and only then; while it hangs it keeps its fence. */
function checkNode(survey: Survey, fence: number, node: number, body: number): void {
  const bodies = survey.pool(Kind.Body)
  const hung = bodies.known[bodies.indexOf(body)]!
  const isLinked = survey.word(node + Callback.previous) !== Unlinked.Mark
  if (hung > 1 || isLinked !== hung > 0)
    survey.report(
      "callback",
      node + Callback.previous,
      `${survey.nameOf(body)} node`,
      `It says that it is ${isLinked ? "linked" : "not linked"}, and hangs on ${hung} fences`,
    )
  if (hung > 0) survey.refer(Kind.Fence, fence, node + Callback.argument, `${survey.nameOf(body)} node`)
}

function checkArray(survey: Survey, array: number, flags: number): void {
  const name = survey.nameOf(array)
  const body = bodyOf(survey, array, Action.ArrayMember)
  if (body === 0) return
  const members = survey.list(body + ArrayBody.first, Callback.sibling, `${name} members`, (node) =>
    survey.isLive(Kind.Callback, node),
  )
  let hung = 0
  let waiting = 0
  for (const node of members) {
    const fence = survey.fenceOf(node)
    const owner = survey.ownerOf(Kind.Callback, node)
    if (owner === fence && owner !== 0) hung++
    else survey.claim(Kind.Callback, node, array, node, `${name} members`)
    survey.refer(Kind.Fence, fence, node + Callback.fence, `${survey.nameOf(node)} fence`)
    const code = survey.word(node + Callback.code)
    if (code === Action.ArrayMember) waiting++
    if ((code !== Action.ArrayMember && code !== Action.Counted) || survey.word(node + Callback.argument) !== array)
      survey.report(
        "container",
        node + Callback.argument,
        `${survey.nameOf(node)} argument`,
        `It is a member of ${name}, and does not act for it`,
      )
    const isLinked = survey.word(node + Callback.previous) !== Unlinked.Mark
    if (isLinked !== (owner === fence && owner !== 0))
      survey.report(
        "callback",
        node + Callback.previous,
        `${survey.nameOf(node)} previous`,
        `It says that it is ${isLinked ? "linked" : "not linked"}, and is not`,
      )
  }
  const count = survey.word(body + ArrayBody.count)
  if (count !== members.length)
    survey.report(
      "container",
      body + ArrayBody.count,
      `${name} count`,
      `It is ${count}, and ${members.length} members are there`,
    )
  const pending = survey.word(body + ArrayBody.pending)
  const arming = survey.word(body + ArrayBody.arming)
  const isSignaled = (flags & Flag.Signaled) !== 0
  // Of one that is counted anew since a death nobody reads the number.
  if (
    !isSignaled &&
    (pending & Members.Recount) === 0 &&
    pending !== waiting + (arming === Arming.Fully ? 0 : Members.Guard)
  )
    survey.report(
      "container",
      body + ArrayBody.pending,
      `${name} pending`,
      `It is ${pending}, and ${waiting} members are not counted`,
    )
  if (arming < Arming.Never || arming > Arming.Fully)
    survey.report("container", body + ArrayBody.arming, `${name} arming`, `It is ${arming}, and nobody is at it`)
  else if (!isSignaled && (arming === Arming.Never ? hung > 0 : arming === Arming.Fully && hung !== waiting))
    survey.report(
      "container",
      body + ArrayBody.arming,
      `${name} arming`,
      `It is ${arming}, and ${hung} of ${waiting} members hang`,
    )
  // The reference of the arming.
  if (!isSignaled && arming === Arming.Fully) survey.refer(Kind.Fence, array, array + Fence.flags, `${name} flags`)
}

function checkChain(survey: Survey, chain: number): void {
  const name = survey.nameOf(chain)
  const body = bodyOf(survey, chain, Action.ChainLink)
  if (body === 0) return
  const arming = survey.word(body + ChainBody.arming)
  if (arming < Arming.Never || arming > Arming.Fully)
    survey.report("container", body + ChainBody.arming, `${name} arming`, `It is ${arming}, and nobody is at it`)
  const fence = survey.word(body + ChainBody.fence)
  survey.refer(Kind.Fence, fence, body + ChainBody.fence, `${name} fence`)
  if (survey.isLiveFence(fence) && survey.word(fence + Fence.flags) & Flag.Chain)
    survey.report("container", body + ChainBody.fence, `${name} fence`, "It is itself a chain")
  const previous = survey.word(body + ChainBody.previous)
  if (previous !== 0) survey.refer(Kind.Fence, previous, body + ChainBody.previous, `${name} previous`)
}

function checkFinished(survey: Survey, fence: number): void {
  const name = survey.nameOf(fence)
  const body = bodyOf(survey, fence, Action.JobDone, Action.DependencyDone, Action.DependencySeen)
  if (body === 0) return
  const parent = survey.word(body + FinishedBody.parent)
  if (parent !== 0) survey.refer(Kind.Fence, parent, body + FinishedBody.parent, `${name} parent`)
  survey.refer(
    Kind.Fence,
    survey.word(body + FinishedBody.scheduled),
    body + FinishedBody.scheduled,
    `${name} scheduled`,
  )
  const job = survey.word(body + FinishedBody.job)
  if (job !== 0 && !survey.isLive(Kind.Object, job))
    survey.report(
      "container",
      body + FinishedBody.job,
      `${name} job`,
      `It is ${survey.nameOf(job)}, which is no object in use`,
    )
}

/** What a fence is made of must not lead back to it: follows each way once. */
function checkDepths(survey: Survey): void {
  const fences = survey.pool(Kind.Fence)
  const ENTERED = 1
  const LEFT = 2
  const marks = new Uint8Array(fences.map.capacity)
  for (const start of survey.live(Kind.Fence)) {
    const path: { fence: number; parts: Iterator<number> }[] = []
    const enter = (fence: number, from: number) => {
      const index = fences.indexOf(fence)
      if (index < 0 || marks[index] === LEFT) return
      if (marks[index] === ENTERED)
        return survey.report(
          "container",
          from + Fence.user,
          `${survey.nameOf(from)} body`,
          `It is made of ${survey.nameOf(fence)}, which is made of it`,
        )
      marks[index] = ENTERED
      path.push({ fence, parts: partsOf(survey, fence) })
    }
    enter(start, start)
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const part = top.parts.next()
      if (!part.done) enter(part.value, top.fence)
      else {
        marks[fences.indexOf(top.fence)] = LEFT
        path.pop()
      }
    }
  }
}

/** The fences of which one is made. */
function* partsOf(survey: Survey, fence: number): Generator<number, void, undefined> {
  const flags = survey.word(fence + Fence.flags)
  const body = survey.word(fence + Fence.user)
  if ((flags & (Flag.Array | Flag.Chain)) === 0 || !survey.isLive(Kind.Body, body)) return
  if (flags & Flag.Chain) {
    for (const at of [ChainBody.fence, ChainBody.previous]) yield survey.word(body + at)
    return
  }
  const most = survey.pool(Kind.Callback).map.capacity
  let node = survey.word(body + ArrayBody.first)
  for (let n = 0; n < most && survey.isLive(Kind.Callback, node); n++) {
    yield survey.fenceOf(node)
    node = survey.word(node + Callback.sibling)
  }
}
