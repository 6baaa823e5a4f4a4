import type * as Explorer from "@outlive/explore"

export interface Explored {
  readonly name: string
  readonly verdict: string
  readonly executions: number
  readonly blocked: number
  readonly schedule: string | undefined
  readonly again: string | undefined
  readonly told: { readonly text: string; readonly html: boolean }
}

export function exploreAll(
  explorer: Pick<typeof Explorer, "explore" | "replay" | "report" | "reportHtml" | "relax">,
): Explored[]
