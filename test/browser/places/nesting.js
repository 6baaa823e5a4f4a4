/** A worker that sends on to a worker of its own whatever it is sent. */
const inner = new Worker("receiver.js", { type: "module" })
inner.addEventListener("message", ({ data }) => postMessage(data))
addEventListener("message", ({ data }) => inner.postMessage(data))
