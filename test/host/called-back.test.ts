/**
 * An issuer's function calls back into what is in the middle of asking it, and is told what it does wrong. Afterwards nothing is
 * held that was not, everything can be used, closing a scheduler ends all its jobs, and the accounts balance.
 */
import { OopsError } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "../unit/world.js"
import { ACTIONS, ASKED, type Asked, type Build, type Furnished, faultsIn, furnished } from "./furnished.js"

const NAMES = Object.keys(ACTIONS)
/** Played after each action that no issuer is asked about. */
const AFTERWARDS = ["isSignaled", "runNext", "scheduler.close", "scheduler.start", "scheduler.resubmit"]

/**
 * Plays an action whose issuer does another in the middle: what went wrong; undefined if it was not asked. Who takes two
 * classes of locks in a wrong order first makes that the order: then it is played without looking at the order, too.
 */
function play(build: Build, asked: Asked, action: string, within: string, isKept: boolean): string[] | undefined {
  const first = playOnce(build, asked, action, within, isKept, true)
  return first !== "wrong order" ? first : (playOnce(build, asked, action, within, isKept, false) as string[])
}

function playOnce(
  build: Build,
  asked: Asked,
  action: string,
  within: string,
  isKept: boolean,
  lockOrder: boolean,
): string[] | "wrong order" | undefined {
  const w = furnished(build, asked, isKept, lockOrder)
  const wrong: string[] = []
  let isOrderWrong = false
  const attempt = (what: string, body: () => unknown) => {
    try {
      body()
    } catch (error) {
      isOrderWrong ||= hasWrongOrder(error)
      for (const fault of faultsIn(error)) wrong.push(`${what}: ${String(fault)}`)
    }
  }
  w.state.act = () => void ACTIONS[within]!(w)
  attempt(action, () => ACTIONS[action]!(w))
  if (asked === "nobody") attempt(within, () => ACTIONS[within]!(w))
  else if (w.state.asked === 0) return undefined
  w.state.act = undefined
  for (const thrown of w.state.thrown) for (const fault of faultsIn(thrown)) wrong.push(`${within}: ${String(fault)}`)
  attempt("check", () => wrong.push(...w.heap.check().map((problem) => `check: ${JSON.stringify(problem)}`)))
  const held = w.thread.engine.heldLock(w.thread.record)
  if (held !== 0) wrong.push(`the lock ${held} is held`)
  finish(w, attempt)
  if (isOrderWrong) return "wrong order"
  for (const [i, job] of w.jobs.entries()) if (!job.finished.hasSignaled()) wrong.push(`job ${i} has not ended`)
  for (const handle of w.handles.toReversed()) attempt("drop", () => handle.drop())
  attempt("drop", () => w.doomed.drop())
  attempt("close", () => w.other.close())
  attempt("close", () => w.close())
  const { balanced, objects, containers } = w.heap.accounts()
  if (!balanced || objects.inUse > 0 || containers.inUse > 0)
    wrong.push(`accounts: balanced ${balanced}, objects ${objects.inUse}, containers ${containers.inUse}`)
  return wrong
}

function hasWrongOrder(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(hasWrongOrder)
  return error instanceof OopsError && error.code === "LOCK_ORDER" && error.details[0] !== error.details[1]
}

/** Ends all there is. */
function finish(w: Furnished, attempt: (what: string, body: () => unknown) => void): void {
  attempt("close", () => w.scheduler.close())
  attempt("close", () => w.spare.close())
  attempt("kill", () => w.timeline.kill(-5))
  attempt("kill", () => w.other.kill(-5))
}

/** Each pair is played on one of the builds: which one differs from one function that is asked to the next. */
const isMine = (build: Build, ...numbers: number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) % BUILDS.length === BUILDS.indexOf(build)

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("what is broken off, and no issuer is asked about", () => {
    const faults = NAMES.flatMap((action) =>
      AFTERWARDS.flatMap((next) => {
        const wrong = play(build, "nobody", action, next, false) as string[]
        return wrong.length > 0 ? [`${action}, then ${next}: ${wrong.join("; ")}`] : []
      }),
    )
    expect(faults).toEqual([])
  })

  test.each(ASKED.flatMap((asked) => [false, true].map((isKept) => [asked, isKept] as const)))(
    "%s calls back, and throws what it is told: %s",
    (asked, isKept) => {
      const faults: string[] = []
      let played = 0
      for (const [a, action] of NAMES.entries())
        for (const [b, within] of NAMES.entries()) {
          if (!isMine(build, a, b, ASKED.indexOf(asked), Number(isKept))) continue
          const wrong = play(build, asked, action, within, isKept)
          if (wrong === undefined) break
          played++
          if (wrong.length > 0) faults.push(`${action} / ${within}: ${wrong.join("; ")}`)
        }
      expect(played).toBeGreaterThan(0)
      expect(faults).toEqual([])
    },
  )
})
