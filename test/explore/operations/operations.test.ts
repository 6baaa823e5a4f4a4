/** Inside an exploration every Atomics function does, gives back and throws what it does outside. */
import { explore } from "@outlive/explore"
import { describe, expect, test } from "vitest"
import { Random } from "../fuzz/random.js"

const BYTES = 16
const VIEWS = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
] as const
const OPERATIONS = ["add", "sub", "and", "or", "xor", "exchange", "store", "load", "compareExchange"] as const
const VALUES: readonly unknown[] = [
  0,
  1,
  -1,
  127,
  128,
  255,
  256,
  257,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32 + 1,
  1.9,
  -1.9,
  NaN,
]
const ODD_VALUES: readonly unknown[] = [
  -0,
  "7",
  true,
  undefined,
  null,
  Infinity,
  -Infinity,
  2 ** 53,
  { valueOf: () => 3 },
]
const BIG_VALUES: readonly unknown[] = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n + 5n]

type AnyView = Int32Array | BigInt64Array
type AnyOperation = (view: unknown, index: unknown, ...values: unknown[]) => unknown

/** A long random sequence; what each step gave back, as text. */
function run(memory: SharedArrayBuffer, seed: number): string[] {
  const random = new Random(seed)
  const results: string[] = []
  for (let step = 0; step < 40; step++) {
    const view: AnyView = new (random.pick(VIEWS) as Int32ArrayConstructor)(memory)
    const isBig = view.BYTES_PER_ELEMENT === 8
    const values = isBig ? BIG_VALUES : random.chance(0.7) ? VALUES : ODD_VALUES
    const name = random.pick(OPERATIONS)
    // Now and then an index or a value that is refused.
    const index = random.chance(0.03) ? view.length : random.chance(0.05) ? "1" : random.below(view.length)
    const value = random.chance(0.03) ? (isBig ? 1 : 1n) : random.pick(values)
    results.push(
      `${name} ${describeResult(() => (Atomics[name] as AnyOperation)(view, index, value, random.pick(values)))}`,
    )
  }
  return results
}

function describeResult(operate: () => unknown): string {
  try {
    const result = operate()
    return Object.is(result, -0) ? "-0" : `${typeof result} ${String(result)}`
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return error.name
    throw error
  }
}

test("200 random sequences over all views do the same inside", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const outside = new SharedArrayBuffer(BYTES)
    const expected = run(outside, seed)
    let inside: SharedArrayBuffer | undefined
    const found = explore({
      memory: BYTES,
      setup: (memory) => (inside = memory),
      threads: [(memory) => run(memory, seed)],
      check: (memory, [results]) => {
        expect(results).toEqual(expected)
        expect([...new Uint8Array(memory)]).toEqual([...new Uint8Array(outside)])
      },
    })
    if ("error" in found) throw found.error
    expect(found.verdict, `seed ${seed}`).toBe("pass")
    expect(inside?.byteLength).toBe(BYTES)
  }
})

describe("wait and notify", () => {
  test("on a BigInt64Array, and compare all 64 bits", () => {
    const found = explore({
      memory: 8,
      setup: (memory) => new BigInt64Array(memory),
      threads: [
        (cells) => Atomics.wait(cells, 0, 0n),
        (cells) => {
          Atomics.store(cells, 0, 2n ** 32n)
          return Atomics.notify(cells, 0)
        },
      ],
      outcome: (_, results) => results.join(" "),
    })
    expect(found.verdict).toBe("pass")
    expect(Object.fromEntries(found.outcomes)).toEqual({ "not-equal 0": 1, "ok 1": 1 })
  })

  test("wake so many as asked for, the first first", () => {
    const found = explore({
      memory: 8,
      setup: (memory) => new Int32Array(memory),
      threads: [
        (cells) => Atomics.wait(cells, 0, 0, 5),
        (cells) => Atomics.wait(cells, 0, 0, 5),
        (cells) => Atomics.notify(cells, 0, 1),
      ],
      outcome: (_, results) => results.join(" "),
    })
    expect([...found.outcomes.keys()].sort()).toEqual(["ok timed-out 1", "timed-out ok 1", "timed-out timed-out 0"])
  })

  test("are refused where the platform refuses them", () => {
    const found = explore<SharedArrayBuffer>({
      memory: 8,
      threads: [
        (memory) => describeResult(() => (Atomics.wait as AnyOperation)(new Uint8Array(memory), 0, 0)),
        (memory) => describeResult(() => Atomics.notify(new Int32Array(memory), 9)),
      ],
      outcome: (_, results) => results.join(" "),
    })
    expect([...found.outcomes.keys()]).toEqual(["TypeError RangeError"])
  })

  test("a notify outside of shared memory finds nobody, and is no step", () => {
    const found = explore<unknown>({
      memory: 8,
      threads: [() => Atomics.notify(new Int32Array(2), 0), () => Atomics.add(new Int32Array(2), 0, 5)],
      outcome: (_, results) => results.join(" "),
    })
    expect(Object.fromEntries(found.outcomes)).toEqual({ "0 0": 1 })
  })
})

test("the memory has as many bytes as were asked for", () => {
  for (const bytes of [0, 1, 6, 1.5]) expect(() => explore({ memory: bytes, threads: [() => 0] })).toThrow(RangeError)
  for (const bytes of [4, 12, 16, 100])
    expect(
      explore({ memory: bytes, threads: [(memory: SharedArrayBuffer) => expect(memory.byteLength).toBe(bytes)] })
        .verdict,
    ).toBe("pass")
})

test("isLockFree says what it says", () => {
  const sizes = [1, 2, 3, 4, 8]
  const expected = sizes.map((size) => Atomics.isLockFree(size)).join()
  const found = explore({
    memory: 8,
    threads: [() => sizes.map((size) => Atomics.isLockFree(size)).join()],
    outcome: (_, [text]) => String(text),
  })
  expect([...found.outcomes.keys()]).toEqual([expected])
})
