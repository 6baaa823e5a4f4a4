/** Audio code that imports the package. The class is known to the page if this module has run to its end. */
import { Heap } from "@outlive/core/worker"

registerProcessor(
  "with a heap",
  class extends AudioWorkletProcessor {
    process = () => Heap === undefined
  },
)
