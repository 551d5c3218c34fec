import { AwsError } from '../../endpoint/aws';
import type { MailContent } from './mail';

export interface TemplateContent {
  readonly Subject?: string;
  readonly Text?: string;
  readonly Html?: string;
}

export interface Template {
  readonly name: string;
  readonly content: TemplateContent;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** Replaces `{{name}}` and `{{a.b}}`. Throws BadRequestException where the data is not JSON or lacks a value. */
export function render(content: TemplateContent, templateData: string): MailContent {
  let data: unknown;
  try {
    data = JSON.parse(templateData);
  } catch {
    throw new AwsError('BadRequestException', 'TemplateData is not valid JSON');
  }
  const fill = (text = ''): string =>
    text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
      const value = path
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], data);
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        throw new AwsError(
          'BadRequestException',
          `Attribute '${path}' is not present in the rendering data.`,
        );
      }
      return String(value);
    });
  return { subject: fill(content.Subject), text: fill(content.Text), html: fill(content.Html) };
}
