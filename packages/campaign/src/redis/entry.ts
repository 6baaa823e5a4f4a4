/** Campaigns over many machines: `@outlive/campaign/redis`. Needs `bullmq` and `ioredis` beside it, and loads them when a queue is used. */
export { type Credentials, type QueueAddress, queueAddress } from "./address.js"
export { RedisQueue, type RedisQueueOptions } from "./redis-queue.js"
export { type RedisWorkerOptions, serveQueue } from "./redis-worker.js"
