// Workers use every primitive at once, sleeping and as promises, with time-outs and aborts; one of them may be terminated.
//   node sync-race.mjs '{"engine":"wasm","flavour":"release","seed":1,"turns":300,"dies":"holding","twin":"file:///…"}'
// Prints what was seen as JSON; ends with 3 when it hangs, and with what is wrong in "wrong".
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { Barrier, Condition, Event, Latch, Mutex, Once, RwLock, Semaphore } from "@outlive/sync"
import { numbers, openFor, startWorkers, watchdog } from "./stage.mjs"

const WORKERS = 3
const PHASES = 3
const PERMITS = 2
const CLASSES = { Barrier, Condition, Event, Latch, Mutex, Once, RwLock, Semaphore }
const [TOTAL, LEFT, RIGHT, INSIDE, DONE, QUEUE, LOCKED] = [0, 1, 2, 3, 4, 5, 6]

if (isMainThread) await main(JSON.parse(process.argv[2]))
else await work(workerData)

async function main(settings) {
  const { engine, flavour, seed, dies } = settings
  const heap = Heap.create({ engine, flavour, threads: WORKERS + 2, spins: 50, ...(await openFor(settings)) })
  const thread = heap.attach({ name: "main" })
  const made = {
    mutex: Mutex.create(thread),
    changed: Condition.create(thread),
    lock: RwLock.create(thread),
    slots: Semaphore.create(thread, { permits: PERMITS, most: PERMITS }),
    once: Once.create(thread),
    phase: Barrier.create(thread, WORKERS),
    ticket: Event.create(thread, { mode: "auto", set: true }),
    start: Event.create(thread),
    end: Latch.create(thread, WORKERS),
  }
  const tokens = Object.fromEntries(Object.entries(made).map(([name, object]) => [name, object.share()]))
  const reports = []
  let isDying
  const dying = new Promise((resolve) => (isDying = resolve))
  const hanging = watchdog(settings)
  const shared = { heap: heap.share(), tokens, settings }
  const workers = startWorkers(import.meta.url, WORKERS, shared, (report) =>
    report === "dying" ? isDying() : reports.push(report),
  )
  while (heap.threads().length < WORKERS + 1) await new Promise((resolve) => setTimeout(resolve, 1))
  made.start.set()
  let died = false
  if (dies) {
    // It dies while it holds the mutex; or while it waits for it, like the others, for we hold it; or anywhere.
    const held = dies === "waiting" ? await made.mutex.lock() : undefined
    if (dies === "holding") await dying
    else await new Promise((resolve) => setTimeout(resolve, 20 + (seed % 7) * 5))
    const info = heap.threads().find(({ name }) => name === "worker 0")
    await workers[0].worker.terminate()
    // It may have come to its end before.
    died = info !== undefined && reports.every(({ index }) => index !== 0)
    if (died) {
      thread.reclaim(info)
      made.end.countDown()
    }
    held?.unlock()
  }
  await made.end.wait()
  for (const { exited } of workers) await exited
  clearTimeout(hanging)
  const wrong = reports.flatMap((report) => report.wrong)
  const cell = (index) => thread.engine.readCell(heap.cell?.(index) ?? thread.heap.cell(index))
  const sum = (name) => reports.reduce((total, report) => total + report[name], 0)
  // If all others had come to their end before, nobody has taken the mutex since.
  const last = await made.mutex.lock()
  const told = sum("told") + (last.ownerDied ? 1 : 0)
  last.unlock()
  if (!died) {
    if (cell(TOTAL) !== sum("locked")) wrong.push(`${sum("locked")} were inside, and ${cell(TOTAL)} were counted`)
    if (cell(LEFT) !== sum("written")) wrong.push(`${sum("written")} wrote, and ${cell(LEFT)} were counted`)
    if (made.slots.available !== PERMITS) wrong.push(`${made.slots.available} permits are left`)
    if (cell(DONE) !== 1) wrong.push(`It was done ${cell(DONE)} times`)
    if (!made.ticket.isSet) wrong.push("The ticket was lost")
  }
  const own = heap.check().filter(({ where }) => /waiters|readers|word/.test(where))
  for (const { where, message } of own) wrong.push(`${where}: ${message}`)
  for (const object of Object.values(made)) object.drop()
  thread.barrier()
  const { objects, balanced } = heap.accounts()
  if (!died && (objects.inUse !== 0 || !balanced)) wrong.push(`${objects.inUse} objects are in use`)
  console.log(
    JSON.stringify({
      wrong,
      died,
      told,
      locked: sum("locked"),
      late: sum("late"),
      aborted: sum("aborted"),
      slept: sum("slept"),
    }),
  )
}

async function work({ heap: shared, tokens, index, settings, seed }) {
  const heap = Heap.open(shared, await openFor(settings))
  const thread = heap.attach({ name: `worker ${index}` })
  const random = numbers(seed)
  const report = { index, wrong: [], locked: 0, written: 0, late: 0, aborted: 0, told: 0, slept: 0 }
  const kinds = Object.fromEntries(Object.values(CLASSES).map((kind) => [`outlive-${kind.name.toLowerCase()}`, kind]))
  const own = Object.fromEntries(
    Object.entries(tokens).map(([name, token]) => [name, kinds[token.kind].open(thread, token)]),
  )
  const { mutex, changed, lock, slots, once, phase, ticket, start, end } = own
  const { engine } = thread
  const at = (cell) => thread.heap.cell(cell)
  const nap = new Int32Array(new SharedArrayBuffer(4))
  /** Mostly for a moment; at times for so long that others sleep, time out and abort. */
  const dally = () => {
    if (random() < 0.08) return void Atomics.wait(nap, 0, 0, 1 + random())
    const until = Math.floor(random() * 60)
    for (let i = 0; i < until; i++) engine.readCell(at(LOCKED))
  }
  /** Not in one step: two who do it at once lose a count. */
  const countUp = (cell) => {
    const value = engine.readCell(at(cell))
    dally()
    engine.writeCell(at(cell), value + 1)
  }
  /** Without `using`, which Node 20 does not know. */
  const within = async (guard, body) => {
    if (!guard) return void report.late++
    if (guard.ownerDied) report.told++
    try {
      await body(guard)
    } finally {
      guard[Symbol.dispose]()
    }
  }
  /** One of several ways to wait: undefined when it gave up. */
  const waits = async (sync, promise) => {
    const way = random()
    if (way < 0.35) return (report.slept++, sync())
    if (way < 0.5) return sync({ timeoutMs: random() })
    if (way < 0.75) return promise()
    if (way < 0.85) return promise({ timeoutMs: random() })
    const abort = new AbortController()
    const waiting = promise({ signal: abort.signal })
    setTimeout(() => abort.abort(), random())
    try {
      return await waiting
    } catch (error) {
      if (error.name !== "AbortError") throw error
      report.aborted++
      return undefined
    }
  }
  const operations = {
    async mutex() {
      await within(
        await waits(
          (options) => mutex.lockSync(options),
          (options) => mutex.lock(options),
        ),
        async () => {
          countUp(TOTAL)
          // Other tasks of this thread, and other threads, come by meanwhile.
          if (random() < 0.1) await undefined
          countUp(TOTAL)
          report.locked += 2
        },
      )
    },
    async tasks() {
      await Promise.all([operations.lockLater(), operations.writeLater(), operations.readLater()])
    },
    async lockLater() {
      await within(await mutex.lock(), async () => {
        countUp(TOTAL)
        await undefined
        report.locked++
      })
    },
    async readLater() {
      await within(await lock.read(), async (guard) => {
        await undefined
        lookAtBoth(guard)
      })
    },
    async writeLater() {
      await within(await lock.write(), change)
    },
    async read() {
      await within(
        await waits(
          () => lock.tryRead(),
          (options) => lock.read(options),
        ),
        lookAtBoth,
      )
    },
    async write() {
      await within(
        await waits(
          () => lock.tryWrite(),
          (options) => lock.write(options),
        ),
        change,
      )
    },
    async readSync() {
      await within(lock.readSync(), () => within(lock.readSync(), lookAtBoth))
    },
    async writeSync() {
      await within(lock.writeSync(), change)
    },
    async slots() {
      const count = settings.dies || random() < 0.7 ? 1 : PERMITS
      const permits = await waits(
        (options) => slots.acquireSync({ ...bound, ...options, count }),
        (options) => slots.acquire({ ...bound, ...options, count }),
      )
      await within(permits, () => {
        const inside = engine.addToCell(at(INSIDE), count) + count
        if (inside > PERMITS && !settings.dies) report.wrong.push(`${inside} have permits, of ${PERMITS}`)
        dally()
        engine.addToCell(at(INSIDE), -count)
      })
    },
    async ticket() {
      const outcome = await waits(
        (options) => ticket.waitSync({ ...bound, ...options }),
        (options) => ticket.wait({ ...bound, ...options }),
      )
      if (outcome === "set") ticket.set()
    },
    async once() {
      await once.run(() => void engine.addToCell(at(DONE), 1))
    },
    async put() {
      await within(mutex.lockSync(), () => {
        countUp(QUEUE)
        if (random() < 0.9) changed.notifyOne()
        else changed.notifyAll()
      })
    },
    async take() {
      await within(await mutex.lock(), async (guard) => {
        const isThere = () => engine.readCell(at(QUEUE)) > 0
        const some = { timeoutMs: 3 }
        const found =
          random() < 0.5 ? await changed.waitFor(guard, isThere, some) : changed.waitForSync(guard, isThere, some)
        // Meanwhile it was given back, and taken again.
        if (guard.ownerDied) report.told++
        if (found) engine.writeCell(at(QUEUE), engine.readCell(at(QUEUE)) - 1)
      })
    },
  }
  /** What was taken by one that died stays taken: then nobody waits for ever. */
  const bound = settings.dies ? { timeoutMs: 5 } : {}
  function lookAtBoth(guard) {
    const isTorn = engine.readCell(at(LEFT)) !== engine.readCell(at(RIGHT))
    if (isTorn && !guard.ownerDied) report.wrong.push("A reader saw half of a change")
  }
  function change(guard) {
    if (guard.ownerDied) {
      engine.writeCell(at(RIGHT), engine.readCell(at(LEFT)))
    }
    countUp(LEFT)
    countUp(RIGHT)
    report.written++
  }
  const names = Object.keys(operations)
  await start.wait()
  for (let turn = 0; turn < PHASES && !settings.dies; turn++) {
    await play(settings.turns / PHASES)
    if (index === turn) phase.waitSync()
    else await phase.wait()
  }
  if (settings.dies) await play(settings.turns)
  async function play(turns) {
    for (let turn = 0; turn < turns; turn++) {
      if (settings.dies === "holding" && index === 0 && turn === 20) {
        mutex.lockSync()
        parentPort.postMessage("dying")
        Atomics.wait(nap, 0, 0)
      }
      await operations[names[Math.floor(random() * names.length)]]()
    }
  }
  parentPort.postMessage(report)
  end.countDown()
  for (const object of Object.values(own)) object.drop()
  thread.detach()
}
