import { RingBuffer } from "ringbuf.js"

export const model = {
  setup: () => new RingBuffer(RingBuffer.getStorageForCapacity(2, Uint8Array), Uint8Array),
  threads: [(ring) => [1, 2, 3].map((value) => ring.push(Uint8Array.of(value))), (ring) => [take(ring), take(ring)]],
  check(ring, [sent, taken]) {
    const values = [...taken, take(ring), take(ring), take(ring)].filter((value) => value !== undefined)
    const expected = [1, 2, 3].filter((_, at) => sent[at] === 1)
    if (values.join() !== expected.join()) throw new Error(`Sent ${expected}, and ${values} came`)
  },
}

function take(ring) {
  const one = new Uint8Array(1)
  return ring.pop(one) === 1 ? one[0] : undefined
}
