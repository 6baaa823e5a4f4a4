import { defineConfig } from "vitest/config"

/** These start threads of their own, which fill two processors: one file at a time. */
const RACING = [
  "test/race/**/*.test.ts",
  "test/faults/**/*.test.ts",
  "test/drivers/**/*.test.ts",
  "test/explore/workers/**/*.test.ts",
]

export default defineConfig({
  test: {
    reporters: ["default", "./test/kernel/conformance-table.ts"],
    globalSetup: "scripts/vitest-build.mjs",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: RACING,
          pool: "forks",
          maxWorkers: "100%",
          // Ends what hangs: on a machine that is busy with something else nothing here takes a tenth as long.
          testTimeout: 240_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "race",
          include: RACING,
          pool: "forks",
          fileParallelism: false,
          maxConcurrency: 2,
          testTimeout: 120_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
