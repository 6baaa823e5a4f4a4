/**
 * An issuer's function calls back into what is in the middle of asking it, and is told what it does wrong. Afterwards nothing is
 * held that was not, everything can be used, closing a scheduler ends all its jobs, and the accounts balance.
 */
import { type EngineFactory, OopsError } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { forCiUnless, PROVES } from "../prove.js"
import { BUILDS } from "../unit/world.js"
import { ACTIONS, ASKED, type Asked, type Build, type Furnished, faultsIn, furnished } from "./furnished.js"

const NAMES = Object.keys(ACTIONS)
/** Played after each action that no issuer is asked about. */
const AFTERWARDS = ["isSignaled", "runNext", "scheduler.close", "scheduler.start", "scheduler.resubmit"]

/**
 * Plays an action whose issuer does another in the middle: what went wrong; undefined if it was not asked. Who takes two
 * classes of locks in a wrong order first makes that the order: then it is played without looking at the order, too.
 */
function play(
  build: Build,
  asked: Asked,
  action: string,
  within: string,
  isKept: boolean,
  factory?: EngineFactory,
): string[] | undefined {
  const options = factory ? { substitute: { factory }, lockOrder: false } : {}
  const first = playOnce(build, asked, action, within, isKept, options)
  if (first !== "wrong order") return first
  return playOnce(build, asked, action, within, isKept, { ...options, lockOrder: false }) as string[]
}

function playOnce(
  build: Build,
  asked: Asked,
  action: string,
  within: string,
  isKept: boolean,
  options: Parameters<typeof furnished>[3],
): string[] | "wrong order" | undefined {
  const w = furnished(build, asked, isKept, options)
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
  for (const [i, job] of w.jobs.entries())
    attempt("jobs", () => job.finished.hasSignaled() || wrong.push(`job ${i} has not ended`))
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

/** Of so many pairs one is played; `npm run prove` plays all. */
const ONE_IN = PROVES ? 1 : 17

/** Each pair is played on one of the builds: which one differs from one function that is asked to the next. */
const isMine = (build: Build, ...numbers: number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) % (ONE_IN * BUILDS.length) === ONE_IN * BUILDS.indexOf(build)

// In `npm test` the build that most people have.
for (const build of BUILDS)
  describe(
    `${build.engine} ${build.flavour}`,
    forCiUnless(build.engine === "wasm" && build.flavour === "release"),
    () => {
      test("what is broken off, and no issuer is asked about", () => {
        const faults = NAMES.flatMap((action, a) =>
          AFTERWARDS.flatMap((next, b) => {
            if ((a + b) % BUILDS.length !== BUILDS.indexOf(build) && !PROVES) return []
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
    },
  )

const JAVASCRIPT = { engine: "js", flavour: "checked" } as const

/** What can be wrong with it, and where it shows: who calls back, in the middle of what, and does what. */
const TWINS = [
  {
    id: "C1",
    sentence: "a job about which the operation was asking stays in its hands",
    file: "recover.ts",
    from: "  forgetJobs(thread)\n",
    to: "  if (peek(thread + Thread.asking) == 0) forgetJobs(thread)\n",
    play: ["enableSignaling", "enableSignaling", "runNext"],
  },
  {
    id: "C2",
    sentence: "within an issuer's function the operation's locks stay held",
    file: "recover.ts",
    from: "  giveLocksBack(thread)\n",
    to: "  if (peek(thread + Thread.asking) == 0) giveLocksBack(thread)\n",
    play: ["enableSignaling", "enableSignaling", "enableSignaling of an array"],
  },
  {
    id: "C3",
    sentence: "the locks of whoever asks are given back as well",
    file: "fence/ops.ts",
    from: "  if (held != Address.None) noteOpenLock(thread, held)\n",
    to: "",
    play: ["enableSignaling", "enableSignaling", "enableSignaling"],
  },
  {
    id: "C4",
    sentence: "what asks is done once more",
    file: "recover.ts",
    from: "  if (peek(thread + Thread.asking) == 0) retryWork(thread)\n",
    to: "  retryWork(thread)\n",
    play: ["enableSignaling", "the hardware is done", "enableSignaling"],
  },
  {
    id: "C5",
    sentence: "a list is read before those are asked who may change it",
    file: "composite/reservation.ts",
    from: "  askAll(thread, reservation)\n  if (hasRoom(reservation, more)) return 1\n  const list = peek(reservation + Reservation.list)\n",
    to: "  const list = peek(reservation + Reservation.list)\n  askAll(thread, reservation)\n",
    play: ["pollSignaled", "reservation.reserve", "reservation.reserve under its lock"],
  },
  {
    id: "C6",
    sentence: "nobody goes on with a job whose end was broken off",
    file: "scheduler/take.ts",
    from: "    endLeft(thread, scheduler)\n",
    to: "",
    play: ["nobody", "scheduler.close while another seat has a job's lock", "isSignaled"],
  },
] as const

describe("is noticed:", () => {
  test.each(TWINS)("$id: $sentence", async (fault) => {
    const twin = await buildTwin(fault)
    try {
      const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
      const [asked, action, within] = fault.play
      expect(play(JAVASCRIPT, asked, action, within, false)).toEqual([])
      expect(play(JAVASCRIPT, asked, action, within, false, instantiate)).not.toEqual([])
    } finally {
      twin.remove()
    }
  })
})
