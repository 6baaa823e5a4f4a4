/** `npm run test:long`: what `npm test` leaves to CI, which runs both (test/prove.ts). */
import { readFileSync, readdirSync } from "node:fs"
import { defineConfig } from "vitest/config"
import base, { projects } from "./vitest.config.js"

/** The files that have no such test: opening them would take as long as the tests. */
const OTHERS = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => !/for_?ci/i.test(readFileSync(file, "utf8")))

export default defineConfig({
  test: {
    ...base.test,
    projects: projects.map(({ test }) => ({ test: { ...test, exclude: [...(test.exclude ?? []), ...OTHERS] } })),
  },
})
