/** Where the rivals of a tight race keep together: whose time is up waits for nobody. */
import { Random } from "@outlive/workers"
import { expect, test } from "vitest"
import { Ground } from "../../packages/workers/dist/roles/tight/ground.js"

test("when the time is up a round is finished without waiting at its fences for those who are behind", () => {
  const words = Ground.wordsFor(2)
  const [ahead, behind] = [0, 1].map((index) => new Ground({ words }, 2, index, new Random(1)))
  behind!.hurry()
  // Otherwise it would wait here for ever: nobody plays the other one.
  ahead!.come(1_000)
  expect(ahead!.isOver).toBe(false)
})
