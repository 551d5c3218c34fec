import { TestEnvironment } from 'jest-environment-jsdom';

/** Does not keep the tests running. */
class Channel extends BroadcastChannel {
  constructor(name) {
    super(name);
    this.unref();
  }
}

/** jsdom with those of a browser's interfaces that it lacks and Node has. */
export default class BrowserEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    const lacking = {
      Response,
      Headers,
      Request,
      TextEncoder,
      TextDecoder,
      structuredClone,
      BroadcastChannel: Channel,
    };
    this.global.scrollTo = () => undefined;
    for (const [name, value] of Object.entries(lacking)) this.global[name] ??= value;
  }
}
