/**
 * The order of the test files: those that take longest begin first, so that no processor waits at the end for one that began last. Of a fresh clone
 * vitest knows no times, and takes the largest files first.
 */
import { existsSync } from "node:fs"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Those that take more than 7 s in `npm test` or in `npm run test:long`, the longest first. On two cores. */
const LONGEST = [
  "strategies/own-lock",
  "race/cli",
  "death/death",
  "bench/native-locks",
  "bench/planted",
  "host/called-back",
  "models/twins",
  "fuzz/fuzz",
  "report/trace",
  "models/models",
  "models/cli",
  "browser/example",
  "explore/workers/parallel",
  "campaign/redis/cli",
  "campaign/redis/kills",
  "bench/peers",
  "race/lab",
  "strategies/strategies",
  "campaign/cli",
  "bundles/sizes",
  "race/deaths",
  "faults/faults",
  "strategies/page",
  "bench/fences",
  "drivers/endings",
  "programs/death",
  "report/browser",
  "explore/workers/command",
  "fuzz/attack/attack",
  "faults/trial",
  "race/objects",
  "faults/reservation",
  "drivers/deaths",
  "race/cell",
  "unit/answerers",
  "unit/scheduler",
  "race/processes",
  "explore/verdicts/endings",
  "explore/fuzz/fuzz",
  "unit/long-lives",
  "race/lifetimes",
  "race/programs",
  "kernel/fence-chain",
  "kernel/sw-sync",
  "docs/pages",
  "race/free-fences",
  "strategies/schemes",
  "drivers/cells",
  "strategies/rw-locks",
  "browser/explorer",
  "browser/app",
  "campaign/deaths",
  "race/sync",
  "race/channel",
]

const HERE = fileURLToPath(new URL(".", import.meta.url))
const missing = LONGEST.filter((name) => !existsSync(`${HERE}${name}.test.ts`))
if (missing.length > 0) throw new Error(`There is no test/${missing[0]}.test.ts: test/longest-first.ts names it`)

/** Where a file stands among the longest; behind them all if it is none. */
function rankOf({ moduleId }: TestSpecification): number {
  const name = relative(HERE, moduleId)
    .replaceAll("\\", "/")
    .replace(/\.test\.ts$/, "")
  const rank = LONGEST.indexOf(name)
  return rank < 0 ? LONGEST.length : rank
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
