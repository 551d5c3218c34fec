import { AwsError, type Operations } from '../../endpoint/aws';
import type { RuleRecord, Target } from './model';
import type { EventsParts } from './operations';
import { tagRecord, type Tag } from './operations-bus';
import { page } from './page';
import { compilePatternText } from './pattern';
import { compileSchedule } from './schedule';
import { checkInput } from './transform';

interface RuleName {
  readonly Name?: string;
  readonly EventBusName?: string;
}
interface RulePage {
  readonly EventBusName?: string;
  readonly Limit?: number;
  readonly NextToken?: string;
}
interface PutRuleInput extends RuleName {
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly RoleArn?: string;
  readonly Tags?: readonly Tag[];
}
interface OnRule {
  readonly Rule?: string;
  readonly EventBusName?: string;
}

const mostTargets = 5;
const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

function checkName(name: string | undefined, what: string): string {
  if (name === undefined || !/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
    throw invalid(`Parameter ${what} is not valid: ${name}`);
  return name;
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

/** Rules and their targets. */
export function ruleOperations(parts: EventsParts): Operations {
  const { context, book, schedule, tags } = parts;
  const save = (rule: RuleRecord): void => {
    book.put(rule);
    schedule.update(rule);
  };
  const find = (input: RuleName): RuleRecord => book.rule(input.Name ?? '', input.EventBusName);
  return {
    ...targetOperations(parts, save),
    PutRule: (input: PutRuleInput) => {
      const rule = ruleOf(input, parts);
      save(rule);
      if (input.Tags) tags.set(rule.arn, { ...tags.get(rule.arn), ...tagRecord(input.Tags) });
      return { RuleArn: rule.arn };
    },
    DeleteRule: ({ Name = '', EventBusName }: RuleName) => {
      const rule = book.find(Name, book.busName(EventBusName));
      if (!rule) return;
      if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      schedule.stop(rule.arn);
      tags.delete(rule.arn);
      book.remove(rule);
    },
    DescribeRule: (input: RuleName) => ({ ...view(find(input)), CreatedBy: context.accountId }),
    EnableRule: (input: RuleName) => save({ ...find(input), state: 'ENABLED', scheduledFrom: Date.now() }),
    DisableRule: (input: RuleName) => save({ ...find(input), state: 'DISABLED' }),
    ListRules: (input: RulePage & { NamePrefix?: string }) => {
      const rules = book
        .ofBus(book.busName(input.EventBusName))
        .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      const { items, next } = page(rules, input.Limit, input.NextToken);
      return { Rules: items.map(view), ...next };
    },
    ListRuleNamesByTarget: (input: RulePage & { TargetArn?: string }) => {
      const rules = book
        .ofBus(book.busName(input.EventBusName))
        .filter(({ targets }) => targets.some(({ Arn }) => Arn === input.TargetArn));
      const { items, next } = page(rules, input.Limit, input.NextToken);
      return { RuleNames: items.map(({ name }) => name), ...next };
    },
  };
}

function ruleOf(input: PutRuleInput, { context, book }: EventsParts): RuleRecord {
  const name = checkName(input.Name, 'Name');
  const bus = book.busName(input.EventBusName);
  const { EventPattern: pattern, ScheduleExpression: expression, State: state = 'ENABLED' } = input;
  if (!pattern && !expression)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (state !== 'ENABLED' && state !== 'DISABLED') throw invalid(`Parameter State is not valid: ${state}`);
  if (pattern) compilePatternText(pattern);
  if (expression) {
    if (bus !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.');
    compileSchedule(expression, Date.now());
  }
  return {
    name,
    bus,
    arn: `arn:aws:events:${context.region}:${context.accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`,
    state,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(pattern ? { pattern } : {}),
    ...(expression ? { schedule: expression, scheduledFrom: Date.now() } : {}),
    ...(input.RoleArn === undefined ? {} : { roleArn: input.RoleArn }),
    targets: book.find(name, bus)?.targets ?? [],
  };
}

function targetOperations({ book }: EventsParts, save: (rule: RuleRecord) => void): Operations {
  return {
    PutTargets: ({ Rule = '', EventBusName, Targets = [] }: OnRule & { Targets?: Target[] }) => {
      const rule = book.rule(Rule, EventBusName);
      if (Targets.length === 0) throw invalid('Parameter Targets is not valid: it is empty.');
      Targets.forEach(checkTarget);
      const others = rule.targets.filter((old) => !Targets.some(({ Id }) => Id === old.Id));
      const targets = [...others, ...Targets];
      if (targets.length > mostTargets)
        throw new AwsError(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      save({ ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: ({ Rule = '', EventBusName, Ids = [] }: OnRule & { Ids?: string[] }) => {
      const rule = book.rule(Rule, EventBusName);
      save({ ...rule, targets: rule.targets.filter(({ Id }) => !Ids.includes(Id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: ({ Rule = '', EventBusName, Limit, NextToken }: OnRule & RulePage) => {
      const { items, next } = page(book.rule(Rule, EventBusName).targets, Limit, NextToken);
      return { Targets: items, ...next };
    },
  };
}

function checkTarget(target: Target): void {
  checkName(target.Id, 'Id');
  if (!/^arn:aws[\w-]*:(sqs|sns|lambda|states|events):[\w-]*:\d{12}:.+/.test(target.Arn ?? ''))
    throw invalid(
      `Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format or not served here.`,
    );
  const { MaximumRetryAttempts: attempts = 0, MaximumEventAgeInSeconds: age = 60 } = target.RetryPolicy ?? {};
  if (!(attempts >= 0 && attempts <= 185))
    throw invalid('Parameter MaximumRetryAttempts must be between 0 and 185.');
  if (!(age >= 60 && age <= 86_400))
    throw invalid('Parameter MaximumEventAgeInSeconds must be between 60 and 86400.');
  const deadLetters = target.DeadLetterConfig?.Arn;
  if (deadLetters !== undefined && !deadLetters.startsWith('arn:aws:sqs:'))
    throw invalid(`Parameter DeadLetterConfig.Arn ${deadLetters} is not the ARN of a queue.`);
  checkInput(target);
}
