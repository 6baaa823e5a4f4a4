/** A random program of accesses of every width, with values that differ in one half, in a sign, or in a byte only. */
import type { Change, Instruction, Place, Program, Result, Width } from "../reference/wide.js"
import { valueIn, WIDTHS } from "../reference/wide.js"
import { Random } from "./random.js"

/** Numbers of threads' operations. */
const SHAPES: readonly (readonly number[])[] = [
  [3, 3],
  [4, 3],
  [5, 3],
  [2, 2, 2],
  [3, 2, 1],
  [1, 1, 1, 2],
]

const HALF = 2n ** 32n
/** Easily mistaken for one another. */
const VALUES = [
  0n,
  1n,
  -1n,
  5n,
  HALF,
  HALF + 1n,
  -HALF,
  HALF - 1n,
  2n ** 63n,
  2n ** 63n + 2n ** 31n,
  2n ** 64n - 1n,
  2n ** 31n,
  255n,
  -256n,
]
const CHANGES: readonly Change[] = ["add", "sub", "and", "or", "xor", "exchange"]
const ALL = Object.keys(WIDTHS) as readonly Width[]
const WIDE = ["BigInt64", "BigUint64"] as const

export function generateWide(seed: number): Program {
  const random = new Random(seed ^ 0x71de)
  const bytes = random.chance(0.6) ? 8 : 16
  // Two in five use 64 bits only: there the order of two results is all that tells them apart.
  const widths = random.chance(0.4) ? WIDE : ALL
  const waits = random.chance(0.4)
  // Few values, so that they meet.
  const values = [random.pick(VALUES), random.pick(VALUES), random.pick(VALUES)]
  const thread = (operations: number) => {
    const code: Instruction[] = []
    for (let left = operations; left > 0; left--) {
      const instruction = operation(random, bytes, widths, values, waits)
      code.push(instruction)
      if (left < 2 || !random.chance(0.45)) continue
      code.push({ do: "unless", result: likelyResult(random, instruction, values), by: 1 })
    }
    // The last may have nothing behind it to leave out.
    return code.at(-1)?.do === "unless" ? code.slice(0, -1) : code
  }
  return { bytes, threads: random.pick(SHAPES).map(thread) }
}

function placeOf(random: Random, bytes: number, widths: readonly Width[]): Place {
  const width = random.pick(widths)
  const [size] = WIDTHS[width]
  return { width, at: size * random.below(Math.min(bytes / size, 2)) }
}

function operation(
  random: Random,
  bytes: number,
  widths: readonly Width[],
  values: readonly bigint[],
  waits: boolean,
): Instruction {
  const valueFor = (width: Width) => asArgument(width, random.pick(values))
  if (waits && random.chance(0.45)) {
    const place = placeOf(random, bytes, random.chance(0.5) ? ["Int32"] : ["BigInt64"])
    if (random.chance(0.5)) return { do: "notify", count: 1 + random.below(2), ...place }
    return {
      do: "wait",
      expected: random.chance(0.6) ? 0n : valueFor(place.width),
      times: random.chance(0.7),
      ...place,
    }
  }
  const place = placeOf(random, bytes, widths)
  const value = valueFor(place.width)
  const choice = random.below(10)
  if (choice < 2) return { do: "load", ...place }
  if (choice < 5) return { do: "store", value, ...place }
  if (choice < 8) return { do: random.pick(CHANGES), value, ...place }
  return { do: "compareExchange", expected: random.chance(0.5) ? 0n : valueFor(place.width), value, ...place }
}

/** What a narrow operation is given is a number, and may be wider than its cell; but not wider than a number. */
function asArgument(width: Width, value: bigint): bigint {
  return WIDTHS[width][0] === 8 ? value : BigInt.asIntN(40, value)
}

/** Something that the instruction may well give back. */
function likelyResult(random: Random, instruction: Instruction, values: readonly bigint[]): Result {
  if (instruction.do === "unless") return 0n
  if (instruction.do === "wait") return random.pick(["ok", "not-equal", "timed-out"] as const)
  if (instruction.do === "notify") return BigInt(random.below(2))
  return valueIn(instruction.width, random.chance(0.4) ? 0n : random.pick(values))
}
