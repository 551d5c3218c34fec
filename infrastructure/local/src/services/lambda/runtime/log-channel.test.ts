import { createLogMemory, LogReader, LogWriter, parseRecords } from './log-channel';

function channel(): { writer: LogWriter; reader: LogReader; overflow: string[] } {
  const memory = createLogMemory();
  const overflow: string[] = [];
  const writer = new LogWriter(memory, (records) => overflow.push(records));
  return { writer, reader: new LogReader(memory), overflow };
}

const messages = (encoded: string): string[] => parseRecords(encoded).map(({ message }) => message);

it('carries lines, once each, while they are written', () => {
  const { writer, reader } = channel();
  writer.begin(reader.position);
  writer.write('one');
  writer.write('two\nlines 万屋');
  expect(messages(reader.read())).toEqual(['one', 'two\nlines 万屋']);
  writer.write('three');
  expect(messages(reader.read())).toEqual(['three']);
  expect(reader.read()).toBe('');
  expect(Math.abs(parseRecords('5\u001fx\u001e')[0]?.timestamp ?? 0)).toBe(5);
});

it('sends what does not fit, and everything after it, by message', () => {
  const { writer, reader, overflow } = channel();
  writer.begin(reader.position);
  const large = 'x'.repeat(40_000);
  for (const text of [large, large, 'small']) writer.write(text);
  expect(messages(reader.read())).toEqual([large]);
  expect(messages(overflow.join(''))).toEqual([large, 'small']);
  writer.begin(reader.position);
  writer.write('next round');
  expect(messages(reader.read())).toEqual(['next round']);
});

it('loses nothing that is written between two invocations', () => {
  const { writer, reader, overflow } = channel();
  writer.begin(reader.position);
  writer.write('seen');
  reader.read();
  writer.write('in the background');
  writer.begin(reader.position);
  writer.write('of the next');
  expect(messages(overflow.join(''))).toEqual(['in the background']);
  expect(messages(reader.read())).toEqual(['of the next']);
});
