/**
 * Claim: whatever senders and receivers do, in every way, giving up and dying, each message that was sent is received once, whole,
 * and after those that its sender sent before; each fence that was sent is one that lives; nobody waits for ever; and in the
 * end nothing is in use.
 */
import { expect } from "vitest"
import { CHANNEL_FAULTS } from "../faults/channel-faults.js"
import { eachForCiUnless, PROVES } from "../prove.js"
import { LONG, SEED, raceOf, wrongOfTwin } from "./own-process.js"

interface Seen {
  readonly wrong: readonly string[]
  readonly died: boolean
  readonly sent: number
  readonly received: number
  readonly slept: number
  readonly late: number
  readonly full: number
  readonly empty: number
}

const race = raceOf<Seen>("channel-race", { messages: 200 })

eachForCiUnless(
  [
    { engine: "wasm", flavour: "release" },
    { engine: "js", flavour: "checked", messages: 100 },
  ],
  (_, at) => at === 0,
)("$engine $flavour: nothing is lost, and nothing is torn", { timeout: LONG }, async (build) => {
  const seen = await race(build)
  expect(seen.wrong, `seed ${SEED}`).toEqual([])
  // Both sides of it were there: no room, and nothing to receive.
  expect(Math.min(seen.full, seen.empty, seen.slept)).toBeGreaterThan(0)
})

eachForCiUnless(
  [
    { dies: "sending", engine: "wasm", flavour: "checked" },
    { dies: "receiving", engine: "wasm", flavour: "release" },
    ...(PROVES ? [{ dies: "sending", engine: "js", flavour: "release" }] : []),
  ],
  (_, at) => at === 0,
)("one dies $dies: the others go on", { timeout: LONG }, async (settings) => {
  const seen = await race({ ...settings, messages: 1000 })
  expect(seen.wrong, `seed ${SEED}`).toEqual([])
  expect(seen.died).toBe(true)
})

eachForCiUnless(
  [
    CHANNEL_FAULTS.find(({ id }) => id === "V1")!,
    {
      sentence: "an end that somebody has counts as free",
      file: "sync/channel.ts",
      from: "  while ((seen & OWNER) == 0) {\n    const found = compareExchange(word, seen, seen | peek(thread + Thread.id))\n",
      to: "  while (true) {\n    const found = compareExchange(word, seen, (seen & ~OWNER) | peek(thread + Thread.id))\n",
    },
  ],
  (_, at) => at === 0,
)("is noticed: $sentence", { timeout: LONG }, async (fault) => {
  const broken = { messages: 1000, hangsMs: 2_500 }
  expect(await wrongOfTwin(race, { ...fault, id: "channel" }, broken), `seeds from ${SEED}`).not.toEqual([])
})
