globalThis.navigator ??= { hardwareConcurrency: 2 } // The package reads it, and Node has it from 21 on.
const { Mutex } = await import("multithreading")

async function increment({ mutex }) {
  const guard = await mutex.lock()
  guard.value[0]++
  guard.dispose()
}

export const model = {
  setup: () => ({ mutex: new Mutex(new Int32Array(new SharedArrayBuffer(4))) }),
  threads: [increment, increment],
  check({ mutex }) {
    const { value } = mutex.blockingLock()
    if (value[0] !== 2) throw new Error(`${value[0]}, not 2`)
  },
}
