// Workers send and receive bytes and fences through small channels, in every way there is; one of them may be terminated.
//   node channel-race.mjs '{"engine":"wasm","flavour":"release","seed":1,"messages":500,"dies":"sending","twin":"file:///…"}'
// Prints what was seen as JSON; ends with 3 when it hangs, and with what is wrong in "wrong".
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { Channel, FenceChannel, Latch } from "@outlive/sync"
import { numbers, openFor, startWorkers, watchdog } from "./stage.mjs"

const SENDERS = 2
const RECEIVERS = 2
const HEAD = 8
const MOST_BYTES = 120
const mock = defineModule({ name: "mock", driverName: "mock" })

if (isMainThread) await main(JSON.parse(process.argv[2]))
else await work(workerData)

async function main(settings) {
  const { engine, flavour, seed, dies } = settings
  const options = { engine, flavour, threads: SENDERS + RECEIVERS + 2, spins: 50, fences: 256, lists: 32 }
  const heap = Heap.create({ ...options, ...(await openFor(settings)) })
  const thread = heap.attach({ name: "main", modules: [mock] })
  thread.load(mock)
  const made = {
    bytes: Channel.create(thread, { bytes: 144 }),
    fences: FenceChannel.create(thread, { fences: 12 }),
    sent: Latch.create(thread, SENDERS),
  }
  const tokens = Object.fromEntries(Object.entries(made).map(([name, object]) => [name, object.share()]))
  const reports = []
  const hanging = watchdog(settings)
  const shared = { heap: heap.share(), tokens, settings }
  const workers = startWorkers(import.meta.url, SENDERS + RECEIVERS, shared, (report) => reports.push(report))
  let died = false
  if (dies) {
    const victim = dies === "sending" ? 0 : SENDERS
    while (heap.threads().length < SENDERS + RECEIVERS + 1) await new Promise((resolve) => setTimeout(resolve, 1))
    await new Promise((resolve) => setTimeout(resolve, 3 + (seed % 7) * 3))
    const info = heap.threads().find(({ name }) => name === `worker ${victim}`)
    await workers[victim].worker.terminate()
    died = info !== undefined && reports.every(({ index }) => index !== victim)
    if (died) {
      thread.reclaim(info)
      if (dies === "sending") made.sent.countDown()
    }
  }
  await made.sent.wait()
  made.bytes.close()
  made.fences.close()
  for (const { exited } of workers) await exited
  clearTimeout(hanging)
  const wrong = reports.flatMap((report) => report.wrong)
  const sum = (name) => reports.reduce((total, report) => total + (report[name] ?? 0), 0)
  const [sent, received, handed, had] = ["sent", "received", "handed", "had"].map(sum)
  if (!died && sent !== received) wrong.push(`${sent} messages were sent, and ${received} received`)
  if (!died && handed !== had) wrong.push(`${handed} fences were sent, and ${had} received`)
  const own = heap.check().filter(({ where }) => /waiters|word|ring|positions/.test(where))
  for (const { where, message } of own) wrong.push(`${where}: ${message}`)
  for (const object of Object.values(made)) object.drop()
  thread.barrier()
  const { fences, lists, objects, balanced } = heap.accounts()
  if (!died && (fences.inUse !== 0 || lists.inUse !== 0 || objects.inUse !== 0 || !balanced))
    wrong.push(`In use: ${fences.inUse} fences, ${lists.inUse} blocks, ${objects.inUse} objects`)
  const told = {
    slept: sum("slept"),
    late: sum("late"),
    aborted: sum("aborted"),
    full: sum("full"),
    empty: sum("empty"),
  }
  console.log(JSON.stringify({ wrong, died, sent, received, handed, had, ...told }))
}

async function work({ heap: shared, tokens, index, settings, seed }) {
  const heap = Heap.open(shared, await openFor(settings))
  const thread = heap.attach({ name: `worker ${index}`, modules: [mock] })
  const timeline = thread.load(mock).timeline(`of ${index}`)
  const [bytes, fences] = [Channel.open(thread, tokens.bytes), FenceChannel.open(thread, tokens.fences)]
  const random = numbers(seed)
  const report = {
    index,
    wrong: [],
    sent: 0,
    received: 0,
    handed: 0,
    had: 0,
    slept: 0,
    late: 0,
    aborted: 0,
    full: 0,
    empty: 0,
  }
  const nap = new Int32Array(new SharedArrayBuffer(4))
  const dally = () => random() < 0.03 && void Atomics.wait(nap, 0, 0, 1 + random())
  /** One of several ways: the outcome, or undefined when it gave up. */
  const tries = async (once, sync, promise) => {
    dally()
    const way = random()
    if (way < 0.3) {
      const outcome = once()
      if (outcome === "full" || outcome === "empty") return void report[outcome]++
      return outcome
    }
    if (way < 0.55) return (report.slept++, sync())
    if (way < 0.65) return late(sync({ timeoutMs: random() }))
    if (way < 0.85) return promise()
    if (way < 0.93) return late(await promise({ timeoutMs: random() }))
    const abort = new AbortController()
    const waiting = promise({ signal: abort.signal })
    setTimeout(() => abort.abort(), random())
    try {
      return await waiting
    } catch (error) {
      if (error.name !== "AbortError") throw error
      return void report.aborted++
    }
  }
  const late = (outcome) => (outcome === "timed-out" ? void report.late++ : outcome)
  if (index < SENDERS) {
    for (let n = 0; n < settings.messages;) {
      const message = new Uint8Array(HEAD + Math.floor(random() * (MOST_BYTES - HEAD))).fill(n & 255)
      new DataView(message.buffer).setInt32(0, index)
      new DataView(message.buffer).setInt32(4, n)
      const outcome = await tries(
        () => bytes.trySend(message),
        (options) => bytes.sendSync(message, options),
        (options) => bytes.send(message, options),
      )
      if (outcome !== "sent") continue
      n++
      report.sent++
      if (n % 4 !== 0) continue
      const fence = timeline.fence()
      const handed = await tries(
        () => fences.trySend(fence),
        (options) => fences.sendSync(fence, options),
        (options) => fences.send(fence, options),
      )
      if (handed === "sent") report.handed++
      else fence.signal()
      fence.drop()
    }
    const done = Latch.open(thread, tokens.sent)
    done.countDown()
    done.drop()
  } else {
    const last = Array.from({ length: SENDERS }, () => -1)
    const look = (message) => {
      const view = new DataView(message.buffer)
      const [sender, n] = [view.getInt32(0), view.getInt32(4)]
      if (!(n > last[sender])) report.wrong.push(`Message ${n} of ${sender} came after ${last[sender]}`)
      last[sender] = n
      if (message.subarray(HEAD).some((byte) => byte !== (n & 255)))
        report.wrong.push(`Message ${n} of ${sender} is torn`)
      report.received++
    }
    const drain = async (channel, body) => {
      for (let outcome; outcome !== "closed";) {
        outcome = await tries(
          () => channel.tryReceive(),
          // Nobody else takes care of the other channel meanwhile.
          (options) => late(channel.receiveSync(options ?? { timeoutMs: 2 })),
          (options) => channel.receive(options),
        )
        if (outcome !== undefined && outcome !== "closed") body(outcome)
      }
    }
    const signal = (fence) => {
      if (!fence.signal()) report.wrong.push("A fence was signaled twice")
      fence.drop()
      report.had++
    }
    await Promise.all([drain(bytes, look), drain(fences, signal)])
  }
  for (const object of [bytes, fences]) object.drop()
  timeline.close()
  parentPort.postMessage(report)
  thread.detach()
}
