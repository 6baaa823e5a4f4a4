import type { LockLook, LockSurvey } from "@outlive/models"
import type { Lock } from "./strategies.mjs"

export declare const PAGE: URL
export declare function lookedAt(lock: Lock, look: LockLook): string
export declare function explored(lock: Lock, survey: LockSurvey): string
