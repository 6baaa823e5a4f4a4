/** Workers, which Node and browsers start, talk to and end in different ways. */

const isNode = globalThis.process?.versions?.node !== undefined
const node = isNode ? await import("node:worker_threads") : undefined

/**
 * Starts a worker, and gives it its first message.
 * @returns `ended`, which resolves when it does not run any more, and `terminate`
 */
export function startWorker(url, name, message) {
  if (node) {
    const worker = new node.Worker(url, { name })
    worker.postMessage(message)
    const ended = new Promise((resolve) => void worker.once("exit", resolve))
    return { ended, terminate: () => void worker.terminate() }
  }
  const worker = new Worker(url, { type: "module", name })
  // A page is not told when a worker has ended, and one that is terminated may go on for seconds. But the browser then releases its locks.
  const lock = `${name} ${crypto.randomUUID()}`
  worker.postMessage({ ...message, lock })
  const ended = new Promise((resolve) => {
    worker.addEventListener("message", () => void navigator.locks.request(lock, resolve), { once: true })
  })
  return { ended, terminate: () => worker.terminate() }
}

/** In a worker: the first message, once. */
export function firstMessage() {
  if (node) return new Promise((resolve) => void node.parentPort.once("message", resolve))
  return new Promise((resolve) => {
    const listen = ({ data }) => {
      const hold = () => {
        postMessage("alive")
        resolve(data)
        return new Promise(() => {}) // never given back: the browser does that when this worker has ended
      }
      void navigator.locks.request(data.lock, hold)
    }
    addEventListener("message", listen, { once: true })
  })
}

/** In a worker: ends it. */
export const leave = () => (node ? node.parentPort.close() : close())
