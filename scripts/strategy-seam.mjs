/**
 * Where a build is given another lock, or another reclamation scheme: `locks/strategy.ts`, `rcu/strategy.ts` and `lab/scheme.ts` of
 * the engine name one file each, and here they name another. So a strategy is compiled into the engine, at full speed, by both
 * compilers, and no build has two of a kind.
 *
 * One that is no part of the engine imports from "@outlive/engine": the words, and what our own are made of.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** By room: the file that names one, and the folder in which they are. */
const SEAMS = {
  locks: { file: "strategy", folder: "strategies" },
  rcu: { file: "strategy", folder: "strategies" },
  lab: { file: "scheme", folder: "schemes" },
}
const foreignIn = (room) => `${SEAMS[room].folder}/foreign`
const WORKSHOP = "@outlive/engine"

/** What "@outlive/engine" has in each room, by the file that it is from, as the room sees it. */
const PARTS = {
  locks: {
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
  },
  rcu: {
    "../words": "load store add sub or exchange compareExchange wake peek poke relax",
    "../host": "oops park turn",
    "../backoff": "LONGEST_PAUSE roundsToSpin standAside",
    "../bound": "seatsAmong",
    "../layout/header": "Header",
    "../layout/oops": "Oops",
    "../layout/record": "Address Size",
    "../layout/thread": "Thread",
  },
  lab: {
    "../words": "load store add sub or exchange compareExchange wake peek poke relax",
    "../host": "oops",
    "../bound": "seatsAmong",
    "../layout/header": "Header",
    "../layout/oops": "Oops",
    "../layout/record": "Size",
    "../layout/thread": "Thread",
    "./kind": "Kind",
    "./layout": "Lab Node Seat Slots",
    "./link": "FLAG GONE MARK NONE ROOT isNone marksOf nodeOf pointerTo refOf",
    "./lives": "isLife",
    "./pool": "give",
    "./retired": "begin giveBack giveBackAll hang isDue keep noteGiven noteRetired takeAll",
  },
}
const ROOMS = Object.keys(PARTS)
const WORKSHOPS = Object.fromEntries(
  ROOMS.map((room) => [
    room,
    Object.entries(PARTS[room])
      .map(([file, names]) => `export { ${names.split(" ").join(", ")} } from "${file}"`)
      .join("\n"),
  ]),
)

/** `{ name, id }` for one of the engine's own, `{ file, id }` for one from elsewhere. */
function seam(room, { name, id }) {
  return `export * from "./${name ? `${SEAMS[room].folder}/${name}` : foreignIn(room)}"\nexport const ID: i32 = ${id}\n`
}

/** For AssemblyScript: the text of a file that these strategies, by room, change or add; undefined for all others. */
export function sourceOfStrategy(strategies, name) {
  const room = ROOMS.find((candidate) => strategies[candidate] && name.startsWith(`${candidate}/`))
  if (room === undefined) return undefined
  const strategy = strategies[room]
  if (name === `${room}/${SEAMS[room].file}.ts`) return seam(room, strategy)
  if (name === `${room}/workshop.ts`) return WORKSHOPS[room]
  // On the same lines, so that what is wrong is told with its line.
  if (name === `${room}/${foreignIn(room)}.ts`)
    return readFileSync(strategy.file, "utf8").replaceAll(`"${WORKSHOP}"`, '"../workshop"')
  return undefined
}

/** For esbuild: the same for one of them. */
export function otherStrategy(room, strategy, sourceDir) {
  return {
    name: `other-${room}`,
    setup(build) {
      const anchor = new RegExp(`[\\\\/]${room}[\\\\/]${SEAMS[room].file}\\.ts$`)
      build.onLoad({ filter: anchor }, () => ({ contents: seam(room, strategy), loader: "ts" }))
      build.onResolve({ filter: new RegExp(`^\\./${foreignIn(room)}$`) }, ({ importer }) =>
        anchor.test(importer) ? { path: strategy.file } : undefined,
      )
      build.onResolve({ filter: new RegExp(`^${WORKSHOP}$`) }, ({ importer }) =>
        importer === strategy.file ? { path: WORKSHOP, namespace: `workshop-${room}` } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: `workshop-${room}` }, () => ({
        contents: WORKSHOPS[room],
        loader: "ts",
        resolveDir: join(sourceDir, room),
      }))
    },
  }
}
