/**
 * Programs in a page: each block of JavaScript, and if a block of text follows it, what it must print. A block that stands under
 * "<!-- fragment -->" is part of something, and is not run.
 */
export function snippetsIn(markdown) {
  const blocks = /(<!-- fragment[^>]*-->\s*)?^```(\w+)\n([\s\S]*?)^```$/gm
  const snippets = []
  let last
  for (const [whole, fragment, language, text] of markdown.matchAll(blocks)) {
    const index = markdown.indexOf(whole)
    if (language === "js" && fragment === undefined) snippets.push((last = { code: text, end: index + whole.length }))
    else {
      // Nothing but white space between the two: the text is what the program prints.
      if (language === "text" && last && markdown.slice(last.end, index).trim() === "") last.prints = text
      last = undefined
    }
  }
  return snippets.map(({ code, prints }) => ({ code, ...(prints === undefined ? {} : { prints }) }))
}

/** Each block of TypeScript in a page, as a program of its own: with `thread` and `timeline`, and what it takes from `@outlive/sync`. */
export function typedProgramsIn(markdown) {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => {
    const names = new Set([...code.matchAll(/\b(\w+)\.create\(/g)].map(([, name]) => name))
    return `import type { Thread, Timeline } from "@outlive/core"
import { ${[...names].join(", ")} } from "@outlive/sync"
declare const thread: Thread
declare const timeline: Timeline
${code}`
  })
}

/** Lines of a shell that a page tells to type. */
export function commandsIn(markdown) {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text]) =>
    text
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, "").trim())
      .filter((line) => line !== ""),
  )
}
