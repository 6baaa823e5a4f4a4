/**
 * What a scheme keeps from being given back, measured on a build of the lab: a reader stalls at a cell while another seat writes it
 * 8,000 times; it goes on; it dies and is settled; it does nothing at all. By calls in one thread, so the figures are the same
 * each time.
 */
import { type LabBuild, type LabEngine, createLab } from "@outlive/core/engine-js"

/** Nodes that were retired and not given back: the most during the updates, or what is left afterwards. */
export interface SchemeSurvey {
  /** The most with nobody reading: what a batch keeps. */
  readonly quiet: number
  /** With a reader that stalls in the middle of an operation; and when it has gone on. */
  readonly stalled: number
  readonly goneOn: number
  /** Whether what the stalled reader looks at was still there at the end. */
  readonly keepsItsNode: boolean
  /** The same with a reader that died there, before and after its seat was settled. */
  readonly dead: number
  readonly settled: number
  /** With a thread that has read and does nothing any more; and when it has said so. */
  readonly idle: number
  readonly offline: number
}

export const UPDATES = 8_000
const BATCH = 32

/** Runs it. @throws Error when an update finds no node */
export function surveyScheme(build: LabBuild): SchemeSurvey {
  const quiet = withLab(build, ({ update }) => update())
  const stalled = withLab(build, ({ engine, reader, cell, update, kept, collect }) => {
    const ref = engine.holdCell(reader, cell)
    const during = update()
    const keepsItsNode = engine.lookAgain(ref) === FIRST
    engine.letGo(reader)
    engine.offline(reader)
    collect()
    return { stalled: during, keepsItsNode, goneOn: kept() }
  })
  const dead = withLab(build, ({ engine, reader, writer, cell, update, kept, collect }) => {
    engine.holdCell(reader, cell)
    const before = update()
    engine.settleDead(writer, reader)
    collect()
    return { dead: before, settled: kept() }
  })
  const idle = withLab(build, ({ engine, reader, cell, update, kept, collect }) => {
    engine.readCell(reader, cell)
    const before = update()
    engine.offline(reader)
    collect()
    return { idle: before, offline: kept() }
  })
  return { quiet, ...stalled, ...dead, ...idle }
}

const FIRST = 1

interface Bench {
  readonly engine: LabEngine
  readonly writer: number
  readonly reader: number
  readonly cell: number
  /** All updates; returns how many nodes were kept at the most. */
  update(): number
  kept(): number
  /** Gives back whatever can be given back. */
  collect(): void
}

function withLab<R>(build: LabBuild, run: (bench: Bench) => R): R {
  const host = {
    oops(code: number) {
      throw new Error(`Cannot survey: oops ${code}`)
    },
    turn() {},
  }
  const { engine } = createLab(build, { threads: 2, roots: 1, nodes: UPDATES + 20 * BATCH, batch: BATCH }, host)
  const [writer, reader, cell] = [engine.seatAt(0), engine.seatAt(1), engine.rootAt(0)]
  engine.writeCell(writer, cell, FIRST)
  return run({
    engine,
    writer,
    reader,
    cell,
    update() {
      let most = 0
      for (let i = 0; i < UPDATES; i++) {
        if (engine.writeCell(writer, cell, FIRST + 1 + i) !== 1) throw new Error(`Cannot survey: no node after ${i}`)
        most = Math.max(most, engine.countKept())
      }
      return most
    },
    kept: () => engine.countKept(),
    collect() {
      for (let i = 0; i < 4; i++) {
        engine.collect(writer)
        engine.offline(writer)
      }
    },
  })
}
