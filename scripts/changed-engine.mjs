/**
 * Engines that differ from the source by a few lines, as broken twins do: of the few kinds that were built last, only what has changed
 * is parsed anew. That takes less than half of the time.
 */
import { beginRebuilding } from "./build-engine.mjs"

/** Each keeps the whole engine, parsed. */
const MOST_KINDS = 4
/** As long as one is kept, the process does not end by itself. */
const IDLE_MS = 3_000
/** The one that was used last is last. */
const kinds = new Map()
let idle

/** Builds an engine in which these texts stand in the files of these names instead of what is there. */
export function buildChanged(changes, { outFile, ...choice }) {
  const key = JSON.stringify(choice)
  const kind = kinds.get(key) ?? { rebuilding: beginRebuilding(choice), last: Promise.resolve() }
  kinds.delete(key)
  kinds.set(key, kind)
  if (kinds.size > MOST_KINDS) forgetOldest()
  const built = kind.last.then(async () => (await kind.rebuilding).build(changes, outFile))
  kind.last = built.catch(() => {})
  clearTimeout(idle)
  idle = setTimeout(forgetAll, IDLE_MS)
  return built
}

function forgetAll() {
  while (kinds.size > 0) forgetOldest()
}

function forgetOldest() {
  const [key, { rebuilding, last }] = kinds.entries().next().value
  kinds.delete(key)
  void last.then(async () => (await rebuilding).dispose())
}
