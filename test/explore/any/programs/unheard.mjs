/** What goes wrong in code of whoever explores, during or after it. Arguments: the explorer's module, and which of these. */
const { exploreAsync, linearizable } = await import(process.argv[2])

const cells = () => new Int32Array(new SharedArrayBuffer(8))
const LOST = {
  setup: cells,
  threads: [0, 1].map(() => async (c) => void Atomics.store(c, 0, Atomics.load(c, 0) + 1)),
  check: (c) => c[0] === 2,
}
const SCRIPTS = {
  async throws() {
    const { verdict } = await exploreAsync(LOST)
    throw new Error(`it was: ${verdict}`)
  },
  async refused() {
    await exploreAsync({ memory: 3, threads: [() => {}] })
  },
  async synchronous() {
    const { verdict } = await exploreAsync({ threads: [() => {}] })
    throw new Error(`it was: ${verdict}`)
  },
  async linearizable() {
    const operations = { add: (c) => Atomics.add(c, 0, 1) }
    const specification = () => {
      let v = 0
      return { add: () => v++ }
    }
    const { verdict } = await linearizable({ make: cells, operations, specification })
    throw new Error(`it was: ${verdict}`)
  },
  async listens() {
    process.on("unhandledRejection", ({ message }) => {
      console.log(`heard: ${message}`)
      process.exit(3)
    })
    await SCRIPTS.throws()
  },
  // A handler of old that listens once, and what is rejected while the search tells how far it is.
  async progress() {
    const heard = []
    process.once("unhandledRejection", ({ message }) => heard.push(message))
    // Without an end but this.
    const onProgress = () => {
      void Promise.reject(new Error("told of progress"))
      return false
    }
    const add = async (c) => void Atomics.add(c, 0, 1)
    const search = { strategy: "random", timeMs: 60_000, onProgress }
    const { verdict } = await exploreAsync({ setup: cells, threads: [add, add] }, search)
    await new Promise((resolve) => setTimeout(resolve))
    console.log(`${verdict}, heard: ${heard.join()}, ${process.listenerCount("unhandledRejection")}`)
  },
}
void SCRIPTS[process.argv[3]]()
