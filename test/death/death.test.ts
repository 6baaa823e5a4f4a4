/**
 * Dying is survived at every step of every scenario, in both flavours, also when the one that clears up dies, or another
 * besides; and where the clearing up has a hole, some scenario falls into it.
 *
 * Long scenarios are played at some of their steps, pairs at a sample, all from fixed seeds; at more in `npm run prove`.
 */
import { readFileSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { EngineFactory } from "@outlive/core/engine-js"
import { stepwiseEngine } from "@outlive/core/stepwise"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Twin, buildTwin } from "../faults/twin.js"
import { FOR_PROOF, forCiUnless, PROVES } from "../prove.js"
import type { Engine, Play } from "./dying.js"
import { HOLES, type Hole } from "./holes.js"
import { SCENARIOS } from "./scenarios.js"

const LONG = 120_000
const MOST_STEPS = PROVES ? { checked: 300, release: 100 } : { checked: 40, release: 20 }
const PAIRS = PROVES ? 15 : 4
/** As many as it may take to fall into a hole. */
const MOST_PAIRS = 60
const PASSES = 16
const SEED = 9

const checked: Engine = { factory: stepwiseEngine, flavour: "checked" }
let release: Engine
let twin: Twin

beforeAll(async () => {
  twin = await buildTwin(undefined, { stepwise: true, checked: false })
  release = await engineOf(twin, "release")
})
afterAll(() => twin.remove())

async function engineOf({ url }: Twin, flavour: Engine["flavour"]): Promise<Engine> {
  const { instantiate } = (await import(url)) as { instantiate: EngineFactory }
  return { factory: instantiate, flavour }
}

/** Those that leave something to be had by others. */
const SOCIABLE = SCENARIOS.filter(
  ({ name }) => !/empty depot|barrier|attaches|syncobj|signals a fence|removes a|adds a/.test(name),
)

for (const flavour of ["checked", "release"] as const)
  describe(`a thread dies (${flavour}) that`, () => {
    const engine = () => (flavour === "checked" ? checked : release)
    for (const play of SCENARIOS)
      test(play.name, { timeout: LONG, ...forCiUnless(flavour === "checked") }, () => {
        const every = Math.ceil(play.length(engine()) / MOST_STEPS[flavour])
        expect(play.alone(engine(), every), "steps at which it could die").toBeGreaterThan(5)
      })
  })

describe("two threads die:", () => {
  for (const [i, play] of SCENARIOS.entries()) {
    test(`one ${play.name}; the other clears up`, { timeout: LONG, ...forCiUnless(i % 4 === 0) }, () => {
      expect(play.reaperDies(i % 3 === 0 ? release : checked, PAIRS, SEED + i)).toBeGreaterThan(0)
    })
  }
  for (const [i, play] of SOCIABLE.entries()) {
    const other = SOCIABLE[(i + 1) % SOCIABLE.length]!
    test(`one ${play.name}; the other ${other.name}`, { timeout: LONG, ...forCiUnless(i % 4 === 0) }, () => {
      expect(play.withAnother(i % 3 === 1 ? release : checked, other, PAIRS, SEED + i)).toBeGreaterThan(0)
    })
  }
})

/** Plays what is to fall into the hole. */
function playFor({ play: begin, dies }: Hole, engine: Engine): void {
  for (const play of SCENARIOS.filter(({ name }) => name.startsWith(begin))) {
    if (dies === "with its reaper") play.reaperDies(engine, MOST_PAIRS, SEED)
    else if (dies === "with another") play.withAnother(engine, anotherThan(play), MOST_PAIRS, SEED)
    else play.alone(engine, 1, PASSES)
  }
}

const anotherThan = (play: Play) => SOCIABLE.find((other) => other !== play && other.name.startsWith("submits a job"))!

test("each structure that says what its commit is has a hole", () => {
  const engine = fileURLToPath(new URL("../../packages/core/engine/", import.meta.url))
  const files = readdirSync(engine, { recursive: true }).map(String)
  const says = files.filter((file) => file.endsWith(".ts") && /DEATH:/.test(readFileSync(engine + file, "utf8")))
  const covered = new Set(HOLES.map(({ of, file }) => of ?? file))
  expect(says.map((file) => file.replaceAll("\\", "/")).filter((file) => !covered.has(file))).toEqual([])
  expect(says.length).toBeGreaterThan(8)
})

/** Shows after seven seconds. */
const LATE = "D2"

describe("is noticed:", () => {
  for (const hole of HOLES)
    test(`${hole.id}: ${hole.sentence}`, { timeout: LONG, ...(hole.id === LATE ? FOR_PROOF : {}) }, async () => {
      const flavour = hole.flavour ?? "checked"
      const broken = await buildTwin(hole, { stepwise: true, checked: flavour === "checked" })
      try {
        const engine = await engineOf(broken, flavour)
        expect(() => playFor(hole, engine)).toThrow(/dies at step \d+/)
      } finally {
        broken.remove()
      }
    })
})
