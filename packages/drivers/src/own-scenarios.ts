/**
 * The race over a fence type of somebody's own: entered by the URL of this file, with that of the other behind it. So each thread makes it
 * anew, for functions cannot be sent to one.
 */
import { titleOf } from "./fence-type.js"
import { OF, fenceTypeAt } from "./own.js"
import { scenarioOf } from "./scenario-of.js"

const type = await fenceTypeAt(new URL(import.meta.url).searchParams.get(OF)!)
export const scenarios = [scenarioOf(titleOf(type), [type])]
