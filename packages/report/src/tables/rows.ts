/** A table of Markdown. */
export function rowsOf([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`
  return [line(head!), `|${head!.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n")
}

export const escaped = (text: string) => text.replace(/[\\|<>*_`[\]]/g, (c) => `\\${c}`)
