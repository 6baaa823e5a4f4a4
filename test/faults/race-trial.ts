/** The trial of a twin in a race: what `runRace` objects to. */
import { type Scenario, runRace } from "@outlive/workers"

export async function play(task: Partial<Scenario>): Promise<string[]> {
  const { violations, deaths, leaks } = await runRace(task)
  return [...violations.map((v) => v.message), ...deaths.map((d) => `${d.thread} died: ${d.message}`), ...leaks]
}
