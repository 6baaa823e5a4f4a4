/** `issue`: create, signal, drop. `run`: callbacks are added before the signal, and run. `remove`: they are added, and removed before it. */
export const TASKS = ["issue", "run", "remove"] as const
export type Task = (typeof TASKS)[number]

/** The placement of a lock that is not there. */
export const WITHOUT_LOCK = "lock-free"
