/** Candidate findings, put to models of ours: what each says is so (docs/FINDINGS.md). */
import { exploreModel, modelNamed } from "@outlive/models"
import { expect, test } from "vitest"

test.each([
  ["status-wakes", "SelfDeadlock"],
  ["force-hardware", "linked into a queue that is freed"],
  ["poll-other-lock", "LockNotHeld"],
  ["poll-signals", "SelfDeadlock"],
])("%s", (name, said) => {
  const result = exploreModel(modelNamed(name)!)
  expect("message" in result ? result.message : result.verdict).toContain(said)
})

test("cancel-loop: what is never reached is not reached in any order", () => {
  expect(exploreModel(modelNamed("cancel-loop")!)).toMatchObject({ verdict: "pass", exhaustive: true })
})
