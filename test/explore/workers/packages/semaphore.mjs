globalThis.navigator ??= { hardwareConcurrency: 2 }
const { Semaphore } = await import("multithreading")

async function enter({ semaphore, inside }) {
  const guard = await semaphore.acquire()
  if (Atomics.add(inside, 0, 1) !== 0) throw new Error("Somebody is inside")
  Atomics.sub(inside, 0, 1)
  guard.dispose()
}

export const model = {
  setup: () => ({ semaphore: new Semaphore(1), inside: new Int32Array(new SharedArrayBuffer(4)) }),
  threads: [enter, enter],
}
