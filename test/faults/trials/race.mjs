// The trial of a twin in a race: what `runRace` objects to.
import { runRace } from "@outlive/workers"

export async function play(settings) {
  const { violations, deaths, leaks, passed } = await runRace(settings)
  if (passed) return []
  return [...violations.map((v) => v.message), ...leaks, ...deaths.map((d) => `${d.thread} died: ${d.message}`)]
}
