/** Real threads for a case: each runs a program of `programs/`, posts one report and ends. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"

/** Starts a thread for each role with this data; their reports, in the order of the roles. */
export async function runThreads<Report>(
  program: string,
  roles: readonly unknown[],
  data: Readonly<Record<string, unknown>>,
): Promise<Report[]> {
  const url = new URL(`programs/${program}.mjs`, import.meta.url)
  return Promise.all(
    roles.map(async (role) => {
      const worker = new Worker(url, { workerData: { ...data, role } })
      const exited = once(worker, "exit")
      const [report] = (await once(worker, "message")) as [Report]
      await exited
      return report
    }),
  )
}
