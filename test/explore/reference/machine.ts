/**
 * One step of a program of the little language: slow, and obviously right. States are values; a step makes a new one.
 * Shares no code with the explorer.
 */
import type { Instruction, Operand, Place, Program } from "./language.js"

/** What is known of a thread between two steps. */
interface ThreadState {
  readonly at: number
  readonly registers: readonly number[]
  /** Asleep in the queue of a cell, or notified and not yet awake. */
  readonly asleep?: { readonly cell: number; readonly notifiedBy?: number }
  /** What it saw since it last changed a cell, stored, notified, was notified, or relaxed. */
  readonly round: readonly Seen[]
  /** After `relax`: it may go on as soon as one of these is not so any more. */
  readonly heldBy?: readonly Seen[]
}

type Seen = readonly [place: Place, value: number]

export interface State {
  readonly memory: readonly number[]
  readonly threads: readonly ThreadState[]
  /** Who sleeps, in the order of falling asleep. */
  readonly queue: readonly number[]
  readonly depth: number
}

/** What a step did that others might notice. */
export interface Effect {
  readonly thread: number
  readonly plain: boolean
  readonly reads: readonly Place[]
  /** What it waited for to change. */
  readonly guards: readonly Place[]
  readonly writes: Place | undefined
  readonly queue:
    | { readonly cell: number; readonly kind: "enqueue" | "notify" | "notify-none" | "time-out" }
    | undefined
  /** The list of waiters whose critical section it enters and leaves: that of a cell. */
  readonly list: number | undefined
  /** The depth of the notify that made this step possible. */
  readonly because: number | undefined
}

export function initialState({ cells, registers, threads }: Program): State {
  const thread = { at: 0, registers: zeros(registers), round: [] }
  const state = { memory: zeros(cells), threads: threads.map(() => thread), queue: [], depth: 0 }
  return threads.reduce<State>((sofar, _, index) => runUnseen(threads, sofar, index), state)
}

export function zeros(length: number): number[] {
  return Array.from({ length }, () => 0)
}

function peek(memory: readonly number[], { cell, byte }: Place): number {
  return byte === undefined ? memory[cell]! : (memory[cell]! >>> (byte * 8)) & 0xff
}

function poke(memory: readonly number[], { cell, byte }: Place, value: number): number[] {
  const mask = byte === undefined ? ~0 : 0xff << (byte * 8)
  return memory.with(cell, (memory[cell]! & ~mask) | ((value << ((byte ?? 0) * 8)) & mask))
}

export function hasEnded({ threads }: Program, state: State, thread: number): boolean {
  return state.threads[thread]!.at >= threads[thread]!.length
}

export function canStep(program: Program, state: State, thread: number): boolean {
  if (hasEnded(program, state, thread)) return false
  const { at, asleep, heldBy } = state.threads[thread]!
  if (asleep !== undefined && asleep.notifiedBy === undefined) {
    const instruction = program.threads[thread]![at]!
    return instruction.do === "wait" && instruction.times
  }
  return heldBy === undefined || heldBy.some(([place, value]) => peek(state.memory, place) !== value)
}

export function step(program: Program, state: State, thread: number): [State, Effect] {
  const [next, effect] = perform(program.threads[thread]![state.threads[thread]!.at]!, state, thread)
  return [runUnseen(program.threads, { ...next, depth: state.depth + 1 }, thread), effect]
}

function perform(instruction: Instruction, state: State, thread: number): [State, Effect] {
  const { memory } = state
  const self = state.threads[thread]!
  const guards = self.heldBy?.map(([place]) => place) ?? []
  const plain = "plain" in instruction && instruction.plain === true
  const list = instruction.do === "wait" || instruction.do === "notify" ? instruction.cell : undefined
  const none = { thread, plain, reads: [], guards, writes: undefined, queue: undefined, list, because: undefined }
  const valueOf = (operand: Operand) => ("constant" in operand ? operand.constant : self.registers[operand.register]!)

  const read = (place: Place, to: number, result = peek(memory, place)): [State, Effect] => {
    const round: Seen[] = [...self.round, [place, peek(memory, place)]]
    return [goOn(state, thread, to, result, round), { ...none, reads: [place] }]
  }
  const write = (place: Place, to: number | undefined, value: number, reads: readonly Place[]): [State, Effect] => {
    const before = peek(memory, place)
    const after = poke(memory, place, value)
    const changed = peek(after, place) !== before || to === undefined
    const now = goOn(state, thread, to, before, changed ? [] : [...self.round, [place, before]])
    return [
      { ...now, memory: after },
      { ...none, reads, writes: place },
    ]
  }

  switch (instruction.do) {
    case "load":
      return read(instruction, instruction.to)
    case "store":
      return write(instruction, undefined, valueOf(instruction.value), [])
    case "add": {
      const { to, value } = instruction
      return write(instruction, to, peek(memory, instruction) + valueOf(value), [instruction])
    }
    case "exchange":
      return write(instruction, instruction.to, valueOf(instruction.value), [instruction])
    case "compareExchange": {
      const { cell, expected, value, to } = instruction
      return memory[cell] === expected ? write({ cell }, to, valueOf(value), [{ cell }]) : read({ cell }, to)
    }
    case "wait": {
      const { cell, expected, to } = instruction
      if (self.asleep !== undefined) return wakeUp(state, thread, to, none)
      if (memory[cell] !== expected) return read({ cell }, to, 1)
      const queued = { ...state, queue: [...state.queue, thread] }
      const sleeping = {
        at: self.at,
        registers: self.registers,
        round: [...self.round, [{ cell }, expected] as const],
        asleep: { cell },
      }
      const effect = { ...none, reads: [{ cell }], queue: { cell, kind: "enqueue" as const } }
      return [withThread(queued, thread, sleeping), effect]
    }
    case "notify": {
      const { cell, count, to } = instruction
      const woken = state.queue.filter((other) => state.threads[other]!.asleep!.cell === cell).slice(0, count)
      const queue = state.queue.filter((other) => !woken.includes(other))
      const threads = state.threads.map((other, index) =>
        woken.includes(index) ? { ...other, asleep: { cell, notifiedBy: state.depth } } : other,
      )
      const kind = woken.length > 0 ? ("notify" as const) : ("notify-none" as const)
      const now = goOn({ ...state, threads, queue }, thread, to, woken.length, [])
      return [now, { ...none, queue: { cell, kind } }]
    }
    default:
      throw new Error(`Nobody can see "${instruction.do}"`)
  }
}

function wakeUp(state: State, thread: number, to: number, none: Effect): [State, Effect] {
  const { cell, notifiedBy } = state.threads[thread]!.asleep!
  const queue = state.queue.filter((other) => other !== thread)
  const timedOut = notifiedBy === undefined
  const round = timedOut ? [...state.threads[thread]!.round, [{ cell }, state.memory[cell]!] as const] : []
  const now = goOn({ ...state, queue }, thread, to, timedOut ? 2 : 0, round)
  return [now, { ...none, queue: timedOut ? { cell, kind: "time-out" } : undefined, because: notifiedBy }]
}

/** To the next instruction, with a result. */
function goOn(state: State, thread: number, to: number | undefined, result: number, round: readonly Seen[]): State {
  const { at, registers } = state.threads[thread]!
  const now = to === undefined ? registers : registers.map((old, index) => (index === to ? result : old))
  return withThread(state, thread, { at: at + 1, registers: now, round })
}

function withThread(state: State, thread: number, now: ThreadState): State {
  return { ...state, threads: state.threads.map((old, index) => (index === thread ? now : old)) }
}

/** The instructions that nobody can see, up to the next that somebody can. */
function runUnseen(threads: Program["threads"], state: State, thread: number): State {
  let { at, registers, round, heldBy, asleep } = state.threads[thread]!
  for (let instruction; (instruction = threads[thread]![at]) !== undefined; at++) {
    if (instruction.do === "jump") at += instruction.by
    else if (instruction.do === "unless") {
      if (registers[instruction.register] !== instruction.equals) at += instruction.by
    } else if (instruction.do === "relax") {
      if (round.length > 0) heldBy = round
      round = []
    } else break
  }
  return withThread(state, thread, { at, registers, round, ...(heldBy && { heldBy }), ...(asleep && { asleep }) })
}
