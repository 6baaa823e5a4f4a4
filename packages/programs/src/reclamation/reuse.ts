/** Readers look twice at which life a record is in; writers put another record there, and give the one before back. */
import { defineProgram, must } from "../program.js"

const SLOT = 0

export const reuse = defineProgram({
  name: "reuse",
  claim: "A record is not used anew while a reader can reach it.",
  about: "reclamation",
  invariants: ["R1", "R2"],
  needs: { reclaims: true, fences: 4 },
  threads: [
    {
      name: "reader",
      play({ engine, record, cell, read }) {
        const slot = cell(SLOT)
        return () => {
          engine.readLock(record)
          const fence = engine.dereference(record, slot)
          const before = read(fence)
          const after = read(fence)
          engine.readUnlock(record)
          must(before === after, "A record was used anew while a reader could reach it")
        }
      },
    },
    {
      name: "writer",
      play({ engine, record, cell, fence }) {
        const slot = cell(SLOT)
        return () => {
          engine.dropRef(record, engine.replace(slot, fence()))
          engine.collectAll(record)
        }
      },
    },
  ],
  sizes: [
    { threads: 2, turns: 1, preemptions: 2 },
    { threads: 2, turns: 2, preemptions: 1 },
  ],
  prepare: ({ engine, cell, fence }) => engine.publish(cell(SLOT), fence()),
  close: ({ engine, record, cell }) => engine.dropRef(record, engine.replace(cell(SLOT), 0)),
  twins: [
    {
      id: "P8",
      sentence: "a record that is retired is given back at once",
      file: "rcu/retire.ts",
      from: "export function retire(thread: i32, record: i32): void {\n",
      to: "export function retire(thread: i32, record: i32): void {\n  if (record) return finish(thread, record)\n",
    },
  ],
})
