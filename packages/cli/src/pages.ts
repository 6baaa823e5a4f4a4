/** Pages of the documentation, as whoever reads a message finds them. */
import { createRequire } from "node:module"

const { homepage } = createRequire(import.meta.url)("outlive/package.json") as { homepage: string }

/** A package that is installed has no pages. */
const isInstalled = import.meta.url.includes("/node_modules/")

/** The path of a page in the repository; its address, where there is no repository. */
export function pageOf(name: string): string {
  return isInstalled ? `${homepage.replace(/\/tree\/.*$/, "")}/blob/main/docs/${name}` : `docs/${name}`
}

/** The command as it is typed here. */
export const COMMAND = isInstalled ? "npx outlive" : "outlive"
