/** The thread's side of a race: attaches, waits at the start line, plays its part, cleans up, reports. */
import { threadId } from "node:worker_threads"
import { type EngineFactory, Heap } from "@outlive/core"
import { Control } from "./control.js"
import type { RoleReport, RoleTask } from "./messages.js"
import { Fate } from "./fate.js"
import { mishapsOf } from "./mishaps.js"
import { AT_ACCESSES, BETWEEN_OPERATIONS, perturbedAtomics, delayer } from "./perturbation.js"
import { Random } from "./random.js"
import { phaseOf, rolesOf } from "./scenario.js"
import { scenariosFor } from "./scenarios-for.js"
import type { Mishap, Settings } from "./settings.js"
import { Stage } from "./stage.js"
import { nameOf } from "./thread-name.js"

/** Piscina calls this, once in each thread. */
export default async function playRole(task: RoleTask): Promise<RoleReport> {
  const { settings, index } = task
  const scenario = (await scenariosFor(settings)).find(({ name }) => name === settings.scenario)!
  const role = rolesOf(scenario).find(({ name }) => name === task.role)!
  const random = new Random(settings.seed, index)
  const mishap = mishapsOf(settings).find((one) => one.thread === index)
  const fate = fateOf(settings, mishap)
  const heap = Heap.open(task.heap, {
    substitute: { ...(await twin(settings)), ...atomicsOf(settings, random, fate) },
  })
  let stage: Stage | undefined
  const modules = scenario.modules((message, kind) => stage?.violate(message, kind), settings, {
    tokens: task.tokens,
    random,
  })
  const thread = heap.attach({ name: nameOf(task), modules })
  const control = new Control(task.threads, task.control)
  control.noteThread(index, threadId)
  const pause = settings.perturbation ? delayer(random, BETWEEN_OPERATIONS) : () => {}
  stage = new Stage({
    heap,
    thread,
    modules,
    settings,
    tokens: task.tokens,
    random,
    index,
    control,
    phase: phaseOf(scenario, task.role),
    roleName: task.role,
    claim: role.claim,
    findsOopses: scenario.findsOopses === true,
    onFinding: (report) => task.findings.postMessage(report),
    pause: mishap ? withMishap(pause, mishap) : pause,
  })
  role.prepare?.(stage)
  control.line.cross()
  fate?.begin()
  // The last reference may be one that the mail holds: what its release does belongs to nobody's call, and comes out here.
  const onUncaught = (error: unknown) =>
    stage.attempt("empties its mail", () => {
      throw error
    })
  process.on("uncaughtException", onUncaught)
  try {
    await role.play(stage)
    // Who leaves gives back what the mail still holds, and is told what that led to.
    await thread.detachAsync().catch(onUncaught)
  } finally {
    process.off("uncaughtException", onUncaught)
  }
  return stage.report()
}

/** A broken twin of the engine, where one is asked for. */
async function twin(settings: Settings): Promise<{ factory?: EngineFactory }> {
  if (settings.engineUrl === undefined) return {}
  return { factory: ((await import(settings.engineUrl)) as { instantiate: EngineFactory }).instantiate }
}

/** Of a thread that the seed has picked to die, on the engine whose accesses can be seen. */
function fateOf(settings: Settings, mishap: Mishap | undefined): Fate | undefined {
  const isPicked = mishap !== undefined && mishap !== settings.mishap
  return isPicked && settings.engine === "js" ? new Fate(mishap, settings.seed) : undefined
}

/** Delays, and a death, at single accesses, on the engine whose accesses can be seen. */
function atomicsOf(settings: Settings, random: Random, fate: Fate | undefined): { atomics?: typeof Atomics } {
  if (settings.engine !== "js") return {}
  const delay = settings.perturbation ? delayer(random, AT_ACCESSES) : undefined
  if (!fate) return delay ? { atomics: perturbedAtomics(delay) } : {}
  const both = () => {
    delay?.()
    fate.look()
  }
  return { atomics: perturbedAtomics(both) }
}

/** Throws or exits in the middle of things, after some time. (Being terminated comes from outside.) */
function withMishap(body: () => void, { kind, afterMs }: Mishap): () => void {
  let at: number | undefined
  return () => {
    body()
    at ??= performance.now() + afterMs
    if (performance.now() < at) return
    if (kind === "throw") throw new Error("A mishap: thrown in the middle, as the race was asked to")
    if (kind === "exit") process.exit(3)
  }
}
