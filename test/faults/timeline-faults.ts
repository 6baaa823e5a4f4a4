/** What can be wrong with timelines and what is pending on them: found by models. */
import type { ModelledFault } from "./faults.js"

export const TIMELINE_FAULTS: readonly ModelledFault[] = [
  {
    id: "P1",
    model: "point-drop-find",
    sentence: "a point on its way out is revived",
    file: "composite/soft-timeline.ts",
    from: "tryAddRefTo(before + Fence.refs)) return before",
    to: "peek(before + Fence.refs) >= 0) {\n    poke(before + Fence.refs, peek(before + Fence.refs) + 1)\n    return before\n  }",
  },
  {
    id: "P2",
    model: "point-drop-count",
    sentence: "a point that nobody holds stays on its timeline's list",
    file: "release.ts",
    from: "  if (flags & Flag.Soft) return leaveTimeline(thread, fence)\n",
    to: "",
  },
  {
    id: "M2a",
    model: "close-drop",
    sentence: "a fence that is being released is counted",
    file: "fence/timelines.ts",
    from: "    if (!tryAddRefOn(thread, fence, timeline)) continue\n",
    to: "    const held = tryAddRefOn(thread, fence, timeline)\n    if (!held && !isOn(fence, timeline)) continue\n",
    also: [
      {
        file: "fence/timelines.ts",
        from: "    dropRef(thread, fence)\n",
        to: "    if (held) dropRef(thread, fence)\n",
      },
    ],
  },
  {
    id: "M2b",
    model: "close-open",
    sentence: "a timeline goes with the first who closes it",
    file: "fence/timelines.ts",
    from: "peek(timeline + Timeline.users) == 0 && ",
    to: "",
  },
]
