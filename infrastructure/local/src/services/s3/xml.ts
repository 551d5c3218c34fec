import { XMLParser } from 'fast-xml-parser';
import { s3Errors } from './errors';

/** Text, a number, a truth value, nested elements, or several of the same name. */
export type XmlValue = string | number | boolean | undefined | XmlElements | readonly XmlValue[];
export interface XmlElements {
  readonly [name: string]: XmlValue;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function document(root: string, content: XmlElements): string {
  const namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${elements(content)}</${root}>`;
}

export function errorDocument(content: XmlElements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements(content)}</Error>`;
}

function elements(content: XmlElements): string {
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((entry) => element(name, entry)).join('');
  const inner = typeof value === 'object' ? elements(value) : escape(String(value));
  return `<${name}>${inner}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  // XML has no way to write most control characters; encoding-type=url is for keys that contain them.
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character).replace(/\r/g, '&#13;');
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  isArray: (name) => repeated.has(name),
});
const repeated = new Set([
  'Object',
  'Part',
  'CORSRule',
  'AllowedOrigin',
  'AllowedMethod',
  'AllowedHeader',
  'ExposeHeader',
]);

/** The content of the root element. Throws MalformedXML. */
export function parseXml(body: Buffer, root: string): XmlElements {
  let parsed: unknown;
  try {
    parsed = parser.parse(body.toString('utf8'), true);
  } catch {
    throw s3Errors.malformedXml();
  }
  const content =
    parsed && typeof parsed === 'object' ? (parsed as Record<string, unknown>)[root] : undefined;
  if (typeof content !== 'object' || content === null) throw s3Errors.malformedXml();
  return content as XmlElements;
}

export function textOf(value: XmlValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function listOf(value: XmlValue): readonly XmlElements[] {
  return isList(value)
    ? value.filter((entry): entry is XmlElements => typeof entry === 'object' && !isList(entry))
    : [];
}

export function textsOf(value: XmlValue): string[] {
  return isList(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}
