/**
 * A random program with plain accesses to one cell, more or less guarded: by a flag that was looked at, by a lock, by a
 * wait. About as many programs have a data race as have none.
 */
import type { Instruction, Program } from "../reference/language.js"
import { lockSleeping, lockSpinning, unlockSleeping, unlockSpinning } from "./generate.js"
import { Random } from "./random.js"

const [DATA, FLAG, OTHER, SPIN, FUTEX] = [0, 1, 2, 3, 4] as const
const [SEEN, RESULT, REGISTERS] = [0, 1, 3] as const

export function generatePlain(seed: number): Program {
  const random = new Random(seed ^ 0x5eed)
  const threads = 2 + random.below(2)
  const code = Array.from({ length: threads }, () => statements(random, threads === 2 ? 3 : 2))
  return { cells: 5, registers: REGISTERS, threads: code }
}

function statements(random: Random, count: number): Instruction[] {
  const code: Instruction[] = []
  let accesses = 1 + random.below(2)
  for (let left = count; left > 0; left--) {
    const inside = accesses > 0 && random.chance(0.7) ? [access(random)] : []
    accesses -= inside.length
    code.push(...statement(random, inside))
  }
  return code
}

function access(random: Random): Instruction {
  if (random.chance(0.5)) return { do: "load", cell: DATA, plain: true, to: RESULT }
  return { do: "store", cell: DATA, plain: true, value: { constant: 1 + random.below(3) } }
}

/** The access, with something that may or may not guard it. */
function statement(random: Random, inside: readonly Instruction[]): Instruction[] {
  const cell = random.chance(0.7) ? FLAG : OTHER
  const only = (equals: number): Instruction => ({ do: "unless", register: SEEN, equals, by: inside.length })
  switch (random.below(inside.length > 0 ? 11 : 7)) {
    case 0:
      return [...inside, { do: "store", cell, value: { constant: 1 + random.below(2) } }]
    case 1:
      return [...inside, { do: "add", cell, value: { constant: 1 }, to: SEEN }]
    case 2:
    case 3:
      return [{ do: "load", cell, to: SEEN }, only(1 + random.below(2)), ...inside]
    case 4:
      return [
        { do: "compareExchange", cell, expected: random.below(2), value: { constant: 2 }, to: SEEN },
        only(random.below(2)),
        ...inside,
      ]
    case 5:
      if (random.chance(0.5)) return [{ do: "notify", cell, count: 1, to: SEEN }, only(random.below(2)), ...inside]
      return [...inside, { do: "notify", cell, count: 1, to: SEEN }]
    case 6:
      // One in three writes before it sleeps, which is in order for a notify that sees it asleep.
      if (random.chance(0.33)) return [...inside, { do: "wait", cell, expected: 0, times: true, to: SEEN }]
      return [{ do: "wait", cell, expected: 0, times: true, to: SEEN }, only(random.below(3)), ...inside]
    case 7:
    case 8:
      return [...lockSpinning(SPIN), ...inside, ...unlockSpinning(SPIN)]
    case 9:
      return [...lockSleeping(FUTEX), ...inside, ...unlockSleeping(FUTEX)]
    default:
      return [...inside]
  }
}
