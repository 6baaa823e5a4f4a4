/** Every lifetime keeps what it promises, in every order, and what it does not promise can be seen to break. */
import { exploreModel, modelNamed } from "@outlive/models"
import { LIFETIME_NAMES } from "@outlive/core"
import { describe, expect } from "vitest"
import { eachForCiUnless } from "../prove.js"

/** What is said when a model fails under these lifetimes; under the others it passes. `layered` is `issuer-bound` to the engine. */
const BROKEN: Readonly<Record<string, Partial<Record<(typeof LIFETIME_NAMES)[number], string>>>> = {
  "signal-enable": { unlocked: "The issuer was asked although the fence is complete" },
  "ask-unloaded": { unlocked: "ReturnIntoDeadText" },
  "unload-name": {
    "issuer-bound": "DeadText",
    layered: "DeadText",
    unlocked: "A name was taken away while it was read",
    pinned: "The module was not unloaded",
  },
  "drop-unloaded": { "issuer-bound": "DeadText", "names-only": "DeadText", layered: "DeadText" },
  "status-unloaded": {
    "issuer-bound": "DeadLock",
    "names-only": "DeadLock",
    unlocked: "DeadLock",
    layered: "DeadLock",
  },
}

describe.each(Object.entries(BROKEN))("%s", (name, broken) => {
  // The other lifetimes under which it has thousands of orders.
  eachForCiUnless(
    LIFETIME_NAMES,
    (lifetime) => name !== "signal-enable" || broken[lifetime] !== undefined || lifetime === "pinned",
  )("%s", {}, (lifetime) => {
    const expected = broken[lifetime]
    // One preemption is enough to break what breaks; what holds does so in every order.
    const search = expected === undefined ? {} : ({ strategy: "preemption-bounded", maxPreemptions: 1 } as const)
    const result = exploreModel(modelNamed(`${name}@${lifetime}`)!, search)
    if (expected === undefined) expect(result).toMatchObject({ verdict: "pass", exhaustive: true })
    else expect("message" in result ? result.message : result.verdict).toContain(expected)
  })
})
