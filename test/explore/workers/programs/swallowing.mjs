/** A body that lets nothing through. */
import { explore } from "@outlive/explore"

const swallowing = (cells) => {
  for (;;) {
    try {
      if (Atomics.add(cells, 0, 1) > 2) return
    } catch {
      // and again
    }
  }
}
explore({ memory: 8, setup: (memory) => new Int32Array(memory), threads: [swallowing, swallowing] })
