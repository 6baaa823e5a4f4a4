// `Atomics` with a delay before some accesses: for the JavaScript engine, in place of the global. Widens every window.
const nowhere = new Int32Array(new SharedArrayBuffer(4))
const NAMES = ["load", "store", "add", "sub", "or", "exchange", "compareExchange"]

/** A seeded generator: a whole number from 0 to n - 1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n
  }
}

/** Gives the processor away for a moment. */
export function doze(ms) {
  Atomics.wait(nowhere, 0, 0, ms)
}

/** One access in `oneIn` is delayed: mostly a short spin, sometimes a nap that lets another thread in. */
export function slowAtomics(below, oneIn = 25) {
  let sink = 0
  const delay = () => {
    if (below(oneIn) !== 0) return
    if (below(8) === 0) doze(0.05)
    else for (let left = below(400); left > 0; left--) sink = (sink + left) | 0
  }
  const slow = NAMES.map((name) => [
    name,
    (...access) => {
      delay()
      return Atomics[name](...access)
    },
  ])
  return { ...Object.fromEntries(slow), wait: Atomics.wait, notify: Atomics.notify }
}
