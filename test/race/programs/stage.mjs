// What programs that race in a process of their own have in common: which heap, whose numbers, who gives up when, and the workers.
import { Worker } from "node:worker_threads"

const HANGS_MS = 60_000

/** Numbers from 0 to 1 (mulberry32). */
export function numbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Options of a heap, and of who opens it: the twin that is to be raced, if one is. */
export async function openFor({ twin }) {
  if (twin === undefined) return {}
  const { instantiate } = await import(twin)
  return { engine: "js", substitute: { factory: instantiate } }
}

/** Ends the process: nothing else that it would see counts. */
export function giveUp(why) {
  console.log(JSON.stringify({ wrong: [why] }))
  process.exit(3)
}

const inWords = (error) => `${error.code ?? error.name}: ${error.message}`
export const giveUpBecause = (error) => giveUp(inWords(error))

/** Gives up when the race has not come to its end by then; `clearTimeout` when it has. */
export const watchdog = ({ hangsMs = HANGS_MS }) => setTimeout(() => giveUp("It hangs"), hangsMs)

/** One for each index, with a seed of its own. */
export function startWorkers(program, count, { settings, ...shared }, onMessage) {
  return Array.from({ length: count }, (_, index) => {
    const worker = new Worker(new URL(program), {
      workerData: { ...shared, index, settings, seed: settings.seed * 100 + index },
    })
    worker.on("message", onMessage)
    worker.on("error", giveUpBecause)
    return { worker, exited: new Promise((resolve) => worker.once("exit", resolve)) }
  })
}
