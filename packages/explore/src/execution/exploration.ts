/** Everything one exploration is made of, and how one execution runs to its end. */
import { Body } from "./body.js"
import { Bystander } from "./bystander.js"
import { cellNames } from "./cells.js"
import { EventLoops } from "./event-loops.js"
import { refuseUnfit } from "./functions.js"
import { Messages } from "./messages.js"
import { OwnBuffers } from "./own-buffers.js"
import { turningNow } from "../platform/event-loop.js"
import { Machine } from "./machine.js"
import type { Search } from "./machine.js"
import { Memory } from "./memory.js"
import type { Model, Options, Tools } from "../model.js"
import { END } from "../platform/operation.js"
import { slot } from "../platform/native.js"
import { replaceEnds } from "../platform/process.js"
import { refuseOptions } from "./options.js"
import { letterOf } from "../schedule.js"
import { changeOf, unsharedIn } from "./unshared.js"
import { unseenView } from "./shadow.js"
import type { Unshared } from "./unshared.js"
import { makeView } from "../platform/views.js"

/** Threads are bits of a number. */
const MOST_THREADS = 30

export class Exploration {
  readonly machine: Machine
  readonly body: Body
  readonly state: unknown
  readonly threadNames: readonly string[]
  readonly model: Model<unknown>
  /** Runs what is no thread. */
  readonly bystander = new Bystander()
  readonly buffers: OwnBuffers
  /** Whether plain accesses may race, and that is no failure. */
  readonly mayRacePlainly: boolean
  private readonly unshared: Unshared | undefined

  /** Starts that access memory plainly are steps where such races are no failures, if nobody says otherwise. */
  constructor(model: Model<unknown>, options: Options, tracing: boolean, withStarts?: boolean) {
    refuseUnfit(model)
    refuseOptions(options)
    if (model.threads.length === 0 || model.threads.length > MOST_THREADS)
      throw new RangeError(`Cannot explore ${model.threads.length} threads: 1 to ${MOST_THREADS} are`)
    if (slot.runner !== undefined) throw new Error("Cannot explore inside of an exploration")
    replaceEnds()
    this.model = model
    this.threadNames = model.threads.map((_, thread) => model.threadNames?.[thread] ?? letterOf(thread))
    const memory = new Memory(model.memory)
    this.buffers = new OwnBuffers(memory, model.observe === "all")
    const loops = new EventLoops(
      model.threads.length,
      turningNow() !== undefined,
      options.faults?.forgetArrivals === true,
    )
    const names = [...this.threadNames]
    for (let messenger = loops.threads; messenger < loops.size; messenger++)
      names.push(this.threadNames[loops.ownerOf(messenger)]!)
    const nameOf = cellNames(model.cells)
    const forgetsHighWords = options.faults?.forgetHighWords === true
    this.machine = new Machine(memory, loops, names, (at) => memory.nameOf(at) ?? nameOf(at), forgetsHighWords)
    for (const group of model.symmetric ?? [])
      for (let at = 1; at < group.length; at++) this.machine.startsAfter[group[at]!] = group[at - 1]!
    this.mayRacePlainly = options.races === false || (model.allowedRaces ?? []).length > 0
    const { setup } = model
    const messages = loops.turn ? new Messages() : undefined
    const tools = this.tools(memory)
    this.state =
      setup === undefined
        ? memory.shared
        : this.bystander.setup(this.buffers, messages, () => setup(memory.shared, tools))
    this.unshared = unsharedIn(this.state)
    if (memory.own.length > 0) this.noteUnseenViews()
    memory.begin()
    const code = {
      threads: model.threads,
      state: this.state,
      threadNames: this.threadNames,
      buffers: this.buffers,
      messages,
    }
    const automaticSpins = options.spins !== "off"
    const ordersStarts = withStarts ?? (this.mayRacePlainly && options.faults?.ignorePlainStarts !== true)
    this.body = new Body(this.machine, { ...code, automaticSpins, ordersStarts }, options.seed ?? 1)
    this.body.tracing = tracing
  }

  /** What setup gives to the threads may hold views that are not seen. */
  private noteUnseenViews(): void {
    const { buffers, machine } = this
    for (const view of this.unshared?.values() ?? [this.state]) {
      if (!buffers.isUnseen(view)) continue
      const { name } = machine.memory.ownAt(machine.memory.baseOf(view.buffer))!
      machine.unseen.set(`setup ${name}`, `setup gives the threads ${unseenView(view, name)}`)
    }
  }

  /** Looks at what threads share beside shared memory. */
  lookAtUnshared(): void {
    const { unshared } = this.machine
    if (this.unshared === undefined || unshared.length > 0) return
    const change = changeOf(this.unshared, this.state)
    if (change !== undefined) unshared.push(change)
  }

  private tools(memory: Memory): Tools {
    const registerLifetime = (free: boolean, start: number, bytes: number) => {
      if (!Number.isInteger(start) || !Number.isInteger(bytes) || start < 0 || bytes <= 0)
        throw new RangeError(`Cannot register ${bytes} bytes at ${start}`)
      if (slot.runner === this.body) this.body.visitLifetime(free, start, bytes)
      else this.machine.lifetimes.registerInitial(start, bytes, !free)
    }
    return {
      view: (type, byteOffset = 0, length) =>
        makeView(type, memory.shared, byteOffset, length) as InstanceType<typeof type>,
      registerAllocation: (start, bytes) => registerLifetime(false, start, bytes),
      registerFree: (start, bytes) => registerLifetime(true, start, bytes),
    }
  }

  begin(search: Search): void {
    this.machine.search = search
    this.body.begin()
  }

  /** From where the machine is to the end of an execution. */
  run(): void {
    const { machine, body } = this
    const { search } = machine
    body.ended = false
    for (;;) {
      const chosen = search.choose()
      if (chosen < 0) return
      if (machine.advance(chosen)) continue
      body.missed = chosen
      while (body.missed >= 0) {
        const { missed } = body
        body.missed = -1
        body.discover(missed)
        if (body.ended) return
      }
    }
  }

  /** What the bodies returned; of one that has not, undefined. */
  results(): unknown[] {
    const ofThreads = this.machine.points.slice(0, this.machine.loops.threads)
    return ofThreads.map((point) => (point.operation === END && !point.threw ? point.value : undefined))
  }
}
