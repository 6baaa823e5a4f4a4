/** Parts of programs that a page of docs shows, and that no test of docs can run by themselves. */
import { readFileSync } from "node:fs"

const ROOT = new URL("../../", import.meta.url)

/** A part of a page, by the comment above it. @throws {Error} where there is none */
export function fragment(page: string, title: string): string {
  const text = readFileSync(new URL(page, ROOT), "utf8").split(`<!-- fragment: ${title} -->\n\`\`\`js\n`)[1]
  if (text === undefined) throw new Error(`${page} has no fragment "${title}"`)
  return text.split("```")[0]!
}
