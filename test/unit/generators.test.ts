/** A generator is no function to call: of a call of one nothing runs. So it is refused wherever a function is asked for. */
import { Heap, defineModule } from "@outlive/core"
import { expect, test } from "vitest"

function* generator() {
  yield 1
}
async function* asynchronous() {
  yield 1
}

test.each([generator, asynchronous])("is refused: %s", (given) => {
  const heap = Heap.create({ fences: 16, callbacks: 16 })
  const thread = heap.attach()
  const fence = thread.privateStub(1n)
  const wrong = given as never
  const refused = [
    () => fence.addCallback(wrong),
    () => thread.defer(wrong),
    () => thread.read(wrong),
    () => thread.watch({ onStuck: wrong }),
    () => Heap.create({ onWarning: wrong }),
    () => defineModule({ name: "m", driverName: "d", ops: { enableSignaling: wrong } }),
  ]
  for (const call of refused)
    expect(call).toThrow(/^Cannot use function \w+ as .*: a function, no generator, is needed$/)
  fence.drop()
  thread.detach()
  expect(heap.accounts()).toMatchObject({ balanced: true })
})
