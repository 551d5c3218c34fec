import { TimerHeap, type Timed } from './timer-heap';

interface Item extends Timed {
  readonly name: number;
}

const item = (name: number, dueAt: number): Item => ({ name, dueAt, heapIndex: -1 });

it('gives items in the order they are due, whatever was put in and taken out before', () => {
  const heap = new TimerHeap<Item>();
  // A fixed sequence that looks random: x -> 7x + 3 mod 101 visits many values in no order.
  const items = Array.from({ length: 100 }, (_, index) => item(index, (index * 37 + 11) % 101));
  for (const one of items) heap.push(one);
  const removed = items.filter(({ name }) => name % 3 === 0);
  for (const one of removed) heap.remove(one);
  const left = items.filter(({ name }) => name % 3 !== 0).map(({ dueAt }) => dueAt);
  const out: number[] = [];
  for (let next = heap.popDue(1_000); next; next = heap.popDue(1_000)) out.push(next.dueAt);
  expect(out).toEqual(left.sort((a, b) => a - b));
  expect(heap.size).toBe(0);
});

it('gives nothing before it is due', () => {
  const heap = new TimerHeap<Item>();
  heap.push(item(1, 10));
  expect(heap.popDue(9)).toBeUndefined();
  expect(heap.popDue(10)).toMatchObject({ name: 1 });
});

it('does not mind an item that is not in it', () => {
  const heap = new TimerHeap<Item>();
  const [one, two] = [item(1, 1), item(2, 2)];
  heap.push(one);
  heap.remove(two);
  heap.remove(one);
  heap.remove(one);
  expect(heap.peek()).toBeUndefined();
});
