import type { Mail } from './mail';

interface Entity {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** The readable parts of a raw message (RFC 5322, MIME). Attachments are left out. */
export function parseMessage(raw: Buffer): Pick<Mail, 'from' | 'to' | 'subject' | 'text' | 'html'> {
  const message = parseEntity(raw);
  const header = (name: string): string => decodeWords(message.headers.get(name) ?? '');
  const to = ['to', 'cc', 'bcc'].flatMap((name) => addresses(header(name)));
  return { from: header('from'), to, subject: header('subject'), ...readable(message) };
}

function parseEntity(raw: Buffer): Entity {
  const blank = /\r?\n\r?\n/.exec(raw.toString('latin1'));
  const end = blank ? blank.index : raw.length;
  // Continuation lines begin with white space.
  const lines = raw
    .toString('utf8', 0, end)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: raw.subarray(blank ? end + blank[0].length : end) };
}

function readable({ headers, body }: Entity): { text: string; html: string } {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary !== undefined) {
    const parts = split(body, boundary).map((part) => readable(parseEntity(part)));
    return {
      text: parts.find(({ text }) => text !== '')?.text ?? '',
      html: parts.find(({ html }) => html !== '')?.html ?? '',
    };
  }
  if (/^attachment/i.test(headers.get('content-disposition') ?? '')) return { text: '', html: '' };
  const charset = /charset="?([^";\s]+)"?/i.exec(type)?.[1] ?? 'utf-8';
  const content = decodeText(
    decodeTransfer(body, headers.get('content-transfer-encoding') ?? '7bit'),
    charset,
  );
  if (/^text\/html/i.test(type)) return { text: '', html: content };
  return { text: /^text\//i.test(type) ? content : '', html: '' };
}

function split(body: Buffer, boundary: string): Buffer[] {
  return body
    .toString('latin1')
    .split(`--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => Buffer.from(part.replace(/^\r?\n/, '').replace(/\r?\n$/, ''), 'latin1'));
}

function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64');
    case 'quoted-printable':
      return quotedPrintable(body.toString('latin1').replace(/=\r?\n/g, ''));
    default:
      return body;
  }
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}

function decodeText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

/** RFC 2047: `=?utf-8?B?...?=`. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([^?]+)\?([BbQq])\?([^?]*)\?=/g, (_, charset: string, encoding: string, content: string) => {
      const bytes =
        encoding.toUpperCase() === 'B'
          ? Buffer.from(content, 'base64')
          : quotedPrintable(content.replaceAll('_', ' '));
      return decodeText(bytes, charset);
    });
}

function addresses(list: string): string[] {
  return list
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
