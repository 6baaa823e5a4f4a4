/** In place of `node:worker_threads`: whoever replaces what it has replaces the page's own. */
const here = globalThis as unknown as { Worker: unknown; MessageChannel: unknown }

const page = {
  get Worker(): unknown {
    return here.Worker
  },
  set Worker(instead: unknown) {
    here.Worker = instead
  },
  get MessageChannel(): unknown {
    return here.MessageChannel
  },
  set MessageChannel(instead: unknown) {
    here.MessageChannel = instead
  },
}
export default page
