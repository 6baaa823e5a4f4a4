/** What the file that `tsc` emits for the package's name can do: a program that imports it by its path, without the bundle. */
import { expect, test } from "vitest"
import { BUILDS } from "./world.js"

const FILE = new URL("../../packages/core/dist/index.js", import.meta.url).href

test.each(BUILDS)("$engine $flavour is in it", async ({ engine, flavour }) => {
  const { Heap } = (await import(FILE)) as typeof import("@outlive/core")
  const heap = Heap.create({ engine, flavour })
  const thread = heap.attach()
  expect(heap.check()).toEqual([])
  expect(thread.stub().isSignaled()).toBe(true)
  thread.detach()
  heap.close()
})
