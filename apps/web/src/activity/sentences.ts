import type { ActivityRecord } from '@clientele/contracts';
import { type Currency, currencies, formatAmount, productOf, purchaseProductOf } from '@clientele/domain';
import { useI18n } from 'vue-i18n';
import { countryName, currentLanguage, day, exactMoment, languageName, listed, number } from '../app/language.ts';
import { sentenceKey } from './actions.ts';

/** A piece of a sentence: plain words, or a name that stands out and may be a link. */
export interface Piece {
  text: string;
  kind: 'words' | 'actor' | 'company';
}
export interface Fact {
  key: string;
  label: string;
  text: string;
  to?: string;
  mono?: boolean;
}

/** Marks around a name in a translated sentence; no text holds them. */
const marks = { actor: '\ue000', company: '\ue001' } as const;

/** The records of the activity log in the reader's words. `company` is the name to use where a record has none. */
export function useActivitySentences(company: () => string | undefined = () => undefined): {
  sentence: (record: ActivityRecord) => Piece[];
  /** The sentence as one text, for screen readers. */
  plain: (record: ActivityRecord) => string;
  facts: (record: ActivityRecord) => Fact[];
} {
  const { t, te } = useI18n();
  const word = (key: string, fallback: string) => (te(key) ? t(key) : fallback);
  const product = (value: unknown) => (productOf(String(value)) ?? purchaseProductOf(String(value)))?.name ?? String(value);

  const actorName = (record: ActivityRecord) => {
    if (record.actor.name) return record.actor.name;
    return record.actor.kind === 'system'
      ? t('activity.actors.system')
      : record.actor.kind === 'customer'
        ? (nameOf(record) ?? t('activity.actors.customer'))
        : t('activity.actors.partner-user');
  };
  const nameOf = (record: ActivityRecord) => record.companyName ?? company();
  const companyName = (record: ActivityRecord) => nameOf(record) ?? t('activity.someCompany');
  /** A sentence begins with a capital, also where it begins with "a customer". */
  const begin = (text: string) => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);

  const roleNames = (roles: readonly unknown[]) => listed(roles.map((role) => word(`app.roles.${String(role)}`, String(role))));
  /** One fact of a record in words. */
  function value(key: string, raw: unknown, data: Record<string, unknown> = {}): string {
    const currency: Currency | undefined = currencies.find((one) => one === data.currency);
    // Without an end, without an owner: a record may say that there is none.
    if (raw === null) return t('app.none');
    if (key === 'roles') return Array.isArray(raw) ? roleNames(raw) : String(raw);
    if (key === 'productId') return product(raw);
    if (['total', 'mostPerPurchase', 'mostPerMonth'].includes(key) && typeof raw === 'number' && currency)
      return formatAmount(raw, currency, currentLanguage());
    if (key === 'orderKind') return word(`orders.kinds.${String(raw)}`, String(raw));
    if (key === 'approval')
      return word(`customer-permissions.approval.${String(raw)}`, typeof raw === 'boolean' ? t(raw ? 'app.yes' : 'app.no') : String(raw));
    if (key === 'asked') return word(`provider-requests.kinds.${String(raw)}`, String(raw));
    if (key === 'leadType') return word(`leads.types.${String(raw)}`, String(raw));
    if (key === 'purchaseKind') return word(`subscriptions.purchases.kinds.${String(raw)}`, String(raw));
    if (['quantity', 'attempt', 'from', 'to', 'records', 'problems', 'seq', 'left', 'times', 'calls', 'writes', 'refused'].includes(key))
      return typeof raw === 'number' ? number(raw) : String(raw);
    if (key === 'until' || key === 'since') return exactMoment(String(raw));
    if (key === 'days') return typeof raw === 'number' ? number(raw) : String(raw);
    if (key === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(String(raw)) ? day(`${String(raw)}T12:00:00`) : String(raw);
    if (key === 'fields')
      return Array.isArray(raw) ? listed(raw.map((field) => word(`activity.fields.${String(field)}`, String(field)))) : String(raw);
    if (key === 'country') return countryName(String(raw));
    if (key === 'settings')
      return Array.isArray(raw) ? listed(raw.map((one) => word(`activity.settings.${String(one)}`, String(one)))) : String(raw);
    if (key === 'template') return word(`settings.templates.kinds.${String(raw)}`, String(raw));
    if (key === 'language') return languageName(String(raw));
    if (key === 'role') return word(`activity.roles.${String(raw)}`, String(raw));
    if (key === 'mode') return word(`relationships.modes.${String(raw)}`, String(raw));
    if ((key === 'at' || key === 'before') && typeof raw === 'string') return exactMoment(raw);
    if (key === 'factors') return word(`activity.signInFactors.${String(raw)}`, String(raw));
    if (key === 'factor') return word(`activity.factors.${String(raw)}`, String(raw));
    if (key === 'means') return word(`activity.means.${String(raw)}`, String(raw));
    if (key === 'because') return word(`activity.because.${String(raw)}`, String(raw));
    if (key === 'kind') return word(`invitations.mailKinds.${String(raw)}`, word(`app.operationKinds.${String(raw)}`, String(raw)));
    if (key === 'job') return word(`queues.jobs.${String(raw).replaceAll('.', '_')}`, String(raw));
    if (key === 'step') return word(`operations.steps.${String(raw)}`, String(raw));
    if (key === 'thing') return word(`activity.things.${String(raw)}`, String(raw));
    if (key === 'code') return word(`activity.codes.${String(raw)}`, String(raw));
    if (key === 'purpose') return word(`invitations.purposes.${String(raw)}`, String(raw));
    if (typeof raw === 'boolean') return t(raw ? 'app.yes' : 'app.no');
    return typeof raw === 'string' || typeof raw === 'number' ? String(raw) : JSON.stringify(raw);
  }

  /** Before and after of one field, in words. */
  function change(field: string, { from, to }: { from: string | null; to: string | null }): string {
    const shown = (one: string | null) => {
      if (one === null) return t(field === 'activityYears' ? 'activity.log.forEver' : 'app.none');
      if (field === 'roles') return roleNames(one.split(', '));
      if (field === 'country') return countryName(one);
      if (one === 'true' || one === 'false') return t(one === 'true' ? 'app.yes' : 'app.no');
      if (field === 'language') return languageName(one);
      return word(`customers.qualifications.${one}`, one);
    };
    return t('activity.facts.beforeAfter', { from: shown(from), to: shown(to) });
  }

  function raw(record: ActivityRecord, actor: string, company: string): string {
    const key = sentenceKey(record.type, record.data);
    const words = Object.fromEntries(Object.entries(record.data).map(([name, fact]) => [name, value(name, fact, record.data)]));
    // A type of a newer release has no sentence here yet.
    return te(key)
      ? t(key, {
          ...words,
          product: words.productId ?? '',
          person: record.personName ?? t('activity.somePerson'),
          partner: record.partnerName ?? t('activity.somePartner'),
          actor,
          company,
        })
      : `${actor}: ${record.type}`;
  }

  return {
    plain: (record) => begin(raw(record, actorName(record), companyName(record))),
    sentence(record) {
      const text = raw(record, marks.actor, marks.company);
      return text
        .split(/([\ue000\ue001])/)
        .filter((piece) => piece !== '')
        .map((piece, index) => {
          const name = piece === marks.actor ? actorName(record) : piece === marks.company ? companyName(record) : piece;
          // Names are written as they are.
          const isWords = piece !== marks.actor && (piece !== marks.company || nameOf(record) === undefined);
          return {
            text: index === 0 && isWords ? begin(name) : name,
            kind: piece === marks.actor ? ('actor' as const) : piece === marks.company ? ('company' as const) : ('words' as const),
          };
        });
    },
    facts(record) {
      const { operationId: ofData, changes, waiting: _said, by: _side, partnerId: _named, userId, ...data } = record.data;
      const operationId = record.operationId ?? ofData;
      const changed = Object.entries((changes ?? {}) as Record<string, { from: string | null; to: string | null }>);
      // Whoever has a name is named.
      const shown = Object.entries(record.personName ? data : { ...data, userId }).filter(
        ([, fact]) => fact !== undefined && fact !== null,
      );
      return [
        { key: 'action', label: t('activity.facts.action'), text: t(`activity.actions.${record.type}`) },
        { key: 'at', label: t('activity.facts.at'), text: exactMoment(record.at) },
        {
          key: 'actor',
          label: t('activity.facts.actor'),
          text: record.actor.name
            ? t('activity.actorWithKind', { name: record.actor.name, kind: t(`activity.kinds.${record.actor.kind}`) })
            : t(`activity.kinds.${record.actor.kind}`),
        },
        ...(record.operationId ? [{ key: 'behalf', label: t('activity.facts.behalf'), text: t('activity.facts.behalfText') }] : []),
        ...(record.ip ? [{ key: 'ip', label: t('activity.facts.ip'), text: record.ip, mono: true }] : []),
        ...(record.userAgent ? [{ key: 'userAgent', label: t('activity.facts.userAgent'), text: record.userAgent }] : []),
        ...(record.companyName
          ? [
              {
                key: 'company',
                label: t('activity.facts.company'),
                text: record.companyName,
                ...(record.customerId ? { to: `/customers/${record.customerId}` } : {}),
              },
            ]
          : []),
        ...(record.partnerName ? [{ key: 'partner', label: t('activity.facts.partner'), text: record.partnerName }] : []),
        ...(record.personName ? [{ key: 'person', label: t('activity.facts.person'), text: record.personName }] : []),
        ...shown.map(([key, fact]) => ({
          key,
          label: word(`activity.facts.${key}`, key),
          text: value(key, fact, record.data),
          ...((/Id$/.test(key) && key !== 'productId') || key === 'given' ? { mono: true } : {}),
        })),
        ...changed.map(([key, both]) => ({
          key: `change-${key}`,
          label: word(`activity.facts.${key}`, word(`activity.settings.${key}`, key)),
          text: change(key, both),
        })),
        ...(record.invitationId
          ? [
              {
                key: 'invitation',
                label: t('activity.facts.invitation'),
                text: t('activity.open'),
                to: `/invitations/${record.invitationId}`,
              },
            ]
          : []),
        ...(typeof operationId === 'string'
          ? [{ key: 'operation', label: t('activity.facts.operation'), text: t('activity.open'), to: `/operations/${operationId}` }]
          : []),
        {
          key: 'seal',
          label: t('activity.facts.seal'),
          text: record.seq === null ? t('activity.log.recordWaits') : t('activity.log.recordSealed', { seq: number(record.seq) }),
        },
        { key: 'id', label: t('activity.facts.id'), text: record.id, mono: true },
        { key: 'requestId', label: t('activity.facts.requestId'), text: record.requestId, mono: true },
      ];
    },
  };
}
