/** Whether a Content-Type is JSON: `application/json` with any parameters (RFC 8259), which no HTML form can send. */
export function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}
