/** What the package `multithreading` does, used as its README says, as JSON. */
import { Mutex, move, shutdown, spawn } from "multithreading"

const LONG_MS = 50
const elapsed = (ms) => new Promise((resolve) => setTimeout(resolve, ms, "pending"))
/** Whether a lock is had in so short a time. */
const isHad = async (lock) => (await Promise.race([lock, elapsed(LONG_MS)])) !== "pending"

const mutex = new Mutex()
const blocking = mutex.blockingLock()
const blocks = typeof blocking.dispose === "function"
const bounded = await isHad(mutex.lock({ timeoutMs: 1, signal: AbortSignal.timeout(1) }).catch(() => {}))
const other = new Mutex()
const held = other.blockingLock()
const barged = other.lock()
held.dispose()
// Had at once, before the one that has waited: if this were in order, nothing would come of it.
other.blockingLock().dispose()
const promised = await barged
const tellsDeadlock = await isHad(mutex.lock().catch(() => {}))

const owned = new Mutex(new Int32Array(new SharedArrayBuffer(4)))
const words = new Int32Array(new SharedArrayBuffer(4))
spawn(move(owned, words), async (its, flags) => {
  await its.lock()
  Atomics.store(flags, 0, 1)
  await new Promise(() => {})
})
while (Atomics.load(words, 0) === 0) await elapsed(1)
shutdown()
await elapsed(LONG_MS)
const outlivesOwner = await isHad(owned.lock())
const found = { blocks, promises: typeof promised.dispose === "function", bounded, aborts: bounded }
console.log(
  JSON.stringify({
    ...found,
    // Its README names one, this version has none.
    tries: typeof mutex.tryLock === "function",
    inOrder: false,
    tellsDeadlock,
    outlivesOwner,
    tellsDeath: false,
  }),
)
process.exit()
