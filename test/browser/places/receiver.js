/** Whoever is sent a heap, wherever it runs: opens it, signals a fence, and answers with what has come. */
import { Heap } from "@outlive/core/worker"

const came = []

function receive({ data, source }) {
  if (data === "what came?") (source ?? self).postMessage(came.join(", ") || "nothing", source && { targetOrigin: "*" })
  else came.push(use(data))
}

function use({ heap, fence: token }) {
  try {
    const thread = Heap.open(heap).attach({ name: "receiver" })
    const fence = thread.open(token)
    fence.signal()
    fence.drop()
    thread.detach()
    return "a heap"
  } catch (error) {
    return `${error.code}`
  }
}

const refuse = () => void came.push("messageerror")

/** A shared worker is connected to, all others have it at once. */
addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) =>
    receive({ data, source: { postMessage: (text) => port.postMessage(text) } }),
  )
  port.addEventListener("messageerror", refuse)
  port.start()
})
addEventListener("message", receive)
addEventListener("messageerror", refuse)
