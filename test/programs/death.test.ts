/** A thread of a program dies at each access: the others get on; and where clearing up has a hole, that is found. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { type DeathResult, exploreDeaths } from "@outlive/models"
import { PROGRAMS, counter, readers } from "@outlive/programs"
import { describe, expect, test } from "vitest"
import { LOCKS, SCHEMES, buildScheme, buildStrategy } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { FOR_CI, PROVES } from "../prove.js"

const LONG = 600_000
const SIZE = { threads: 2, turns: 1, preemptions: 1 }
const STEPWISE = { target: "js", flavour: "stepwise" } as const
const QUICKLY = { timeMs: 60_000, shrink: false }

async function factoryOf(url: string): Promise<EngineFactory> {
  return ((await import(url)) as { instantiate: EngineFactory }).instantiate
}

function expectSurvived(deaths: Iterable<DeathResult>): void {
  let count = 0
  for (const { part, access, result } of deaths) {
    count++
    expect(result.verdict, `${part} dies at ${access}: ${"message" in result ? result.message : ""}`).toBe("pass")
  }
  expect(count, "accesses").toBeGreaterThan(10)
}

const excluding = LOCKS.filter(({ excludes }) => excludes !== false).map(({ name }) => name)
const reclaiming = SCHEMES.filter(({ reclaims }) => reclaims)

describe("the others get on, or are told:", () => {
  const mortal = PROGRAMS.filter(({ immortal }) => immortal === undefined)
  test.each(PROVES ? mortal : [counter])("$name", { timeout: LONG, ...FOR_CI }, (program) => {
    const threads = Math.max(2, program.threads.length)
    expectSurvived(exploreDeaths(program, { ...SIZE, threads }, QUICKLY))
  })
  test.skipIf(!PROVES).each(excluding)("counter with %s", { timeout: LONG }, async (lock) => {
    expectSurvived(exploreDeaths(counter, SIZE, QUICKLY, await factoryOf(await buildStrategy(lock, STEPWISE))))
  })
  test.skipIf(!PROVES).each(reclaiming)("readers with $name", { timeout: LONG }, async ({ name, dead }) => {
    const deaths = exploreDeaths(readers, SIZE, QUICKLY, await factoryOf(await buildScheme(name, STEPWISE)))
    if (dead.includes("for ever")) expect(verdictsOf(deaths)).toContain("livelock")
    else expectSurvived(deaths)
  })
})

const verdictsOf = (deaths: Iterable<DeathResult>) => [...deaths].map(({ result }) => result.verdict)

/** A queue is joined in one step, and noted in the thread's record in another. */
const QUEUES = [
  {
    id: "PD2",
    lock: "ticket",
    sentence: "a claim is not noted before it",
    file: "locks/strategies/ticket.ts",
    from: "  noteStep(thread, word)\n  // ORDER: claim: the number that is served",
    to: "  // ORDER: claim: the number that is served",
  },
  {
    id: "PD3",
    lock: "mcs",
    sentence: "whoever waits for a link does not look who is dead",
    file: "locks/strategies/mcs.ts",
    from: "return next\n    if (left-- <= 0) {\n      assertQueueMoves(thread, word, 0)\n",
    to: "return next\n    if (left-- <= 0) {\n",
  },
  {
    id: "PD4",
    lock: "hemlock",
    sentence: "a claim is not noted before it",
    file: "locks/strategies/hemlock.ts",
    from: "  noteStep(thread, word)\n  // ORDER: claim: an empty queue",
    to: "  // ORDER: claim: an empty queue",
  },
]

test.skipIf(!PROVES).each(QUEUES)("$lock, and $sentence: noticed", { timeout: LONG }, async (hole) => {
  const twin = await buildTwin(hole, { stepwise: true, lock: LOCKS.find(({ name }) => name === hole.lock)! })
  try {
    let found = "nothing"
    for (const { result } of exploreDeaths(counter, SIZE, QUICKLY, await factoryOf(twin.url))) {
      if (result.verdict === "pass") continue
      found = result.verdict
      break
    }
    expect(["livelock", "deadlock"]).toContain(found)
  } finally {
    twin.remove()
  }
})

test("who clears up and breaks a lock that a living thread holds is noticed", { timeout: LONG }, async () => {
  const hole = {
    id: "PD1",
    sentence: "whoever holds the lock is taken for the dead",
    file: "locks/owner-word.ts",
    from: "  while ((seen & OWNER) == token) {\n",
    to: "  while (seen != FREE) {\n",
  }
  const twin = await buildTwin(hole, { stepwise: true })
  try {
    const factory = await factoryOf(twin.url)
    const failed = [...exploreDeaths(counter, SIZE, QUICKLY, factory)].filter(({ result }) => result.verdict !== "pass")
    expect(failed.map(({ part }) => part)).toEqual(["adder"])
  } finally {
    twin.remove()
  }
})
