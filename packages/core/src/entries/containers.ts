/** Handles of containers: with every build that has families, and in a worker that may be sent such a heap. */
import { FenceArray } from "../composite/fence-array.js"
import { FenceChain } from "../composite/fence-chain.js"
import { provideContainers } from "../fence/handle-on.js"

provideContainers((seat, address, isArray) =>
  isArray ? new FenceArray(seat, address) : new FenceChain(seat, address),
)
