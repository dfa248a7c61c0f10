// A right cache that chats, and that needs to be called as a method: both are a backend's right.
import { ReferenceCache, targetOf } from '../../reference-cache.ts';

class Target {
  name = 'right';
  skip = { 'ttl/units': 'to see a skip' };

  create(config, context) {
    console.log(`${this.name}: a new instance`);
    return targetOf(this.name, ReferenceCache).create(config, context);
  }
}

export const target = new Target();
