import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const style = `
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h2{margin:2rem 0 .5rem}details{border:1px solid #ddd;border-radius:.4rem;margin:.4rem 0;padding:.5rem .8rem}
summary{cursor:pointer}code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:#f6f6f6;padding:.8rem;overflow:auto}
b{display:inline-block;min-width:4.2rem}table{border-collapse:collapse}td{padding:.1rem .8rem .1rem 0;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}pre{background:#222}details{border-color:#444}}`;

/** The document as a page for people: plain HTML, no scripts, nothing loaded from elsewhere. */
export function renderDocs(document: OpenAPIObject): string {
  const groups = new Map<string, string[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined) continue;
      const tag = operation.tags?.[0] ?? 'Other';
      groups.set(tag, [...(groups.get(tag) ?? []), renderOperation(method, path, operation)]);
    }
  }
  const sections = [...groups].map(([tag, operations]) => `<h2>${escape(tag)}</h2>${operations.join('')}`);
  const { title, description = '' } = document.info;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${style}</style><h1>${escape(title)}</h1><p>${escape(description)}</p>
<p><a href="openapi.json">openapi.json</a> (OpenAPI ${escape(document.openapi)})</p>${sections.join('')}</html>`;
}

function renderOperation(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).flatMap((parameter) =>
    'name' in parameter
      ? [
          row(
            `${parameter.in} <code>${escape(parameter.name)}</code>${parameter.required ? ' *' : ''}`,
            parameter.schema,
          ),
        ]
      : [],
  );
  const body =
    operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {};
  const bodies = Object.entries(body).map(
    ([type, media]) => `<h4>Body <code>${escape(type)}</code></h4>${code(media.schema)}`,
  );
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const described = response !== undefined && 'description' in response ? response : { description: '' };
    const schema = Object.values(('content' in described ? described.content : undefined) ?? {})[0]?.schema;
    const problem = schema !== undefined && '$ref' in schema;
    return `<h4>${escape(status)} ${escape(described.description)}</h4>${schema === undefined || problem ? '' : code(schema)}`;
  });
  const lock = operation.security === undefined ? '' : ' <small>signed in</small>';
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(operation.summary ?? '')}${lock}</summary>
${parameters.length > 0 ? `<h4>Parameters</h4><table>${parameters.join('')}</table>` : ''}${bodies.join('')}${responses.join('')}</details>`;
}

function row(name: string, schema: object | undefined): string {
  return `<tr><td>${name}</td><td><code>${escape(JSON.stringify(schema ?? {}))}</code></td></tr>`;
}

function code(schema: object | undefined): string {
  return `<pre>${escape(JSON.stringify(schema ?? {}, null, 2))}</pre>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
