/** For `heap.check()`. In Node it is always there. */
import { checkHeap } from "../heap/check/check-heap.js"
import { mapOf } from "../heap/check/heap-map.js"
import { provideChecker } from "../heap/checker.js"

provideChecker(checkHeap, mapOf)
