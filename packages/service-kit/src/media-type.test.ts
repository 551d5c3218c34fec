import { isJson } from './media-type';

it.each([
  ['application/json', true],
  ['Application/JSON; charset=utf-8', true],
  ['text/plain', false],
  ['text/plain; application/json', false],
  ['application/json-seq', false],
  ['application/x-www-form-urlencoded', false],
  ['', false],
  [undefined, false],
])('%s: %s', (contentType, json) => expect(isJson(contentType)).toBe(json));
