/** The thread's side of a race: attaches, waits at the start line, plays its part, cleans up. */
import { threadId } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { Control } from "./control.js"
import { issuers } from "./issuers.js"
import type { RoleReport, RoleTask } from "./messages.js"
import { AT_ACCESSES, BETWEEN_OPERATIONS, delayer, perturbedAtomics } from "./perturbation.js"
import { Random } from "./random.js"
import type { Mishap, RoleName } from "./scenario.js"
import { composer } from "./roles/composer.js"
import { merger } from "./roles/merger.js"
import { nameReader } from "./roles/name-reader.js"
import { type Role, Stage } from "./roles/role.js"
import { signaler } from "./roles/signaler.js"
import { subscriber } from "./roles/subscriber.js"
import { unloader } from "./roles/unloader.js"
import { waiter } from "./roles/waiter.js"
import { nameOf } from "./thread-name.js"

const ROLES: Readonly<Record<RoleName, Role>> = {
  signaler,
  waiter,
  subscriber,
  nameReader,
  unloader,
  composer,
  merger,
}

/** Piscina calls this, once in each thread. */
export default async function playRole(task: RoleTask): Promise<RoleReport> {
  const { scenario, index } = task
  const random = new Random(scenario.seed, index)
  const atomics =
    scenario.perturbation && scenario.engine === "js" ? perturbedAtomics(delayer(random, AT_ACCESSES)) : undefined
  const heap = Heap.open(task.heap, { substitute: { ...(await factoryOf(task)), ...(atomics ? { atomics } : {}) } })
  let stage: Stage | undefined
  const modules = issuers((message) => stage?.violate(message))
  const thread = heap.attach({ name: nameOf(task), modules })
  const control = new Control(task.threads, task.control)
  const role = ROLES[task.role]
  const pause = scenario.perturbation ? delayer(random, BETWEEN_OPERATIONS) : () => {}
  const mishap = scenario.mishap?.thread === index ? scenario.mishap : undefined
  stage = new Stage({
    heap,
    thread,
    modules,
    scenario,
    random,
    index,
    control,
    roleName: task.role,
    claim: role.claim,
    pause: mishap ? withMishap(pause, mishap) : pause,
  })
  control.startTogether(index, threadId)
  await role.play(stage)
  thread.detach()
  return stage.report()
}

/** A broken twin of the engine, where the scenario asks for one. */
async function factoryOf({ scenario }: RoleTask): Promise<{ factory?: NonNullable<OpenSubstitute["factory"]> }> {
  if (scenario.engineUrl === undefined) return {}
  const twin = (await import(scenario.engineUrl)) as { instantiate: NonNullable<OpenSubstitute["factory"]> }
  return { factory: twin.instantiate }
}

type OpenSubstitute = NonNullable<NonNullable<Parameters<typeof Heap.open>[1]>["substitute"]>

/** Throws or exits in the middle of things, after some time. (Being terminated comes from outside.) */
function withMishap(pause: () => void, mishap: Mishap): () => void {
  let at: number | undefined
  return () => {
    pause()
    at ??= performance.now() + mishap.afterMs
    if (performance.now() < at) return
    if (mishap.kind === "throw") throw new Error("A mishap: thrown in the middle, as the scenario asks")
    if (mishap.kind === "exit") process.exit(3)
  }
}
