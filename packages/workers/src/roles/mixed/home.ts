/** What the threads of a race over everything share, and what each of them opens of it. */
import {
  Entity,
  type Fence,
  type Module,
  type ModuleDefinition,
  Reservation,
  Scheduler,
  type SharedObjectToken,
  SoftTimeline,
  Syncobj,
  type Timeline,
  defineModule,
} from "@outlive/core"
import type { Stage } from "../../stage.js"

export interface Shared {
  /** Never signaled while the race runs. */
  readonly pending: ReturnType<Fence["share"]>
  readonly syncobjs: readonly SharedObjectToken[]
  readonly reservations: readonly SharedObjectToken[]
  readonly soft: SharedObjectToken
  readonly scheduler: SharedObjectToken
  readonly entity: SharedObjectToken
}

/** Syncobjs by what is done with them: replaced, given points, transferred to, and never given anything. */
export const SYNCOBJ = { replaced: 0, timeline: 1, copy: 2, empty: 3, count: 4 } as const
export const RESERVATIONS = 3
/** The cell above the slots that everybody's counters count in. */
export const cellOf = (stage: Stage<Shared>) => stage.settings.slots

/** Stays for the whole race. */
export const gpu: ModuleDefinition = defineModule({
  name: "gpu",
  driverName: "a gpu",
  ops: { enableSignaling: () => true, pollSignaled: () => false, setDeadline() {} },
  deferred: { later() {} },
  works: { job() {} },
})
/** Comes and goes. */
export const guest: ModuleDefinition = defineModule({
  name: "guest",
  driverName: "a guest",
  ops: { enableSignaling: () => true, free() {} },
  teardown() {},
})

/** One thread's handles. */
export interface Home {
  readonly module: Module
  readonly timelines: readonly [Timeline, Timeline]
  readonly pending: Fence
  readonly syncobjs: readonly Syncobj[]
  readonly reservations: readonly Reservation[]
  readonly soft: SoftTimeline
  readonly scheduler: Scheduler
  readonly entity: Entity
}

export function openHome({ thread, tokens }: Stage<Shared>): Home {
  const module = thread.load(gpu)
  return {
    module,
    timelines: [module.timeline("left"), module.timeline("right")],
    pending: thread.open(tokens.pending),
    syncobjs: tokens.syncobjs.map((token) => Syncobj.open(thread, token)),
    reservations: tokens.reservations.map((token) => Reservation.open(thread, token)),
    soft: SoftTimeline.open(thread, tokens.soft),
    scheduler: Scheduler.open(thread, tokens.scheduler),
    entity: Entity.open(thread, tokens.entity),
  }
}

export function closeHome({ timelines, pending, syncobjs, reservations, soft, scheduler, entity }: Home): void {
  for (const timeline of timelines) timeline.close()
  for (const handle of [pending, ...syncobjs, ...reservations, soft, entity, scheduler]) handle.drop()
}
