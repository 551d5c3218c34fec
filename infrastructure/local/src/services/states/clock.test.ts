import { SystemClock } from './clock';

describe('SystemClock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 1000 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('calls many alarms in their order, and none that was cancelled', () => {
    const clock = new SystemClock();
    const fired: number[] = [];
    const times = Array.from({ length: 200 }, (_, index) => 1000 + ((index * 7919) % 200));
    const alarms = times.map((time) => clock.at(time, () => fired.push(time)));
    alarms.forEach((alarm, index) => {
      if (index % 3 === 0) alarm.cancel();
    });
    jest.advanceTimersByTime(300);
    const expected = times.filter((_, index) => index % 3 !== 0).sort((a, b) => a - b);
    expect(fired).toEqual(expected);
    alarms.forEach((alarm) => alarm.cancel());
    expect(jest.getTimerCount()).toBe(0);
  });

  it('fires an alarm further away than setTimeout reaches', () => {
    const clock = new SystemClock();
    let fired = false;
    clock.at(1000 + 3_000_000_000, () => (fired = true));
    jest.advanceTimersByTime(2_999_999_999);
    expect(fired).toBe(false);
    jest.advanceTimersByTime(1);
    expect(fired).toBe(true);
    clock.stop();
  });

  it('lets alarms set others', () => {
    const clock = new SystemClock();
    const fired: string[] = [];
    clock.at(1010, () => {
      fired.push('first');
      clock.at(1005, () => fired.push('overdue'));
    });
    jest.advanceTimersByTime(20);
    expect(fired).toEqual(['first', 'overdue']);
  });
});
