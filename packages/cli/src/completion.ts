/** Completion in shells: `outlive complete bash` prints what a shell needs to ask us, and then it asks. */
import tab from "@bomb.sh/tab/citty"
import { type CommandDef, runCommand } from "citty"
import { UsageError } from "./exit-codes.js"

/** Where each shell wants it. */
const SHELLS: Readonly<Record<string, string>> = {
  bash: "source <(outlive complete bash)",
  zsh: "source <(outlive complete zsh)",
  fish: "outlive complete fish | source",
  powershell: "outlive complete powershell | Out-String | Invoke-Expression",
}

/** `args`: a shell, or what it asks. @throws UsageError for another shell */
export async function completion(outlive: CommandDef, args: readonly string[]): Promise<void> {
  const [shell] = args
  if (shell !== "--" && (shell === undefined || !Object.hasOwn(SHELLS, shell)))
    throw new UsageError(
      `Of which shell? There are ${Object.entries(SHELLS)
        .map(([name, line]) => `${name} (${line})`)
        .join(", ")}`,
    )
  const { program, scenario, name } = await words()
  await tab(outlive, {
    subCommands: {
      race: { options: { program, scenario }, args: { what: program } },
      explore: { options: { program }, args: { name } },
      death: { args: { program } },
    },
  })
  await runCommand(outlive, { rawArgs: ["complete", ...args] })
}

/** Words that options take, by whoever knows them. */
async function words() {
  const [{ PROGRAMS }, { MODELS }, { SCENARIOS }] = await Promise.all([
    import("@outlive/programs"),
    import("@outlive/models"),
    import("@outlive/workers"),
  ])
  type Named = readonly { readonly name: string; readonly claim?: string }[]
  const offer = (all: Named) => (complete: (value: string, description: string) => void) => {
    for (const { name, claim = "" } of all) complete(name, claim)
  }
  return { program: offer(PROGRAMS), scenario: offer(SCENARIOS), name: offer([...MODELS, ...PROGRAMS]) }
}
