/** In place of `node:timers` and `node:timers/promises`: pages have the global functions only. */
const none = {}
export default none
