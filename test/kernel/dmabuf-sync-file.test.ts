/** IGT "dmabuf_sync_file": what users of a buffer see of its reservation through sync files. */
import { Reservation, SoftTimeline, SyncFile, Usage, usageOf } from "@outlive/core"
import { expect } from "vitest"
import { world } from "../unit/world.js"
import { type Configuration, suite } from "./suite.js"

/** A buffer, and fences on timelines of their own; everything is dropped in the end. */
function buffers(configuration: Configuration) {
  const w = world(configuration)
  const kept: { drop(): void }[] = []
  const keep = <T extends { drop(): void }>(handle: T): T => {
    kept.push(handle)
    return handle
  }
  const buffer = keep(Reservation.create(w.thread))
  return {
    ...w,
    buffer,
    /** A point in a sync file, and how to complete it. */
    work() {
      const timeline = keep(SoftTimeline.create(w.thread))
      using point = timeline.point(1)
      return { file: keep(SyncFile.create(w.thread, point)), complete: () => timeline.increment() }
    },
    exported: (access: "read" | "write") => keep(SyncFile.exportFrom(buffer, access)),
    /** Whether reading, and writing, must wait now. */
    busy: () => [!buffer.testSignaled(usageOf("read")), !buffer.testSignaled(usageOf("write"))],
    end() {
      for (const handle of kept.toReversed()) handle.drop()
      w.close()
      expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
    },
  }
}

suite(
  { name: "IGT dmabuf_sync_file", upstream: 4, fenceLocks: ["external"] },
  {
    "export-basic"(configuration) {
      const { work, buffer, busy, exported, end } = buffers(configuration)
      expect([busy(), exported("read").poll(), exported("write").poll()]).toEqual([[false, false], true, true])
      const { file, complete } = work()
      file.importInto(buffer, "write")
      const [read, write] = [exported("read"), exported("write")]
      expect([busy(), read.poll(), write.poll()]).toEqual([[true, true], false, false])
      complete()
      expect([busy(), read.poll(), write.poll()]).toEqual([[false, false], true, true])
      end()
    },
    "export-before-signal"(configuration) {
      const { work, buffer, exported, end } = buffers(configuration)
      const reader = work()
      reader.file.importInto(buffer, "read")
      const [read, write] = [exported("read"), exported("write")]
      expect([read.poll(), write.poll()], "a reader is in nobody's way but a writer's").toEqual([true, false])
      const writer = work()
      writer.file.importInto(buffer, "write")
      const [readNow, writeNow] = [exported("read"), exported("write")]
      expect([readNow.poll(), writeNow.poll()]).toEqual([false, false])
      reader.complete()
      writer.complete()
      expect([write, readNow, writeNow].map((file) => file.poll())).toEqual([true, true, true])
      end()
    },
    "export-wait-after-attach"(configuration) {
      const { work, buffer, exported, end } = buffers(configuration)
      const before = exported("write")
      const [first, second] = [work(), work()]
      first.file.importInto(buffer, "write")
      const between = exported("write")
      second.file.importInto(buffer, "write")
      const after = exported("write")
      expect([before, between, after].map((file) => file.poll())).toEqual([true, false, false])
      first.complete()
      expect(
        [before, between, after].map((file) => file.poll()),
        "a snapshot",
      ).toEqual([true, true, false])
      second.complete()
      expect(after.poll()).toBe(true)
      end()
    },
    "import-basic"(configuration) {
      for (const access of ["read", "write"] as const) {
        const { work, buffer, busy, end } = buffers(configuration)
        const { file, complete } = work()
        file.importInto(buffer, access)
        expect(busy(), access).toEqual(access === "read" ? [false, true] : [true, true])
        expect(buffer.testSignaled(Usage.Kernel)).toBe(true)
        complete()
        expect(busy()).toEqual([false, false])
        end()
      }
    },
  },
)
