import type { Mail } from './mail';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const style = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
  header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
  h1 { font-size: 1.25rem; margin: 0; flex: 1; }
  input { font: inherit; padding: .25rem .5rem; width: 18rem; max-width: 100%; }
  details { border: 1px solid #8884; border-radius: .5rem; margin: .75rem 0; overflow: hidden; }
  summary { cursor: pointer; padding: .6rem .9rem; display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; }
  summary:hover { background: #8881; }
  summary strong { overflow-wrap: anywhere; }
  small { color: #888; }
  summary .who { grid-column: 1 / -1; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: .9rem; border-top: 1px solid #8884; }
  iframe { width: 100%; height: 28rem; border: 0; border-top: 1px solid #8884; background: #fff; }
`;

/** The mailbox for developers. Everything that came with a message is escaped; its HTML runs in a sandboxed frame. */
export function mailboxPage(mails: readonly Mail[], to: string | undefined): string {
  const filter = `<form><input name="to" type="search" placeholder="recipient" value="${escape(to ?? '')}" aria-label="Recipient"></form>`;
  const list = mails.length > 0 ? mails.map(entry).join('\n') : '<p>No messages.</p>';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mailbox</title><style>${style}</style></head>
<body>
<header><h1>Mailbox <small>${mails.length}</small></h1>${filter}</header>
${list}
</body>
</html>
`;
}

function entry(mail: Mail, position: number): string {
  const html =
    mail.html === '' ? '' : `<iframe sandbox srcdoc="${escape(mail.html)}" title="Message"></iframe>`;
  const text = mail.text === '' ? '' : `<pre>${escape(mail.text)}</pre>`;
  return `<details${position === 0 ? ' open' : ''}>
<summary><strong>${escape(mail.subject || '(no subject)')}</strong><small><time datetime="${escape(mail.sentAt)}">${escape(mail.sentAt)}</time></small>
<small class="who">${escape(mail.from)} → ${escape(mail.to.join(', '))}</small></summary>
${html}${text}
</details>`;
}
