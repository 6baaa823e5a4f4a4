/** A race: whether its claims held, what happened how often, and how an oops came about. */
import { digits } from "../charts/quantity.js"
import { type Markup, markup } from "../markup.js"
import type { Race } from "../schema/raced.js"
import { table } from "./table.js"

const n = (value: number) => value.toLocaleString("en")

export function raceSection(race: Race, id: string): Markup {
  const { settings, counts, story, violations, deaths, leaks, lost, unseen, ended } = race
  const threads = Object.values(settings.roles).reduce((a, b) => a + b, 0)
  const rate = race.operations / (race.elapsedMs / 1_000)
  const facts = `${threads} threads for ${digits(race.elapsedMs / 1_000)} s, ${n(race.operations)} operations (${n(Math.round(rate))} a second), engine ${settings.engine}, ${settings.flavour}${settings.perturbation ? ", perturbed" : ""}, seed ${settings.seed}.`
  const told = [
    ...violations.map(
      ({ thread, claim, message }) =>
        markup`<li class="bad">Violation in ${thread}: ${message} <span class="soft">Claim: ${claim}</span></li>`,
    ),
    ...deaths.map(({ thread, message }) => markup`<li class="bad">${thread} died: ${message}</li>`),
    ...leaks.map(
      (leak) =>
        markup`<li class="${race.passed ? "open" : "bad"}">${race.passed ? "Lost in an oops" : "Leak"}: ${leak}</li>`,
    ),
    ...lost.map((what) => markup`<li>Lost with a thread that died: ${what}</li>`),
    ...(ended === undefined ? [] : [markup`<li>It ended before its time: ${ended}.</li>`]),
    ...(unseen.length > 0
      ? [
          markup`<li class="open">Not seen${ended === undefined ? ", the race was too short for it" : " before that"}: ${unseen.join(", ")}</li>`,
        ]
      : []),
    ...(race.interrupted ? [markup`<li class="open">It was interrupted: what there is is a part.</li>`] : []),
  ]
  const rows = [
    ...Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ...Object.entries(race.oopsesByCode).map(([code, times]) => [`oops ${code}`, times] as const),
  ].map(([what, times]) => [what, n(times)])
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">Race: ${settings.scenario}, ${settings.lifetime}</h2>
<p>${verdictOf(race)} ${facts}</p>
${told.length > 0 ? markup`<ul>${told}</ul>` : markup``}
${story ? markup`<h3>One oops, as it came about</h3><ol class="story">${story.story.map(storyLine)}</ol>` : markup``}
<details><summary>What happened how often</summary>${table("Counts, over all threads of a role", ["what", "times"], rows)}</details>
<p>To run it again: <code>${race.repeat}</code></p></section>\n`
}

/** Passed, and crashed all the same, where crashing is what was to be seen. */
export function verdictOf({ passed, oopses, violations, deaths, leaks }: Race): Markup {
  if (!passed) {
    const failures = violations.length + deaths.length + leaks.length
    if (failures === 0)
      return markup`<span class="verdict bad">failed</span> ${n(oopses)} oopses, where no fence may lead to one.`
    return markup`<span class="verdict bad">failed</span> ${failures} ${failures === 1 ? "thing" : "things"} did not hold.`
  }
  if (oopses > 0)
    return markup`<span class="verdict open">crashed</span> ${n(oopses)} oopses, each a crash of a kernel; no other claim was violated.`
  return markup`<span class="verdict good">held</span> No violation, and the accounts balance.`
}

/** Who, and what; the last line is the oops. */
function storyLine(line: string, at: number, all: readonly string[]): Markup {
  const [, who = "", what = line] = /^(\S+)\s+(.*)$/.exec(line) ?? []
  return markup`<li${at === all.length - 1 ? markup` class="bad"` : markup``}><b>${who}</b> ${what}</li>`
}
