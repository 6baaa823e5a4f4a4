/**
 * Who runs a test. `npm test` runs what a newcomer waits for: every kind of check, and a broken twin for every kind of detector. What is
 * too long for that is tagged "long", and runs in `npm run test:long`; CI runs both, and each test is in one of the two. `npm run prove`
 * runs both, and looks at all of what these look at in part.
 */

import { type TestOptions, test } from "vitest"

/** Options of a test, or of a group of tests, that `npm test` leaves to CI. Where a file does not name this, `test:long` does not open it. */
export const FOR_CI = { tags: ["long"] }

/** The same, but for the few of their kind that `npm test` has as well. */
export const forCiUnless = (isShort: boolean): { tags?: string[] } => (isShort ? {} : FOR_CI)

/** `test.each`, of which `npm test` has the cases for which `isShort` holds, and CI the others. */
export function eachForCiUnless<T>(cases: readonly T[], isShort: (one: T, at: number) => boolean) {
  return (name: string, options: TestOptions, body: (...one: T extends readonly unknown[] ? T : [T]) => unknown) => {
    const groups = [cases.filter(isShort), cases.filter((one, at) => !isShort(one, at))]
    for (const [at, group] of groups.entries())
      test.each(group as never[])(name, { ...options, ...forCiUnless(at === 0) }, body as never)
  }
}

/**
 * Whether everything is to be looked at, as `npm run prove` asks: every order of the largest models, and as many programs,
 * rounds and deaths as there are. The others look at a fixed part of these, which they say where it is cut.
 */
export const PROVES = process.env["OUTLIVE_PROVE"] !== undefined

/** Options of a test that `npm run prove` has alone: there are others of its kind, and it takes long. */
export const FOR_PROOF = { skip: !PROVES }
