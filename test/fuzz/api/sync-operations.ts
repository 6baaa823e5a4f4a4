/** The same for `@outlive/sync`. */
import { BYTES } from "@outlive/sync"
import {
  type Make,
  a,
  body,
  count,
  fence,
  flag,
  longWait,
  maybe,
  mostly,
  object,
  of,
  shortWait,
  thread,
  token,
  waiting,
} from "./arguments.js"
import { odd } from "./odd.js"

const few = of(0, 1, 2, 3, 5)
const bytes = mostly(({ random }) => {
  const length = random.pick([0, 1, 4, 40, 44, 45, 92, 200])
  const view = new Uint8Array(length).fill(length)
  const buffer = Buffer.alloc(length, length)
  if (random.chance(10)) structuredClone(view, { transfer: [view.buffer] })
  if (random.chance(5)) Object.defineProperty(view, "length", { value: odd(random) })
  return random.pick([view, view, buffer, new DataView(new ArrayBuffer(length)), new Float64Array(3)])
})
/** What a cell is given: what JSON can say, and what it cannot. */
const value: Make = (call) =>
  call.random.chance(20)
    ? odd(call.random)
    : call.random.pick([1, "a", null, { n: 1 }, [1, 2], "text ".repeat(20), "text ".repeat(200), new Uint8Array(50)])
const codec = maybe(({ random }) =>
  random.pick([
    BYTES,
    { encode: () => odd(random), decode: () => odd(random) },
    { encode: () => Object.defineProperty(new Uint8Array(3), "length", { value: odd(random) }), decode: () => 1 },
  ]),
)
const permits =
  (wait: Make): Make =>
  (call) => ({
    ...(wait(call) as object),
    ...(call.random.chance(60) ? { count: few(call) } : {}),
  })
/** Options of which one is needed, or has a default that is too much for small heaps. */
const sized = (name: string, size: Make): Make =>
  mostly((call) => ({ [name]: size(call), ...(call.random.chance(20) ? { most: few(call) } : {}) }))
const mode = of("manual", "auto", "other")

const MADE: Readonly<Record<string, { readonly kind: string; readonly create: readonly Make[] }>> = {
  Mutex: { kind: "mutex", create: [] },
  RwLock: { kind: "rwlock", create: [] },
  Semaphore: { kind: "semaphore", create: [sized("permits", few)] },
  Event: { kind: "event", create: [object({ mode, set: flag })] },
  Latch: { kind: "latch", create: [few] },
  Barrier: { kind: "barrier", create: [few] },
  Condition: { kind: "condition", create: [] },
  Once: { kind: "once", create: [] },
  Channel: { kind: "channel", create: [sized("bytes", of(4, 44, 44, 96, 96, 200, 480, 0, 2 ** 30))] },
  FenceChannel: { kind: "fence channel", create: [sized("fences", of(1, 12, 12, 13, 24, 200, 0))] },
  Cell: { kind: "cell", create: [value, object({ codec })] },
}

/** What all handles have. */
const HANDLES = Object.fromEntries(
  Object.entries(MADE).flatMap(([name, { kind, create }]): [string, readonly Make[]][] => [
    [`${name}::create`, [thread, ...create]],
    [`${name}::open`, [thread, token(`outlive-${kind}`), ...(name === "Cell" ? [object({ codec })] : [])]],
    [`${name}.address`, []],
    [`${name}.share`, []],
    [`${name}.transfer`, []],
    [`${name}.drop`, []],
    [`${name}.@@dispose`, []],
  ]),
)

/** What all guards have. */
const GUARDS = Object.fromEntries(
  ["MutexGuard", "ReadGuard", "WriteGuard"].flatMap((name): [string, readonly Make[]][] => [
    [`${name}.isHeld`, []],
    [`${name}.ownerDied`, []],
    [`${name}.tryLock`, []],
    [`${name}.lockSync`, [shortWait]],
    [`${name}.lock`, [longWait]],
    [`${name}.unlock`, []],
    [`${name}.@@dispose`, []],
  ]),
)

/** What both channels have. */
const CHANNELS = Object.fromEntries(
  (
    [
      ["Channel", bytes],
      ["FenceChannel", fence],
    ] as const
  ).flatMap(([name, message]): [string, readonly Make[]][] => [
    [`${name}.isClosed`, []],
    [`${name}.deaths`, []],
    [`${name}.close`, []],
    [`${name}.trySend`, [message]],
    [`${name}.sendSync`, [message, shortWait]],
    [`${name}.send`, [message, longWait]],
    [`${name}.tryReceive`, []],
    [`${name}.receiveSync`, [shortWait]],
    [`${name}.receive`, [longWait]],
  ]),
)

export const SYNC_OPERATIONS: Readonly<Record<string, readonly Make[]>> = {
  ...HANDLES,
  ...GUARDS,
  ...CHANNELS,
  "Mutex.guard": [],
  "Mutex.tryLock": [],
  "Mutex.lockSync": [shortWait],
  "Mutex.lock": [longWait],
  "RwLock.reader": [],
  "RwLock.writer": [],
  "RwLock.tryRead": [],
  "RwLock.readSync": [shortWait],
  "RwLock.read": [longWait],
  "RwLock.tryWrite": [],
  "RwLock.writeSync": [shortWait],
  "RwLock.write": [longWait],
  "Semaphore.available": [],
  "Semaphore.tryTake": [few],
  "Semaphore.takeSync": [permits(shortWait)],
  "Semaphore.take": [permits(waiting)],
  "Semaphore.acquireSync": [permits(shortWait)],
  "Semaphore.acquire": [permits(waiting)],
  "Semaphore.release": [few],
  "Permits.count": [],
  "Permits.release": [],
  "Permits.@@dispose": [],
  "Event.mode": [],
  "Event.isSet": [],
  "Event.set": [],
  "Event.reset": [],
  "Event.waitSync": [shortWait],
  "Event.wait": [longWait],
  "Latch.left": [],
  "Latch.countDown": [count],
  "Latch.waitSync": [shortWait],
  "Latch.wait": [longWait],
  "Barrier.arrive": [],
  "Barrier.waitSync": [shortWait],
  "Barrier.wait": [longWait],
  "Condition.notifyOne": [],
  "Condition.notifyAll": [],
  "Condition.waitSync": [a("MutexGuard"), shortWait],
  "Condition.wait": [a("MutexGuard"), longWait],
  "Condition.waitForSync": [a("MutexGuard"), body(), shortWait],
  "Condition.waitFor": [a("MutexGuard"), body(), longWait],
  "Once.isDone": [],
  "Once.runSync": [body(), shortWait],
  "Once.run": [body(), longWait],
  "Channel.mostBytes": [],
  "Cell.get": [],
  "Cell.read": [body()],
  "Cell.set": [value],
  "Cell.update": [body()],
}
