// Workers read, set and update cells, and transfer fences to the main thread; one of them may be terminated.
//   node cell-race.mjs '{"engine":"wasm","flavour":"release","seed":1,"turns":500,"dies":true,"twin":"file:///…"}'
// Prints what was seen as JSON; ends with 3 when it hangs, and with what is wrong in "wrong".
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { BYTES, Cell } from "@outlive/sync"
import { giveUpBecause, numbers, openFor, startWorkers, watchdog } from "./stage.mjs"

const WORKERS = 3
const MOST_BYTES = 150
const mock = defineModule({ name: "mock", driverName: "mock" })

if (isMainThread) await main(JSON.parse(process.argv[2]))
else await work(workerData)

async function main(settings) {
  const { engine, flavour, seed, dies } = settings
  const options = { engine, flavour, threads: WORKERS + 2, fences: 256, lists: 64, objects: 64 }
  const heap = Heap.create({ ...options, ...(await openFor(settings)) })
  const thread = heap.attach({ name: "main", modules: [mock] })
  thread.load(mock)
  const bytes = Cell.create(thread, new Uint8Array(1), { codec: BYTES })
  const count = Cell.create(thread, { count: 0 })
  const reports = []
  const wrong = []
  let taken = 0
  process.on("uncaughtException", giveUpBecause)
  // Until a thread that has died was reclaimed nobody waits for a lock here: it may have that.
  let isDying = false
  const waiting = []
  const take = (token) => {
    if (isDying) return void waiting.push(token)
    try {
      const fence = thread.open(token)
      if (!fence.signal()) wrong.push("A fence was signaled before it arrived")
      fence.drop()
      taken++
    } catch (error) {
      // It was given up with its sender.
      if (!dies || error.code !== "ALREADY_TAKEN") throw error
      return
    }
    try {
      thread.open(token).drop()
      wrong.push("A token was taken twice")
    } catch (error) {
      if (error.code !== "ALREADY_TAKEN") throw error
    }
  }
  const hanging = watchdog(settings)
  const tokens = { bytes: bytes.share(), count: count.share() }
  const shared = { heap: heap.share(), tokens, settings }
  const workers = startWorkers(import.meta.url, WORKERS, shared, (message) =>
    message.isTransfer ? take(message) : reports.push(message),
  )
  let died = false
  if (dies) {
    const isThere = () => heap.threads().some(({ name }) => name === "worker 0") || reports.length > 0
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 1))
    await new Promise((resolve) => setTimeout(resolve, 3 + (seed % 7) * 3))
    const info = heap.threads().find(({ name }) => name === "worker 0")
    isDying = true
    await workers[0].worker.terminate()
    died = info !== undefined && reports.every(({ index }) => index !== 0)
    if (died) thread.reclaim(info)
    isDying = false
    for (const token of waiting) take(token)
  }
  for (const { exited } of workers) await exited
  clearTimeout(hanging)
  for (const report of reports) wrong.push(...report.wrong)
  const sum = (name) => reports.reduce((total, report) => total + report[name], 0)
  if (!died && count.get().count !== sum("updated"))
    wrong.push(`${sum("updated")} updates were made, and ${count.get().count} counted`)
  if (!died && taken !== sum("sent")) wrong.push(`${sum("sent")} fences were sent, and ${taken} arrived`)
  const value = bytes.get()
  if (value.some((byte) => byte !== value[0])) wrong.push("The last value is torn")
  for (const cell of [bytes, count]) cell.drop()
  thread.barrier()
  const { fences, lists, objects, balanced, transfers } = heap.accounts()
  if (transfers.length > 0) wrong.push(`Nobody has taken ${transfers[0]}`)
  // Of one that died: what it had in its handles, with their versions; and the one block that it had in its hands.
  const lost = heap.check().filter(({ kind, where }) => kind === "lost" && where.startsWith("block"))
  if (lost.length > (died ? 1 : 0)) wrong.push(`${lost.length} blocks are nobody's`)
  if (!died && (lists.inUse > 0 || fences.inUse > 0 || objects.inUse > 0 || !balanced))
    wrong.push(`In use: ${fences.inUse} fences, ${lists.inUse} blocks, ${objects.inUse} objects`)
  const told = { read: sum("read"), set: sum("set"), updated: sum("updated"), again: sum("again"), full: sum("full") }
  console.log(JSON.stringify({ wrong, died, taken, ...told }))
}

async function work({ heap: shared, tokens, index, settings, seed }) {
  const heap = Heap.open(shared, await openFor(settings))
  const thread = heap.attach({ name: `worker ${index}`, modules: [mock] })
  const timeline = thread.load(mock).timeline(`of ${index}`)
  const bytes = Cell.open(thread, tokens.bytes, { codec: BYTES })
  const count = Cell.open(thread, tokens.count)
  const random = numbers(seed)
  const report = { index, wrong: [], read: 0, set: 0, updated: 0, again: 0, full: 0, sent: 0 }
  const operations = {
    read() {
      const value = bytes.get()
      if (value.some((byte) => byte !== value[0])) report.wrong.push(`It saw ${value.join()}`)
      report.read++
    },
    set() {
      bytes.set(new Uint8Array(1 + Math.floor(random() * MOST_BYTES)).fill(Math.floor(random() * 256)))
      report.set++
    },
    update() {
      let calls = 0
      count.update((value) => (calls++, { count: value.count + 1 }))
      report.updated++
      report.again += calls - 1
    },
    send() {
      const fence = timeline.fence()
      let token
      try {
        token = fence.transfer()
      } catch (error) {
        // The heap is full: the handle is as it was.
        fence.drop()
        throw error
      }
      parentPort.postMessage(token)
      report.sent++
    },
  }
  const names = ["read", "read", "read", "set", "set", "update", "update", "send"]
  for (let turn = 0; turn < settings.turns; turn++) {
    try {
      operations[names[Math.floor(random() * names.length)]]()
    } catch (error) {
      if (error.code !== "FULL") throw error
      report.full++
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  for (const cell of [bytes, count]) cell.drop()
  timeline.close()
  parentPort.postMessage(report)
  thread.detach()
}
