/** Every litmus program has exactly as many executions as it is known to have. */
import { expectPass } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { FAMILIES } from "./families.js"
import { LOCKS } from "./locks.js"
import { modelOf } from "./program.js"
import type { Litmus } from "./program.js"
import { SHAPES } from "./shapes.js"

function testAll(programs: readonly Litmus[]): void {
  for (const litmus of programs)
    test(`${litmus.name}: ${litmus.executions}`, () => {
      const result = expectPass(modelOf(litmus))
      expect(result.executions).toBe(litmus.executions)
      if (litmus.outcomes) expect(Object.fromEntries(result.outcomes)).toEqual(litmus.outcomes)
    })
}

describe("shapes", () => testAll(SHAPES))
describe("families", () => testAll(FAMILIES))
describe("locks", () => testAll(LOCKS))
