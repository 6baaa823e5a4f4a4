/** The threads of one race: started, watched, ended and buried. Whatever becomes of them, awaiting them comes to an end. */
import { setTimeout as pause } from "node:timers/promises"
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads"
import type { Piscina } from "piscina"
import type { Control } from "./control.js"
import type { RoleReport, RoleTask, Violation } from "./messages.js"
import { isMistake } from "./mistake.js"
import type { AnyScenario } from "./scenario.js"
import { nameOf } from "./thread-name.js"
import { type ThreadPool, threadsFor } from "./thread-pool.js"

/** A thread that did not come back. */
export interface Death {
  readonly thread: string
  readonly message: string
  /** Of one that failed unasked: which functions it was in, the innermost first. */
  readonly where?: readonly string[]
}

/** So many of them tell whose code it is. */
const MOST_FRAMES = 8

/** How often the watcher looks. */
export const TICK_MS = 10
/**
 * A thread that has made no turn in so many looks is stuck: no operation takes a third as long. It is looks that are
 * counted, not milliseconds: on a machine that lets us wait, they come late as well.
 */
const STUCK_TICKS = 800
/** A thread that should come back and has made no turn in so many looks hangs. */
const PATIENCE_TICKS = 1_200
/** One that makes turns is on its way, however slow the machine is: for so many times as long. */
const MOVING_TIMES = 10
/** After a violation a lock may be held for good: who waits for it is not what was to be found. */
const PATIENCE_AFTER_VIOLATION_TICKS = 100

/** One that has not even begun may still be loading, on a busy machine; and Node 20 does not survive that it is terminated there. */
const PATIENCE_WITH_STARTING_TICKS = 3_000

interface Member {
  readonly task: RoleTask
  readonly name: string
  readonly ended: Promise<void>
  hasEnded: boolean
  /** Terminated by us. */
  isDoomed: boolean
  report?: RoleReport
  /** Of one who does not report any more: what it had found. */
  lastWords?: RoleReport | undefined
  /** What it has found so far comes here. */
  readonly findings: MessagePort
  error?: unknown
  /** Its last turn, and how many looks ago. */
  turns: number
  idleTicks: number
}

/** What a scenario says of how long its threads take. */
type Bounds = Pick<AnyScenario, "stuckTicks" | "patienceTicks">

/** Told what the crew notices. */
interface Listener {
  /** A thread has died, and nobody terminated it for hanging. */
  died(member: { readonly task: RoleTask; readonly name: string }, message: string, where: readonly string[]): void
}

export class Crew {
  readonly #members: Member[] = []
  readonly #control: Control
  readonly #listener: Listener
  readonly #stuckTicks: number
  readonly #patienceTicks: number
  readonly #pool: Piscina
  /** Threads that other races use too. */
  readonly #shared: ThreadPool | undefined
  /** Threads that hang, as violations. */
  readonly hung: Violation[] = []

  constructor(threads: number, control: Control, listener: Listener, bounds: Bounds, pool?: ThreadPool) {
    this.#control = control
    this.#stuckTicks = bounds.stuckTicks ?? STUCK_TICKS
    this.#patienceTicks = bounds.patienceTicks ?? PATIENCE_TICKS
    this.#listener = listener
    this.#shared = pool
    this.#pool = pool?.take(threads) ?? threadsFor(threads)
  }

  start(part: Omit<RoleTask, "findings">): void {
    const { port1: findings, port2 } = new MessageChannel()
    const task: RoleTask = { ...part, findings: port2 }
    const play = this.#pool.run(task, { transferList: [port2] }) as Promise<RoleReport>
    const ended = play
      .then(
        (report) => void (member.report = report),
        (error: unknown) => void (member.error = error),
      )
      .then(() => {
        member.hasEnded = true
        if (member.report === undefined && !this.#isHung(member))
          this.#listener.died(member, messageOf(member), framesOf(member))
      })
    const member: Member = {
      task,
      name: nameOf(task),
      ended,
      hasEnded: false,
      isDoomed: false,
      findings,
      turns: 0,
      idleTicks: 0,
    }
    this.#members.push(member)
  }

  get haveAllEnded(): boolean {
    return this.#members.every(({ hasEnded }) => hasEnded)
  }

  /** A thread died of a mistake in its own program. */
  get mistake(): Error | undefined {
    return this.#members.map(({ error }) => error).find(isMistake)
  }

  /** Of those who have not come back: what they had found by then. */
  get reports(): RoleReport[] {
    return this.#members.flatMap(({ report, lastWords }) => report ?? lastWords ?? [])
  }

  /** Until all are at the start line: what a busy machine needs to start its threads is not part of the race. */
  async begin(isOver: () => boolean): Promise<void> {
    while (!this.#control.line.isOpen && !isOver() && !this.haveAllEnded) await pause(TICK_MS)
  }

  /** One look at all of them. Whoever is stuck ends the race. */
  look(): void {
    for (const member of this.#members) {
      this.#lookAt(member)
      if (member.hasEnded || member.turns === 0) member.idleTicks = 0
      if (member.idleTicks !== this.#stuckTicks || member.isDoomed) continue
      this.#accuse(member, `It is stuck after ${this.#control.operationsOf(member.task.index)} operations`)
      this.#control.stop()
    }
  }

  /** Terminates one, or all of a role, wherever they stand. */
  async terminate(which: number | string): Promise<void> {
    const chosen = this.#members.filter(({ task }) => task.role === which || task.index === which)
    for (const member of chosen) member.isDoomed = true
    await Promise.all(
      chosen.map(async ({ task, ended }) => {
        const thread = this.#control.osThreadOf(task.index)
        await this.#pool.threads.find(({ threadId }) => threadId === thread)?.terminate()
        await ended
      }),
    )
  }

  /** Waits for those who are to come back. Whoever does not is told of, and terminated. */
  async finish(isMeant: (role: string) => boolean): Promise<void> {
    const late = () => this.#members.filter(({ task, hasEnded }) => !hasEnded && isMeant(task.role))
    const patience = () => (this.#control.isStopped ? PATIENCE_AFTER_VIOLATION_TICKS : this.#patienceTicks)
    const most = ({ task }: Member) =>
      this.#control.turnsOf(task.index) === 0 ? PATIENCE_WITH_STARTING_TICKS : patience()
    for (const member of this.#members) member.idleTicks = 0
    const mayComeBack = (member: Member, ticks: number) =>
      member.idleTicks < most(member) && ticks < MOVING_TIMES * most(member)
    for (let ticks = 0; late().some((member) => mayComeBack(member, ticks)); ticks++) {
      await pause(TICK_MS)
      for (const member of late()) this.#lookAt(member)
    }
    for (const member of late()) this.#accuse(member, "It still hangs long after the end")
    if (this.hung.length > 0) await this.endAll()
  }

  /** Nobody is left afterwards. */
  async endAll(): Promise<void> {
    const areAllBack = this.#members.every(({ report }) => report !== undefined)
    for (const member of this.#members) if (!member.hasEnded) member.isDoomed = true
    if (!this.#shared) await this.#pool.destroy()
    else if (!areAllBack) await this.#shared.discard()
    await Promise.all(this.#members.map(({ ended }) => ended))
    for (const member of this.#members) {
      member.lastWords ??= lastIn(member.findings)
      member.findings.close()
    }
  }

  #lookAt(member: Member): void {
    const turns = this.#control.turnsOf(member.task.index)
    member.idleTicks = turns === member.turns ? member.idleTicks + 1 : 0
    member.turns = turns
  }

  #accuse(member: Member, message: string): void {
    if (this.#isHung(member) || member.isDoomed) return
    this.hung.push({
      thread: member.name,
      role: member.task.role,
      claim: "Every thread gets on, and comes back when the race is over.",
      message,
    })
  }

  /** Terminated because it, or another, hangs: that is told already. */
  #isHung({ name, isDoomed }: Member): boolean {
    return this.hung.some(({ thread }) => thread === name) || (isDoomed && this.hung.length > 0)
  }
}

function lastIn(findings: MessagePort): RoleReport | undefined {
  let last: RoleReport | undefined
  for (;;) {
    const next = receiveMessageOnPort(findings)
    if (next === undefined) return last
    last = next.message as RoleReport
  }
}

function messageOf({ error, isDoomed }: Member): string {
  if (isDoomed) return "It was terminated"
  return error instanceof Error ? error.message : String(error)
}

function framesOf({ error, isDoomed }: Member): string[] {
  if (isDoomed || !(error instanceof Error)) return []
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line))
  return lines.slice(0, MOST_FRAMES).map((line) => line.trim())
}
