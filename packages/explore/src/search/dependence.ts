/**
 * Which steps depend on each other: those whose order somebody could notice. By byte ranges, whatever their widths; and
 * for wait and notify by the queue of a cell. A step with a guard has also read what the guard looks at.
 */
import {
  ACCESSES,
  ARRIVES,
  ENQUEUES,
  NOTIFIES,
  NOTIFIES_NONE,
  OWNER_MASK,
  OWNER_SHIFT,
  PORT_SHIFT,
  POSTS,
  QUEUES,
  TICKS,
  TIMES_OUT,
  WRITES,
} from "../platform/operation.js"
import type { Guard } from "../execution/point.js"

export function areDependent(
  effects: number,
  start: number,
  end: number,
  guard: Guard | undefined,
  effects2: number,
  start2: number,
  end2: number,
  guard2: Guard | undefined,
): boolean {
  if (((effects | effects2) & WRITES) !== 0) {
    if ((effects & ACCESSES) !== 0 && (effects2 & ACCESSES) !== 0 && start < end2 && start2 < end) return true
    if (guard !== undefined && (effects2 & WRITES) !== 0 && overlaps(guard, start2, end2)) return true
    if (guard2 !== undefined && (effects & WRITES) !== 0 && overlaps(guard2, start, end)) return true
  }
  const both = effects & effects2
  if ((both & (ARRIVES | TICKS)) !== 0 && ((effects ^ effects2) & (OWNER_MASK << OWNER_SHIFT)) === 0) return true
  if ((both & POSTS) !== 0 && effects >> PORT_SHIFT === effects2 >> PORT_SHIFT) return true
  return start === start2 && (effects & QUEUES) !== 0 && (effects2 & QUEUES) !== 0 && shareQueue(effects, effects2)
}

/**
 * Whether the order of two steps on one queue makes a difference to it. Two timeouts, a timeout and a falling asleep, two
 * notifies that find nobody: the queue is the same either way.
 */
export function shareQueue(effects: number, effects2: number): boolean {
  const both = effects | effects2
  if ((both & NOTIFIES) !== 0) return true
  if ((effects & NOTIFIES_NONE) !== 0) return (effects2 & NOTIFIES_NONE) === 0
  if ((effects2 & NOTIFIES_NONE) !== 0) return true
  return (both & TIMES_OUT) === 0 && (effects & effects2 & ENQUEUES) !== 0
}

export function overlaps(guard: Guard, start: number, end: number): boolean {
  for (let i = 0; i < guard.starts.length; i++) if (guard.starts[i]! < end && start < guard.ends[i]!) return true
  return false
}
