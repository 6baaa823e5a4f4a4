/** Builds arrays and chains over the fences of others, and leaves them to be found. */
import { type Fence, FenceArray, FenceChain } from "@outlive/core"
import { hasPending, ifRoom, judgeContainer } from "./containers.js"
import { TIMEOUT_MS, judgePromptness } from "./promptness.js"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"

const MOST_MEMBERS = 6

export const composer = defineRole({
  name: "composer",
  claim: "A container is complete when all that it is made of is, and never before.",
  seen: ["array complete", "array pending", "chain complete", "chain pending", "container awaited", "point found"],
  play(stage) {
    while (stage.running) {
      const parts = gather(stage)
      if (parts.length > 0) {
        const made = stage.random.oneIn(2) ? makeArray(stage, parts) : makeChain(stage, parts)
        if (made) useIt(stage, made)
      }
      for (const part of parts) stage.attempt("drops a part", () => part.drop())
    }
  },
})

/** A few fences from the slots. */
function gather(stage: Stage): Fence[] {
  const parts: Fence[] = []
  for (let left = 1 + stage.random.below(MOST_MEMBERS); left > 0; left--) {
    const fence = stage.anyFence()
    if (fence) parts.push(fence)
  }
  return parts
}

function makeArray(stage: Stage, parts: readonly Fence[]): Fence | undefined {
  const members = parts.filter((part) => !part.isContainer)
  return members.length === 0 ? undefined : ifRoom(stage, () => FenceArray.create(stage.thread, members))
}

/** Each part becomes a link; a chain that was found is what the first rests on. */
function makeChain(stage: Stage, parts: readonly Fence[]): Fence | undefined {
  let tail: Fence | undefined
  let seqno = BigInt(1 + stage.random.below(4))
  for (const part of parts) {
    const previous: Fence | undefined = tail
    if (part.kind === "chain" && previous === undefined) {
      tail = part.addRef()
      seqno = part.seqno + 1n
      continue
    }
    if (part.kind === "chain") continue
    const link = ifRoom(stage, () => FenceChain.create(stage.thread, { previous, fence: part, seqno }))
    if (!link) break
    previous?.drop()
    tail = link
    seqno += BigInt(1 + stage.random.below(3))
  }
  return tail
}

/** Lets others find it first, so that they ask and arm it at the same time as we do. */
function useIt(stage: Stage, made: Fence): void {
  const { random, thread } = stage
  const before = thread.replaceAt(random.below(stage.settings.slots), made.addRef())
  if (before) stage.attempt("drops what it replaced", () => before.drop())
  stage.pause()
  const which = random.below(4)
  if (which === 0) judgeContainer(stage, made)
  else if (which === 1) stage.attempt("enables a container", () => made.enableSignaling())
  else if (which === 2) findPoint(stage, made)
  else awaitIt(stage, made)
  stage.attempt("drops a container", () => made.drop())
}

/** A point that a chain has reached can be found, or is complete. */
function findPoint(stage: Stage, made: Fence): void {
  if (!(made instanceof FenceChain)) return judgeContainer(stage, made)
  const seqno = 1n + BigInt(stage.random.below(Number(made.seqno)))
  const found = stage.attempt("looks for a point", () => made.findSeqno(seqno) ?? "complete")
  stage.count(found === "complete" ? "point complete" : "point found")
  if (found === undefined || found === "complete") return
  stage.attempt("drops a point", () => found.drop())
}

function awaitIt(stage: Stage, made: Fence): void {
  const start = performance.now()
  const outcome = stage.attempt("waits for a container", () =>
    made.waitSync({ timeoutMs: stage.running ? TIMEOUT_MS : 0 }),
  )
  if (outcome !== undefined) judgePromptness(stage, made, start)
  if (outcome !== "signaled") return
  stage.count("container awaited")
  stage.expect(!hasPending(stage, made), "A wait for a container returned, and a part of it is pending (I13)")
}
