/** Mistakes on a command line are told by its own words, and by the one that may have been meant. */
import { expect, test } from "vitest"
import { advised } from "../../packages/cli/dist/advised.js"

const FLAGS = ["variation", "mishap", "fence-lock", "lock"]

test.each([
  [
    'There is no lock "tickt": there are tas, ticket',
    'There is no lock "tickt": there are tas, ticket. Did you mean "ticket"?',
  ],
  ['There is no scheme "ebrr": there are epochs (ebr), leak', /Did you mean "ebr"\?$/],
  ['Option --driver is "amdgpu rng": one of amdgpu ring, sched is needed', /needed\. Did you mean "amdgpu ring"\?$/],
  ['Option variation is "F44": one of F59, F60 is needed', /^Option --variation is "F44": one of/],
  ["Option mishap.thread is 50: a number is needed", "Option --mishap (thread) is 50: a number is needed"],
  ["Option fenceLock is 5: a word", "Option --fence-lock is 5: a word"],
])("%s", (message, told) => {
  if (typeof told === "string") expect(advised(message, FLAGS)).toBe(told)
  else expect(advised(message, FLAGS)).toMatch(told)
})

test.each([
  'There is no lock "other": there are tas, ticket',
  'There is no program "conter": there are counter, readers. Did you mean "counter"?',
  "Option maxSteps is 5: it is no option of this command",
  "Cannot race over a model: it can be explored",
])("as it is: %s", (message) => {
  expect(advised(message, FLAGS)).toBe(message)
})
