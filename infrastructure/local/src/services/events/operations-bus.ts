import { AwsError, type Operations } from '../../endpoint/aws';
import type { BusRecord } from './model';
import type { EventsParts } from './operations';
import { page } from './page';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface BusInput {
  readonly Name?: string;
  readonly Description?: string;
  readonly Tags?: readonly Tag[];
}

interface TagInput {
  readonly ResourceARN?: string;
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
}

export const tagRecord = (tags: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

const view = ({ name, arn, description }: BusRecord): object => ({
  Name: name,
  Arn: arn,
  Description: description,
});

/** Event buses, and the tags of buses and rules. */
export function busOperations({ context, book, tags }: EventsParts): Operations {
  const tagged = (arn = ''): string => {
    const exists = [...book.buses.values(), ...book.rules.values()].some((resource) => resource.arn === arn);
    if (!exists) throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist.`);
    return arn;
  };
  return {
    CreateEventBus: ({ Name: name = '', Description: description, Tags }: BusInput) => {
      if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(name) || name === 'default')
        throw new AwsError('ValidationException', `Parameter Name is not valid: ${name}`);
      if (book.buses.has(name))
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      const arn = `arn:aws:events:${context.region}:${context.accountId}:event-bus/${name}`;
      book.buses.set(name, { name, arn, ...(description === undefined ? {} : { description }) });
      if (Tags) tags.set(arn, tagRecord(Tags));
      return { EventBusArn: arn, Description: description };
    },
    DeleteEventBus: ({ Name: name = '' }: BusInput) => {
      if (name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      const bus = book.findBus(name);
      if (!bus) return;
      if (book.ofBus(bus.name).length > 0)
        throw new AwsError('ValidationException', 'Event bus cannot be deleted since it has rules.');
      book.buses.delete(bus.name);
      tags.delete(bus.arn);
    },
    DescribeEventBus: ({ Name }: BusInput) => view(book.bus(Name)),
    ListEventBuses: (input: { NamePrefix?: string; Limit?: number; NextToken?: string }) => {
      const found = [...book.buses.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      const { items, next } = page(
        found.sort((a, b) => (a.name < b.name ? -1 : 1)),
        input.Limit,
        input.NextToken,
      );
      return { EventBuses: items.map(view), ...next };
    },
    TagResource: ({ ResourceARN, Tags }: TagInput) => {
      const arn = tagged(ResourceARN);
      tags.set(arn, { ...tags.get(arn), ...tagRecord(Tags) });
    },
    UntagResource: ({ ResourceARN, TagKeys = [] }: TagInput) => {
      const arn = tagged(ResourceARN);
      tags.set(
        arn,
        Object.fromEntries(Object.entries(tags.get(arn) ?? {}).filter(([key]) => !TagKeys.includes(key))),
      );
    },
    ListTagsForResource: ({ ResourceARN }: TagInput) => ({
      Tags: Object.entries(tags.get(tagged(ResourceARN)) ?? {}).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}
