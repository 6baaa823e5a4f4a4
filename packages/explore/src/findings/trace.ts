/** What an execution did, step by step, for people. */
import type { Exploration } from "../execution/exploration.js"
import type { RacingPlace } from "../execution/found.js"
import type { Step } from "../model.js"
import {
  ALLOCATE,
  END,
  EXPIRE,
  FREE,
  INTEGER_VIEWS,
  NOTIFY,
  OPERATION_NAMES,
  RESUME,
  START,
  WAIT_ASYNC,
  WAKE,
} from "../platform/operation.js"
import type { Value } from "../platform/operation.js"
import type { PlainAccess } from "../execution/point.js"

/** The steps of the machine's execution; `rowOf` finds the row of a place. */
export interface Trace {
  readonly steps: readonly Step[]
  readonly rowOf: (place: RacingPlace) => number
}

type Row = Omit<Step, "switched">

export function traceOf(exploration: Exploration): Trace {
  const { machine, body } = exploration
  const rows: Row[] = []
  const places: RacingPlace[] = []
  const push = (depth: number, access: number, row: Row) => {
    rows.push(row)
    places.push({ depth, access, thread: row.thread })
  }
  for (let thread = 0; thread < machine.size; thread++)
    for (const [at, access] of (body.initialAccesses[thread] ?? []).entries())
      push(-1, at, rowOfAccess(exploration, thread, access, ""))
  for (let depth = 0; depth < machine.told; depth++) {
    const row = rowOfEvent(exploration, depth)
    const { thread } = row
    push(depth, -1, row)
    const transition = machine.transition[depth]
    for (const [at, access] of (transition?.accesses ?? []).entries())
      push(depth, at, rowOfAccess(exploration, thread, access, row.at))
    const next = transition?.next
    if (next?.operation !== END) continue
    const operation = next.threw ? "throw" : "return"
    push(depth, -2, { thread, operation, offset: -1, bytes: 0, cell: "", result: next.value, at: "" })
  }
  const steps = rows.map((row, at) => ({ ...row, switched: at > 0 && rows[at - 1]!.thread !== row.thread }))
  const rowOf = (place: RacingPlace) =>
    places.findIndex(
      ({ depth, access, thread }) => depth === place.depth && access === place.access && thread === place.thread,
    )
  return { steps, rowOf }
}

function rowOfEvent({ machine }: Exploration, depth: number): Row {
  const point = machine.point[depth]!
  const { operation, type, start, end } = point
  const row = {
    thread: machine.loops.ownerOf(machine.thread[depth]!),
    operation: OPERATION_NAMES[operation]!,
    offset: start,
    bytes: end - start,
    cell: machine.nameOf(start),
    at: operation === WAKE ? (point.parent?.at ?? "") : point.at,
  }
  if (operation === ALLOCATE || operation === FREE) return row
  const result = machine.result[depth]
  if (operation === WAKE || operation === NOTIFY) return { ...row, result }
  if (operation === RESUME) {
    const arrival = machine.woken[depth]!
    return { ...row, offset: -1, cell: "", at: "", result: machine.point[arrival]!.operation === WAKE ? "" : result }
  }
  if (operation === START) return { ...row, offset: -1, cell: "", at: "" }
  if (operation > WAIT_ASYNC)
    return { ...row, offset: -1, cell: "", result: point.operation === EXPIRE ? result : point.a }
  const before = valueAt(machine.memory, type, start, machine.logBefore[depth]!)
  const after = valueAt(machine.memory, type, start, machine.logAfter[depth]!)
  return { ...row, result, before, after }
}

/** A cell's value when the log was so long. */
function valueAt(memory: Exploration["machine"]["memory"], type: number, start: number, logged: number): Value {
  const word = (start >> 3) << 1
  const pair = Int32Array.of(memory.wordAt(word, logged), memory.wordAt(word + 1, logged))
  const view = new INTEGER_VIEWS[type]!(pair.buffer)
  return view[(start - word * 4) / view.BYTES_PER_ELEMENT]!
}

function rowOfAccess({ machine }: Exploration, thread: number, access: PlainAccess, after: string): Row {
  const { offset, bytes, write, before, after: value } = access
  return {
    thread,
    operation: write ? "write" : "read",
    offset,
    bytes,
    cell: machine.nameOf(offset),
    at: access.at === "" && after !== "" ? `after ${after}` : access.at,
    ...(before === undefined ? {} : { before }),
    ...(value === undefined ? {} : { after: value }),
  }
}
