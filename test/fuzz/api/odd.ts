/** Values that no argument means. */
import type { Random } from "../random.js"

/** What the fuzzer's own functions throw: whoever calls them may pass it on. */
export class Thrown extends Error {
  constructor() {
    super("The fuzzer's own")
    this.name = "Thrown"
  }
}

/** Reasons given to the fuzzer's abort controllers. */
export class Aborted extends Error {}

/** Throws at whatever one does with it. */
const hostile = (): unknown =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Thrown()
      },
      has: () => {
        throw new Thrown()
      },
      ownKeys: () => {
        throw new Thrown()
      },
    },
  )

const MAKERS: readonly (() => unknown)[] = [
  ...[undefined, null, true, false].map((value) => () => value),
  ...[0, -0, 1, -1, 1.5, 7, 64, 4096, -5, -4096, NaN, Infinity, -Infinity].map((value) => () => value),
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53), 1e300].map((value) => () => value),
  ...[0n, 1n, -1n, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 64n), 2n ** 200n].map(
    (value) => () => value,
  ),
  ...["", "x", "a".repeat(57), "ü".repeat(30), "a\0b", "\ud800", "__proto__", "1", "-1", "js", "signal"].map(
    (v) => () => v,
  ),
  () => Symbol("odd"),
  () => ({}),
  () => [],
  () => [undefined],
  () => Object.assign([], { length: 2 }),
  () => [null, 1],
  () => ({ length: 3 }),
  () => Object.create(null) as unknown,
  () => () => {},
  () => async () => {},
  () => function* () {},
  () =>
    function throws() {
      throw new Thrown()
    },
  () => new Date(0),
  () => new Map(),
  () => ({ kind: "outlive-fence", heap: 1, address: 64, generation: 1 }),
  () => ({ address: 4096, thread: {}, kind: "plain" }),
  () => ({
    get timeoutMs(): number {
      throw new Thrown()
    },
  }),
  hostile,
]

export function odd(random: Random): unknown {
  return random.pick(MAKERS)()
}

/** For replays: a value in a few words; `labelOf` names what has a name. */
export function show(value: unknown, labelOf: (value: unknown) => string | undefined = () => undefined): string {
  try {
    const label = labelOf(value)
    if (label !== undefined) return label
    if (typeof value === "bigint") return `${value}n`
    if (typeof value === "string") return JSON.stringify(value.length > 20 ? `${value.slice(0, 20)}…` : value)
    if (typeof value === "function") return value.name ? `function ${value.name}` : "() => …"
    if (Array.isArray(value)) return `[${value.map((part) => show(part, labelOf)).join(", ")}]`
    if (Object.is(value, -0)) return "-0"
    if (typeof value !== "object" || value === null) return String(value)
    const name = (value.constructor as { name?: string } | undefined)?.name ?? "Object"
    if (name !== "Object") return name
    const parts = Object.entries(value).map(([key, part]) => `${key}: ${show(part, labelOf)}`)
    return `{ ${parts.join(", ")} }`
  } catch {
    return "a hostile object"
  }
}
