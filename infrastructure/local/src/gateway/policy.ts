interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
}

/**
 * Whether the IAM policy in a Lambda authorizer's answer lets `execute-api:Invoke` on `arn` pass: an explicit deny
 * wins, no matching statement means no. Undefined: the answer is no policy (API Gateway answers 500).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function policyAllows(answer: unknown, arn: string): boolean | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { principalId, policyDocument } = answer as {
    principalId?: unknown;
    policyDocument?: { Statement?: unknown };
  };
  if (typeof principalId !== 'string' || policyDocument?.Statement === undefined) return undefined;
  const statements = ([policyDocument.Statement].flat() as Statement[]).filter(
    ({ Action, Resource }) => matchesAny(Action, 'execute-api:Invoke', 'i') && matchesAny(Resource, arn, ''),
  );
  if (statements.some(({ Effect }) => Effect === 'Deny')) return false;
  return statements.some(({ Effect }) => Effect === 'Allow');
}

function matchesAny(patterns: unknown, text: string, flags: string): boolean {
  return [patterns].flat().some((pattern) => {
    if (typeof pattern !== 'string') return false;
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${source}$`, flags).test(text);
  });
}
