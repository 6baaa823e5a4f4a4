/** Each lock and each scheme that there must or should be is there, with its twins and its row; of what is not built, the page says why. */
import { existsSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { PAGE } from "../../scripts/document-strategies.mjs"
import { EXTERNAL_LOCKS, LAB_SCHEMES, LOCKS, RW_LOCKS, SCHEMES, labSchemeOf } from "../../scripts/strategies.mjs"
import { EXTERNAL_FAULTS } from "./external-faults.js"
import { LAB_FAULTS, LAB_MEASURED } from "./lab-faults.js"
import { LOCK_FAULTS } from "./lock-faults.js"
import { ROWS, type There, problemsOf } from "./rows.js"
import { RW_FAULTS } from "./rw-faults.js"
import { SCHEME_FAULTS } from "./scheme-faults.js"

const ENGINE = new URL("../../packages/core/engine/", import.meta.url)
const KINDS = { lock: LOCKS, external: EXTERNAL_LOCKS, rw: RW_LOCKS, scheme: SCHEMES, lab: LAB_SCHEMES }
const twins: string[] = [
  ...LOCK_FAULTS.flatMap(({ locks }) => locks.map((name) => `lock:${name}`)),
  ...EXTERNAL_FAULTS.map(({ lock }) => `external:${lock}`),
  ...RW_FAULTS.map(({ lock }) => `rw:${lock}`),
  ...SCHEME_FAULTS.flatMap(({ schemes }) => schemes.map((name) => `scheme:${name}`)),
  ...[...LAB_FAULTS, ...LAB_MEASURED].flatMap(({ schemes }) => schemes.map((name) => `lab:${name}`)),
]
const there: There = {
  named: new Set(Object.entries(KINDS).flatMap(([kind, all]) => all.map(({ name }) => `${kind}:${name}`))),
  twinsOf: (name) => twins.filter((twin) => twin === name).length,
  hasFile: (path) => existsSync(new URL(path, ENGINE)),
  page: readFileSync(PAGE, "utf8"),
}

test("every row of the survey is built, or told", () => expect(problemsOf(ROWS, there)).toEqual([]))

test.each([
  ["a lock that is gone", { named: new Set([...there.named].filter((name) => name !== "lock:mcs")) }, "no lock:mcs"],
  ["a lock that nobody has asked for", { named: new Set([...there.named, "lock:new"]) }, "lock:new is in no row"],
  ["a file that is gone", { hasFile: () => false }, "no file:lab/bare-fence.ts"],
  ["one twin", { twinsOf: () => 1 }, "lock:tas has fewer than 2 broken twins"],
  [
    "a row of the page that is gone",
    { page: there.page.replaceAll("| `twa` |", "") },
    "external:twa is not on the page",
  ],
  ["a reason that is gone", { page: there.page.replace("*Hapax*", "Hapax") }, "no sentence on Hapax"],
])("%s is noticed", (_, change, told) => {
  expect(problemsOf(ROWS, { ...there, ...change }).join("; ")).toContain(told)
})

test("what papers call a scheme names one of them, and the page says which", () => {
  const aliases = LAB_SCHEMES.flatMap(({ name, also = [] }) => also.map((word) => [word, name] as const))
  const words = [...LAB_SCHEMES.map(({ name }) => name), ...aliases.map(([word]) => word)]
  expect(new Set(words).size).toBe(words.length)
  for (const [word, name] of aliases) {
    expect(labSchemeOf(word).name).toBe(name)
    expect(there.page).toContain(`\`${word}\` is \`${name}\``)
  }
  expect(() => labSchemeOf("qsb")).toThrow("there are epochs (ebr), quiescent (qsbr), two-counters")
})
