import type { EvictionPolicy } from '../types.js';
import { AdaptiveTinyLfuOrder } from './adaptive-tiny-lfu-order.js';
import type { EvictionOrder, OrderNode } from './eviction-order.js';
import { S3FifoOrder } from './s3-fifo-order.js';
import { SieveOrder } from './sieve-order.js';

/** The policies whose choice depends on a state of their own, not just on an entry's dates and reads. */
export type OrderedPolicy = Extract<EvictionPolicy, 'sieve' | 's3-fifo' | 'w-tinylfu'>;

const ORDERS: Readonly<Record<OrderedPolicy, new <N extends OrderNode<N>>() => EvictionOrder<N>>> = {
  sieve: SieveOrder,
  's3-fifo': S3FifoOrder,
  'w-tinylfu': AdaptiveTinyLfuOrder,
};

export function isOrderedPolicy(policy: EvictionPolicy): policy is OrderedPolicy {
  return Object.hasOwn(ORDERS, policy);
}

/** A new, empty order of a policy. */
export function createEvictionOrder<N extends OrderNode<N>>(policy: OrderedPolicy): EvictionOrder<N> {
  return new ORDERS[policy]<N>();
}
