/// <reference lib="dom" />
/** Fences of a GPU, with a stand-in for the device: what must hold, and broken twins of the package, each of which a claim must notice. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as webgpu from "@outlive/webgpu"
import { afterAll, expect, test, vi } from "vitest"
import { CLAIMS, play } from "./claims.js"
import { FakeGpu } from "./fake-gpu.js"
import { Heap } from "@outlive/core"

test.each(Object.entries(CLAIMS))("%s", (_, claim) => play(claim, webgpu))

test("the types of browsers fit", () => {
  const fits = (device: GPUDevice, encoder: GPUCommandEncoder, heap: Heap) =>
    webgpu.GpuTimeline.open(heap.attach(), device).submit([encoder.finish()])
  expect(typeof fits).toBe("function")
})

test("nobody listens to errors: they are warned of", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {})
  const heap = Heap.create({ fences: 8, threads: 1 })
  const gpu = new FakeGpu()
  const fence = webgpu.GpuTimeline.open(heap.attach(), gpu).submit([{ fails: "validation" }])
  await gpu.finish()
  expect(warned.mock.calls).toEqual([["A GPU refused commands (validation): a command is bad: validation"]])
  warned.mockRestore()
  fence.drop()
  heap.close()
})

test("a thread that leaves without closing it: what the GPU says later is nobody's, and nothing is thrown", async () => {
  const heap = Heap.create({ fences: 8, threads: 1 })
  const gpu = new FakeGpu()
  const thread = heap.attach()
  const fence = webgpu.GpuTimeline.open(thread, gpu).submit([{}])
  thread.detach()
  // A rejection that nobody handles would fail this run.
  await gpu.finish()
  await gpu.lose("unknown")
  fence.drop()
  heap.close()
})

test("a loss that cannot be told is a loss: fences end with it", async () => {
  const heap = Heap.create({ fences: 8, threads: 1 })
  let lose!: () => void
  const lost = new Promise<webgpu.GpuLoss>((_, reject) => void (lose = () => reject(new Error("not told"))))
  const gpu = Object.assign(new FakeGpu(), { lost })
  const timeline = webgpu.GpuTimeline.open(heap.attach(), gpu)
  const fence = timeline.submit([{}])
  lose()
  await expect(fence.wait()).rejects.toMatchObject({ code: "ENODEV" })
  expect(timeline.lost?.reason).toBe("unknown")
  fence.drop()
  heap.close()
})

/** What is taken from the code, what stands there instead, and what a twin of that kind does wrong. */
const TWINS = [
  ["gpu-timeline.js", "this.#work.endAll(errnoOfLoss(this.#loss))", "", "takes the queue's word after a loss"],
  ["gpu-timeline.js", "this.#work.endAll(GpuErrno.canceled)", "", "closes, and leaves its fences pending"],
  ["gpu-timeline.js", "refused || failed", "failed", "completes what was refused"],
  ["gpu-timeline.js", "return GpuErrno.io", "return 0", "completes what the queue could not tell of"],
  ["in-order.js", "work.errno ??= errno", "work.errno = errno", "forgets an answer at the loss"],
  ["in-order.js", "this.#work[0]?.errno !== undefined", "this.#work.length > 0", "does not wait for those before"],
  ["in-order.js", "fence.addRef()", "fence", "uses up the caller's reference"],
  ["scopes.js", "void Promise.all(pop())", "", "leaves scopes open"],
  ["errno.js", '=== "destroyed"', '!== "destroyed"', "mistakes one loss for the other"],
] as const

const DIST = fileURLToPath(new URL("../../packages/webgpu/dist/", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "outlive-webgpu-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"))

test.each(TWINS.map((twin, i) => ({ twin, i, wrong: twin[3] })))(
  "a twin that $wrong is noticed",
  async ({ twin, i }) => {
    const [file, text, instead] = twin
    const copy = join(folder, `twin-${i}`)
    cpSync(DIST, copy, { recursive: true })
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }')
    expect(readdirSync(copy)).toContain(file)
    const source = readFileSync(join(copy, file), "utf8")
    expect(source).toContain(text)
    writeFileSync(join(copy, file), source.replaceAll(text, instead))
    const broken = (await import(/* @vite-ignore */ pathToFileURL(join(copy, "index.js")).href)) as typeof webgpu
    const noticed: string[] = []
    for (const [name, claim] of Object.entries(CLAIMS)) await play(claim, broken).catch(() => void noticed.push(name))
    expect(noticed).not.toEqual([])
  },
)
