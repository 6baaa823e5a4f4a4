/** Each way's end in one thread: `side` 0 measures, 1 answers. */
import { type Fence, Heap, type Thread, defineModule } from "@outlive/core"
import { BYTES, Cell, Channel, FenceChannel } from "@outlive/sync"
import { type End, STOP, type Shared, TAKEN, WINDOW, numberIn, write } from "./ways.js"

export async function endOf(shared: Shared, side: 0 | 1): Promise<End> {
  const { way } = shared
  if (way === "postMessage") return ofPort(shared, side)
  if (way === "ringbuf.js") return ofRings(shared, side)
  const thread = Heap.open(shared.heap).attach({ name: `side-${side}` })
  if (way === "Channel") return ofChannels(shared, side, thread)
  return way === "Cell" ? ofCells(shared, side, thread) : ofFences(shared, side, thread)
}

/** What goes there and what comes back, seen from a side. */
const seenFrom = <T>([there, back]: readonly T[], side: 0 | 1) =>
  side === 0 ? { out: there!, in: back! } : { out: back!, in: there! }

function ofChannels({ tokens, bytes }: Shared, side: 0 | 1, thread: Thread): End {
  const token = seenFrom(tokens, side)
  const [out, from] = [Channel.open(thread, token.out), Channel.open(thread, token.in)]
  const draft = new Uint8Array(bytes)
  return {
    send(number) {
      write(draft, number)
      out.sendSync(draft)
    },
    receive: () => numberIn(from.receiveSync() as Uint8Array),
  }
}

/** A fence has no number: they are counted. */
function ofFences({ tokens }: Shared, side: 0 | 1, thread: Thread): End {
  const token = seenFrom(tokens, side)
  const [out, from] = [FenceChannel.open(thread, token.out), FenceChannel.open(thread, token.in)]
  const module = thread.load(defineModule({ name: `bench-${side}`, driverName: "bench" }))
  const fence = module.timeline("channels").fence()
  let taken = 0
  return {
    send: () => void out.sendSync(fence),
    receive() {
      ;(from.receiveSync() as Fence).drop()
      return taken++
    },
  }
}

/** Nobody waits for a cell: it is looked at until it has changed. */
function ofCells({ tokens, bytes, words }: Shared, side: 0 | 1, thread: Thread): End {
  const token = seenFrom(tokens, side)
  const options = { codec: BYTES }
  const [out, from] = [Cell.open(thread, token.out, options), Cell.open(thread, token.in, options)]
  const draft = new Uint8Array(bytes)
  const flags = new Int32Array(words)
  let last = -1
  return {
    send(number) {
      write(draft, number)
      out.set(draft)
    },
    receive() {
      while (Atomics.load(flags, STOP) === 0) {
        const number = from.read(numberIn)
        if (number === last) continue
        last = number
        break
      }
      return last
    },
  }
}

/** As large as the rings of the package's channels. `push` takes what fits, also of a message: so room is looked for first. */
async function ofRings({ rings, bytes, words }: Shared, side: 0 | 1): Promise<End> {
  const { RingBuffer } = (await import(RINGBUF)) as { RingBuffer: RingClass }
  const of = seenFrom(rings, side)
  const [out, from] = [new RingBuffer(of.out, Uint8Array), new RingBuffer(of.in, Uint8Array)]
  const [draft, taken] = [new Uint8Array(bytes), new Uint8Array(bytes)]
  const flags = new Int32Array(words)
  return {
    send(number) {
      write(draft, number)
      while (out.available_write() < bytes && Atomics.load(flags, STOP) === 0);
      out.push(draft, bytes)
    },
    receive() {
      while (from.available_read() < bytes && Atomics.load(flags, STOP) === 0);
      from.pop(taken, bytes)
      return numberIn(taken)
    },
  }
}

/** No dependency of ours: measured where it is installed. */
export const RINGBUF = "ringbuf.js"

interface Ring {
  available_write(): number
  available_read(): number
  push(elements: Uint8Array, length: number): number
  pop(elements: Uint8Array, length: number): number
}
interface RingClass {
  new (buffer: SharedArrayBuffer, type: typeof Uint8Array): Ring
  getStorageForCapacity(capacity: number, type: typeof Uint8Array): SharedArrayBuffer
}

export async function ringOf(bytes: number): Promise<SharedArrayBuffer> {
  const { RingBuffer } = (await import(RINGBUF)) as { RingBuffer: RingClass }
  return RingBuffer.getStorageForCapacity(bytes * WINDOW, Uint8Array)
}

/** The port's queue has no end, so who sends counts what has been taken. */
function ofPort({ port, bytes, words, task }: Shared, side: 0 | 1): End {
  const draft = new Uint8Array(bytes)
  const flags = new Int32Array(words)
  const queue: number[] = []
  let waiting: ((number: number) => void) | undefined
  let [sent, taken] = [0, 0]
  port!.on("message", (message: Uint8Array) => {
    const number = numberIn(message)
    if (waiting === undefined) return void queue.push(number)
    const tell = waiting
    waiting = undefined
    tell(number)
  })
  const count = (number: number) => {
    if (side === 0 && task === "stream" && ++taken % (WINDOW / 2) === 0) {
      Atomics.store(flags, TAKEN, taken)
      Atomics.notify(flags, TAKEN)
    }
    return number
  }
  return {
    send(number) {
      if (task === "stream")
        for (let seen = Atomics.load(flags, TAKEN); sent - seen >= WINDOW; seen = Atomics.load(flags, TAKEN)) {
          if (Atomics.load(flags, STOP) !== 0) return
          Atomics.wait(flags, TAKEN, seen, 100)
        }
      sent++
      write(draft, number)
      port!.postMessage(draft)
    },
    receive() {
      const next = queue.shift()
      if (next !== undefined) return count(next)
      return new Promise<number>((resolve) => (waiting = resolve)).then(count)
    },
  }
}
