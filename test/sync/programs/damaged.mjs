// Damages words of a channel or a cell, and gives it back: in a thread of its own, which is ended when it does not come to an end.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { Cell, FenceChannel } from "@outlive/sync"

const { ChannelEnd, Slots, Versions } = layout
const { damage, ...build } = workerData
const heap = Heap.create({ ...build, fences: 32, lists: 24, objects: 16, threads: 2, onWarning() {} })
const word = (address) => heap.words[address >> 2]
const set = (address, value) => void (heap.words[address >> 2] = value)
const mock = defineModule({ name: "mock", driverName: "mock" })
const thread = heap.attach({ name: "main", modules: [mock] })
const fence = thread.load(mock).timeline("work").fence()
const channel = FenceChannel.create(thread)
channel.trySend(fence)
const cell = Cell.create(thread, "a value that takes more than a block of a version's list")
const first = word(cell.address + Versions.current)

const DAMAGES = {
  "the receivers' position is none": () =>
    set(word(channel.address + ChannelEnd.other) + ChannelEnd.position, 0x7ffffff0),
  "the version's blocks are a circle": () => set(word(first + Slots.next) + Slots.next, first),
  nothing: () => {},
}

DAMAGES[damage]()
const refused = []
for (const call of [
  () => cell.set("another"),
  () => channel.drop(),
  () => cell.drop(),
  () => thread.barrier({ timeoutMs: 5 }),
]) {
  try {
    call()
  } catch (error) {
    refused.push(error.code ?? String(error))
  }
}
parentPort.postMessage({ refused, told: heap.check().length })
