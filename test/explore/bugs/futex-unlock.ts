import { CONTENDED, mutexModel, unlockAndWake, unlockOnly } from "./futex.js"

export const broken = mutexModel("mutex that wakes nobody", { threads: 2, afterSleep: CONTENDED, unlock: unlockOnly })
export const fixed = mutexModel("mutex", { threads: 2, afterSleep: CONTENDED, unlock: unlockAndWake })
