/**
 * Looks at everything in a heap and says what is wrong, and where.
 *
 * Exact while nothing runs: whoever is in the middle of something leaves words that are wrong for a moment. Whatever the
 * words are, it comes to an end (no list is followed for longer than there are records) and throws nothing.
 */
import { checkCells } from "./cells.js"
import { checkContainers } from "./containers.js"
import { checkFences, checkModuleReferences } from "./fences.js"
import { checkFree, findFree } from "./free-lists.js"
import { checkHeader } from "./header.js"
import { type HeapMap, mapOf } from "./heap-map.js"
import { checkJobs } from "./jobs.js"
import { checkModules, checkTimelinesAndLocks } from "./modules.js"
import { checkBlocks, checkObjects } from "./objects.js"
import type { Problem } from "./problem.js"
import { checkRecords } from "./records.js"
import { checkCallbacks, checkReferences, checkWaiters } from "./references.js"
import { checkSeats, findPutOff, findRetired } from "./seats.js"
import { Survey } from "./survey.js"

/** What is wrong with a heap. With the map as it was when the heap was made or opened, damage of that is told as well. */
export function checkHeap(words: Int32Array, map: HeapMap | undefined = mapOf(words)): Problem[] {
  if (map === undefined || map.bytes > words.byteLength)
    return [
      { kind: "header", address: 0, where: "header", message: "Its capacities are not those of a heap of this size" },
    ]
  const survey = new Survey(words, map)
  checkHeader(survey)
  // First where everything is: what is free, what is on its way out. The rest is live.
  findFree(survey)
  findRetired(survey)
  findPutOff(survey)
  checkFree(survey)
  checkSeats(survey)
  checkModules(survey)
  checkFences(survey)
  checkObjects(survey)
  checkContainers(survey)
  checkJobs(survey)
  checkBlocks(survey)
  checkRecords(survey)
  checkTimelinesAndLocks(survey)
  checkWaiters(survey)
  checkCallbacks(survey)
  checkReferences(survey)
  checkModuleReferences(survey)
  checkCells(survey)
  return survey.problems
}
