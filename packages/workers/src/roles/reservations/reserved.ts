/** What the threads of a race over reservations share. */
import { type ModuleDefinition, Reservation, type SharedObjectToken, defineModule } from "@outlive/core"
import type { Stage } from "../../stage.js"

export const RESERVATIONS = 4

export interface Reserved {
  readonly reservations: readonly SharedObjectToken[]
  /** Of each writer's timelines, a reservation each, by the index of its thread. */
  readonly contexts: readonly { readonly thread: number; readonly of: readonly string[] }[]
  /** For each reservation: whose it is, and how often it was held. Plain words that only the holder writes. */
  readonly board: SharedArrayBuffer
}

export type ReservedStage = Stage<Reserved>

export const mock: ModuleDefinition = defineModule({ name: "mock", driverName: "mock" })

export const openAll = ({ thread, tokens }: ReservedStage) =>
  tokens.reservations.map((token) => Reservation.open(thread, token))

export const timelineName = (thread: number, reservation: number) => `writer-${thread}-${reservation}`

/** Cells of a writer's fences in a reservation: the newest that was added, the newest that is about to be complete. */
export const addedCell = (writer: number, reservation: number) => 2 * (writer * RESERVATIONS + reservation)
export const completedCell = (writer: number, reservation: number) => addedCell(writer, reservation) + 1

export function readCell({ thread, heap }: ReservedStage, cell: number): number {
  return thread.engine.readCell(heap.cell(cell))
}

export function writeCell({ thread, heap }: ReservedStage, cell: number, value: number): void {
  thread.engine.writeCell(heap.cell(cell), value)
}

/** Some of the reservations. */
export function someOf({ random }: ReservedStage): number[] {
  return Array.from({ length: RESERVATIONS }, (_, r) => r).filter(() => random.oneIn(2))
}
