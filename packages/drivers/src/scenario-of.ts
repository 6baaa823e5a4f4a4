/** A race over fence types of a driver: a device, a worker, processes that submit, others that hold, and who unloads. */
import type { LifetimeName, LifetimeSwitches } from "@outlive/core"
import { type AnyScenario, LIFETIMES, MOST_THREADS, Random, defineScenario, oopsesIn, sleep } from "@outlive/workers"
import { Board, State } from "./board.js"
import { assertDeclared } from "./declared.js"
import type { Tokens, Trouble } from "./desk.js"
import { type FenceType, type How, howFor, titleOf } from "./fence-type.js"
import { HALF_FREE, isHalfFree } from "./half-free.js"
import { deviceOf } from "./roles/device.js"
import { removerOf } from "./roles/remover.js"
import { sharerOf } from "./roles/sharer.js"
import { submitterOf } from "./roles/submitter.js"
import { userOf } from "./roles/user.js"
import { workerOf } from "./roles/worker.js"
import { isTold } from "./told.js"
import { howOf, variationsOf } from "./variation.js"

/** A thread that waits for what nobody will do is found by that; this is for one that does not even look. */
const STUCK_TICKS = 300
/** Oopses come in several ways: so long after the first one others are looked for. */
const MORE_OOPSES_MS = 400
/** Why a race ends before its time. */
const CRASHED = `${MORE_OOPSES_MS} ms after the first oops`
const ENOUGH_SEEN = "enough was seen to tell what becomes of the fences"
/** How often the processor is taken from an issuer's function, and for how long at most. */
const PREEMPTED_ONE_IN = 2
const PREEMPTED_MS = 4

function preempter(board: Board, random: Random): () => void {
  return () => {
    if (!random.oneIn(PREEMPTED_ONE_IN)) return
    sleep(PREEMPTED_MS * random.fraction())
    if (board.state === State.closing) board.note("asked while it stops")
  }
}

function switchesOf(types: readonly FenceType[], how: How): LifetimeSwitches | undefined {
  return types.some((type) => isHalfFree(type, howFor(type, how))) ? HALF_FREE : undefined
}

/** One driver on one piece of hardware; whatever else there is, somebody has to use it. */
const NEEDS = {
  remover: [1, 1],
  device: [1, 1],
  worker: [1, MOST_THREADS],
  submitter: [1, MOST_THREADS],
  user: [1, MOST_THREADS],
} as const

/** Fences that there cannot be under a lifetime are not raced under it as something else. */
function whyNoSuchFences(types: readonly FenceType[], lifetime: LifetimeName): string | undefined {
  const reasons = types.flatMap((type) => {
    const reason = type.cannot?.[lifetime]
    return reason === undefined ? [] : [`${titleOf(type)}: ${reason}`]
  })
  return reasons.length === 0 ? undefined : `there can be no such fence under ${lifetime}. ${reasons.join("; ")}`
}

/** Processes die; those who serve them do not. */
const IMMORTALS = {
  remover: "who unloads a driver is the one who finds what the dead have left",
  device: "hardware does not die, it is unplugged",
  worker: "interrupts and works are run by threads of the kernel, which do not die",
}

function whyNobodyMayDie(types: readonly FenceType[], lifetime: string): string | undefined {
  const frail = types.filter(({ survives }) => survives !== true).map(titleOf)
  if (frail.length > 0)
    return `what a process had begun that dies in the code of ${frail.join(", ")} is finished by nobody`
  if (lifetime === "independent") return undefined
  return `in ${lifetime} heaps what the dead held is one more way to what is shown there; lifetime must be independent`
}

/**
 * @param name of the race: a type's title, or a driver
 * @param isShared whether somebody passes the fences on in containers; then the race takes all the time that it is given
 * @throws RangeError when a type says of itself what cannot be: a control whose twin is not among its faults
 */
export function scenarioOf(name: string, types: readonly FenceType[], isShared = false): AnyScenario {
  for (const type of types) assertDeclared(type, `The fence type "${titleOf(type)}"`)
  const [device, worker, submitter, user, remover] = [
    deviceOf(types),
    workerOf(types),
    submitterOf(types),
    userOf(types),
    removerOf(types),
  ]
  const cells = types.reduce((sum, type) => sum + type.cells, 0)
  return defineScenario<Tokens>({
    name,
    about: types.length === 1 ? titleOf(types[0]!) + ": " + types[0]!.about : `all fences of ${name}, at once`,
    cast: isShared
      ? { first: [remover, device, worker, submitter, user, sharerOf(types)], more: [worker, user, submitter] }
      : { first: [remover, device, worker, submitter, user, worker], more: [user, submitter] },
    leastThreads: 5,
    lifetimes: LIFETIMES,
    findsOopses: true,
    variations: variationsOf(types),
    switches: (settings) => switchesOf(types, howOf(settings)),
    stuckTicks: STUCK_TICKS,
    needs: NEEDS,
    whyNot: ({ lifetime }) => whyNoSuchFences(types, lifetime),
    standsNoDeath: ({ lifetime }) => whyNobodyMayDie(types, lifetime),
    immortals: IMMORTALS,
    phases: [["remover"], ["submitter", "user", "sharer"], ["worker"], ["device"]],
    modules: (complain, settings, part) => {
      const board = new Board(types.length, part?.tokens.board)
      const common = {
        how: howOf(settings),
        random: part?.random ?? new Random(settings.seed),
        preempt: part ? preempter(board, part.random) : () => {},
        tell: (trouble: Trouble, message: string) => {
          if (board.times("oops") === 0) complain(message, trouble)
        },
      }
      let firstCell = settings.slots
      const makers = types.map((type, index) => {
        const maker = { ...common, how: howFor(type, common.how), words: board.wordsOf(index), firstCell }
        firstCell += type.cells
        return maker
      })
      // Then those of other drivers, in the same order.
      const peers = types.flatMap((type, index) => type.peer?.(makers[index]!) ?? [])
      return [...types.map((type, index) => type.module(makers[index]!)), ...peers]
    },
    capacities: ({ slots }, threads) => ({
      fences: 8_192,
      callbacks: 4_096,
      containers: 1_024,
      lists: 1_024,
      modules: 64,
      timelines: 256,
      cells: slots + cells + threads,
      records: 1_024,
      objects: 2_048,
      trace: 1_024,
    }),
    setup: ({ thread, settings, modules }) => {
      const board = new Board(types.length)
      return {
        tokens: { board: board.buffer },
        end() {
          const despiteOopses = (body: () => void) => {
            try {
              body()
            } catch (error) {
              if (oopsesIn(error) === undefined) throw error
            }
          }
          for (let cell = 0; cell < settings.slots + cells; cell++)
            despiteOopses(() => thread.replaceAt(cell, undefined)?.drop())
          despiteOopses(() => thread.barrier())
          for (const definition of modules) despiteOopses(() => void thread.load(definition).tryUnload())
        },
      }
    },
    async direct({ until, pause, end }, tokens, { settings }) {
      const board = new Board(types.length, tokens.board)
      // A fault is looked for until it is found, or the time is up; and so is what nobody expects of all drivers at once.
      const areDeaths = (settings.deaths ?? 0) > 0 || settings.mishap !== undefined
      const isAskedFor = !settings.stopAtViolation
      const isLong = isShared || areDeaths || isAskedFor || howOf(settings).fault !== undefined
      const isEnough = isLong ? () => false : () => isTold(board, types)
      await until(() => isEnough() || board.times("oops") > 0)
      const isCrash = board.times("oops") > 0
      // What it broke off others wait for: longer races would show what comes of that.
      if (isCrash) await pause(MORE_OOPSES_MS)
      end(isCrash ? CRASHED : ENOUGH_SEEN)
    },
  })
}
