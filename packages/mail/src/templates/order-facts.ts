import { japanese } from '../text.ts';

/** What was bought or asked for, as the mails about orders say it. All of it written out in the reader's language. */
export interface OrderMail {
  partnerName: string;
  companyName: string;
  kind: 'buy' | 'exchange' | 'cancel' | 'renew';
  /** The person of the customer that has ordered. */
  orderedBy: string;
  product: string;
  quantity: number;
  region: string;
  /** What the discount is good for. */
  scope: string;
  /** The price of it all; empty where nothing is bought. */
  total: string;
  /** The reservation that a request is about; empty where there is none. */
  before: string;
  /** What the customer's person wrote. */
  note: string;
  /** Until when the partner can decide (formatMoment); empty where nothing waits. */
  lapsesAt: string;
  link: string;
}

const rowsWithText = (rows: [string, string][]): [string, string][] => rows.filter(([, text]) => text !== '');

/** The lines of an order in both languages. */
export const orderRows = {
  en: (order: OrderMail): [string, string][] =>
    rowsWithText([
      ['Customer', order.companyName],
      ['Ordered by', order.orderedBy],
      [order.kind === 'exchange' ? 'Instead of' : 'Reservation', order.before],
      ...(order.kind === 'cancel'
        ? []
        : ([
            [order.kind === 'exchange' ? 'Wanted' : order.kind === 'renew' ? 'Renewed as' : 'Reservation', order.product],
            ['Quantity', String(order.quantity)],
            ['Region', order.region],
            ['Good for', order.scope],
            ['Price', order.total],
          ] as [string, string][])),
      ['Decide by', order.lapsesAt],
    ]),
  ja: (order: OrderMail): [string, string][] =>
    rowsWithText([
      ['顧客', order.companyName],
      ['注文者', order.orderedBy],
      [order.kind === 'exchange' ? '交換前の予約' : '対象の予約', order.before],
      ...(order.kind === 'cancel'
        ? []
        : ([
            [order.kind === 'exchange' ? '交換後の予約' : order.kind === 'renew' ? '更新後の予約' : '予約', order.product],
            ['数量', String(order.quantity)],
            ['リージョン', order.region],
            ['適用範囲', order.scope],
            ['金額', order.total],
          ] as [string, string][])),
      ['判断の期限', order.lapsesAt],
    ]),
};

/** What is asked for, inside of a sentence. */
export const askedFor = {
  en: { buy: 'buy a reservation', exchange: 'exchange a reservation', cancel: 'cancel a reservation', renew: 'renew a reservation' },
  ja: { buy: '予約の購入', exchange: '予約の交換', cancel: '予約のキャンセル', renew: '予約の更新' },
} as const;

/** A name with the polite ending that a customer has. */
export const honoured = (name: string): string => japanese`${name}様`;
