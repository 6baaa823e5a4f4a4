/** `npm run test:long`: what `npm test` leaves to CI, which runs both (test/prove.ts). */
import { readFileSync, readdirSync } from "node:fs"
import { defineConfig } from "vitest/config"
import base, { server, tags } from "./vitest.config.ts"

/** The files that have such tests: opening all others would take as long as the tests. */
const FILES = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => /for_?ci/i.test(readFileSync(file, "utf8")))

export default defineConfig({
  test: {
    reporters: base.test!.reporters!,
    globalSetup: base.test!.globalSetup!,
    tagsFilter: ["long"],
    projects: [
      {
        test: {
          name: "long",
          tags,
          include: FILES,
          server,
          pool: "forks",
          // Most of it are races in processes of their own, which sleep and wait half of the time; no file shares a process.
          maxWorkers: 3,
          maxConcurrency: 2,
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
