/**
 * Blocks of docs/PERFORMANCE.md, each between two comments, which say where its figures are from:
 *
 *   <!-- figures NAME [metric,metric]: COMMAND -->   tables that are made of docs/results/NAME.json
 *   <!-- figures part of NAME …: COMMAND -->         the same of a run that was cut off
 *   <!-- says NAME -->                               prose: whatever is so many "times" something is a ratio of that result
 *   <!-- once: COMMAND -->                           measured, and no result was kept; or not by a command of ours
 *   <!-- end -->
 */
const BLOCK = /^<!-- (?:(figures)( part of)? ([\w-]+)((?: [\w,]+)?): (.+)|(says) ([\w-]+)|(once): (.+)) -->$/
const END = "<!-- end -->"

/** A figure is a number with a unit, or so many times something. */
const FIGURE = /\d(?:[\d.,]*\d)?\s?(?:ns|µs|ms|s|[kM]?B|[kMG]?\/s|%|times)(?![\w/])/g

export const figuresIn = (text) => [...text.matchAll(FIGURE)].map(([figure]) => figure)

/** `{ blocks, problems }`; a block is `{ kind, name, metrics, command, text, from, to }`, lines counted from 0. */
export function blocksIn(page) {
  const lines = page.split("\n")
  const blocks = []
  const problems = []
  let open
  for (const [at, line] of lines.entries()) {
    const found = BLOCK.exec(line)
    if (found && open) problems.push(`line ${at + 1}: a block begins before that of line ${open.from + 1} has ended`)
    if (found) open = { ...partsOf(found), from: at }
    else if (line === END && open) {
      blocks.push({ ...open, to: at, text: lines.slice(open.from + 1, at).join("\n") })
      open = undefined
    } else if (line === END) problems.push(`line ${at + 1}: nothing ends here`)
    else if (line.startsWith("<!--")) problems.push(`line ${at + 1}: ${line} is no block: ${BLOCK}`)
    else if (!open)
      for (const figure of figuresIn(line))
        problems.push(`line ${at + 1}: "${figure}" is in no block: nobody knows where it is from`)
  }
  if (open) problems.push(`line ${open.from + 1}: this block has no end`)
  return { blocks, problems }
}

function partsOf([, figures, part, name, metrics, command, says, of, once, how]) {
  const isPart = part !== undefined
  if (figures) return { kind: "figures", name, isPart, metrics: metrics.trim().split(",").filter(Boolean), command }
  return says ? { kind: "says", name: of } : { kind: "once", command: once && how }
}

/** The page with another text in a block. */
export function withText(page, { from, to }, text) {
  const lines = page.split("\n")
  return [...lines.slice(0, from + 1), ...text.split("\n"), ...lines.slice(to)].join("\n")
}
