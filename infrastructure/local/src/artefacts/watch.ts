import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

const settleMs = 150;

/**
 * Calls `changed` after one of the files (or a file in one of the folders) was saved. Folders are watched, because
 * editors replace files. Returns a function that ends it.
 */
export function watchSources(sources: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const folders = new Map<string, Set<string> | 'all'>();
  for (const source of sources) {
    if (statSync(source).isDirectory()) folders.set(source, 'all');
    else {
      const known = folders.get(dirname(source)) ?? new Set<string>();
      if (known !== 'all') folders.set(dirname(source), known.add(basename(source)));
    }
  }
  const watchers = [...folders].map(([folder, names]): FSWatcher => {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (names !== 'all' && (name === null || !names.has(name))) return;
      clearTimeout(timer);
      timer = setTimeout(changed, settleMs).unref();
    });
    // A folder that goes away only ends the reloading.
    watcher.on('error', () => watcher.close());
    return watcher;
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
