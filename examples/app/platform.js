/** Workers, which Node and browsers start, talk to and end in different ways. */

const isNode = globalThis.process?.versions?.node !== undefined
const node = isNode ? await import("node:worker_threads") : undefined

/**
 * Starts a worker, and gives it its first message.
 * @returns `ended`, which resolves when it does not run any more, and `terminate`, which ends it as soon as it has said that it is ready
 */
export const startWorker = (url, name, message) =>
  node ? startInNode(url, name, message) : startInPage(url, name, message)

function startInNode(url, name, message) {
  const worker = new node.Worker(url, { name })
  worker.postMessage(message)
  const ready = new Promise((resolve) => void worker.once("message", resolve))
  const ended = new Promise((resolve) => void worker.once("exit", resolve))
  return { ended, terminate: () => void ready.then(() => worker.terminate()) }
}

/**
 * A page is not told when a worker has ended, and one that is terminated may go on for seconds. But the browser then releases its locks.
 * So the worker holds a lock for as long as it lives. Until it is ready it may not hold it yet: nobody could tell when it has ended.
 */
function startInPage(url, name, message) {
  const worker = new Worker(url, { type: "module", name })
  const lock = `${name} ${crypto.randomUUID()}`
  worker.postMessage({ ...message, lock })
  const ready = new Promise((resolve) => void worker.addEventListener("message", resolve, { once: true }))
  // A worker with an uncaught error would live on, with all that it holds. If it is not ready by then it never will be.
  const failed = new Promise((resolve) => {
    worker.addEventListener("error", () => {
      worker.terminate()
      resolve()
    })
  })
  const ended = Promise.race([ready, failed]).then(() => navigator.locks.request(lock, () => {}))
  return { ended, terminate: () => void ready.then(() => worker.terminate()) }
}

/** In a worker: the first message, once. In a page's worker it has its lock by then. */
export function firstMessage() {
  if (node) return new Promise((resolve) => void node.parentPort.once("message", resolve))
  return new Promise((resolve) => {
    const listen = ({ data }) => {
      const hold = () => {
        resolve(data)
        return new Promise(() => {}) // never given back: the browser does that when this worker has ended
      }
      void navigator.locks.request(data.lock, hold)
    }
    addEventListener("message", listen, { once: true })
    // A heap cannot be read here, where a policy forbids WebAssembly, for example.
    addEventListener("messageerror", () => {
      throw new Error("The first message cannot be read in this worker")
    })
  })
}

/** In a worker: it has attached to the heap, and may be killed from now on. */
export const sayReady = () => (node ? node.parentPort.postMessage("ready") : postMessage("ready"))

/** In a worker: ends it. Deno has Node's workers, and ends them as browsers do. */
export const leave = () => (node?.parentPort.close ? node.parentPort.close() : close())
