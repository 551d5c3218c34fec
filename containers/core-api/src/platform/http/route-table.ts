/** The routes that exist, to tell a wrong method from a wrong address and to check the documentation against. */
export class RouteTable {
  private readonly routes: { readonly method: string; readonly url: string; readonly pattern: RegExp }[] = [];

  add(method: string, url: string): void {
    const source = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/');
    this.routes.push({ method, url, pattern: new RegExp(`^${source}$`) });
  }

  methodsOf(path: string): string[] {
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  }

  all(): readonly { readonly method: string; readonly url: string }[] {
    return this.routes;
  }
}
