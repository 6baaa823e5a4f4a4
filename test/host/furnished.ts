/** A world with one of everything, in which an issuer's function does something to it in the middle of the operation that asks. */
import {
  type Fence,
  FenceArray,
  FenceChain,
  type Hardware,
  type Module,
  type ModuleOps,
  OopsError,
  OutliveError,
  Reservation,
  Scheduler,
  type SchedulerOptions,
  type SubmittedJob,
  SyncFile,
  Syncobj,
  Usage,
  merge,
  waitAllSync,
} from "@outlive/core"
import { BUILDS, world } from "../unit/world.js"

export type Build = (typeof BUILDS)[number]

/** What of an issuer's calls back. */
export const ASKED = ["enableSignaling", "pollSignaled", "setDeadline", "wait", "free", "run"] as const
export type Asked = (typeof ASKED)[number] | "nobody"

/** A world with one of everything. `act` is what the issuer does when it is asked, once. */
export function furnished(build: Build, asked: Asked, isKept: boolean, options: Parameters<typeof world>[0] = {}) {
  const state = { act: undefined as (() => void) | undefined, asked: 0, thrown: [] as unknown[] }
  const ask = () => {
    const { act } = state
    state.act = undefined
    if (!act) return asked === "enableSignaling"
    state.asked++
    try {
      act()
    } catch (error) {
      state.thrown.push(error)
      if (isKept) throw error
    }
    return asked === "enableSignaling"
  }
  const ops = (asked === "run" || asked === "nobody" ? {} : { [asked]: ask }) as ModuleOps
  const w = world({ ...build, ops, objects: 64, fences: 256, callbacks: 256, containers: 128, lists: 64, ...options })
  const { thread, timeline, module } = w
  const handles: { drop(): void }[] = []
  const hold = <H extends { drop(): void }>(handle: H): H => (handles.push(handle), handle)
  const other = module.timeline("other")
  const [fence, second, doomed] = [hold(timeline.fence()), hold(other.fence()), other.fence()]
  const array = hold(FenceArray.create(thread, [fence, second]))
  const link = hold(FenceChain.create(thread, { fence, seqno: 1n }))
  const chain = hold(FenceChain.create(thread, { previous: link, fence: second, seqno: 2n }))
  const reservation = hold(Reservation.create(thread))
  reservation.locked(() => {
    reservation.reserve(4)
    reservation.add(fence, Usage.Write)
    reservation.add(second, Usage.Read)
  })
  const syncobj = hold(Syncobj.create(thread))
  syncobj.addPoint(1n, fence)
  const file = hold(SyncFile.create(thread, chain))
  const scheduler = hold(Scheduler.create(thread, { credits: 8, hangLimit: 2, ...modeOf(build, asked, module) }))
  const spare = hold(Scheduler.create(thread))
  const jobs: SubmittedJob[] = []
  const parents: Fence[] = []
  const keepJob = (job: SubmittedJob) => (jobs.push(hold(job)), job)
  const hardware: Hardware = {
    run() {
      if (asked === "run") ask()
      const parent = hold(other.fence())
      parents.push(parent)
      return parent
    },
  }
  // One that the hardware has, of an entity that is closed: what it has besides ends when the hardware is done.
  const ending = hold(scheduler.entity())
  const running = keepJob(ending.submit())
  scheduler.runNext(hardware)
  keepJob(ending.submit())
  keepJob(ending.submit({ dependencies: [fence] }))
  ending.close()
  const entity = hold(scheduler.entity())
  const queued = keepJob(entity.submit({ dependencies: [fence] }))
  keepJob(entity.submit())
  const rival = hold(scheduler.entity())
  keepJob(rival.submit({ dependencies: [array] }))
  const third = hold(scheduler.entity())
  keepJob(third.submit({ dependencies: [fence, second] }))
  const free = hold(scheduler.entity())
  keepJob(free.submit())
  return {
    ...w,
    state,
    hold,
    keepJob,
    handles,
    other,
    fence,
    second,
    doomed,
    array,
    chain,
    reservation,
    syncobj,
    file,
    scheduler,
    spare,
    running,
    queued,
    entity,
    rival,
    free,
    jobs,
    parents,
    hardware,
  }
}

/** What its finished fences lead to: of each mode some are played on each build. In a module its issuer is asked about them, too. */
function modeOf(build: Build, asked: Asked, module: Module): SchedulerOptions {
  const mode = (BUILDS.indexOf(build) + [...ASKED, "nobody"].indexOf(asked)) & 3
  return { parent: mode & 1 ? "kept" : "dropped", ...(mode & 2 ? { module } : {}) }
}

export type Furnished = ReturnType<typeof furnished>

const removed = (callback: ReturnType<Fence["addCallback"]>) => {
  if (callback !== "already-signaled") callback.remove()
}
/** For who may have the lock: if not, that is told. */
const ifHeld = (body: () => unknown) => {
  try {
    body()
  } catch (error) {
    if (!(error instanceof OopsError) || error.code !== "LOCK_NOT_HELD") throw error
  }
}
const soon = { timeoutMs: 1 }

/** What somebody does, or an issuer's function in the middle of that. */
export const ACTIONS: Record<string, (w: Furnished) => unknown> = {
  isSignaled: ({ fence }) => fence.isSignaled(),
  status: ({ fence }) => fence.status(),
  enableSignaling: ({ fence }) => fence.enableSignaling(),
  signal: ({ fence }) => fence.signal(),
  "signal of another": ({ second }) => second.signal(),
  locked: ({ fence }) => fence.locked(() => fence.signalLocked()),
  setError: ({ fence }) => fence.setError(-5),
  setDeadline: ({ fence }) => fence.setDeadline(1n),
  "setDeadline of a chain": ({ chain }) => chain.setDeadline(1n),
  "setDeadline of an array": ({ array }) => array.setDeadline(1n),
  "setDeadline of a job": ({ running }) => running.finished.setDeadline(1n),
  waitSync: ({ fence }) => fence.waitSync(soon),
  waitAllSync: ({ fence, second }) => waitAllSync([fence, second], soon),
  addCounter: ({ fence }) => removed(fence.addCounter(1)),
  addCallback: ({ fence }) => removed(fence.addCallback(() => {})),
  "enableSignaling of an array": ({ array }) => array.enableSignaling(),
  "enableSignaling of a chain": ({ chain }) => chain.enableSignaling(),
  "addCallback of an array": ({ array }) => removed(array.addCallback(() => {})),
  "isSignaled of an array": ({ array }) => array.isSignaled(),
  "isSignaled of a chain": ({ chain }) => chain.isSignaled(),
  "waitSync of a chain": ({ chain }) => chain.waitSync(soon),
  merge: ({ thread, fence, array, chain }) => merge(thread, [fence, array, chain]).drop(),
  "drop of the last handle": ({ doomed }) => doomed.drop(),
  "the hardware is done": ({ parents }) => parents[0]!.signal(),
  kill: ({ timeline }) => timeline.kill(-5),
  "reservation.poll": ({ reservation }) => reservation.poll(),
  "reservation.waitSync": ({ reservation }) => reservation.waitSync(Usage.Read, soon),
  "reservation.reserve": ({ reservation }) => reservation.locked(() => reservation.reserve(12)),
  "reservation.reserve under its lock": ({ reservation }) => ifHeld(() => reservation.reserve(12)),
  "reservation.add": ({ reservation, second }) =>
    reservation.locked(() => (reservation.reserve(1), reservation.add(second, Usage.Write))),
  "reservation.add under its lock": ({ reservation, second }) => ifHeld(() => reservation.add(second, Usage.Write)),
  "reservation.getFences": ({ reservation }) => {
    for (const fence of reservation.getFences(Usage.Read)) fence.drop()
  },
  "syncobj.waitSync": ({ syncobj }) => syncobj.waitSync({ point: 1n, timeoutMs: 1, deadlineNs: 1n }),
  "syncobj.query": ({ syncobj }) => syncobj.query(),
  "syncobj.addPoint": ({ syncobj, second }) => syncobj.addPoint(2n, second),
  "syncobj.replaceFence": ({ syncobj, second }) => syncobj.replaceFence(second),
  "file.info": ({ file }) => file.info(),
  runNext: ({ scheduler, hardware }) => scheduler.runNext(hardware),
  "runNext, on the fence itself": ({ scheduler, fence }) => scheduler.runNext({ run: () => fence }),
  "runNext under the hardware's lock": ({ scheduler, second }) =>
    second.locked(() => scheduler.runNext({ run: () => second })),
  "runNext, on an array": ({ scheduler, array }) => scheduler.runNext({ run: () => array }),
  "runNext, twice": ({ scheduler, hardware }) => (scheduler.runNext(hardware), scheduler.runNext(hardware)),
  submit: ({ entity, keepJob, fence }) => keepJob(entity.submit({ dependencies: [fence] })),
  "submit, without dependencies": ({ free, keepJob }) => keepJob(free.submit()),
  flush: ({ entity }) => entity.flush(soon),
  "entity.close": ({ entity }) => entity.close(),
  "entity.close of another": ({ rival }) => rival.close(),
  modifySchedulers: ({ free, spare, scheduler }) => free.modifySchedulers([spare, scheduler]),
  "scheduler.close": ({ scheduler }) => scheduler.close(),
  "scheduler.stop": ({ scheduler }) => scheduler.stop(soon),
  "scheduler.start": ({ scheduler }) => scheduler.start(),
  "scheduler.resubmit": ({ scheduler, hardware }) => {
    scheduler.stop(soon)
    scheduler.resubmit(hardware)
    scheduler.start()
  },
  "scheduler.resubmit, on the fence itself": ({ scheduler, fence }) => {
    scheduler.stop(soon)
    scheduler.resubmit({ run: () => fence })
    scheduler.start()
  },
  "scheduler.close under a job's lock": ({ scheduler, running }) => running.finished.locked(() => scheduler.close()),
  "entity.close under a job's lock": ({ entity, queued }) => queued.finished.locked(() => entity.close()),
  "entity.close of one that may run, under its job's lock": ({ free, jobs }) =>
    jobs.at(-1)!.scheduled.locked(() => free.close()),
  "runNext under a job's lock": ({ scheduler, hardware, jobs }) => {
    const { scheduled } = jobs.at(-1)!
    return scheduled.locked(() => scheduler.runNext(hardware))
  },
  "scheduler.start under the hardware's lock": ({ scheduler, parents }) => {
    scheduler.stop(soon)
    parents[0]!.locked(() => scheduler.start())
  },
  "scheduler.close under the hardware's lock": ({ scheduler, parents }) => parents[0]!.locked(() => scheduler.close()),
  "scheduler.stop under the hardware's lock": ({ scheduler, parents }) =>
    parents[0]!.locked(() => scheduler.stop(soon)),
  "scheduler.close while another seat has a job's lock": ({ heap, scheduler, running }) => {
    const other = heap.attach({ name: "other" })
    const finished = other.open(running.finished.share())
    try {
      finished.locked(() => scheduler.close())
    } finally {
      finished.drop()
      other.detach()
    }
  },
  blame: ({ scheduler, running }) => scheduler.blame({ data: 0, finished: running.finished }),
  checkTimeout: ({ scheduler, hardware }) => scheduler.checkTimeout(hardware),
}

/** What was thrown that is no refusal: an error of the language, of the engine; not an oops, which says what the caller did wrong. */
export function faultsIn(error: unknown): unknown[] {
  if (error instanceof AggregateError) return error.errors.flatMap(faultsIn)
  return error instanceof OutliveError ? (isDamage(error) ? [error] : []) : [error]
}

/** Oopses that say that something is broken, and not that the caller waits for itself. */
function isDamage(error: OutliveError): boolean {
  return (
    error instanceof OopsError &&
    [
      "USE_AFTER_FREE",
      "DOUBLE_FREE",
      "REFERENCE_UNDERFLOW",
      "LOCK_NOT_HELD",
      "FOREIGN_UNLOCK",
      "REFERENCE_FROM_ZERO",
      "BROKEN_LIST",
      "NO_LOCK",
      "MODULE_UNDERFLOW",
    ].includes(error.code)
  )
}
