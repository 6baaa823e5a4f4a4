/** What a race can be asked for: every word is one of those there are, and what was asked for can be repeated exactly. */
import {
  ENGINES,
  FENCE_LOCKS,
  FLAVOURS,
  type GivenSettings,
  LOCKS,
  MISHAPS,
  Random,
  SCENARIOS,
  type Settings,
  rolesOf,
  runRace,
  settingsOf,
} from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { raceFrom, repeatLine } from "../../packages/cli/dist/race-options.js"
import { parseArgs } from "./race-line.js"

const SEED = 20_261_126
const TWIN = new URL("../../packages/core/built/checked-js.js", import.meta.url).href
const wrong = (settings: object) => runRace(settings as GivenSettings)

describe("is refused, with what could be asked for:", () => {
  test.each([
    [{ engine: "JS" }, 'Option engine is "JS": one of wasm, js is needed'],
    [{ engine: undefined, flavour: "debug" }, 'Option flavour is "debug": one of checked, release is needed'],
    [
      { lifetime: "bound" },
      'Option lifetime is "bound": one of issuer-bound, names-only, unlocked, layered, independent, pinned is needed',
    ],
    [{ fenceLock: "shared" }, 'Option fenceLock is "shared": one of inline, external is needed'],
    [{ lock: 1 }, "Option lock is 1: one of spin, mutex is needed"],
    [{ scenario: "fence" }, 'Option scenario is "fence": one of fences, containers, reservations'],
    [{ roles: { sginaler: 2 } }, 'Unknown role of fences "sginaler": there are signaler, nameReader'],
    [{ roles: { signaler: 1.5, waiter: 2 } }, "Option roles.signaler is 1.5: a whole number from 0 to 64 is needed"],
    [{ roles: { signaler: 1 } }, "Cannot race with 1 threads: 2 to 64 are needed"],
    [{ roles: { signaler: 2 }, threads: 3 }, "Option threads is 3, and the roles are 2"],
    [{ threads: 65 }, "Option threads is 65: a whole number from 2 to 64 is needed"],
    [{ scenario: "containers", threads: 2 }, "Option threads is 2: a whole number from 3 to 64 is needed"],
    [{ seconds: Number.NaN }, "Option seconds is NaN: a number from 0.001 to 86400 is needed"],
    [{ seconds: "5" }, 'Option seconds is "5": a number'],
    [{ operations: 0 }, "Option operations is 0: a whole number"],
    [{ seed: 2 ** 40 }, "Option seed is 1099511627776: a whole number from -2147483648 to 2147483647 is needed"],
    [{ slots: 0 }, "Option slots is 0: a whole number from 1 to 1024 is needed"],
    [{ perturbation: "yes" }, 'Option perturbation is "yes": true or false is needed'],
    [
      { mishap: { thread: 6, kind: "exit", afterMs: 1 } },
      "Option mishap.thread is 6: a whole number from 0 to 5 is needed",
    ],
    [{ mishap: { thread: 0, kind: "nap", afterMs: 1 } }, 'Option mishap.kind is "nap": one of throw, exit, terminate'],
    [{ mishap: { thread: 0, kind: "exit", afterMs: -1 } }, "Option mishap.afterMs is -1"],
    [{ perturbate: true }, 'Unknown option of a race "perturbate": there are scenario, seconds'],
    [{ scenario: "syncobjs", lifetime: "issuer-bound" }, "lifetime must be independent"],
    [{ engineUrl: TWIN }, "engineUrl needs engine js"],
  ])("%j", async (settings, message) => {
    await expect(wrong(settings)).rejects.toThrow(RangeError)
    await expect(wrong(settings)).rejects.toThrow(message)
  })
})

/** Any race that can be asked for. */
function anySettings(random: Random): Settings {
  const any = <T>(list: readonly T[]) => list[random.below(list.length)]!
  const scenario = any(SCENARIOS)
  const threads = scenario.leastThreads + random.below(10)
  const roles = Object.fromEntries(rolesOf(scenario).map(({ name }) => [name, random.below(4)]))
  roles[any(rolesOf(scenario)).name] = 2
  const engine = any(ENGINES)
  return settingsOf(
    {
      scenario: scenario.name,
      ...(random.oneIn(2) ? { threads } : { roles }),
      seconds: any([0.1, 1.25, 5, 86_400]),
      ...(random.oneIn(2) ? { operations: 1 + random.below(1_000_000) } : {}),
      seed: random.next(),
      perturbation: random.oneIn(2),
      engine,
      flavour: any(FLAVOURS),
      lifetime: any(scenario.lifetimes),
      fenceLock: any(FENCE_LOCKS),
      lock: any(LOCKS),
      slots: 1 + random.below(1_024),
      stopAtViolation: random.oneIn(2),
      ...(scenario.standsNoDeath === undefined && random.oneIn(2)
        ? { mishap: { thread: random.below(2), kind: any(MISHAPS), afterMs: any([0, 0.5, 300]) } }
        : {}),
      ...(engine === "js" && random.oneIn(2) ? { engineUrl: TWIN } : {}),
    },
    SCENARIOS,
  )
}

test("the line that repeats a race asks for the same race", () => {
  const random = new Random(SEED)
  for (let i = 0; i < 2_000; i++) {
    const settings = anySettings(random)
    const line = repeatLine(settings)
    expect(settingsOf(raceFrom(parseArgs(line)), SCENARIOS), `${line}, seed ${SEED}`).toEqual(settings)
  }
})

test("a line that says something else asks for another race", () => {
  const settings = settingsOf({}, SCENARIOS)
  const line = repeatLine(settings).replace("--engine=wasm", "--engine=js")
  expect(settingsOf(raceFrom(parseArgs(line)), SCENARIOS)).not.toEqual(settings)
})
