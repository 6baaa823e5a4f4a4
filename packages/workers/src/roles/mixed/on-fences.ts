/** What is done with fences of one's own, those of others, and containers of them. */
import { type Fence, FenceArray, FenceChain, SyncFile, merge, unwrap, waitAllSync, waitAnySync } from "@outlive/core"
import type { Activities } from "./activities.js"
import { cellOf } from "./home.js"

const SOON_MS = 2
const LONG_MS = 100

export const onFences: Activities = {
  signal({ timelines }, stage) {
    using fence = timelines[0].fence()
    using other = fence.addRef()
    fence.isSignaled()
    fence.setDeadline(1n)
    fence.locked(() => fence.signalLocked())
    stage.expect(other.waitSync({ timeoutMs: LONG_MS }) === "signaled", "A wait for a signaled fence timed out")
  },
  exchange({ timelines }, stage) {
    using before = stage.thread.replaceAt(stage.random.below(stage.settings.slots), timelines[0].fence())
    before?.signal()
    using found = stage.anyFence()
    found?.waitSync({ timeoutMs: SOON_MS })
  },
  callBack({ timelines, pending }, stage) {
    const hung = [pending.addCallback(() => {}), pending.addCounter(cellOf(stage))]
    for (const one of hung) if (one !== "already-signaled") one.remove()
    using fence = timelines[1].fence()
    let calls = 0
    const callback = fence.addCallback(() => calls++)
    fence.signal()
    stage.thread.deliver()
    stage.expect(callback !== "already-signaled" && calls === 1, `A callback was called ${calls} times`)
  },
  async wait({ timelines, pending }, stage) {
    using fence = timelines[0].fence()
    const controller = new AbortController()
    const aborted = pending.wait({ signal: controller.signal }).then(
      () => "signaled",
      () => "aborted",
    )
    const late = pending.wait({ timeoutMs: SOON_MS })
    const waited = fence.wait({ timeoutMs: 10 * LONG_MS })
    waitAnySync([pending, fence], { timeoutMs: 0 })
    fence.signal()
    waitAllSync([fence])
    controller.abort()
    stage.expect(
      (await Promise.all([waited, late, aborted])).join() === "signaled,timed-out,aborted",
      "Three waits did not end as they should",
    )
  },
  compose({ timelines, pending }, { thread }) {
    const [first, second] = timelines.map((timeline) => timeline.fence()) as [Fence, Fence]
    const array = FenceArray.create(thread, [first, second])
    const link = FenceChain.create(thread, { fence: array, seqno: 1n })
    const chain = FenceChain.create(thread, { previous: link, fence: first, seqno: 2n })
    const callback = chain.addCallback(() => {})
    const merged = merge(thread, [chain, pending])
    first.signal()
    chain.findSeqno(2n)?.drop()
    second.signal()
    if (callback !== "already-signaled") callback.remove()
    for (const part of unwrap(chain)) part.drop()
    chain.waitSync({ timeoutMs: LONG_MS })
    for (const handle of [merged, chain, link, array, first, second]) handle.drop()
  },
  fileAway({ timelines, reservations }, { thread, random }) {
    const [first, second] = timelines.map((timeline) => timeline.fence()) as [Fence, Fence]
    const [one, two] = [SyncFile.create(thread, first, "one"), SyncFile.create(thread, second)]
    const both = one.merge(two)
    const exported = SyncFile.exportFrom(random.oneIn(2) ? reservations[0]! : reservations[1]!, "read-write")
    first.signal()
    second.signal()
    both.waitSync({ timeoutMs: LONG_MS })
    for (const handle of [one, two, both, exported, first, second]) handle.drop()
  },
  send({ timelines }, { thread }) {
    using opened = thread.open(timelines[0].fence().transfer())
    opened.signal()
    const token = opened.addRef().transfer()
    thread.cancelTransfer(token)
  },
  kill({ module }, stage) {
    const timeline = module.timeline(`killed by ${stage.index}`)
    using fence = timeline.fence()
    timeline.kill(-5)
    stage.expect(fence.hasSignaled(), "A timeline was killed, and a fence of it is pending")
    timeline.close()
  },
}
