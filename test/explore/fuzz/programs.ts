/** How many random programs: PROGRAMS=… says it, else there are as many as `npm run prove` or `npm test` has time for. */
import { PROVES } from "../../prove.js"

export const PROGRAMS_ASKED = Number(process.env.PROGRAMS ?? (PROVES ? 3_000 : 500))
