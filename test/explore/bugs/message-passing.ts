/** A plain message, published by a flag. Who does not look at the flag has no right to the message. */
import type { Model } from "@outlive/explore"

const FLAG = 0
const PAYLOAD_AT = 4

interface State {
  readonly cells: Int32Array
  readonly payload: Int32Array
}

function model(name: string, receive: (state: State) => unknown): Model<State> {
  return {
    name,
    memory: 8,
    cells: { flag: 0, payload: PAYLOAD_AT },
    setup: (memory, tools) => ({
      cells: new Int32Array(memory),
      payload: tools.view(Int32Array, PAYLOAD_AT, 1),
    }),
    threadNames: ["sender", "receiver"],
    threads: [
      ({ cells, payload }) => {
        payload[0] = 42
        Atomics.store(cells, FLAG, 1)
      },
      receive,
    ],
    check: (_, results) => {
      if (results[1] !== undefined && results[1] !== 42) throw new Error(`received ${String(results[1])}`)
    },
  }
}

export const broken = model("message without a look at the flag", ({ cells, payload }) => {
  Atomics.load(cells, FLAG)
  return payload[0]
})

export const fixed = model("message passing", ({ cells, payload }) =>
  Atomics.load(cells, FLAG) === 1 ? payload[0] : undefined,
)
