import { randomUUID } from 'node:crypto';
import {
  checkChoice,
  formatAmount,
  type Language,
  lengths,
  notFound,
  type RequestKind,
  requestKinds,
  type Scope,
  unitPriceOf,
} from '@clientele/domain';
import { askOnOwnPage, buyOnOwnPage, type OwnReservation, openOwnBuying, type SessionActor, withdrawOnOwnPage } from '@clientele/services';
import type { IRouter, Request, RequestHandler, Response } from 'express';
import { baseOf } from './mount.ts';
import { customerIdOf, formOf, forPerson, type OwnParts } from './own-person.ts';
import {
  at,
  type BuyingNotice,
  type BuyingProps,
  hindranceOf,
  type PricedChoice,
  renderBuyPage,
  renderOrderPage,
  renderPurchasesPage,
  renderRequestPage,
  renderReviewPage,
  type TypedChoice,
} from './pages/index.ts';
import { refusalOf } from './problems.ts';

type Values = Partial<Record<string, unknown>>;
const textOf = (values: Values, name: string, most = 120): string => {
  const value = values[name];
  return typeof value === 'string' ? value.slice(0, most).trim() : '';
};

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const idOf = (text: string): string => {
  if (!uuid.test(text)) throw notFound('order');
  return text;
};

/** The key of the form, as it came along; a new one where none did. */
const keyOf = (values: Values): string => {
  const key = textOf(values, 'formKey');
  return uuid.test(key) ? key : randomUUID();
};

/** What was chosen, as it was typed; from a form or out of an address. */
const typedOf = (values: Values): TypedChoice => ({
  productId: textOf(values, 'productId'),
  region: textOf(values, 'region'),
  quantity: textOf(values, 'quantity'),
  scope: textOf(values, 'scope'),
  scopeName: textOf(values, 'scopeName'),
  subscriptionId: textOf(values, 'subscriptionId'),
});
const nothingTyped: TypedChoice = { productId: '', region: '', quantity: '1', scope: 'shared', scopeName: '', subscriptionId: '' };

/** A whole number as people type it; what is none is no number at all, and refused as that. */
const wholeOf = (text: string): number => {
  const plain = text.normalize('NFKC');
  return /^-?\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
};
const choiceOf = ({ productId, region, quantity, scope, scopeName }: TypedChoice) => ({
  ...{ productId, region, quantity: wholeOf(quantity), scope, scopeName },
});

/**
 * The customer's own pages about buying: what its partner allows, what it has, what it ordered. GET and HEAD change nothing: a choice travels in the
 * address up to the page that shows its price, and only the button there, which is a person's POST, orders.
 */
export function mountBuyingPages(router: IRouter, parts: OwnParts, form: RequestHandler): void {
  const { cloud } = parts;
  const open = async (request: Request, response: Response, person: SessionActor, language: Language): Promise<BuyingProps> => ({
    ...(await openOwnBuying(baseOf(response, parts), person.userId, customerIdOf(request))),
    ...{ language, person },
  });
  const addressOf = (request: Request, language: Language, more: string) => at(language, `/partners/${customerIdOf(request)}${more}`);

  /** What the person may not, or somebody who was quicker: the page shows how it is. */
  const refused = async (request: Request, response: Response, person: SessionActor, language: Language, error: unknown) => {
    const { code, details } = refusalOf(error);
    const notices: Partial<Record<string, BuyingNotice>> = {
      blocked: 'stopped',
      forbidden: 'notOwner',
      illegal_transition: 'changed',
      conflict: details.orderId ? 'again' : 'changed',
    };
    const notice = notices[code];
    if (!notice) throw error;
    response
      .status(code === 'forbidden' ? 403 : 409)
      .send(renderPurchasesPage({ ...(await open(request, response, person, language)), notice }));
  };

  router.get(
    '/my/partners/:customerId/purchases',
    forPerson(parts, async (request, response, person, language) => {
      response.send(renderPurchasesPage(await open(request, response, person, language)));
    }),
  );

  router.get(
    '/my/partners/:customerId/buy',
    forPerson(parts, async (request, response, person, language) => {
      const props = await open(request, response, person, language);
      const typed = request.query.productId === undefined ? nothingTyped : typedOf(request.query);
      response.send(renderBuyPage({ ...props, cloud, typed, formKey: randomUUID() }));
    }),
  );

  router.get(
    '/my/partners/:customerId/buy/review',
    forPerson(parts, async (request, response, person, language) => {
      const props = await open(request, response, person, language);
      const typed = typedOf(request.query);
      const errors = checkChoice(choiceOf(typed), cloud);
      if (hindranceOf(props) || errors.length > 0)
        return response
          .status(hindranceOf(props) ? 409 : 422)
          .send(renderBuyPage({ ...props, cloud, typed, formKey: randomUUID(), errors }));
      const choice = pricedOf(typed, props);
      response.send(renderReviewPage({ ...props, choice, subscriptionId: typed.subscriptionId, formKey: keyOf(request.query) }));
    }),
  );

  router.post(
    '/my/partners/:customerId/buy',
    form,
    forPerson(parts, async (request, response, person, language) => {
      const values = formOf(request);
      const typed = typedOf(values);
      const formKey = idOf(textOf(values, 'formKey'));
      const seenTotal = wholeOf(textOf(values, 'total', 15));
      try {
        const { orderId } = await buyOnOwnPage(baseOf(response, parts), person.userId, {
          ...choiceOf(typed),
          ...{ customerId: customerIdOf(request), seenTotal, formKey, language },
          ...(uuid.test(typed.subscriptionId) ? { subscriptionId: typed.subscriptionId } : {}),
        });
        response.redirect(303, addressOf(request, language, `/orders/${orderId}`));
      } catch (error) {
        const { code, fields, details } = refusalOf(error);
        const props = await open(request, response, person, language);
        if (code === 'validation_failed')
          response.status(422).send(renderBuyPage({ ...props, cloud, typed, formKey: randomUUID(), errors: fields }));
        else if (code === 'conflict' && details.total !== undefined)
          response.status(409).send(
            renderReviewPage({
              ...props,
              choice: pricedOf(typed, props),
              subscriptionId: typed.subscriptionId,
              formKey,
              notice: 'priceChanged',
            }),
          );
        else await refused(request, response, person, language, error);
      }
    }),
  );

  router.get(
    '/my/partners/:customerId/orders/:orderId',
    forPerson(parts, async (request, response, person, language) => {
      const props = await open(request, response, person, language);
      const order = props.buying.orders.find(({ id }) => id === request.params.orderId);
      if (!order) throw notFound('order');
      const about = props.buying.reservations.find(({ id }) => id === order.ofPurchaseId);
      const notice = request.query.done === 'withdrawn' && order.state === 'withdrawn' ? ('withdrawn' as const) : undefined;
      response.send(renderOrderPage({ ...props, order, about, notice }));
    }),
  );
  router.post(
    '/my/partners/:customerId/orders/:orderId/withdraw',
    forPerson(parts, async (request, response, person, language) => {
      const which = { customerId: customerIdOf(request), orderId: idOf(String(request.params.orderId)) };
      try {
        await withdrawOnOwnPage(baseOf(response, parts), person.userId, which);
        response.redirect(303, `${addressOf(request, language, `/orders/${which.orderId}`)}&done=withdrawn`);
      } catch (error) {
        await refused(request, response, person, language, error);
      }
    }),
  );

  /** The reservation of the address, and what is asked of it to be drawn. */
  const openRequest = async (request: Request, response: Response, person: SessionActor, language: Language) => {
    const props = await open(request, response, person, language);
    const reservation = props.buying.reservations.find(({ id }) => id === request.params.purchaseId);
    if (!reservation) throw notFound('purchase');
    const typed: TypedChoice = { ...nothingTyped, ...sameAgain(reservation) };
    const unitPrice = unitPriceOf(typed.productId, typed.region, props.buying.currency) ?? 0;
    const renewal = formatAmount(unitPrice * reservation.quantity, props.buying.currency, language);
    return { ...props, cloud, reservation, typed, renewal, formKey: randomUUID() };
  };
  router.get(
    '/my/partners/:customerId/reservations/:purchaseId',
    forPerson(parts, async (request, response, person, language) => {
      const props = await openRequest(request, response, person, language);
      const typed = request.query.productId === undefined ? props.typed : typedOf(request.query);
      response.send(renderRequestPage({ ...props, typed }));
    }),
  );
  router.get(
    '/my/partners/:customerId/reservations/:purchaseId/review',
    forPerson(parts, async (request, response, person, language) => {
      const props = await openRequest(request, response, person, language);
      const typed = typedOf(request.query);
      const errors = checkChoice(choiceOf(typed), cloud);
      if (!props.reservation.canAsk || errors.length > 0)
        return response.status(errors.length > 0 ? 422 : 409).send(renderRequestPage({ ...props, typed, errors }));
      response.send(renderReviewPage({ ...props, choice: pricedOf(typed, props), subscriptionId: '', formKey: keyOf(request.query) }));
    }),
  );
  router.post(
    '/my/partners/:customerId/reservations/:purchaseId',
    form,
    forPerson(parts, async (request, response, person, language) => {
      const values = formOf(request);
      const typed = typedOf(values);
      const kind = requestKinds.find((one) => one === values.kind) satisfies RequestKind | undefined;
      if (!kind) throw notFound('purchase');
      try {
        const { orderId } = await askOnOwnPage(baseOf(response, parts), person.userId, {
          ...{ customerId: customerIdOf(request), purchaseId: idOf(String(request.params.purchaseId)), kind },
          ...(kind === 'exchange' ? { choice: choiceOf(typed) } : {}),
          ...{ note: noteOf(values.note), language, formKey: idOf(textOf(values, 'formKey')) },
        });
        response.redirect(303, addressOf(request, language, `/orders/${orderId}`));
      } catch (error) {
        const { code, fields } = refusalOf(error);
        if (code !== 'validation_failed') return refused(request, response, person, language, error);
        const props = await openRequest(request, response, person, language);
        response.status(422).send(renderRequestPage({ ...props, typed, errors: fields }));
      }
    }),
  );
}

/** What a person wrote, without what Postgres cannot keep. */
const noteOf = (note: string | undefined): string =>
  (note ?? '')
    .replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
    .slice(0, lengths.reason)
    .trim();

const sameAgain = ({ productId, quantity, order }: OwnReservation): Partial<TypedChoice> => ({
  ...{ productId, quantity: String(quantity) },
  ...(order ? { region: order.region, scope: order.scope, scopeName: order.scopeName ?? '' } : {}),
});

/** A choice that was checked, with its price as it is now. */
function pricedOf(typed: TypedChoice, { buying }: BuyingProps): PricedChoice {
  const choice = choiceOf(typed);
  const unitPrice = unitPriceOf(choice.productId, choice.region, buying.currency) ?? 0;
  return { ...choice, scope: choice.scope as Scope, unitPrice, total: unitPrice * choice.quantity };
}
