/** The thinnest explorer: every order by unwinding and replaying, whole memory images, no reduction. */
import type { Model, Options, Result } from "./model.js"

const native = { ...Object.fromEntries(Object.getOwnPropertyNames(Atomics).map((k) => [k, (Atomics as any)[k]])) }
const UNWIND = { unwind: true }
let visible: (() => void) | undefined
for (const name of ["load", "store", "add", "sub", "and", "or", "xor", "exchange", "compareExchange"]) {
  ;(Atomics as any)[name] = (...a: unknown[]) => {
    visible?.()
    return native[name](...a)
  }
}

export function explore<S>(model: Model<S>, options: Options = {}): Result {
  const started = performance.now()
  const memory = new SharedArrayBuffer(model.memory)
  const bytes = new Uint8Array(memory)
  const view = (type: any, at = 0, length?: number) => new type(memory, at, length)
  const state = (
    model.setup ? model.setup(memory, { view, registerAllocation() {}, registerFree() {} } as any) : memory
  ) as S
  const initial = bytes.slice()
  const outcomes = new Map<string, number>()
  let executions = 0
  let steps = 0
  const run = (schedule: number[]): number[][] => {
    // segments[t]: images with which the thread's k-th step began; undefined: not started
    bytes.set(initial)
    const images = model.threads.map(() => [] as Uint8Array[])
    const done = model.threads.map(() => false)
    const results: unknown[] = model.threads.map(() => undefined)
    const step = (t: number) => {
      const now = bytes.slice()
      const past = [...images[t]!, now]
      let at = 0
      visible = () => {
        if (at === past.length) throw UNWIND
        bytes.set(past[at++]!)
      }
      bytes.set(initial)
      try {
        results[t] = model.threads[t]!(state)
        done[t] = true
      } catch (e) {
        if (e !== UNWIND) throw e
      } finally {
        visible = undefined
      }
      images[t] = past
      if (at === 0) images[t] = []
    }
    const probe = (t: number) => {
      const now = bytes.slice()
      visible = () => {
        throw UNWIND
      }
      try {
        results[t] = model.threads[t]!(state)
        done[t] = true
      } catch (e) {
        if (e !== UNWIND) throw e
      } finally {
        visible = undefined
      }
      bytes.set(now)
    }
    model.threads.forEach((_, t) => probe(t))
    const options: number[][] = []
    for (let k = 0; ; k++) {
      const enabled = done.flatMap((d, t) => (d ? [] : [t]))
      if (enabled.length === 0) break
      options.push(enabled)
      step(schedule[k] ?? (schedule[k] = enabled[0]!))
      steps++
    }
    model.check?.(state, results)
    const outcome = model.outcome?.(state, results)
    if (outcome !== undefined) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    executions++
    return options
  }
  let schedule: number[] = []
  for (;;) {
    const choices = run(schedule)
    let k = choices.length - 1
    while (k >= 0 && choices[k]!.at(-1) === schedule[k]) k--
    if (k < 0) break
    schedule = [...schedule.slice(0, k), choices[k]![choices[k]!.indexOf(schedule[k]!) + 1]!]
  }
  return {
    verdict: "pass",
    exhaustive: true,
    truncated: 0,
    model: model.name ?? "",
    threadNames: model.threadNames ?? [],
    executions,
    blocked: 0,
    steps,
    ms: performance.now() - started,
    outcomes,
    strategy: options.strategy ?? "naive",
    seed: options.seed ?? 1,
  }
}
