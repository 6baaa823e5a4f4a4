import { availableParallelism } from "node:os"
import { type TestProjectInlineConfiguration, defineConfig } from "vitest/config"
import { LongestFirst } from "./test/longest-first.js"

/** These start threads and processes of their own: after the others, for they fill the processors. */
const RACING = [
  "test/race/**/*.test.ts",
  "test/bench/planted.test.ts",
  "test/campaign/**/*.test.ts",
  "test/faults/**/*.test.ts",
  "test/drivers/**/*.test.ts",
  "test/explore/workers/**/*.test.ts",
]

/**
 * What is built is imported by Node: the packages, the scripts, the engines that a test makes. Only TypeScript goes through Vite, which
 * turns each use of an import into a look-up in an object: exploring takes 1.4 times as long with that.
 */
const server = {
  deps: {
    external: [
      /\/(packages\/[^/]+|bench)\/(dist|built)\//,
      /\/scripts\/[^/]+\.mjs$/,
      /\/\.cache\/outlive\//,
      /\/outlive-/,
    ],
  },
}

const WORKERS = availableParallelism() + 1

/** How long a test takes decides who runs it (test/prove.ts). */
const tags = [{ name: "long", description: "Too long for `npm test`: CI runs it beside (`npm run test:long`)." }]

/** What shares no process with the races; then the races. */
export const projects = [
  {
    test: {
      name: "unit",
      tags,
      include: ["test/**/*.test.ts"],
      exclude: RACING,
      server,
      pool: "forks",
      // Nothing here changes what the next file sees: a process serves many.
      isolate: false,
      // One more than there are processors: what sleeps leaves its own to the others.
      maxWorkers: WORKERS,
      // Ends what hangs: on a machine that is busy with something else nothing here takes a tenth as long.
      testTimeout: 240_000,
      hookTimeout: 60_000,
      sequence: { groupOrder: 1 },
    },
  },
  {
    test: {
      name: "race",
      tags,
      include: RACING,
      server,
      pool: "forks",
      // A broken twin runs in a process of its own, so nothing here changes what the next file sees.
      isolate: false,
      // Part of a trial is starting, sleeping and waiting, and what it may take is counted in operations.
      maxWorkers: WORKERS,
      maxConcurrency: 2,
      testTimeout: 120_000,
      hookTimeout: 30_000,
      sequence: { groupOrder: 2 },
    },
  },
] satisfies TestProjectInlineConfiguration[]

export default defineConfig({
  test: {
    reporters: ["default", "./test/kernel/conformance-table.ts"],
    globalSetup: "scripts/vitest-build.mjs",
    sequence: { sequencer: LongestFirst },
    projects,
  },
})
