/** What a fence type says of itself and cannot be is told before it is raced, by the part, and with what there could be. */
import { FENCE_TYPES, scenarioOf, titleOf } from "@outlive/drivers"
import { describe, expect, test } from "vitest"

const SOUND = {
  driver: "toy",
  name: "lamp",
  about: "a lamp",
  mustHold: ["It shines."],
  faults: { dark: "it is dark" },
  controls: { "It shines.": "dark" },
  cells: 1,
  module() {},
  device() {},
  bind() {},
}

const declaring = (parts: object) => () => scenarioOf("toy lamp", [{ ...SOUND, ...parts } as never])

const WRONG: readonly (readonly [object, string])[] = [
  [{ controls: { "It shines.": "drak" } }, 'the twin "drak" is not in faults: "dark"'],
  [{ controls: { "It glows.": "dark" } }, '"It glows." is none of the sentences in mustHold'],
  [
    { controls: { "It shines.": { twin: "dark" } } },
    'of "It shines.": a fault is needed, or { twin: "a fault", shownBy:',
  ],
  [{ controls: { "It shines.": { twin: "drak", shownBy: "crash" } } }, 'the twin "drak" is not in faults'],
  [{ controls: { "It shines.": "toString" } }, 'the twin "toString" is not in faults'],
  [{ controls: 7 }, "controls: a table is needed"],
  [{ mustHold: "It shines." }, "mustHold: a list of sentences is needed"],
  [{ mustHold: ["It shines.", 1] }, "mustHold: a list of sentences is needed"],
  [{ mustHold: Object.assign(["It shines."], { length: 2 }) }, "mustHold: a list of sentences is needed"],
  [{ mustHold: ["It shines.", "It shines."] }, '"It shines." stands in it twice'],
  [{ faults: ["dark"] }, "faults: a table is needed"],
  [{ faults: { dark: 1 } }, 'faults: of "dark": a text is needed'],
  [{ faults: { dark: "it is dark", patched: "a form" } }, 'faults: "patched" cannot be the name of a fault'],
  [{ faults: { dark: "it is dark", "a,b": "two" } }, 'faults: "a,b" cannot be the name of a fault'],
  [{ faultsUnder: { bright: { lifetime: "pinned", form: "merged" } } }, 'faultsUnder: "bright" is not in faults'],
  [{ faultsUnder: { dark: { lifetime: "pind", form: "merged" } } }, 'of "dark": lifetime: one of "issuer-bound"'],
  [{ faultsUnder: { dark: { lifetime: "pinned", form: "merge" } } }, 'of "dark": form: one of "merged"'],
  [{ cannot: { laiered: "no job" } }, 'cannot: "laiered" is no lifetime'],
  [{ form: "broken" }, 'form: one of "merged"'],
  [{ hasPatch: "no", cells: -1 }, "hasPatch: true or false is needed; cells: a whole number from 0 is needed"],
  [{ bind: "code" }, "bind: a function is needed"],
  [{ control: {} }, 'there is no part "control", there are driver, name,'],
]

describe("a fence type", () => {
  test("that is sound can be raced, and so can each of ours", () => {
    expect(declaring({})).not.toThrow()
    for (const type of FENCE_TYPES) expect(() => scenarioOf(titleOf(type), [type])).not.toThrow()
  })

  test.each(WRONG)("cannot be raced that declares %j", (parts, said) => {
    expect(declaring(parts)).toThrow(RangeError)
    expect(declaring(parts)).toThrow('The fence type "toy lamp" cannot be raced. ')
    expect(declaring(parts)).toThrow(said)
  })

  test("is told one thing once: what is held against a part that is none itself is not told as well", () => {
    expect(declaring({ faults: 1, mustHold: 1 })).toThrow(/raced\. mustHold: a list[^;]*; faults: a table[^;]*$/)
  })
})
