/**
 * Where a build is given another lock: `locks/strategy.ts` of the engine names one file, and here it names another. So a
 * lock is compiled into the engine, at full speed, by both compilers, and no build has two.
 *
 * A lock that is no part of the engine imports from "@outlive/engine": the words, and what our own locks are made of.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"

const SEAM = "locks/strategy.ts"
const FOREIGN = "strategies/foreign"
const WORKSHOP = "@outlive/engine"

/** What "@outlive/engine" has, by the file that it is from, as `locks/` sees it. */
const PARTS = {
  "../words": "load store add sub or exchange compareExchange wake peek poke relax",
  "../host": "oops park",
  "../backoff": "LONGEST_PAUSE roundsToSpin standAside",
  "../layout/oops": "Oops",
  "../layout/owner": "Owner",
  "../layout/record": "Poison",
  "../layout/thread": "Thread",
  "./held": "WANTED assertRoom forgetHeld hasNoLock isHeld noteHeld ownerBySlot",
  "./queue": "assertQueueMoves",
  "./spinning": "assertWaitable",
  "./word": "FREE LONGEST_PARK_MS OWNER PARKED assertHolder assertToken parkOn",
  "./owner-word":
    "assertLockWord assertLockable breakDead destroy holds isSettled isTaken ownerOf release sleepWhileHeld tryAcquire",
}
const workshop = Object.entries(PARTS)
  .map(([file, names]) => `export { ${names.split(" ").join(", ")} } from "${file}"`)
  .join("\n")

/** `lock` is `{ name, id }` for one of the engine's own, `{ file, id }` for one from elsewhere. */
function seam({ name, id }) {
  return `export * from "./${name ? `strategies/${name}` : FOREIGN}"\nexport const ID: i32 = ${id}\n`
}

/** For AssemblyScript: the text of a file that this lock changes, or adds; undefined for all others. */
export function sourceOfLock(lock, name) {
  if (name === SEAM) return seam(lock)
  if (name === "locks/workshop.ts") return workshop
  // On the same lines, so that what is wrong is told with its line.
  if (name === `locks/${FOREIGN}.ts`)
    return readFileSync(lock.file, "utf8").replaceAll(`"${WORKSHOP}"`, '"../workshop"')
  return undefined
}

/** For esbuild: the same. */
export function otherLock(lock, sourceDir) {
  const locks = join(sourceDir, "locks")
  return {
    name: "other-lock",
    setup(build) {
      build.onLoad({ filter: /[\\/]locks[\\/]strategy\.ts$/ }, () => ({ contents: seam(lock), loader: "ts" }))
      build.onResolve({ filter: new RegExp(`^\\./${FOREIGN}$`) }, () => ({ path: lock.file }))
      build.onResolve({ filter: new RegExp(`^${WORKSHOP}$`) }, () => ({ path: WORKSHOP, namespace: "workshop" }))
      build.onLoad({ filter: /.*/, namespace: "workshop" }, () => ({
        contents: workshop,
        loader: "ts",
        resolveDir: locks,
      }))
    },
  }
}
