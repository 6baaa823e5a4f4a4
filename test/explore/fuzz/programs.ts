/** How many random programs: PROGRAMS=… says it, else there are as many as `npm run prove` or `npm test` has time for. */
import { PROVES } from "../../prove.js"

export const PROGRAMS_ASKED = Number(process.env.PROGRAMS ?? (PROVES ? 3_000 : 500))

/** Milliseconds that so many take only if one of them hangs: a tenth of it does on a machine that has nothing else to do. */
export const longest = (programs: number): number => 60_000 + programs * 200
