/** Sends a heap to each place that a page can send something to, and asks there what has come. */
import "@outlive/core/js"
import { Heap, defineModule } from "@outlive/core"

const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })
const once = (target, name) => new Promise((resolve) => void target.addEventListener(name, resolve, { once: true }))
const worker = (url) => {
  const made = new Worker(url, { type: "module" })
  return { post: (data) => made.postMessage(data), answers: made, failed: once(made, "error") }
}
const windowOf = (one) => ({ post: (data) => one.postMessage(data, "*"), answers: window })

async function frame(url) {
  const made = document.createElement("iframe")
  made.src = url
  made.allow = "cross-origin-isolated"
  document.body.append(made)
  await once(made, "load")
  return windowOf(made.contentWindow)
}

const PLACES = {
  worker: () => worker("receiver.js"),
  "nested worker": () => worker("nesting.js"),
  "worker from a blob": async () =>
    worker(URL.createObjectURL(new Blob([await (await fetch("receiver.js")).text()], { type: "text/javascript" }))),
  iframe: () => frame("receiver.html"),
  "pop-up": async () => {
    const made = open("receiver.html", "_blank", "popup")
    await once(made, "load")
    return windowOf(made)
  },
  "iframe of another origin": () => frame(`${location.href.replace("localhost", "127.0.0.1")}receiver.html`),
  "shared worker": () => {
    const { port } = new SharedWorker("receiver.js", { type: "module" })
    port.start()
    return { post: (data) => port.postMessage(data), answers: port }
  },
  "service worker": async () => {
    const { installing, active } = await navigator.serviceWorker.register("receiver-classic.js")
    const one = active ?? installing
    while (one.state !== "activated") await once(one, "statechange")
    return { post: (data) => one.postMessage(data), answers: navigator.serviceWorker }
  },
  AudioWorklet: async () => {
    const context = new OfflineAudioContext(1, 128, 44_100)
    await context.audioWorklet.addModule("worklet.js")
    const { port } = new AudioWorkletNode(context, "with a heap")
    return { post: (data) => port.postMessage(data), answers: port }
  },
  "worker without a policy for WebAssembly": () => worker("strict/receiver.js"),
  "worker without a policy for WebAssembly, with the engine in JavaScript": () => worker("strict/receiver-js.js"),
  "worker without COEP": () => worker("bare/receiver.js"),
}

/** What came there: "a heap", if it could be used, "messageerror", "nothing", or why the place could not be made. */
async function sendTo(name, engine) {
  const heap = Heap.create({ fences: 64, threads: 2, engine })
  const thread = heap.attach({ name: "page", modules: [gpu] })
  const fence = thread.load(gpu).timeline("t").fence()
  try {
    const { post, answers, failed = new Promise(() => {}) } = await PLACES[name]()
    post({ heap: heap.share(), fence: fence.share() })
    post("what came?")
    const first = await Promise.race([once(answers, "message"), failed])
    if (first.type === "error") return `error event: "${first.message ?? ""}"`
    if (fence.hasSignaled() !== (first.data === "a heap")) throw new Error(`${first.data}, and not: the fence says so`)
    return first.data
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    return error.name
  }
}

Object.assign(globalThis, { sendTo })
