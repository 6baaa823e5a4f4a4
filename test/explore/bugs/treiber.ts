/**
 * A stack as a linked list. Popping exchanges the head for its successor; if the head was popped and pushed again in
 * between, the successor may have gone, and the exchange succeeds all the same. A tag that counts the exchanges tells.
 */
import type { Model } from "@outlive/explore"

const [HEAD, NEXT] = [0, 1] as const
const NODES = 2

/** How the head names a node: alone, or with a tag. */
interface Head {
  nodeOf(head: number): number
  successor(head: number, node: number): number
}

function model(name: string, { nodeOf, successor }: Head): Model<Int32Array> {
  function pop(cells: Int32Array): number {
    for (;;) {
      const head = Atomics.load(cells, HEAD)
      const node = nodeOf(head)
      if (node === 0) return 0
      const next = Atomics.load(cells, NEXT + node)
      if (Atomics.compareExchange(cells, HEAD, head, successor(head, next)) === head) return node
    }
  }
  function push(cells: Int32Array, node: number): void {
    for (;;) {
      const head = Atomics.load(cells, HEAD)
      Atomics.store(cells, NEXT + node, nodeOf(head))
      if (Atomics.compareExchange(cells, HEAD, head, successor(head, node)) === head) return
    }
  }
  return {
    name,
    memory: (NEXT + NODES + 1) * 4,
    cells: { head: 0, next: { at: NEXT * 4, count: NODES + 1 } },
    setup: (memory) => {
      const cells = new Int32Array(memory)
      cells[HEAD] = 1
      cells[NEXT + 1] = 2
      return cells
    },
    threads: [
      (cells) => [pop(cells)],
      (cells) => {
        const first = pop(cells)
        const second = pop(cells)
        if (first !== 0) push(cells, first)
        return [second]
      },
    ],
    check: (cells, results) => {
      const held = (results as number[][]).flat()
      for (let node = nodeOf(cells[HEAD]!); node !== 0; node = cells[NEXT + node]!) held.push(node)
      for (let node = 1; node <= NODES; node++) {
        const owners = held.filter((other) => other === node).length
        if (owners !== 1) throw new Error(`node ${node} has ${owners} owners`)
      }
    },
  }
}

export const broken = model("Treiber's stack", { nodeOf: (head) => head, successor: (_, node) => node })

export const fixed = model("Treiber's stack, tagged", {
  nodeOf: (head) => head & 0xff,
  successor: (head, node) => (((head >> 8) + 1) << 8) | node,
})
