/** Which orders a survey looks at: it is to take seconds, and is no proof. A lock can be wrong that takes one preemption more. */
export const SURVEYED = { strategy: "preemption-bounded", maxPreemptions: 2 } as const
