/** Schedulers, the entities they serve, and the jobs in their hands. */
import {
  Callback,
  Dependency,
  Entity,
  Fence,
  Flag,
  Job,
  JobState,
  Killed,
  Kind,
  ObjectType,
  Policy,
  Readiness,
  Scheduler,
  SharedObject,
  Slots,
  Unlinked,
} from "../../../built/layout.js"
import { claimTimeline } from "./modules.js"
import type { Survey } from "./survey.js"

const WITH_HARDWARE: readonly number[] = [JobState.Starting, JobState.Running, JobState.Stopped]

export function checkJobs(survey: Survey): void {
  const queued = new Set<number>()
  for (const object of survey.live(Kind.Object)) {
    const type = survey.word(object + SharedObject.type)
    if (type === ObjectType.Entity) checkEntity(survey, object, queued)
    else if (type === ObjectType.Scheduler) checkScheduler(survey, object, queued)
  }
  for (const job of survey.live(Kind.Object)) if (isOf(survey, job, ObjectType.Job)) checkJob(survey, job, queued)
}

function isOf(survey: Survey, object: number, type: number): boolean {
  return survey.isLive(Kind.Object, object) && survey.word(object + SharedObject.type) === type
}

/** Reports a word that should lead to an object of a type; false then. */
function leadsTo(survey: Survey, at: number, type: number, where: string): boolean {
  const object = survey.word(at)
  if (isOf(survey, object, type)) return true
  survey.report("object", at, where, `It is ${survey.nameOf(object)}, which is not one in use`)
  return false
}

function checkEntity(survey: Survey, entity: number, queued: Set<number>): void {
  const name = survey.nameOf(entity)
  const report = (offset: number, what: string, message: string) =>
    survey.report("object", entity + offset, `${name} ${what}`, message)
  const scheduler = survey.word(entity + Entity.scheduler)
  if (leadsTo(survey, entity + Entity.scheduler, ObjectType.Scheduler, `${name} scheduler`))
    survey.refer(Kind.Object, scheduler, entity + Entity.scheduler, `${name} scheduler`)
  checkChoices(survey, entity, name)
  const priority = survey.word(entity + Entity.priority)
  if (priority < 0 || priority > 3) report(Entity.priority, "priority", `It is ${priority}: 0 to 3`)
  for (const [what, most] of [
    ["listed", 1],
    ["killed", Killed.Guilty],
  ] as const)
    if (survey.word(entity + Entity[what]) >>> 0 > most)
      report(Entity[what], what, `It is ${survey.word(entity + Entity[what])}: 0 to ${most}`)
  const jobs = survey.list(entity + Entity.firstJob, Job.next, `${name} jobs`, (at) => isOf(survey, at, ObjectType.Job))
  for (const job of jobs) {
    if (queued.has(job)) report(Entity.firstJob, "jobs", `${survey.nameOf(job)} is in two queues`)
    queued.add(job)
    if (
      survey.word(job + Job.state) !== JobState.Queued ||
      survey.word(job + Job.entity) !== entity ||
      survey.word(job + Job.scheduler) !== scheduler
    )
      survey.report(
        "object",
        job + Job.state,
        `${survey.nameOf(job)} state`,
        `It is in the queue of ${name}, and says otherwise`,
      )
  }
  const last = jobs.at(-1)
  if (last !== undefined && survey.word(entity + Entity.lastJob) !== last)
    report(Entity.lastJob, "lastJob", `It is not the last of its queue`)
  if (jobs.length > 0 !== (survey.word(entity + Entity.listed) === 1))
    report(
      Entity.listed,
      "listed",
      `It has ${jobs.length} jobs, and is ${survey.word(entity + Entity.listed) === 1 ? "" : "not "}listed`,
    )
  const finished = survey.word(entity + Entity.lastFinished)
  if (finished !== 0) survey.refer(Kind.Fence, finished, entity + Entity.lastFinished, `${name} lastFinished`)
}

function checkChoices(survey: Survey, entity: number, name: string): void {
  const choices = survey.word(entity + Entity.choices)
  if (!survey.isLive(Kind.Slots, choices))
    return survey.report(
      "object",
      entity + Entity.choices,
      `${name} choices`,
      `It is ${survey.nameOf(choices)}, which is no block in use`,
    )
  survey.claim(Kind.Slots, choices, entity, entity + Entity.choices, `${name} choices`)
  const count = survey.word(choices + Slots.count)
  if (count < 0 || count > Slots.Capacity)
    return survey.report(
      "object",
      choices + Slots.count,
      `${name} choices`,
      `There are ${count}: ${Slots.Capacity} is the most`,
    )
  for (let i = 0; i < count; i++) {
    const at = choices + Slots.first + 4 * i
    if (leadsTo(survey, at, ObjectType.Scheduler, `${name} choice ${i}`))
      survey.refer(Kind.Object, survey.word(at), at, `${name} choice ${i}`)
  }
}

function checkScheduler(survey: Survey, scheduler: number, queued: Set<number>): void {
  const name = survey.nameOf(scheduler)
  const report = (offset: number, what: string, message: string) =>
    survey.report("object", scheduler + offset, `${name} ${what}`, message)
  const word = (offset: number) => survey.word(scheduler + offset)
  const timeline = word(Scheduler.timeline)
  if (survey.isLive(Kind.Timeline, timeline))
    claimTimeline(survey, timeline, scheduler, scheduler + Scheduler.timeline, `${name} timeline`)
  else report(Scheduler.timeline, "timeline", `It is ${survey.nameOf(timeline)}, which is no timeline in use`)
  if (word(Scheduler.hardware) !== 0 && survey.seatIndex(word(Scheduler.hardware)) < 0)
    report(Scheduler.hardware, "hardware", `It is ${survey.nameOf(word(Scheduler.hardware))}, which is no seat`)
  if (word(Scheduler.creditLimit) < 1)
    report(Scheduler.creditLimit, "creditLimit", `It is ${word(Scheduler.creditLimit)}`)
  if (word(Scheduler.timeoutMs) < 1) report(Scheduler.timeoutMs, "timeoutMs", `It is ${word(Scheduler.timeoutMs)}`)
  for (const what of ["closed", "stopped"] as const)
    if (word(Scheduler[what]) >>> 0 > 1) report(Scheduler[what], what, `It is ${word(Scheduler[what])}: 0 or 1`)
  if (word(Scheduler.policy) >>> 0 > Policy.Fair) report(Scheduler.policy, "policy", `It is ${word(Scheduler.policy)}`)
  if (word(Scheduler.hangLimit) < 0) report(Scheduler.hangLimit, "hangLimit", `It is ${word(Scheduler.hangLimit)}`)
  const entities = survey.list(scheduler + Scheduler.firstEntity, Entity.next, `${name} entities`, (at) =>
    isOf(survey, at, ObjectType.Entity),
  )
  for (const entity of entities) {
    survey.refer(Kind.Object, entity, scheduler + Scheduler.firstEntity, `${name} entities`)
    if (survey.word(entity + Entity.scheduler) !== scheduler || survey.word(entity + Entity.listed) !== 1)
      survey.report(
        "object",
        entity + Entity.listed,
        `${survey.nameOf(entity)} listed`,
        `It is on the list of ${name}, and says otherwise`,
      )
  }
  const running = survey.list(scheduler + Scheduler.firstRunning, Job.next, `${name} running`, (at) =>
    isOf(survey, at, ObjectType.Job),
  )
  let credits = 0
  for (const job of running) {
    if (queued.has(job)) report(Scheduler.firstRunning, "running", `${survey.nameOf(job)} is in two queues`)
    queued.add(job)
    credits = (credits + survey.word(job + Job.credits)) | 0
    const state = survey.word(job + Job.state)
    if (!WITH_HARDWARE.includes(state) || survey.word(job + Job.scheduler) !== scheduler)
      survey.report(
        "object",
        job + Job.state,
        `${survey.nameOf(job)} state`,
        `It is with the hardware of ${name}, and says otherwise`,
      )
  }
  const last = running.at(-1)
  if (last !== undefined && word(Scheduler.lastRunning) !== last)
    report(Scheduler.lastRunning, "lastRunning", "It is not the last of those that run")
  if (word(Scheduler.creditsUsed) !== credits)
    report(
      Scheduler.creditsUsed,
      "creditsUsed",
      `It is ${word(Scheduler.creditsUsed)}, and those that run have ${credits}`,
    )
}

/** Whether its end was broken off by an oops, and whoever looks for jobs to end goes on with it. */
function isLeft(survey: Survey, job: number): boolean {
  const scheduler = survey.word(job + Job.scheduler)
  return (
    survey.word(job + Job.holder) === 0 &&
    isOf(survey, scheduler, ObjectType.Scheduler) &&
    survey.word(scheduler + Scheduler.left) !== 0
  )
}

function checkJob(survey: Survey, job: number, queued: Set<number>): void {
  const name = survey.nameOf(job)
  const state = survey.word(job + Job.state)
  const isEnding = state === JobState.Ending && !isLeft(survey, job)
  if (state === 0 || isEnding || state === JobState.Gone)
    survey.report("lost", job + Job.state, `${name} state`, `It is ${state}: it is being made, or ended`)
  else if (state < 0 || state > JobState.Stopped)
    survey.report("object", job + Job.state, `${name} state`, `It is ${state}, which says nothing`)
  else if (!queued.has(job) && state !== JobState.Ending)
    survey.report("lost", job, name, "It waits or runs, and is in no queue")
  for (const [what, type] of [
    ["scheduler", ObjectType.Scheduler],
    ["entity", ObjectType.Entity],
  ] as const)
    if (leadsTo(survey, job + Job[what], type, `${name} ${what}`))
      survey.refer(Kind.Object, survey.word(job + Job[what]), job + Job[what], `${name} ${what}`)
  for (const what of ["scheduled", "finished"] as const) {
    const fence = survey.word(job + Job[what])
    if (
      survey.refer(Kind.Fence, fence, job + Job[what], `${name} ${what}`) &&
      (survey.word(fence + Fence.flags) & Flag.Job) === 0
    )
      survey.report("object", job + Job[what], `${name} ${what}`, `${survey.nameOf(fence)} is no fence of a job`)
  }
  if (survey.word(job + Job.credits) < 1)
    survey.report("object", job + Job.credits, `${name} credits`, `They are ${survey.word(job + Job.credits)}`)
  const readiness = survey.word(job + Job.readiness)
  if (readiness >>> 0 > Readiness.Ready)
    survey.report("object", job + Job.readiness, `${name} readiness`, `It is ${readiness}, which says nothing`)
  checkDependencies(survey, job, name)
}

/** Records of the job's own, which hang nowhere. */
function checkDependencies(survey: Survey, job: number, name: string): void {
  const nodes = survey.list(job + Job.firstDependency, Dependency.next, `${name} dependencies`, (at) =>
    survey.isLive(Kind.Callback, at),
  )
  for (const node of nodes) {
    survey.claim(Kind.Callback, node, job, node, `${name} dependencies`)
    survey.refer(
      Kind.Fence,
      survey.word(node + Dependency.fence),
      node + Dependency.fence,
      `${survey.nameOf(node)} fence`,
    )
    if (survey.word(node + Callback.code) !== 0 || survey.word(node + Callback.previous) !== Unlinked.Mark)
      survey.report(
        "callback",
        node + Callback.code,
        `${survey.nameOf(node)} code`,
        `It is a dependency of ${name}, and says otherwise`,
      )
  }
}
