import { AwsError, type Operations } from '../../endpoint/aws';
import type { EventBus } from './bus';
import type { Archives } from './archives';
import { archiveOperations } from './operations-archive';
import type { CloudContext } from '../../ports';
import type { RuleRecord, Target } from './model';
import { compilePatternText } from './pattern';
import { checkRequest, type PutEventsEntry } from './put-events';
import type { Replays } from './replays';
import type { RuleBook } from './rules';
import { rateOf, type Schedule } from './schedule';
import { checkTransformer } from './transform';
import { page } from './page';

export interface EventsParts {
  readonly context: CloudContext;
  readonly book: RuleBook;
  readonly bus: EventBus;
  readonly archives: Archives;
  readonly replays: Replays;
  readonly schedule: Schedule;
  readonly tags: Map<string, Record<string, string>>;
}

interface RuleName {
  readonly Name: string;
  readonly EventBusName?: string;
}

const namePattern = /^[.\-_A-Za-z0-9]{1,64}$/;

function checkName(name: string, what: string): void {
  if (!namePattern.test(name ?? ''))
    throw new AwsError('ValidationException', `Parameter ${what} is not valid: ${name}`);
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html */
export function eventsOperations(parts: EventsParts): Operations {
  return {
    ...putOperations(parts),
    ...busOperations(parts),
    ...ruleOperations(parts),
    ...targetOperations(parts),
    ...archiveOperations(parts),
  };
}

function putOperations({ bus }: EventsParts): Operations {
  return {
    PutEvents: async ({ Entries }: { Entries?: PutEventsEntry[] }) => {
      checkRequest(Entries);
      const results = await bus.accept(Entries);
      return {
        FailedEntryCount: results.filter((result) => result.eventId === undefined).length,
        Entries: results.map(({ eventId, errorCode, errorMessage }) =>
          eventId === undefined ? { ErrorCode: errorCode, ErrorMessage: errorMessage } : { EventId: eventId },
        ),
      };
    },
    TestEventPattern: ({ EventPattern, Event }: { EventPattern: string; Event: string }) => {
      let event: unknown;
      try {
        event = JSON.parse(Event);
      } catch {
        throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: it is not JSON.');
      }
      return { Result: compilePatternText(EventPattern)(event) };
    },
  };
}

function busOperations({ context, book, tags }: EventsParts): Operations {
  const arnOf = (name: string): string =>
    `arn:aws:events:${context.region}:${context.accountId}:event-bus/${name}`;
  return {
    CreateEventBus: ({
      Name,
      Description,
      Tags,
    }: {
      Name: string;
      Description?: string;
      Tags?: { Key: string; Value: string }[];
    }) => {
      if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(Name) || Name === 'default')
        throw new AwsError('ValidationException', `Parameter Name is not valid: ${Name}`);
      if (book.buses.has(Name))
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
      book.buses.set(Name, {
        name: Name,
        arn: arnOf(Name),
        ...(Description === undefined ? {} : { description: Description }),
      });
      if (Tags) tags.set(arnOf(Name), Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value])));
      return { EventBusArn: arnOf(Name), Description };
    },
    DeleteEventBus: ({ Name }: { Name: string }) => {
      if (Name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      if (!book.buses.has(Name)) return;
      if (book.ofBus(Name).length > 0)
        throw new AwsError('ValidationException', 'Event bus cannot be deleted since it has rules.');
      book.buses.delete(Name);
    },
    DescribeEventBus: ({ Name }: { Name?: string }) => {
      const bus = book.buses.get(book.busName(Name));
      return { Name: bus?.name, Arn: bus?.arn, Description: bus?.description };
    },
    ListEventBuses: ({
      NamePrefix = '',
      Limit,
      NextToken,
    }: {
      NamePrefix?: string;
      Limit?: number;
      NextToken?: string;
    }) => {
      const buses = [...book.buses.values()]
        .filter((bus) => bus.name.startsWith(NamePrefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, next } = page(buses, Limit, NextToken);
      return {
        EventBuses: items.map((bus) => ({ Name: bus.name, Arn: bus.arn, Description: bus.description })),
        ...next,
      };
    },
    TagResource: ({ ResourceARN, Tags }: { ResourceARN: string; Tags: { Key: string; Value: string }[] }) => {
      tags.set(ResourceARN, {
        ...tags.get(ResourceARN),
        ...Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value])),
      });
    },
    UntagResource: ({ ResourceARN, TagKeys }: { ResourceARN: string; TagKeys: string[] }) => {
      const left = Object.entries(tags.get(ResourceARN) ?? {}).filter(([key]) => !TagKeys.includes(key));
      tags.set(ResourceARN, Object.fromEntries(left));
    },
    ListTagsForResource: ({ ResourceARN }: { ResourceARN: string }) => ({
      Tags: Object.entries(tags.get(ResourceARN) ?? {}).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}

function view(rule: RuleRecord): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    ScheduleExpression: rule.schedule,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus,
  };
}

interface PutRuleInput extends RuleName {
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: RuleRecord['state'];
  readonly Description?: string;
  readonly RoleArn?: string;
}

function ruleOperations({ context, book, schedule }: EventsParts): Operations {
  const change = (input: RuleName, state: RuleRecord['state']): void => {
    const rule = { ...book.rule(input.Name, input.EventBusName), state };
    book.put(rule);
    schedule.update(rule);
  };
  return {
    PutRule: (input: PutRuleInput) => {
      checkName(input.Name, 'Name');
      const bus = book.busName(input.EventBusName);
      if (!input.EventPattern && !input.ScheduleExpression) {
        throw new AwsError(
          'ValidationException',
          'Parameter(s) EventPattern or ScheduleExpression must be specified.',
        );
      }
      if (input.EventPattern) compilePatternText(input.EventPattern);
      if (input.ScheduleExpression) {
        if (bus !== 'default')
          throw new AwsError(
            'ValidationException',
            'ScheduleExpression is supported only on the default event bus.',
          );
        rateOf(input.ScheduleExpression);
      }
      const arn = `arn:aws:events:${context.region}:${context.accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${input.Name}`;
      const rule: RuleRecord = {
        name: input.Name,
        bus,
        arn,
        state: input.State ?? 'ENABLED',
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.EventPattern ? { pattern: input.EventPattern } : {}),
        ...(input.ScheduleExpression ? { schedule: input.ScheduleExpression } : {}),
        ...(input.RoleArn === undefined ? {} : { roleArn: input.RoleArn }),
        targets: book.find(input.Name, bus)?.targets ?? [],
      };
      book.put(rule);
      schedule.update(rule);
      return { RuleArn: arn };
    },
    DeleteRule: ({ Name, EventBusName }: RuleName) => {
      const rule = book.find(Name, book.busName(EventBusName));
      if (!rule) return;
      if (rule.targets.length > 0)
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      schedule.stop(rule.arn);
      book.remove(rule);
    },
    DescribeRule: ({ Name, EventBusName }: RuleName) => ({
      ...view(book.rule(Name, EventBusName)),
      CreatedBy: context.accountId,
    }),
    EnableRule: (input: RuleName) => change(input, 'ENABLED'),
    DisableRule: (input: RuleName) => change(input, 'DISABLED'),
    ListRules: (input: {
      EventBusName?: string;
      NamePrefix?: string;
      Limit?: number;
      NextToken?: string;
    }) => {
      const rules = book
        .ofBus(book.busName(input.EventBusName))
        .filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''));
      const { items, next } = page(rules, input.Limit, input.NextToken);
      return { Rules: items.map(view), ...next };
    },
    ListRuleNamesByTarget: (input: {
      TargetArn: string;
      EventBusName?: string;
      Limit?: number;
      NextToken?: string;
    }) => {
      const rules = book
        .ofBus(book.busName(input.EventBusName))
        .filter((rule) => rule.targets.some((target) => target.Arn === input.TargetArn));
      const { items, next } = page(rules, input.Limit, input.NextToken);
      return { RuleNames: items.map((rule) => rule.name), ...next };
    },
  };
}

function targetOperations({ book, schedule }: EventsParts): Operations {
  const save = (rule: RuleRecord): void => {
    book.put(rule);
    schedule.update(rule);
  };
  return {
    PutTargets: ({
      Rule,
      EventBusName,
      Targets,
    }: {
      Rule: string;
      EventBusName?: string;
      Targets: Target[];
    }) => {
      const rule = book.rule(Rule, EventBusName);
      for (const target of Targets) {
        checkName(target.Id, 'Id');
        if (!/^arn:aws[\w-]*:(sqs|sns|lambda|states|events):/.test(target.Arn)) {
          throw new AwsError(
            'ValidationException',
            `Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format or not served here.`,
          );
        }
        checkTransformer(target);
      }
      const targets = [
        ...rule.targets.filter((old) => !Targets.some((target) => target.Id === old.Id)),
        ...Targets,
      ];
      if (targets.length > 5)
        throw new AwsError(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      save({ ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: ({ Rule, EventBusName, Ids }: { Rule: string; EventBusName?: string; Ids: string[] }) => {
      const rule = book.rule(Rule, EventBusName);
      save({ ...rule, targets: rule.targets.filter((target) => !Ids.includes(target.Id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: ({
      Rule,
      EventBusName,
      Limit,
      NextToken,
    }: {
      Rule: string;
      EventBusName?: string;
      Limit?: number;
      NextToken?: string;
    }) => {
      const { items, next } = page(book.rule(Rule, EventBusName).targets, Limit, NextToken);
      return { Targets: items, ...next };
    },
  };
}
