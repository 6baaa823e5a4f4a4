/** After a race over fences: gives back what it has left in the slots, and unloads the modules. */
import { DANGLING } from "../../choices.js"
import { oopsesIn } from "../../oopses.js"
import type { Referee } from "../../scenario.js"

export function clearSlots({ thread, modules, settings }: Referee): void {
  /** In an issuer-bound heap the last drop of a fence may be what oopses. */
  const forgiving = (body: () => void) => {
    try {
      body()
    } catch (error) {
      if (oopsesIn(error) === undefined || !DANGLING.includes(settings.lifetime)) throw error
    }
  }
  for (let slot = 0; slot < settings.slots; slot++) {
    const fence = thread.replaceAt(slot, undefined)
    if (!fence) continue
    if (!fence.isContainer) forgiving(() => fence.signal())
    forgiving(() => fence.drop())
  }
  thread.barrier()
  for (const definition of modules) thread.load(definition).tryUnload()
}
