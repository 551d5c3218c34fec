import { invalid } from './errors';

/**
 * DynamoDB numbers: up to 38 significant digits, magnitude 1E-130 to 9.99...E+125, kept as text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
interface Decimal {
  readonly negative: boolean;
  /** Significant digits without leading or trailing zeros; empty for zero. */
  readonly digits: string;
  /** The value is 0.digits x 10^exponent. */
  readonly exponent: number;
}

const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/;
const number = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
const maximumDigits = 38;

/** The one spelling under which a number is stored and compared. Throws ValidationException. */
export function canonicalNumber(text: string): string {
  return plainInteger.test(text) ? text : format(checked(parse(text)));
}

export function addNumbers(left: string, right: string): string {
  if (plainInteger.test(left) && plainInteger.test(right)) return String(Number(left) + Number(right));
  return format(checked(sum(parse(left), parse(right))));
}

export function subtractNumbers(left: string, right: string): string {
  return addNumbers(left, right.startsWith('-') ? right.slice(1) : `-${right}`);
}

/** Order of two canonical numbers. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length <= 15 && right.length <= 15) return Number(left) - Number(right);
  const [a, b] = [parse(left), parse(right)];
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const magnitude = compareMagnitude(a, b);
  return a.negative ? -magnitude : magnitude;
}

/** Bytes that a canonical number occupies. */
export function numberSize(text: string): number {
  const digits = text.replace(/^-?0*\.?0*|\.|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function parse(text: string): Decimal {
  const match = number.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole + fraction === '') {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return trimmed(match[1] === '-', whole + fraction, whole.length + Number(match[4] ?? 0));
}

function trimmed(negative: boolean, all: string, exponent: number): Decimal {
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  const digits = all.slice(leading).replace(/0+$/, '');
  return digits === ''
    ? { negative: false, digits, exponent: 0 }
    : { negative, digits, exponent: exponent - leading };
}

function checked(value: Decimal): Decimal {
  if (value.digits.length > maximumDigits) {
    throw invalid('Attempting to store more than 38 significant digits in a Number');
  }
  if (value.digits !== '' && value.exponent > 126) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (value.digits !== '' && value.exponent < -129) {
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  return value;
}

function format({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return sign + digits + '0'.repeat(exponent - digits.length);
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

function compareMagnitude(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return a.digits.length - b.digits.length;
  if (a.exponent !== b.exponent) return a.exponent - b.exponent;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

function sum(a: Decimal, b: Decimal): Decimal {
  const scale = Math.min(a.exponent - a.digits.length, b.exponent - b.digits.length);
  const total = scaled(a, scale) + scaled(b, scale);
  const text = (total < 0n ? -total : total).toString();
  return trimmed(total < 0n, text, text.length + scale);
}

function scaled(value: Decimal, scale: number): bigint {
  if (value.digits === '') return 0n;
  const integer = BigInt(value.digits + '0'.repeat(value.exponent - value.digits.length - scale));
  return value.negative ? -integer : integer;
}
