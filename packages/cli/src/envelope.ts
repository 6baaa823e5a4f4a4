/** The head of every result that is written down: what, where, how, and the command that does it again (@outlive/report has the schema). */
import { createRequire } from "node:module"
import { describeMachine } from "@outlive/bench/machine"
import type { Head } from "@outlive/report"
import { SCHEMA, VERSION } from "@outlive/report/head"
import { quoted } from "./quoted.js"

const { version } = createRequire(import.meta.url)("outlive/package.json") as { version: string }

/** Before anything is run: the load is that of a machine on which we do nothing yet. */
export function headOf(kind: string, rawArgs: readonly string[]): Omit<Head, "interrupted"> {
  const { commit, date, ...machine } = describeMachine()
  return {
    schema: SCHEMA,
    version: VERSION,
    kind,
    tool: { name: "outlive", version },
    ...(commit === undefined ? {} : { commit }),
    date,
    // Where the result goes is no part of it.
    command: ["outlive", kind, ...rawArgs.filter((argument) => argument !== "--json")].map(quoted).join(" "),
    machine,
  }
}

/** Version, commit and machine, in a line for people. */
export function whereLine({ tool, commit, machine }: Omit<Head, "interrupted">): string {
  const source = commit === undefined ? "" : ` (${commit})`
  const { cpu, cores, node, os } = machine
  return `${tool.name} ${tool.version}${source}, Node ${node}, ${os}, ${cpu}, ${cores} cores`
}
