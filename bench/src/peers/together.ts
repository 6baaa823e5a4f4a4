/** Two threads that want the same lock, or pass a turn to and fro; this one only watches. */
import { Worker } from "node:worker_threads"
import { setTimeout as elapsed } from "node:timers/promises"
import type { ChildReport } from "../child.js"
import { tellProgress } from "../progress-line.js"
import { INSIDE, PHASE, type PeerName, SLEPT, phases } from "./peers.js"
import type { PlayerTask } from "./player.js"
import { share } from "./share.js"
import { Watch } from "./watch.js"

const WARM_UP_SHARE = 0.3
const LOOK_MS = 100
const PROGRESS_MS = 1_000

type Measured = Pick<ChildReport, "overlap" | "threads" | "figures">

/**
 * `turns`: so many in all, each side half of them; or, if 0, as many as there are in `ms`. What is done is counted from here, so it does
 * not matter when a thread sees that it has begun, or is over: one that never gets the lock sees neither.
 */
export async function together(
  name: PeerName,
  task: "contended" | "wake",
  ms: number,
  turns: number,
): Promise<Measured> {
  const { shared } = share()
  const { words } = shared
  const times = turns === 0 ? Infinity : Math.ceil(turns / 2)
  const players = ([0, 1] as const).map((side) => player({ name, shared, side, task, times }))
  await Promise.all(players.map(({ ready }) => ready))
  const setPhase = (phase: number) => {
    Atomics.store(words, PHASE, phase)
    Atomics.notify(words, PHASE)
  }
  const watch = new Watch(words)
  const now = () => ({ ms: performance.now(), turns: task === "wake" ? watch.turns : Atomics.load(words, INSIDE) })
  const ended = Promise.all(players.map(({ played }) => played))
  const hung = untilHung(watch, turns, ended)
  const first = now()
  setPhase(phases.Begun)
  if (turns === 0) await Promise.race([elapsed(WARM_UP_SHARE * ms), hung])
  const start = turns === 0 ? now() : first
  // At least one: of nothing there is no time. On a busy machine neither thread may run meanwhile.
  if (turns === 0)
    for (let isOver = false; !isOver && now().turns === start.turns;)
      isOver = await Promise.race([elapsed(ms, false), hung.then(() => true)])
  else await hung
  const end = now()
  setPhase(phases.Over)
  const isHung = await hung
  const hangs = isHung ? 1 : 0
  const told = task === "wake" ? { lost: watch.lost(isHung), hung: hangs } : { hung: hangs }
  // Both are at it from before the start until after the end, also while one waits for the other.
  const both = { overlap: 2, threads: 2 }
  if (isHung) return { ...both, figures: { ...told, turns: end.turns } }
  const all = (await ended).reduce((sum, one) => sum + one, 0)
  const done = end.turns - start.turns
  const slept = SLEPT.reduce((sum, at) => sum + Atomics.load(words, at), 0)
  // An addition is lost when two are inside at once.
  const more = task === "wake" ? { slept: slept / all } : { additionsLost: all - Atomics.load(words, INSIDE) }
  const ns = (1e6 * (end.ms - start.ms) * (task === "wake" ? 2 : 1)) / done
  return { ...both, figures: { ns, turns: done, ...more, ...told } }
}

/** Resolves when all have ended, or nobody gets any further: whether that is so. */
function untilHung(watch: Watch, turns: number, ended: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let toldMs = performance.now()
    const look = setInterval(() => {
      const nowMs = performance.now()
      if (watch.hangs(nowMs)) end(true)
      if (turns === 0 || nowMs - toldMs < PROGRESS_MS) return
      tellProgress(`${watch.turns.toLocaleString("en")} of ${turns.toLocaleString("en")} turns`)
      toldMs = nowMs
    }, LOOK_MS)
    const end = (isHung: boolean) => {
      clearInterval(look)
      resolve(isHung)
    }
    ended.then(
      () => end(false),
      (error: unknown) => {
        clearInterval(look)
        reject(error)
      },
    )
  })
}

/** Ready once, then what it has played. */
function player(workerData: PlayerTask): { readonly ready: Promise<unknown>; readonly played: Promise<number> } {
  const worker = new Worker(new URL("./player.js", import.meta.url), { workerData })
  const failed = new Promise<never>((_, reject) => {
    worker.once("error", reject)
    worker.once("exit", () => reject(new Error(`Side ${workerData.side} of ${workerData.name} ended without a report`)))
  })
  const next = () => new Promise((resolve) => worker.once("message", resolve))
  const ready = next()
  const played = ready.then(next) as Promise<number>
  return { ready: Promise.race([ready, failed]), played: Promise.race([played, failed]) }
}
