/** Faults of drivers that depend on the order of steps: without the fault every order is sound, with it one is found that is not. */
import { DRIVER_FAULTS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"

describe.each(DRIVER_FAULTS.map((one) => ({ ...one, name: one.sound.name })))(
  "$fault, $name",
  ({ sound, broken, says }) => {
    test(`holds without the fault, ${sound.search === "exhaustive" ? "in every order" : "as far as it is explored"}`, () => {
      const result = exploreModel(sound)
      expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
      expect(result.verdict === "pass" && result.exhaustive).toBe(true)
    })
    test("is refuted with it", () => {
      const result = exploreModel(broken, { strategy: "preemption-bounded", maxPreemptions: 2 })
      expect("message" in result ? result.message : result.verdict).toContain(says)
    })
  },
)
