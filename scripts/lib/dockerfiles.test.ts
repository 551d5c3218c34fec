import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const folders = ['events', 'packages/postgres', 'packages/service-kit'];

interface Package {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
}

const packageOf = (folder: string): Package =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Package;

const known = new Map(folders.map((folder) => [packageOf(folder).name, folder]));

/** Folders of the workspace packages that a package needs, and of those that they need. */
function needed(folder: string): Set<string> {
  const direct = Object.entries(packageOf(folder).dependencies ?? {})
    .filter(([, version]) => version.startsWith('workspace:'))
    .map(([name]) => known.get(name) ?? `unknown package ${name}`);
  return new Set(direct.flatMap((dependency) => [dependency, ...needed(dependency)]));
}

describe.each(['containers/core-api', 'containers/stock-service'])('the image of %s', (container) => {
  const dockerfile = readFileSync(join(root, container, 'Dockerfile'), 'utf8');

  it('is built with every workspace package that its code needs', () => {
    const folders = [...needed(container), container];
    expect(folders.length).toBeGreaterThan(2);
    for (const folder of folders) {
      expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`);
      expect(dockerfile).toContain(`COPY ${folder}/src ${folder}/src\n`);
    }
  });
});
