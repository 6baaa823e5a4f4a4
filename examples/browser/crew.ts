/** A worker of the race. Its heap, its role and the lanes come with the first message; it says what went wrong, and when it has left. */
import { Heap, type SharedHeap } from "@outlive/core/all-worker"
import { type LaneName, Lanes } from "./lanes.js"
import { ROLES, crashesIn, gpu, isBusy } from "./roles.js"

export interface Order {
  readonly heap: SharedHeap
  readonly role: Exclude<LaneName, "page">
  readonly words: Int32Array<SharedArrayBuffer>
  readonly beganAt: number
}

export type Report =
  | { readonly kind: "oops"; readonly code: string; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "left" }

/** So many crashes are told in words; all are counted. */
const TOLD = 20

const post = (report: Report): void => postMessage(report)

async function play({ heap: shared, role, words, beganAt }: Order): Promise<void> {
  const lanes = new Lanes(words, beganAt)
  const thread = Heap.open(shared).attach({ name: role, modules: [gpu] })
  const { step, leave } = ROLES[role](thread, lanes)
  let oopses = 0

  function survive(body: () => void): void {
    try {
      body()
    } catch (error) {
      if (isBusy(error)) return
      for (const { code, message } of crashesIn(error)) {
        lanes.record(role, "oops")
        if (oopses++ < TOLD) post({ kind: "oops", code, message })
      }
    }
  }

  while (lanes.get("stop") === 0) {
    survive(step)
    lanes.pause()
  }
  survive(leave)
  await thread.detachAsync()
  post({ kind: "left" })
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  play(data).catch((error: unknown) => post({ kind: "failed", message: String(error) }))
})
