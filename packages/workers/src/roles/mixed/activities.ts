/** What a generalist can do next: short, and with everything given back at its end. */
import type { Stage } from "../../stage.js"
import type { Home, Shared } from "./home.js"

export type Activity = (home: Home, stage: Stage<Shared>) => void | Promise<void>
export type Activities = Readonly<Record<string, Activity>>
