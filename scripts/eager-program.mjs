#!/usr/bin/env node
/**
 * What every exploration runs: the smallest program that people compare explorers by. Its functions are compiled with the explorer (eager.mjs).
 *
 *   node scripts/eager-program.mjs packages/explore/built/package/index.js
 */
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"

const { explore, relax } = await import(pathToFileURL(resolve(process.argv[2])).href)

const spinning = (memory) => {
  while (Atomics.compareExchange(memory, 0, 0, 1) !== 0) relax()
  Atomics.store(memory, 0, 0)
}
const { verdict, executions } = explore({
  memory: 64,
  setup: (memory) => new Int32Array(memory),
  threads: [spinning, spinning, spinning],
})
if (verdict !== "pass" || executions !== 36) throw new Error(`${executions} executions, ${verdict}`)
