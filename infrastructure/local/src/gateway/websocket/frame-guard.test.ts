import { FrameGuard } from './frame-guard';

function frame(length: number, masked = true): Buffer {
  const mask = masked ? 0x80 : 0;
  const header =
    length < 126
      ? Buffer.from([0x81, mask | length])
      : length < 65_536
        ? Buffer.from([0x81, mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([
            Buffer.from([0x81, mask | 127]),
            Buffer.from(length.toString(16).padStart(16, '0'), 'hex'),
          ]);
  return Buffer.concat([header, Buffer.alloc((masked ? 4 : 0) + length, 0xff)]);
}

describe('FrameGuard', () => {
  const limit = 32 * 1024;

  test.each([1, 2, 3, 7, 1000])('follows frames of all sizes in chunks of %i bytes', (step) => {
    const guard = new FrameGuard(limit);
    const bytes = Buffer.concat([
      frame(0),
      frame(5),
      frame(limit),
      frame(126, false),
      frame(125),
      frame(limit - 1),
    ]);
    let refused = 0;
    for (let offset = 0; offset < bytes.length; offset += step) {
      if (guard.exceeds(bytes.subarray(offset, offset + step))) refused += 1;
    }
    expect(refused).toBe(0);
    expect(guard.exceeds(frame(limit + 1))).toBe(true);
  });

  it('sees a frame with a 64 bit length', () => {
    expect(new FrameGuard(limit).exceeds(frame(70_000))).toBe(true);
  });

  it('sees it in the middle of a chunk', () => {
    expect(new FrameGuard(limit).exceeds(Buffer.concat([frame(10), frame(limit + 1).subarray(0, 8)]))).toBe(
      true,
    );
  });
});
