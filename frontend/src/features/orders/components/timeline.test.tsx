import { render, screen } from '@testing-library/react';
import i18next from 'i18next';
import '../../../i18n';
import type { Order } from '../api/orders';
import { Timeline } from './timeline';

const order = (status: Order['status'], ...types: string[]): Order => ({
  orderId: 'o-1',
  status,
  items: [],
  totalAmount: 100,
  currency: 'JPY',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  history: types.map((type, index) => ({ at: `2026-01-01T00:00:0${index}.000Z`, type })),
});
const shown = (): (string | null)[][] =>
  screen
    .getAllByRole('listitem')
    .map((item) => [item.getAttribute('data-step'), item.getAttribute('data-tone')]);

describe('the timeline', () => {
  it('says what is under way and what comes later, without claiming it', () => {
    render(<Timeline order={order('processing', 'OrderPlaced', 'StockReserved')} />);
    expect(shown()).toEqual([
      ['OrderPlaced', 'done'],
      ['StockReserved', 'done'],
      ['PaymentCaptured', 'current'],
      ['StockDeducted', 'later'],
      ['NotificationSent', 'later'],
      ['OrderCompleted', 'later'],
    ]);
  });
  it('reads what is to come as to come', async () => {
    await i18next.changeLanguage('en');
    render(<Timeline order={order('processing', 'OrderPlaced')} />);
    const read = screen.getAllByRole('listitem').map((item) => item.textContent);
    expect(read[1]).toBe('Now: Reserving stock…');
    expect(read.slice(2)).toEqual([
      'Still to come: We will take the payment',
      'Still to come: We will set your things aside',
      'Still to come: We will send a confirmation',
      'Still to come: The order will be complete',
    ]);
    expect(screen.getByText('Reserving stock', { exact: false }).closest('li')).toHaveAttribute(
      'aria-current',
      'step',
    );
  });
  it('promises nothing more once a step has failed', () => {
    render(<Timeline order={order('processing', 'OrderPlaced', 'StockReserved', 'PaymentDeclined')} />);
    expect(shown().at(-1)).toEqual(['PaymentDeclined', 'trouble']);
  });
  it('of an ended order shows only what happened', () => {
    render(
      <Timeline
        order={order('cancelled', 'OrderPlaced', 'OrderCancelled', 'StockReleased', 'OrderCancelled')}
      />,
    );
    expect(shown().map(([step]) => step)).toEqual([
      'OrderPlaced',
      'OrderCancelled',
      'StockReleased',
      'OrderCancelled',
    ]);
  });
});
