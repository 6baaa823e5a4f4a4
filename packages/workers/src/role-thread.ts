/** The thread's side of a race: attaches, waits at the start line, plays its part, cleans up, reports. */
import { threadId } from "node:worker_threads"
import { type EngineFactory, Heap } from "@outlive/core"
import { Control } from "./control.js"
import type { RoleReport, RoleTask } from "./messages.js"
import { mishapsOf } from "./mishaps.js"
import { AT_ACCESSES, BETWEEN_OPERATIONS, delayer, perturbedAtomics } from "./perturbation.js"
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
  const heap = Heap.open(task.heap, { substitute: { ...(await twin(settings)), ...slowAtomics(settings, random) } })
  let stage: Stage | undefined
  const modules = scenario.modules((message, kind) => stage?.violate(message, kind), settings, {
    tokens: task.tokens,
    random,
  })
  const thread = heap.attach({ name: nameOf(task), modules })
  const control = new Control(task.threads, task.control)
  control.noteThread(index, threadId)
  const pause = settings.perturbation ? delayer(random, BETWEEN_OPERATIONS) : () => {}
  const mishap = mishapsOf(settings).find((one) => one.thread === index)
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

/** Delays at single accesses, on the engine whose accesses can be seen. */
function slowAtomics(settings: Settings, random: Random): { atomics?: typeof Atomics } {
  if (!settings.perturbation || settings.engine !== "js") return {}
  return { atomics: perturbedAtomics(delayer(random, AT_ACCESSES)) }
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
