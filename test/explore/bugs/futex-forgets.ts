/** Three threads: of two that sleep one is woken. If it takes the mutex as one that never slept, it will wake nobody. */
import { CONTENDED, mutexModel, TAKEN, unlockAndWake } from "./futex.js"

export const broken = mutexModel("mutex that forgets", { threads: 3, afterSleep: TAKEN, unlock: unlockAndWake })
export const fixed = mutexModel("mutex of three", { threads: 3, afterSleep: CONTENDED, unlock: unlockAndWake })
