/** A random program of the little language. Small enough that all of its interleavings can be looked at. */
import type { Instruction, Operand, Program } from "../reference/language.js"
import { Random } from "./random.js"

const REGISTERS = 3
/** Holds what locks and their loops get back, so that they do not disturb the outcome's other registers. */
const SCRATCH = REGISTERS - 1

/** Sizes of threads, in statements. Few interleavings: at most some thousand without locks and waits. */
const SHAPES: readonly (readonly number[])[] = [
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 4],
  [2, 2, 2],
  [3, 2, 2],
  [3, 3, 2],
  [1, 4, 3],
  [1, 1, 1, 4],
  [2, 2, 2, 1],
  [1, 1, 1, 1, 2],
]

export function generate(seed: number): Program {
  const random = new Random(seed)
  const cells = 1 + random.below(3)
  const taste = { waits: random.chance(0.35), locks: random.chance(0.2), endless: random.chance(0.3) }
  const threads = random.pick(SHAPES).map((size) => new Body(random, cells, taste).statements(size))
  const program = { cells: taste.locks ? cells + 2 : cells, registers: REGISTERS, threads }
  return seed % 7 === 3 ? narrow(program, cells, random) : program
}

/** Whether some steps touch single bytes: steps of unequal ranges race with each other. */
export function usesBytes({ threads }: Program): boolean {
  return threads.some((code) => code.some((instruction) => "byte" in instruction))
}

/** Makes some operations on the ordinary cells into ones on a byte of them; others into those whose effect depends on all. */
function narrow(program: Program, cells: number, random: Random): Program {
  const narrowed = (instruction: Instruction): Instruction => {
    const { do: kind } = instruction
    if (kind === "exchange" && random.chance(0.7))
      return { ...instruction, do: "compareExchange", expected: random.below(2) }
    if ((kind !== "load" && kind !== "store" && kind !== "add") || instruction.cell >= cells) return instruction
    return random.chance(0.6) ? { ...instruction, byte: random.below(2) } : instruction
  }
  return { ...program, threads: program.threads.map((code) => code.map(narrowed)) }
}

interface Taste {
  readonly waits: boolean
  readonly locks: boolean
  /** Whether waits may be without a timeout, so that the program may get stuck. */
  readonly endless: boolean
}

class Body {
  readonly #random: Random
  readonly #cells: number
  readonly #taste: Taste

  constructor(random: Random, cells: number, taste: Taste) {
    this.#random = random
    this.#cells = cells
    this.#taste = taste
  }

  statements(size: number): Instruction[] {
    const code: Instruction[] = []
    let left = size
    while (left > 0) {
      if (this.#taste.locks && left >= 3 && this.#random.chance(0.5)) {
        code.push(...this.#section(left - 2))
        left = 0
      } else if (left >= 2 && this.#random.chance(0.25)) {
        const inside = this.#random.chance(0.7) ? 1 : 2
        code.push(...this.#branch(inside))
        left -= inside + (code.length > 0 ? 0 : 1)
      } else {
        code.push(this.#operation())
        left--
      }
    }
    return code
  }

  /** Instructions that run only if a register has some value. */
  #branch(size: number): Instruction[] {
    const inside: Instruction[] = []
    for (let i = 0; i < size; i++) inside.push(this.#operation())
    return [
      { do: "unless", register: this.#random.below(SCRATCH), equals: this.#random.below(3), by: inside.length },
      ...inside,
    ]
  }

  /** A critical section. The cells after the ordinary ones are locks: the first is spun on, the second slept on. */
  #section(size: number): Instruction[] {
    const inside: Instruction[] = []
    for (let i = 0; i < size; i++) inside.push(this.#operation())
    const spin = this.#cells
    const futex = this.#cells + 1
    const kind = this.#random.below(4)
    if (kind === 0) return [...lockSpinning(spin), ...inside, ...unlockSpinning(spin)]
    if (kind === 1) return [...lockSleeping(futex), ...inside, ...unlockSleeping(futex)]
    const [outer, inner] =
      kind === 2 ? [lockSpinning(spin), lockSleeping(futex)] : [lockSleeping(futex), lockSpinning(spin)]
    const unlocks =
      kind === 2 ? [unlockSleeping(futex), unlockSpinning(spin)] : [unlockSpinning(spin), unlockSleeping(futex)]
    return [...outer, ...inner, ...inside.slice(0, 1), ...unlocks.flat()]
  }

  #operation(): Instruction {
    const random = this.#random
    const cell = random.below(this.#cells)
    const to = random.below(SCRATCH)
    if (this.#taste.waits && random.chance(0.4)) {
      if (random.chance(0.5)) return { do: "notify", cell, count: 1 + random.below(2), to }
      const times = !this.#taste.endless || random.chance(0.5)
      return { do: "wait", cell, expected: random.below(2), times, to }
    }
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        return { do: "load", cell, to }
      case 3:
      case 4:
      case 5:
        return { do: "store", cell, value: this.#operand() }
      case 6:
        return { do: "add", cell, value: this.#operand(), to }
      case 7:
        return { do: "exchange", cell, value: this.#operand(), to }
      default:
        return { do: "compareExchange", cell, expected: random.below(3), value: this.#operand(), to }
    }
  }

  #operand(): Operand {
    return this.#random.chance(0.7) ? { constant: this.#random.below(3) } : { register: this.#random.below(SCRATCH) }
  }
}

export function lockSpinning(cell: number): Instruction[] {
  return [
    { do: "compareExchange", cell, expected: 0, value: { constant: 1 }, to: SCRATCH },
    { do: "unless", register: SCRATCH, equals: 1, by: 2 },
    { do: "relax" },
    { do: "jump", by: -4 },
  ]
}

export function unlockSpinning(cell: number): Instruction[] {
  return [{ do: "store", cell, value: { constant: 0 } }]
}

export function lockSleeping(cell: number): Instruction[] {
  return [
    { do: "compareExchange", cell, expected: 0, value: { constant: 1 }, to: SCRATCH },
    { do: "unless", register: SCRATCH, equals: 1, by: 2 },
    { do: "wait", cell, expected: 1, times: false, to: SCRATCH },
    { do: "jump", by: -4 },
  ]
}

export function unlockSleeping(cell: number): Instruction[] {
  return [
    { do: "store", cell, value: { constant: 0 } },
    { do: "notify", cell, count: 1, to: SCRATCH },
  ]
}
